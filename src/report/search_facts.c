/* search_facts.c — what was searched and left out, what the reader said, how to make it again; see run_facts.h. */
#include "run_facts.h"

#include "eqrl/base/json_file.h"
#include "eqrl/rl/trainer.h"
#include "eqrl/score/hof.h"

#include <math.h>
#include <string.h>

/* ---- what the whole search is worth ---------------------------------------------------------------- */

void add_folds(struct document *d, const struct run_facts *r)
{
	const cJSON *o = cJSON_GetObjectItem(r->record, "cross_validation"), *list = cJSON_GetObjectItem(o, "fold"),
		    *fold;

	if (cJSON_GetArraySize(list) == 0)
		return;
	document_heading(d, 3, "The search on held-out rows");
	document_add(
		d, BLOCK_TEXT,
		"%d searches of the same budget, each without one fold of the rows, whose answer was judged on that "
		"fold: R² %.4g ± %.2g (mean and standard deviation). The form of the answer above came in %.0f of "
		"them.",
		cJSON_GetArraySize(list), json_number(o, "r2_mean", NAN), json_number(o, "r2_sd", NAN),
		json_number(o, "same_form", 0));
	document_table(d, "rrrc");
	document_cell(d, "rows searched");
	document_cell(d, "held out");
	document_cell(d, "R²");
	document_cell(d, "equation");
	cJSON_ArrayForEach(fold, list)
	{
		document_cell(d, "%.0f", json_number(fold, "rows", 0));
		document_cell(d, "%.0f", json_number(fold, "held_out", 0));
		document_cell(d, "%.4g", json_number(fold, "r2", NAN));
		document_cell(d, "%s", json_text(fold, "equation", "-"));
	}
}

/* ---- what was searched ---------------------------------------------------------------------------- */

static void list_operators(struct str *out, bool extra)
{
	for (int i = 0; i < OP_COUNT; i++)
		if (!(op_info[i].flags & OPF_EXTRA) == !extra)
			str_addf(out, "%s%s", out->len ? ", " : "", op_info[i].name);
}

static void add_budget(struct document *d, const struct options *o)
{
	struct str text = {0};

	if (o->time > 0)
		str_addf(&text, "%g s", o->time);
	if (o->evals > 0)
		str_addf(&text, "%s%lld equations", text.len ? ", " : "", (long long)o->evals);
	if (o->steps > 0)
		str_addf(&text, "%s%lld steps", text.len ? ", " : "", (long long)o->steps);
	document_cell(d, "budget");
	document_cell(d, "%s", text.len ? text.data : "60 s");
	str_release(&text);
}

static void add_counts(struct document *d, const cJSON *result)
{
	if (!result)
		return;
	document_cell(d, "equations scored");
	document_cell(d, "%.0f, of %.0f different forms, in %.0f steps", json_number(result, "equations", 0),
		      json_number(result, "skeletons", 0), json_number(result, "steps", 0));
	if (cJSON_IsTrue(cJSON_GetObjectItem(result, "exact"))) {
		document_cell(d, "ended");
		document_cell(d, "the error is at rounding level");
	}
}

static void add_proposers(struct document *d, const cJSON *result)
{
	const cJSON *drawn = cJSON_GetObjectItem(result, "drawn"), *item;

	if (cJSON_GetArraySize(drawn) == 0)
		return;
	document_table(d, "lrr");
	document_cell(d, "proposer");
	document_cell(d, "equations written");
	document_cell(d, "new bests of their size");
	cJSON_ArrayForEach(item, drawn)
	{
		document_cell(d, "%s", item->string);
		document_cell(d, "%.0f", item->valuedouble);
		document_cell(d, "%.0f", json_number(cJSON_GetObjectItem(result, "improved"), item->string, 0));
	}
}

static void add_left_out(struct document *d, const struct options *o)
{
	struct str off = {0};

	document_cell(d, "operators");
	if (o->ops) {
		document_cell(d, "--ops %s", o->ops);
	} else {
		list_operators(&off, false);
		document_cell(d, "%s", off.data);
		str_clear(&off);
		list_operators(&off, true);
		document_cell(d, "left out: operators");
		document_cell(d, "%s (only with --ops)", off.data);
		str_clear(&off);
	}
	if (o->offspring == 0)
		str_add(&off, "evolution");
	if (o->offspring == 0 || o->complete == 0)
		str_addf(&off, "%scompletion", off.len ? ", " : "");
	if (!o->sparse)
		str_addf(&off, "%ssparse regression", off.len ? ", " : "");
	if (!o->textbook)
		str_addf(&off, "%stextbook curves", off.len ? ", " : "");
	if (off.len) {
		document_cell(d, "left out: proposers");
		document_cell(d, "%s", off.data);
	}
	str_release(&off);
}

/* Options that differ from their defaults and are not told elsewhere. */
static void add_settings(struct document *d, const struct options *o)
{
	static const char *const told[] = {"schema",   "data",	     "out",    "run",	"seed",	  "quiet",
					   "threads",  "format",     "time",   "evals", "steps",  "ops",
					   "max-size", "max-consts", "select", "loss",	"resume", "config"};
	struct option_set plain = {0};
	cJSON *now = options_to_json(o, CMD_TRAIN), *then, *item;

	options_default(&plain);
	then = options_to_json(&plain.values, CMD_TRAIN);
	cJSON_ArrayForEach(item, now)
	{
		char *value;
		bool skip = cJSON_Compare(item, cJSON_GetObjectItem(then, item->string), true);

		for (size_t i = 0; i < COUNT_OF(told); i++)
			skip |= strcmp(told[i], item->string) == 0;
		if (skip)
			continue;
		value = cJSON_PrintUnformatted(item);
		document_cell(d, "--%s", item->string);
		document_cell(d, "%s", value);
		cJSON_free(value);
	}
	cJSON_Delete(now);
	cJSON_Delete(then);
	options_release(&plain);
}

void add_search(struct document *d, const struct run_facts *r, const struct set_facts *s)
{
	const struct options *o = &r->options.values;

	document_heading(d, 3, "What was searched, and what was left out");
	document_table(d, "lb");
	document_cell(d, "what");
	document_cell(d, "value");
	add_budget(d, o);
	add_counts(d, s->result);
	document_cell(d, "size of an equation");
	document_cell(d, "at most %lld nodes and %lld constants", (long long)o->max_size, (long long)o->max_consts);
	document_cell(d, "error minimised");
	document_cell(d, "%s: %s", loss_table[s->front.loss].name, loss_table[s->front.loss].doc);
	document_cell(d, "choice of the answer");
	document_cell(d, "%s: %s", selection_table[o->select].name, selection_table[o->select].doc);
	add_left_out(d, o);
	add_settings(d, o);
	add_proposers(d, s->result);
}

/* ---- notes ---------------------------------------------------------------------------------------- */

void add_notes(struct document *d, const struct set_facts *s)
{
	const struct notes *notes = s->front.notes;

	if (!notes || notes->n == 0)
		return;
	document_heading(d, 3, "Notes on the data");
	for (int i = 0; i < notes->n; i++)
		document_add(d, notes->item[i].level == NOTE_WARNING ? BLOCK_WARNING : BLOCK_TEXT, "%s",
			     notes->item[i].text);
}

/* ---- how to make it again ------------------------------------------------------------------------- */

static void add_word(struct str *out, const char *word)
{
	bool plain = *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
						 "_-+=./,:@%")];

	str_add(out, out->len ? " " : "");
	if (plain) {
		str_add(out, word);
		return;
	}
	str_addc(out, '\'');
	for (; *word; word++)
		str_addf(out, *word == '\'' ? "'\\%c'" : "%c", *word);
	str_addc(out, '\'');
}

static void add_command(struct document *d, const cJSON *record)
{
	struct str line = {0};
	const cJSON *word;
	bool drawn = cJSON_IsTrue(cJSON_GetObjectItem(record, "seed_drawn"));

	cJSON_ArrayForEach(word, cJSON_GetObjectItem(record, "argv")) if (cJSON_IsString(word))
		add_word(&line, word->valuestring);
	if (drawn) /* the command line alone would draw another one */
		str_addf(&line, " --seed %.0f", json_number(record, "seed", 0));
	if (line.len)
		document_add(d, BLOCK_CODE, "%s", line.data);
	str_release(&line);
}

static void add_fact(struct document *d, const char *what, const char *value)
{
	if (!value || !*value)
		return;
	document_cell(d, "%s", what);
	document_cell(d, "%s", value);
}

static void add_data_facts(struct document *d, const cJSON *data)
{
	const cJSON *item;

	if (cJSON_IsObject(data)) {
		add_fact(d, "data", json_text(data, "file", NULL));
		add_fact(d, "data sha256", json_text(data, "sha256", NULL));
	}
	if (cJSON_IsArray(data))
		cJSON_ArrayForEach(item, data) add_data_facts(d, item);
}

static void add_host(struct document *d, const cJSON *record)
{
	const cJSON *host = cJSON_GetObjectItem(record, "host");
	const char *git = json_text(host, "git", "");

	document_cell(d, "version");
	document_cell(d, "eqrl %s%s%s", json_text(host, "version", "?"), *git ? ", " : "", git);
	document_cell(d, "machine");
	document_cell(d, "%s, kernels %s, %s", json_text(host, "cpu", "?"), json_text(host, "kernels", "?"),
		      json_text(host, "blas", "?"));
}

void add_reproduction(struct document *d, const struct run_facts *r)
{
	const struct options *o = &r->options.values;

	if (!r->record)
		return;
	document_heading(d, 2, "How to make it again");
	add_command(d, r->record);
	document_table(d, "lb");
	document_cell(d, "what");
	document_cell(d, "value");
	document_cell(d, "seed");
	document_cell(d, "%.0f%s", json_number(r->record, "seed", 0),
		      cJSON_IsTrue(cJSON_GetObjectItem(r->record, "seed_drawn")) ? " (drawn)" : "");
	add_fact(d, "started", json_text(r->record, "started", NULL));
	add_fact(d, "ended", json_text(r->record, "ended", NULL));
	add_host(d, r->record);
	add_data_facts(d, cJSON_GetObjectItem(r->record, "data"));
	add_fact(d, "weights", json_text(cJSON_GetObjectItem(r->record, "weights"), "file", NULL));
	add_fact(d, "weights sha256", json_text(cJSON_GetObjectItem(r->record, "weights"), "sha256", NULL));
	if (o->evals > 0 || o->steps > 0)
		document_add(d, BLOCK_TEXT,
			     "The same seed gives the same front, byte for byte, with the same version, weights, "
			     "libraries and kind of processor.");
	else
		document_add(
			d, BLOCK_TEXT,
			"A budget of time ends where the machine is by then, so the same command may stop a step "
			"earlier or later. With --steps or --evals as the budget the same seed gives the same front, "
			"byte for byte, with the same version, weights, libraries and kind of processor.");
}
