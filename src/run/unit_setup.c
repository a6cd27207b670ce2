/* unit_setup.c — see unit_setup.h. */
#include "eqrl/run/unit_setup.h"

#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"
#include "eqrl/expr/print.h"
#include "eqrl/run/search_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which text for which column ----------------------------------------------------------------------------------- */

static const char *name_of(const struct dataset *d, int c)
{
	return c < d->n_columns ? d->name[c] : d->target;
}

/* d's own texts, the target's as the last. */
static char **unit_text(struct dataset *d, int c)
{
	return c < d->n_columns ? &d->unit[c] : &d->target_unit;
}

static void set_unit_text(struct dataset *d, int c, const char *text)
{
	char **own = unit_text(d, c);

	free(*own);
	*own = *text ? xstrdup(text) : NULL;
}

static int column_or_target(const struct dataset *d, const char *name)
{
	for (int c = 0; c <= d->n_columns; c++)
		if (strcmp(name_of(d, c), name) == 0)
			return c;
	return -1;
}

static enum status set_named(struct dataset *d, const char *name, const char *text)
{
	int c = column_or_target(d, name);

	if (c < 0)
		return fail(ST_USAGE, "--units: %s has no column \"%s\" among inputs and target", d->file, name);
	set_unit_text(d, c, text);
	return ST_OK;
}

static enum status read_unit_file(struct dataset *d, const char *path)
{
	enum status st = ST_OK;
	const cJSON *item;
	cJSON *json;

	TRY(file_read_json(path, ST_DATA, &json));
	if (!cJSON_IsObject(json))
		st = fail(ST_DATA, "%s: expected an object of units by the names of columns: {\"v\": \"m/s\"}", path);
	cJSON_ArrayForEach(item, json)
	{
		if (st == ST_OK && !cJSON_IsString(item))
			st = fail(ST_DATA, "%s: the unit of %s is no text", path, item->string);
		if (st == ST_OK)
			st = set_named(d, item->string, item->valuestring);
	}
	cJSON_Delete(json);
	return st;
}

/* The '=' behind a name, which may be quoted; NULL: none. */
static char *find_equals(char *word)
{
	bool quoted = false;

	for (; *word; word++) {
		quoted ^= *word == '`';
		if (*word == '=' && !quoted)
			return word;
	}
	return NULL;
}

static enum status set_pair(struct dataset *d, char *word, char *equals)
{
	size_t n;

	*equals = '\0';
	n = strlen(word);
	if (n > 1 && word[0] == '`' && word[n - 1] == '`') {
		word[n - 1] = '\0';
		word++;
	}
	return set_named(d, word, equals + 1);
}

static enum status refuse_count(const struct dataset *d, int n)
{
	struct str names = {0};

	for (int c = 0; c <= d->n_columns && c < 12; c++)
		str_addf(&names, "%s%s", c ? ", " : "", c < 11 ? name_of(d, c) : "...");
	fail(ST_USAGE, "--units: %d entr%s for %d columns, which are in this order %s%s; or name them: %s=UNIT", n,
	     n == 1 ? "y" : "ies", d->n_columns + 1, names.data, d->n_columns < 11 ? " (the target)" : "",
	     name_of(d, 0));
	str_release(&names);
	return ST_USAGE;
}

/* "m,s,kg/m^3": the inputs in their order, then the target; "x=m,y=kg": by name. */
static enum status read_unit_list(struct dataset *d, const char *list)
{
	bool named = strchr(list, '=') != NULL;
	enum status st = ST_OK;
	char *word;
	int n = 0;

	while (st == ST_OK && (word = csv_next_entry(&list)) != NULL) {
		char *equals = find_equals(word);

		if (named && !equals)
			st = fail(ST_USAGE, "--units: \"%s\" is not of the form COLUMN=UNIT, as others are", word);
		else if (named)
			st = set_pair(d, word, equals);
		else if (n <= d->n_columns)
			set_unit_text(d, n, word);
		n++;
		free(word);
	}
	if (st == ST_OK && !named && n != d->n_columns + 1)
		return refuse_count(d, n);
	return st;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

/* ---- units ---------------------------------------------------------------------------------------------------------- */

static enum status read_texts(const struct dataset *d, struct units *u)
{
	units_init(u, d->n_columns);
	for (int c = 0; c <= d->n_columns; c++) {
		const char *text = *unit_text((struct dataset *)d, c);

		if (units_read(u, text ? text : "", c < d->n_columns ? &u->column[c] : &u->target) != ST_OK)
			return fail_prefix(ST_USAGE, "--units: %s", name_of(d, c));
	}
	return ST_OK;
}

static void note_symbols(struct dataset *d)
{
	const struct symbol_list *l = &d->units->base;
	struct str list = {0};

	for (int i = 0; i < l->n; i++)
		if (l->unknown[i])
			str_addf(&list, "%s%s", list.len ? ", " : "", l->symbol[i]);
	if (list.len)
		notes_add(&d->notes, NOTE_WARNING, "units: not known, and taken as dimensions of their own: %s",
			  list.data);
	str_release(&list);
}

static void note_missing(struct dataset *d)
{
	struct str list = {0};
	int n = 0;

	for (int c = 0; c <= d->n_columns; c++)
		if (!*unit_text(d, c) && n++ < 12)
			str_addf(&list, "%s%s", list.len ? ", " : "", name_of(d, c));
	if (n > 0)
		notes_add(&d->notes, NOTE_INFO, "units: none given for %s%s; taken as numbers without one", list.data,
			  n > 12 ? " ..." : "");
	str_release(&list);
}

static void note_unreached(struct dataset *d)
{
	struct str list = {0};

	for (int c = 0; c < d->n_columns; c++)
		if (!units_reach_with(d->units, c))
			str_addf(&list, "%s%s", list.len ? ", " : "", d->name[c]);
	if (list.len)
		notes_add(&d->notes, NOTE_WARNING,
			  "units: no consistent equation has %s, as long as constants have none "
			  "(--unit-constants any)",
			  list.data);
	str_release(&list);
}

/* Numbers carry units where the columns alone do not lead to the target's, unless the user decided. */
static void choose_constants(struct dataset *d, const struct options *o)
{
	struct units *u = d->units;
	struct str target = {0};
	static const enum unit_constants choices[] = {
		[CHOOSE_UNIT_CONSTANTS] = UNIT_CONSTANTS_NONE,
		[NO_UNIT_CONSTANTS] = UNIT_CONSTANTS_NONE,
		[SCALE_UNIT_CONSTANTS] = UNIT_CONSTANTS_SCALE,
		[ANY_UNIT_CONSTANTS] = UNIT_CONSTANTS_ANY,
	};

	u->scaled = o->linear_scaling != LINEAR_SCALING_OFF;
	u->constants = choices[o->unit_constants];
	if (o->unit_constants != CHOOSE_UNIT_CONSTANTS)
		return;
	u->constants = units_reach_target(u) || o->max_consts == 0 ? UNIT_CONSTANTS_NONE : UNIT_CONSTANTS_ANY;
	if (u->constants == UNIT_CONSTANTS_NONE)
		return;
	dimension_print(&u->written, &u->target.written, &target);
	notes_add(&d->notes, NOTE_INFO,
		  "units: the columns alone make nothing in the unit of %s (%s), so constants may have units",
		  d->target, target.data);
	str_release(&target);
}

static bool has_units(const struct dataset *d)
{
	bool any = d->target_unit != NULL;

	for (int c = 0; c < d->n_columns && d->unit; c++)
		any |= d->unit[c] != NULL;
	return any;
}

enum status data_set_units(struct dataset *d, const struct options *o)
{
	struct bounds bounds;

	if (!o->units)
		return ST_OK;
	if (o->template || d->grouping)
		return fail(ST_USAGE,
			    "--units --%s: units bind equations of one form and one set of constants; leave one out",
			    o->template ? "template" : "group");
	if (strcmp(o->units, "row") == 0 && !has_units(d))
		return fail(ST_USAGE, "--units row: %s has no row of units below its header; give them: --units '%s=m'",
			    d->file, name_of(d, 0));
	if (!d->unit)
		d->unit = xcalloc((size_t)d->n_columns + 1, sizeof(*d->unit));
	if (ends_with(o->units, ".json"))
		TRY(read_unit_file(d, o->units));
	else if (strcmp(o->units, "row") != 0)
		TRY(read_unit_list(d, o->units));
	d->units = xcalloc(1, sizeof(*d->units));
	TRY(read_texts(d, d->units));
	choose_constants(d, o);
	TRY(search_bounds(o, &bounds));
	d->units->operators = bounds.operators;
	units_ready(d->units);
	note_symbols(d);
	note_missing(d);
	if (d->units->constants == UNIT_CONSTANTS_NONE && units_reach_target(d->units))
		note_unreached(d);
	return ST_OK;
}

/* ---- what is refused ---------------------------------------------------------------------------------------------------- */

static enum status refuse_target(const struct dataset *d)
{
	const struct units *u = d->units;
	struct str target = {0};

	dimension_print(&u->written, &u->target.written, &target);
	fail(ST_USAGE,
	     "--units: no product of powers of the columns has the unit of %s (%s), and constants have none here; "
	     "--unit-constants any lets them have units",
	     d->target, target.data);
	str_release(&target);
	return ST_USAGE;
}

/* In a consistent equation: a column that shares no dimension with the others, a function of nothing. */
enum status units_check_required(const struct dataset *d, const struct bounds *b)
{
	const struct units *u = d->units;

	if (!u || u->constants != UNIT_CONSTANTS_NONE)
		return ST_OK;
	for (int k = 0; k < b->n_required; k++)
		if (!units_reach_with(u, b->required_column[k]))
			return fail(ST_USAGE,
				    "--require %s: its unit goes with no other, so no consistent equation has it; "
				    "--unit-constants any lets constants make up for it",
				    d->name[b->required_column[k]]);
	return ST_OK;
}

enum status units_check(const struct dataset *d, const struct options *o)
{
	if (!d->units || (d->units->constants != UNIT_CONSTANTS_NONE && o->max_consts > 0))
		return ST_OK;
	return units_reach_target(d->units) ? ST_OK : refuse_target(d);
}
