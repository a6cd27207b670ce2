/* test_report.c — what reports are made of: marks of axes, markup, diagrams, typeset equations. */
#include "eqrl/base/markup.h"
#include "eqrl/base/mem.h"
#include "eqrl/export/mathml.h"
#include "eqrl/expr/parse.h"
#include "eqrl/report/document.h"
#include "eqrl/report/plot.h"
#include "eqrl/report/ticks.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- marks ---- */

TEST(marks_of_axes_are_round_within_the_axis_and_have_different_labels)
{
	static const double range[][2] = {{0, 1},	{-3, 7},	 {0.001, 0.0011}, {2450000, 2450010},
					  {1e-9, 3e-9}, {-5e12, 7e12},	 {99.5, 100.5},	  {3, 3},
					  {0, 0},	{1e-300, 1e-299}};

	for (size_t k = 0; k < COUNT_OF(range); k++) {
		for (int wanted = 2; wanted <= 6; wanted++) {
			struct ticks t;

			ticks_choose(&t, range[k][0], range[k][1], wanted, false);
			CHECK(t.low < range[k][0] || range[k][0] == 0);
			CHECK(t.high > range[k][1]);
			CHECK(t.n >= 2 && t.n <= TICKS_MAX);
			for (int i = 0; i < t.n; i++) {
				double size = fmax(fabs(t.low), fabs(t.high));

				CHECK(t.at[i] >= t.low - 1e-9 * size && t.at[i] <= t.high + 1e-9 * size);
				/* what the label says is where the mark is */
				CHECK(fabs(strtod(t.text[i], NULL) - t.at[i]) <= 1e-9 * size);
				CHECK(i == 0 || strcmp(t.text[i], t.text[i - 1]) != 0);
				CHECK(strcmp(t.text[i], "-0") != 0);
			}
		}
	}
}

TEST(marks_of_logarithmic_axes_are_powers_of_ten_or_round_numbers_between)
{
	struct ticks t;

	ticks_choose(&t, 1e-9, 1, 4, true);
	CHECK(t.n >= 3 && t.n <= 6);
	for (int i = 0; i < t.n; i++)
		CHECK(fabs(t.at[i] - round(t.at[i])) < 1e-9 && strtod(t.text[i], NULL) > 0);
	ticks_choose(&t, 0.012, 0.19, 4, true);
	CHECK(t.n >= 2);
	CHECK(strcmp(t.text[0], "0.02") == 0);
	ticks_choose(&t, 0.5, 0.5, 4, true);
	CHECK(t.n >= 1 && t.low < log10(0.5) && t.high > log10(0.5));
	CHECK(ticks_place(&t, 0.5, true) > 0.4 && ticks_place(&t, 0.5, true) < 0.6);
}

/* ---- text ---- */

TEST(markup_is_escaped_and_well_formed_whatever_the_text)
{
	struct str out = {0};

	markup_text(&out, "a<b> & \"c\" 'd'");
	CHECK(strcmp(out.data, "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;") == 0);
	str_clear(&out);
	/* a control character, a byte that is no UTF-8, one that is cut off, a surrogate, U+FFFF; and two that are good */
	markup_text(&out, "\x01|\xff|\xc3|\xed\xa0\x80|\xef\xbf\xbf|°|𝛼");
	CHECK(strcmp(out.data, "�|�|�|���|�|°|𝛼") == 0);
	str_clear(&out);
	utf8_cut(&out, "Temp (°C) of the inlet", 9);
	CHECK(strcmp(out.data, "Temp (°C…") == 0);
	str_clear(&out);
	utf8_cut(&out, "Temp (°C)", 9);
	CHECK(strcmp(out.data, "Temp (°C)") == 0);
	str_release(&out);
}

/* ---- diagrams ---- */

TEST(diagrams_pass_over_what_cannot_be_drawn_and_name_their_axes)
{
	const double x[] = {1, 2, 3, NAN, 5}, y[] = {0.1, 0, 10, 1, INFINITY};
	struct plot *p = plot_new("T", "a < b", "log & y");
	struct str out = {0};

	p->y.logarithmic = true;
	plot_add(p, MARK_POINTS, NULL, 5, x, y);
	CHECK(plot_points(p) == 2); /* neither 0 nor what is not finite */
	plot_svg(p, &out);
	CHECK(strstr(out.data, "<svg ") == out.data);
	CHECK(strstr(out.data, ">a &lt; b</text>") != NULL);
	CHECK(strstr(out.data, ">log &amp; y</text>") != NULL);
	CHECK(strstr(out.data, "nan") == NULL && strstr(out.data, "inf") == NULL);
	CHECK(strstr(out.data, "http") == NULL);
	str_clear(&out);
	plot_text(p, 30, 6, "  ", &out);
	CHECK(strstr(out.data, "  log & y\n") == out.data);
	CHECK(strstr(out.data, "a < b\n") != NULL);
	plot_free(p);

	p = plot_new("none", "x", "y");
	plot_add(p, MARK_POINTS, NULL, 1, &x[3], &y[3]);
	CHECK(!plot_has_values(p));
	plot_free(p);
	str_release(&out);
}

TEST(lines_have_gaps_where_the_equation_has_no_value)
{
	const double x[] = {0, 1, 2, 3, 4}, y[] = {0, 1, NAN, 1, 0};
	struct plot *p = plot_new("T", "x", "y");
	struct str out = {0};
	const char *line;

	plot_add(p, MARK_LINE, NULL, 5, x, y);
	plot_svg(p, &out);
	line = strstr(out.data, "<path class=\"l s0\" d=\"M");
	CHECK(line && strchr(line + 24, 'M') && strchr(line + 24, 'M') < strchr(line, '>'));
	plot_free(p);
	str_release(&out);
}

/* ---- equations ---- */

static void typeset(struct str *out, const char *text)
{
	static const char *const column[] = {"x1", "T_max", "flow<rate"};
	const struct names names = {.n = 3, .column = column, .target = "y"};
	struct expr e;

	str_clear(out);
	CHECK_OK(parse_expr(text, &names, NULL, &e));
	mathml_equation(out, &e, &names);
}

TEST(equations_are_typeset_term_by_term_with_subscripts_and_powers_of_ten)
{
	struct str out = {0};

	typeset(&out, "x1 - 2.5e-7*T_max");
	CHECK(strcmp(out.data,
		     "<math><mi>y</mi><mo>=</mo><msub><mi>x</mi><mtext>1</mtext></msub></math> "
		     "<math><mo "
		     "form=\"infix\">−</mo><mrow><mrow><mn>2.5</mn><mo>×</mo><msup><mn>10</mn><mrow><mo>−</mo>"
		     "<mn>7</mn></mrow></msup></mrow><mo>\xe2\x81\xa2</mo><mspace width=\"0.17em\"/>"
		     "<msub><mi>T</mi><mtext>max</mtext></msub></mrow></math>") == 0);
	typeset(&out, "sqrt(`flow<rate`)/(x1 + 1)^2");
	CHECK(strstr(out.data, "<mfrac><msqrt><mi mathvariant=\"normal\">flow&lt;rate</mi></msqrt><msup>") != NULL);
	CHECK(strstr(out.data, "<msup><mrow><mo>(</mo>") != NULL);
	typeset(&out, "x1 - (T_max - 2)");
	CHECK(strstr(out.data, "<mo form=\"infix\">−</mo><mrow><mo>(</mo>") != NULL);
	str_release(&out);
}

TEST(every_operator_has_a_row_of_markup)
{
	static const char *const column[] = {"x1", "x2"};
	const struct names names = {.n = 2, .column = column, .target = "y"};

	for (int op = 0; op < OP_COUNT; op++) {
		struct expr e = {0};
		struct str out = {0};

		expr_push(&e, (enum op)op, 0);
		for (int k = 0; k < op_info[op].arity; k++)
			expr_push(&e, OP_VAR, k);
		mathml_expr(&out, &e, &names);
		CHECK(out.data[0] == '<'); /* a function without a row would begin with its name */
		CHECK(strstr(out.data, "<mtext>1</mtext>") != NULL);
		CHECK(op_info[op].arity < 2 || strstr(out.data, "<mtext>2</mtext>") != NULL);
		str_release(&out);
	}
}

/* ---- documents ---- */

TEST(tables_keep_their_cells_in_all_forms)
{
	static const char *const page[] = {"<td class=\"r\">12</td>", "| 12 | `a\\|b` |", "12  a|b"};
	struct document d = {0};

	document_table(&d, "rc");
	document_cell(&d, "n");
	document_cell(&d, "formula");
	document_cell(&d, "%d", 12);
	document_cell(&d, "a|b");
	for (int form = 0; form < 3; form++) {
		struct str out = {0};

		document_write(&d, (enum document_form)form, "t", &out);
		CHECK(strstr(out.data, page[form == FORM_HTML ? 0 : form == FORM_MARKDOWN ? 1 : 2]) != NULL);
		str_release(&out);
	}
	document_release(&d);
}
