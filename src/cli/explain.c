/* explain.c — see explain.h. */
#include "explain.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/front.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_WIDTH = 40 };

void parameter_name(struct str *out, const struct parse_params *params, int slot)
{
	for (int i = 0; i < params->n; i++) {
		if (params->slot[i] == slot) {
			str_add(out, params->name[i]);
			return;
		}
	}
	str_addf(out, "?%d", slot + 1);
}

void explain(struct explanation *x, const struct dataset *d, const struct names *names,
	     const struct parse_params *params, const struct expr *e)
{
	struct examiner *examiner = examiner_new();
	struct feedback_request q = {.written = e, .rows = &d->all_but_report};

	*x = (struct explanation){.d = d, .names = names, .params = params, .e = e};
	feedback_make(examiner, &q, &x->feedback);
	examiner_free(examiner);
}

/* ---- places -------------------------------------------------------------------------------------- */

static struct expr part_at(const struct explanation *x, int node)
{
	struct expr part = {0};

	expr_append_subtree(&part, x->e, node);
	return part;
}

static void add_part(struct str *out, const struct explanation *x, const struct finding *f)
{
	struct expr part = part_at(x, f->first);

	if (f->certificate == CERTIFICATE_VERDICT)
		str_add(out, "(the whole)");
	else if (x->e->node[f->first].op == OP_CONST)
		parameter_name(out, x->params, x->e->node[f->first].arg);
	else
		print_expr_with(out, &part, x->names, NOTATION_TEXT, &(struct print_options){.digits = 6});
}

/* Rows in which the part has no finite value; *first is the one that comes first in the file. */
static int faulty_rows(const struct explanation *x, const struct expr *part, int *first)
{
	const struct rows *rows = &x->d->all_but_report;
	double *v = xcalloc((size_t)rows->n + ROWS_BLOCK, sizeof(*v));
	struct tape *tape = tape_new();
	int n = 0;

	*first = -1;
	tape_bind(tape, part, rows);
	tape_eval(tape, NULL, v);
	for (int i = 0; i < rows->n; i++) {
		if (isfinite(v[i]))
			continue;
		n++;
		if (*first < 0 || x->d->line[i] < x->d->line[*first])
			*first = i;
	}
	tape_free(tape);
	free(v);
	return n;
}

/* " in 3 rows, first at line 17 (x = 2.1, y = 4)" */
static void add_rows(struct str *out, const struct explanation *x, const struct finding *f)
{
	struct expr part = part_at(x, f->first);
	const char *before = " (";
	int first, n;

	if (f->row < 0)
		return;
	n = faulty_rows(x, &part, &first);
	if (first < 0)
		return;
	if (n > 1)
		str_addf(out, " in %d rows, first", n);
	str_addf(out, " at line %d", x->d->line[first]);
	for (int c = 0; c < x->names->n; c++) {
		if (!expr_uses_column(&part, c))
			continue;
		str_add(out, before);
		names_quote(out, x->names->column[c]);
		str_addf(out, " = %g", x->d->all_but_report.x[c][first]);
		before = ", ";
	}
	if (*before == ',')
		str_add(out, ")");
}

/* ---- sentences ----------------------------------------------------------------------------------- */

static void say_domain(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_add(out, "undefined");
	add_rows(out, x, f);
}

static void say_overflow(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_add(out, f->row < 0 ? "so large that its errors cannot be squared" : "too large for a number");
	add_rows(out, x, f);
}

static void say_cancels(struct str *out, const struct explanation *x, const struct finding *f)
{
	struct expr part = part_at(x, f->first);

	simplify(&part, &(struct simplify_options){.keep_values = true});
	str_add(out, "says the same as ");
	print_expr_with(out, &part, x->names, NOTATION_TEXT, &(struct print_options){.digits = 6});
}

static void say_constant(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_addf(out, "%.6g in all rows", f->value);
}

static void say_unidentified(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_add(out, "cannot be identified: ");
	if (f->value == 0) {
		str_add(out, "nothing depends on it");
	} else if (f->other >= 0) {
		parameter_name(out, x->params, x->e->node[f->other].arg);
		str_add(out, " does the same");
	} else {
		str_add(out, "the other constants make up for any value of it");
	}
}

static void say_idle(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_addf(out, "explains nothing: without it R2 falls by %.2g", f->value);
}

static void say_insensitive(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_addf(out, "does not matter: held at its mean, it moves the result by %.2g of the target's deviation",
		 sqrt(f->value));
}

static void say_term(struct str *out, const struct explanation *x, const struct finding *f)
{
	str_addf(out, "counts: without it R2 falls by %.3g", f->value);
}

static void say_verdict(struct str *out, const struct explanation *x, const struct finding *f)
{
	char r2[32];

	format_r2(r2, f->value);
	if (!isfinite(f->value))
		str_add(out, "invalid: some row has no value");
	else
		str_addf(out, "R2 is %s: %s than the mean", r2, f->value < 1 ? "better" : "no better");
}

static void (*const say[CERTIFICATE_COUNT])(struct str *, const struct explanation *, const struct finding *) = {
	[CERTIFICATE_DOMAIN] = say_domain,
	[CERTIFICATE_OVERFLOW] = say_overflow,
	[CERTIFICATE_CANCELS] = say_cancels,
	[CERTIFICATE_CONSTANT] = say_constant,
	[CERTIFICATE_UNIDENTIFIED] = say_unidentified,
	[CERTIFICATE_IDLE_TERM] = say_idle,
	[CERTIFICATE_INSENSITIVE] = say_insensitive,
	[CERTIFICATE_TERM] = say_term,
	[CERTIFICATE_VERDICT] = say_verdict,
};

/* ---- output -------------------------------------------------------------------------------------- */

/* Where parts are constant, tiny or wild. */
static void print_parts(const struct explanation *x)
{
	struct node_stats *stats = xcalloc((size_t)x->e->n, sizeof(*stats));
	const struct rows *rows = &x->d->all_but_report;
	struct tape *tape = tape_new();
	int level[EXPR_MAX_NODES + 1] = {0};
	struct str text = {0};

	tape_bind(tape, x->e, rows);
	tape_stats(tape, NULL, stats);
	printf("\n%12s %12s %12s %12s  part\n", "min", "max", "mean", "sd");
	for (int i = 0; i < x->e->n; i++) {
		struct expr part = part_at(x, i);
		const struct node_stats *s = &stats[i];

		for (int j = i + 1; j < expr_end(x->e, i); j++)
			level[j] = level[i] + 1; /* deeper nodes overwrite it in their turn */
		str_clear(&text);
		print_expr(&text, &part, x->names, NOTATION_TEXT);
		printf("%12.6g %12.6g %12.6g %12.6g  %*s%s", s->low, s->high, s->mean, s->sd, 2 * level[i], "",
		       text.data);
		if (s->n < rows->n)
			printf("  (%d rows without value)", rows->n - s->n);
		putchar('\n');
	}
	str_release(&text);
	tape_free(tape);
	free(stats);
}

static void print_findings(const struct explanation *x)
{
	const struct feedback *f = &x->feedback;
	struct str part = {0}, text = {0};
	int width = 0;

	for (int i = 0; i < f->n_findings; i++) {
		str_clear(&part);
		add_part(&part, x, &f->finding[i]);
		if ((int)part.len > width && part.len <= PART_WIDTH)
			width = (int)part.len;
	}
	putchar('\n');
	for (int i = 0; i < f->n_findings; i++) {
		str_clear(&part);
		str_clear(&text);
		add_part(&part, x, &f->finding[i]);
		say[f->finding[i].certificate](&text, x, &f->finding[i]);
		printf("%-*s  %s\n", width, part.data, text.data);
	}
	str_release(&part);
	str_release(&text);
}

void explanation_print(const struct explanation *x)
{
	print_parts(x);
	print_findings(x);
}

static void add_finding(cJSON *list, const struct explanation *x, const struct finding *f)
{
	cJSON *o = cJSON_CreateObject();
	struct str text = {0};
	int first = -1;

	cJSON_AddItemToArray(list, o);
	cJSON_AddStringToObject(o, "certificate", certificate_table[f->certificate].name);
	add_part(&text, x, f);
	cJSON_AddStringToObject(o, "part", text.data);
	cJSON_AddNumberToObject(o, "first_node", f->first);
	cJSON_AddNumberToObject(o, "last_node", f->last);
	if (f->row >= 0) {
		struct expr part = part_at(x, f->first);

		faulty_rows(x, &part, &first);
	}
	if (first >= 0)
		cJSON_AddNumberToObject(o, "line", x->d->line[first]);
	if (isfinite(f->value))
		cJSON_AddNumberToObject(o, "value", f->value);
	str_clear(&text);
	say[f->certificate](&text, x, f);
	cJSON_AddStringToObject(o, "text", text.data);
	str_release(&text);
}

void explanation_to_json(const struct explanation *x, cJSON *object)
{
	const struct feedback *f = &x->feedback;
	cJSON *findings = cJSON_AddArrayToObject(object, "findings");
	cJSON *credit;

	for (int i = 0; i < f->n_findings; i++)
		add_finding(findings, x, &f->finding[i]);
	credit = cJSON_AddArrayToObject(object, "credit");
	for (int i = 0; i <= f->n; i++)
		cJSON_AddItemToArray(credit, cJSON_CreateNumber(f->credit[i]));
}
