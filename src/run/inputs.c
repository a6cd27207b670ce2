/* inputs.c — see inputs.h. */
#include "eqrl/run/inputs.h"

#include "eqrl/base/log.h"

#include <sched.h>
#include <stddef.h>
#include <string.h>

struct dataset_options data_options(const struct options *o)
{
	return (struct dataset_options){
		.target = o->target,
		.features = o->features,
		.row_weights = o->row_weights,
		.sigma = o->sigma,
		.test = o->test,
		.refuse_missing = o->missing == MISSING_ERROR,
		.seed = (uint64_t)o->seed,
	};
}

static enum status load(struct dataset *d, const struct options *o, bool no_split)
{
	struct dataset_options options = data_options(o);

	options.no_split = no_split;
	if (!o->data)
		return fail(ST_USAGE, "no data: give --data FILE (csv, tsv, txt, .gz; - for standard input)");
	if (strchr(o->data, '\n'))
		return fail(ST_USAGE, "--data: this command takes one file");
	TRY(dataset_load(d, o->data, &options));
	for (int i = 0; i < d->n_notes && !o->quiet; i++)
		warn("%s", d->note[i]);
	return ST_OK;
}

enum status data_load(struct dataset *d, const struct options *o)
{
	return load(d, o, false);
}

enum status data_load_unsplit(struct dataset *d, const struct options *o)
{
	return load(d, o, true);
}

int threads_wanted(const struct options *o)
{
	cpu_set_t set;

	if (o->threads > 0)
		return (int)o->threads;
	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}
