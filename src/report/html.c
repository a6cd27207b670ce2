/* html.c — a report as one HTML file that needs nothing else; see document.h.
 *
 * Colours: text and marks have a contrast of at least 4.5 to the background in both schemes (WCAG 2.1, 1.4.3), and the
 * two kinds of points differ in lightness, too, so that no colour vision is needed (Okabe and Ito 2008: blue, orange). */
#include "eqrl/report/document.h"

#include "eqrl/base/markup.h"

#include <string.h>

static const char style[] =
	":root{color-scheme:light dark;--bg:#ffffff;--fg:#1b1f24;--soft:#57606a;--card:#f6f8fa;--line:#d0d7de;"
	"--s0:#0a5cab;--s1:#b34700;--choice:#b3261e;--warn:#fff4e0;--warnline:#b34700;--mark:#e3effb;--edge:#8a939c99;"
	"--under:var(--bg)}\n"
	"@media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e8eaed;--soft:#a9b1ba;--card:#1d2126;"
	"--line:#3a4149;--s0:#6cb2ff;--s1:#ffa657;--choice:#ff8a80;--warn:#33270f;--warnline:#ffa657;--mark:#1c3147}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,\"Segoe UI\","
	"Roboto,\"Liberation Sans\",Arial,sans-serif}\n"
	"main{max-width:1120px;margin:0 auto;padding:16px}\n"
	"h1,h2,h3{line-height:1.25;overflow-wrap:anywhere;margin:1.6em 0 .5em}\n"
	"h1{font-size:1.7rem;margin-top:.4em}h2{font-size:1.4rem;border-top:2px solid var(--line);padding-top:.8em}"
	"h3{font-size:1.12rem}\n"
	"p{margin:.5em 0;max-width:75ch;overflow-wrap:anywhere}\n"
	".warn{background:var(--warn);border-left:4px solid var(--warnline);padding:.5em .8em}\n"
	".eq{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin:.8em 0;"
	"--under:var(--card)}\n"
	".eq div{overflow-x:auto;padding:4px 0;font-size:1.35rem;line-height:2}\n"
	"math{font-size:1em}mfrac>*{padding:.12em .1em}\n"
	".eq code{display:block;margin-top:8px;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}\n"
	"code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\"Liberation Mono\",monospace}\n"
	"pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px;overflow-x:auto;"
	"font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}\n"
	".wide{overflow-x:auto;margin:.6em 0}\n"
	/* A shadow on the side where there is more: what scrolls along covers it at the end. */
	".wide,.eq div{background:linear-gradient(90deg,var(--under) 30%,transparent) 0 0/36px 100% no-repeat local,"
	"linear-gradient(270deg,var(--under) 30%,transparent) 100% 0/36px 100% no-repeat local,"
	"linear-gradient(90deg,var(--edge),transparent) 0 0/10px 100% no-repeat,"
	"linear-gradient(270deg,var(--edge),transparent) 100% 0/10px 100% no-repeat}\n"
	"table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
	"th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\n"
	"th{color:var(--soft);font-weight:600;white-space:nowrap}\n"
	".r{text-align:right;white-space:nowrap}td.l{overflow-wrap:break-word}td.l:not(:last-child){white-space:nowrap}"
	"td.b{overflow-wrap:anywhere}\n"
	"td.c{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\"Liberation Mono\",monospace;font-size:.82rem;"
	"min-width:16em;overflow-wrap:anywhere}\n"
	"tr.on td{background:var(--mark)}td:first-child,th:first-child{padding-left:6px}\n"
	".grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:14px;margin:.8em "
	"0}\n"
	"figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px}\n"
	"figcaption{font-size:.9rem;font-weight:600;margin:0 0 6px 2px;overflow-wrap:anywhere}"
	"figcaption small{font-weight:400;color:var(--soft)}\n"
	"svg{display:block;width:100%;height:auto;max-width:520px;margin:0 auto}\n"
	"svg text{font-size:11px;fill:var(--fg);font-family:inherit}\n"
	"svg path{fill:none}.grid svg "
	".grid{stroke:var(--line);stroke-width:.7}.frame{stroke:var(--soft);stroke-width:1}\n"
	".guide{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:5 4}\n"
	".p{stroke-width:4.4;stroke-linecap:round;opacity:.75}.big{stroke-width:7;opacity:.85}.l{stroke-width:2;stroke-"
	"linejoin:round}\n"
	".s0{stroke:var(--s0)}.s1{stroke:var(--s1)}.s2{stroke:var(--choice)}.s3{stroke:var(--soft)}\n"
	".c{fill:none;stroke:var(--choice);stroke-width:2.2}\n"
	"footer{color:var(--soft);font-size:.85rem;margin:2em 0 1em}\n"
	"@media print{figure,.eq,tr{break-inside:avoid}}\n";

static const char style_of_phones[] =
	"@media (max-width:600px){main{padding:12px}.eq{padding:10px 12px}.eq div{font-size:1.15rem}"
	"table{font-size:.84rem}th,td{padding:4px 8px 4px 0}th,th.r{white-space:normal}"
	"td:last-child,th:last-child{padding-right:2px}"
	"table.f,table.f tbody{display:block}table.f tr{display:grid;grid-template-columns:minmax(3em,auto) 6.5em 1fr;"
	"border-bottom:1px solid var(--line);padding:4px 0}table.f td,table.f th{border:0;text-align:left;"
	"padding:2px 10px 2px 6px}table.f .c{grid-column:1/-1;min-width:0}table.f tr.on{background:var(--mark)}}\n";

static void add_element(struct str *out, const char *tag, const char *text)
{
	str_addf(out, "<%s>", tag);
	markup_text(out, text);
	str_addf(out, "</%.*s>\n", tag[0] == 'h' ? 2 : 1, tag);
}

static void add_table(struct str *out, const struct doc_table *t)
{
	str_addf(out, "<div class=\"wide\"><table%s>\n", strchr(t->align, 'c') ? " class=\"f\"" : "");
	for (int i = 0; i < t->rows; i++) {
		const char *cell = i == 0 ? "th" : "td";

		str_addf(out, "<tr%s>", i == t->marked ? " class=\"on\"" : "");
		for (int k = 0; k < t->columns; k++) {
			str_addf(out, "<%s class=\"%c\">", cell, t->align[k]);
			markup_text(out, t->cell[i * t->columns + k]);
			str_addf(out, "</%s>", cell);
		}
		str_add(out, "</tr>\n");
	}
	str_add(out, "</table></div>\n");
}

static void add_figure(struct str *out, const struct plot *p)
{
	int drawn, given;

	str_add(out, "<figure><figcaption>");
	markup_text(out, p->title);
	if (plot_thinned(p, &drawn, &given))
		str_addf(out, " <small>(%d of %d points)</small>", drawn, given);
	str_add(out, "</figcaption>");
	plot_svg(p, out);
	str_add(out, "</figure>\n");
}

static void add_block(struct str *out, const struct block *b)
{
	static const char *const heading[] = {"h1", "h1", "h2", "h3"};

	switch (b->kind) {
	case BLOCK_HEADING:
		add_element(out, heading[b->level], b->text);
		break;
	case BLOCK_TEXT:
		add_element(out, "p", b->text);
		break;
	case BLOCK_WARNING:
		add_element(out, "p class=\"warn\"", b->text);
		break;
	case BLOCK_EQUATION:
		str_addf(out, "<div class=\"eq\"><div>%s</div><code>", b->markup);
		markup_text(out, b->text);
		str_add(out, "</code></div>\n");
		break;
	case BLOCK_TABLE:
		add_table(out, &b->table);
		break;
	case BLOCK_PLOT:
		add_figure(out, b->plot);
		break;
	case BLOCK_CODE:
		str_add(out, "<pre>");
		markup_text(out, b->text);
		str_add(out, "</pre>\n");
	}
}

void document_html(const struct document *d, const char *title, struct str *out)
{
	str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	markup_text(out, title);
	str_addf(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n", style, style_of_phones);
	for (int i = 0; i < d->n; i++) {
		bool plot = d->block[i].kind == BLOCK_PLOT;
		bool before = i > 0 && d->block[i - 1].kind == BLOCK_PLOT;

		str_add(out, before && !plot ? "</div>\n" : plot && !before ? "<div class=\"grid\">\n" : "");
		add_block(out, &d->block[i]);
	}
	if (d->n && d->block[d->n - 1].kind == BLOCK_PLOT)
		str_add(out, "</div>\n");
	str_add(out, "</main>\n</body>\n</html>\n");
}
