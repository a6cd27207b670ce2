/* inputs.c — see inputs.h. */
#include "eqrl/run/inputs.h"
#include "eqrl/run/unit_setup.h"

#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/loss.h"
#include "eqrl/score/relative.h"

#include <math.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>

cJSON *notes_record(const struct notes *notes)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < notes->n; i++) {
		cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "level", notes->item[i].level == NOTE_WARNING ? "warning" : "note");
		cJSON_AddStringToObject(o, "text", notes->item[i].text);
		cJSON_AddItemToArray(list, o);
	}
	return list;
}

struct csv_options read_options(const struct options *o)
{
	return (struct csv_options){
		.delimiter = o->sep,
		.decimal = o->decimal,
		.comment = o->comment,
		.skip = (int)o->skip,
		.header = (enum csv_header)o->header,
		.na = o->na,
		.dates = o->dates,
		.categories = (int)o->categories,
		.index = o->index,
		.lags = o->lag,
	};
}

struct dataset_options data_options(const struct options *o)
{
	return (struct dataset_options){
		.target = o->target,
		.forbidden = o->forbid,
		.features = o->features,
		.row_weights = o->row_weights,
		.sigma = o->sigma,
		.test = o->test,
		.folded = o->cv > 0,
		.refuse_missing = o->missing == MISSING_ERROR,
		.in_order = o->split == SPLIT_TIME,
		.split_by = o->split_by,
		.group = o->group,
		.seed = (uint64_t)o->seed,
		.read = read_options(o),
	};
}

void show_notes(const struct notes *notes, const char *name, const struct options *o)
{
	for (int i = 0; i < notes->n; i++) {
		const struct note *note = &notes->item[i];

		if (o->quiet && note->level == NOTE_INFO)
			continue;
		if (name)
			warn("%s: %s", name, note->text);
		else
			warn("%s", note->text);
	}
}

/* The row that comes first in its file with a target that the loss cannot have; −1: none. line: of each row. */
static int first_refused(const struct rows *rows, const int32_t *line, const struct loss_info *l)
{
	int first = -1;

	for (int i = 0; i < rows->n; i++)
		if (!l->allows(rows->y[i]) && (first < 0 || line[i] < line[first]))
			first = i;
	return first;
}

static enum status check_targets(const struct dataset *d, const struct loss_info *l)
{
	int kept = first_refused(&d->all_but_report, d->line, l);
	int report = first_refused(&d->report, d->line + d->all_but_report.n, l);

	if (kept >= 0)
		return fail(ST_DATA, "%s:%d: --loss %s: target %s is %g; it takes %s", d->file, (int)d->line[kept],
			    l->name, d->target, d->all_but_report.y[kept], l->needs);
	if (report >= 0)
		return fail(ST_DATA, "%s:%d: --loss %s: target %s is %g; it takes %s",
			    d->report_file ? d->report_file : d->file, (int)d->line[d->all_but_report.n + report],
			    l->name, d->target, d->report.y[report], l->needs);
	return ST_OK;
}

/* Sums of squares of a million values, and of what an equation makes of them, have to stay within the range of doubles. */
#define LARGEST_VALUE	1e150
#define SMALLEST_SPREAD 1e-150

static enum status check_range(const struct dataset *d, const char *name, const struct column_stats *s)
{
	double largest = fmax(fabs(s->min), fabs(s->max));

	if (largest > LARGEST_VALUE)
		return fail(ST_DATA,
			    "%s: column %s reaches %g, whose square is beyond the range of numbers; divide it by %.0e",
			    d->file, name, largest, pow(10, floor(log10(largest))));
	if (s->max > s->min && s->max - s->min < SMALLEST_SPREAD)
		return fail(
			ST_DATA,
			"%s: column %s varies by %g, whose square is beyond the range of numbers; multiply it by %.0e",
			d->file, name, s->max - s->min, pow(10, fmin(300, -floor(log10(s->max - s->min)))));
	return ST_OK;
}

static enum status check_ranges(const struct dataset *d)
{
	for (int c = 0; c < d->n_columns; c++)
		TRY(check_range(d, d->name[c], &d->stats[c]));
	return check_range(d, d->target, &d->y_stats);
}

/* A target over so many decades is seldom as sure at its smallest values as at its largest. */
#define MANY_DECADES 4

static double decades_of(const struct dataset *d)
{
	return d->y_stats.min > 0 ? log10(d->y_stats.max / d->y_stats.min) : 0;
}

static void note_decades(struct dataset *d)
{
	double decades = decades_of(d);

	if (decades >= MANY_DECADES && !d->all_but_report.w)
		notes_add(&d->notes, NOTE_INFO,
			  "the target spans %.0f decades: squared errors see its largest values alone; --loss log "
			  "counts relative "
			  "errors",
			  decades);
}

static enum status give_loss(struct dataset *d, enum loss_kind kind)
{
	struct rows *roles[] = {&d->fit, &d->select, &d->all_but_report, &d->report};

	TRY(check_targets(d, &loss_table[kind]));
	d->loss = xcalloc(1, sizeof(*d->loss));
	*d->loss = (struct loss){kind, loss_scale_for(&d->all_but_report)};
	for (size_t k = 0; k < COUNT_OF(roles); k++)
		roles[k]->loss = d->loss;
	return ST_OK;
}

/* What has no meaning for equations whose constants differ from group to group, or is not made for them. */
static enum status check_groups(const struct dataset *d, const struct options *o)
{
	const char *with = o->template ? "--template" : o->constants ? "--constants" : NULL;

	if (!d->grouping)
		return ST_OK;
	if (o->loss != LOSS_MSE && o->loss != LOSS_AUTO)
		return fail(ST_USAGE, "--loss %s: groups are fitted by least squares; leave out --loss or --group",
			    loss_table[o->loss].name);
	if (with || o->integer_constants)
		return fail(ST_USAGE, "%s: not with constants of each group; leave out it or --group",
			    with ? with : "--integer-constants");
	return ST_OK;
}

enum status data_set_loss(struct dataset *d, const struct options *o)
{
	TRY(check_groups(d, o));
	TRY(check_ranges(d));
	if (o->loss != LOSS_MSE && o->loss != LOSS_AUTO)
		return give_loss(d, (enum loss_kind)o->loss);
	note_decades(d);
	return ST_OK;
}

enum status data_find_loss(struct dataset *d, const struct options *o)
{
	bool positive = true;

	for (int i = 0; i < d->report.n; i++)
		positive &= d->report.y[i] > 0;
	if (o->loss != LOSS_AUTO || d->grouping || !positive ||
	    !errors_are_relative(&d->all_but_report, (uint64_t)o->seed))
		return data_set_loss(d, o);
	TRY(check_ranges(d));
	notes_add(&d->notes, NOTE_WARNING,
		  "the target spans %.0f decades, and its errors grow with it: errors are those of its logarithm; "
		  "--loss mse "
		  "takes squares",
		  decades_of(d));
	return give_loss(d, LOSS_LOG);
}

enum loss_kind data_loss(const struct dataset *d)
{
	return d->loss ? d->loss->kind : LOSS_MSE;
}

enum status data_share_loss(struct dataset *d, const struct dataset *whole)
{
	TRY(check_ranges(d));
	return whole->loss ? give_loss(d, data_loss(whole)) : ST_OK;
}

void data_set_origins(struct dataset *d, const struct options *o)
{
	enum loss_kind loss = data_loss(d);

	if (d->grouping) { /* constants of each group are its own to shift */
		dataset_open_groups(d);
		return;
	}
	if (o->template || o->constants || o->integer_constants)
		return; /* an origin would be one more number, in a place that the form may not have */
	if (d->units && d->units->constants != UNIT_CONSTANTS_ANY)
		return; /* in x - 2000 the number has x's unit */
	dataset_centre(d, loss == LOSS_MSE || loss == LOSS_MAE || loss == LOSS_HUBER || loss == LOSS_LOGCOSH);
}

static enum status load_dataset(struct dataset *d, const struct options *o, bool no_split)
{
	struct dataset_options options = data_options(o);
	enum status st;

	options.no_split = no_split;
	if (!o->data)
		return fail(ST_USAGE, "no data: give --data FILE (csv, tsv, txt, .gz; - for standard input)");
	if (strchr(o->data, '\n'))
		return fail(ST_USAGE, "--data: this command takes one file; train takes several");
	TRY(dataset_load(d, o->data, &options));
	st = data_set_loss(d, o);
	if (st == ST_OK)
		st = data_set_units(d, o);
	if (st != ST_OK) {
		dataset_release(d);
		return st;
	}
	show_notes(&d->notes, NULL, o);
	return ST_OK;
}

enum status data_load(struct dataset *d, const struct options *o)
{
	return load_dataset(d, o, false);
}

enum status data_load_unsplit(struct dataset *d, const struct options *o)
{
	return load_dataset(d, o, true);
}

int threads_wanted(const struct options *o)
{
	cpu_set_t set;

	if (o->threads > 0)
		return (int)o->threads;
	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}
