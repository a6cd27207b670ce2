/* markup.c — see markup.h. */
#include "eqrl/base/markup.h"

#include <stdbool.h>
#include <string.h>

/* ---- UTF-8 (RFC 3629) ---------------------------------------------------------------------------- */

int utf8_length(const char *text)
{
	const unsigned char *t = (const unsigned char *)text;
	int n = t[0] == 0     ? 0
		: t[0] < 0x80 ? 1
		: t[0] < 0xc2 ? 0
		: t[0] < 0xe0 ? 2
		: t[0] < 0xf0 ? 3
		: t[0] < 0xf5 ? 4
			      : 0;

	for (int i = 1; i < n; i++)
		if ((t[i] & 0xc0) != 0x80)
			return 0;
	/* longer than needed, surrogates, beyond U+10FFFF */
	if ((t[0] == 0xe0 && t[1] < 0xa0) || (t[0] == 0xed && t[1] >= 0xa0) || (t[0] == 0xf0 && t[1] < 0x90) ||
	    (t[0] == 0xf4 && t[1] >= 0x90))
		return 0;
	return n;
}

int utf8_count(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

void utf8_cut(struct str *out, const char *text, int n)
{
	bool cut = utf8_count(text) > n;
	const char *end = text;

	for (int left = cut ? n - 1 : n; *end; end++)
		if ((*end & 0xc0) != 0x80 && left-- == 0)
			break;
	str_addn(out, text, (size_t)(end - text));
	str_add(out, cut ? "…" : "");
}

/* ---- XML ------------------------------------------------------------------------------------------ */

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void markup_text(struct str *out, const char *text)
{
	while (*text) {
		const char *entity = entity_of(*text);
		int n = utf8_length(text);
		bool control = (unsigned char)*text < ' ' && !strchr("\t\n\r", *text);
		bool no_character = n == 3 && memcmp(text, "\xef\xbf", 2) == 0 && (unsigned char)text[2] >= 0xbe;

		if (entity)
			str_add(out, entity);
		else if (n == 0 || control || no_character)
			str_add(out, "\xef\xbf\xbd");
		else
			str_addn(out, text, (size_t)n);
		text += n ? n : 1;
	}
}
