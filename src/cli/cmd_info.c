/* cmd_info.c — eqrl info: describes weights, checkpoints, runs, data sets, or this installation. */
#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/data/dataset.h"
#include "eqrl/policy/weights.h"
#include "eqrl/domain/alphabet.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/cli/cli.h"
#include "installation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- weights ----------------------------------------------------------------------------------- */

static void print_object(const char *title, const cJSON *o)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, o)
	{
		char *text = cJSON_IsString(item) ? xstrdup(item->valuestring) : cJSON_PrintUnformatted(item);

		printf("%-10s %s = %s\n", title, item->string, text);
		free(text);
	}
}

static void print_vocabulary(const struct vocabulary *v, uint64_t known)
{
	struct str missing = {0};

	printf("%-10s", "tokens");
	for (int t = 0; t < v->n; t++) {
		if (known & TOK_BIT(t))
			printf(" %s", v->name(t));
		else
			str_addf(&missing, " %s", v->name(t));
	}
	putchar('\n');
	if (missing.len)
		printf("%-10s%s\n", "unknown", missing.data);
	str_release(&missing);
}

static void print_policy(const struct policy *p)
{
	const struct net_config *c = &p->config;

	printf("weights    %s\n", p->path);
	printf("sha256     %s\n", p->sha256);
	printf("parameters %zu\n", net_parameters(c));
	printf("network    width %d, %d heads, feed-forward %d, %d encoder and %d decoder blocks, "
	       "%d latents\n",
	       c->width, c->heads, c->ff, c->encoder_layers, c->decoder_layers, c->latents);
	printf("encoding   %s, up to %d rows at a time\n", encoding_name(p->encoding), c->points);
	if (p->vocabulary == &equation_vocabulary)
		printf("grammar    %d nodes, %d constants, nesting %d\n", p->grammar_max_len, p->grammar_max_consts,
		       p->grammar_nest);
	else
		printf("language   %s, up to %d tokens\n", p->vocabulary->language, p->grammar_max_len);
	print_vocabulary(p->vocabulary, p->known_tokens);
	print_object("recipe", p->recipe);
	print_object("metrics", p->metrics);
}

/* A checkpoint, or anybody's safetensors file. */
static enum status print_tensors(const char *path)
{
	static const char *const dtype[] = {"F32", "F16", "BF16", "F64", "I64", "U8"};
	struct tensor_file f;

	TRY(tensor_file_load(&f, path));
	printf("tensors    %s: %d arrays\n", path, f.n);
	print_object("metadata", f.metadata);
	for (int i = 0; i < f.n; i++) {
		printf("  %-40s %-4s (", f.entry[i].name, dtype[f.entry[i].dtype]);
		for (int d = 0; d < f.entry[i].n_dims; d++)
			printf(d ? ", %lld" : "%lld", (long long)f.entry[i].shape[d]);
		printf(")\n");
	}
	tensor_file_release(&f);
	return ST_OK;
}

/* The language that the weights name, of equations where they name none. */
static const struct vocabulary *language_of(const struct tensor_file *f)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "language"));

	return name && strcmp(name, task_vocabulary.language) == 0 ? &task_vocabulary : &equation_vocabulary;
}

static enum status info_weights(const char *path)
{
	const struct vocabulary *language;
	struct policy p;
	struct tensor_file f;
	bool is_policy;

	TRY(tensor_file_load(&f, path));
	is_policy = tensor_file_find(&f, "embed") != NULL;
	language = language_of(&f);
	tensor_file_release(&f);
	if (!is_policy)
		return print_tensors(path);
	TRY(policy_load_language(&p, path, language));
	print_policy(&p);
	policy_release(&p);
	return ST_OK;
}

/* ---- data -------------------------------------------------------------------------------------- */

/* Of UTF-8: bytes that do not go on with a character. */
static int count_characters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* relevance and unit may be NULL. */
static void print_column(const char *name, const char *role, const struct column_stats *s, const double *relevance,
			 const char *unit)
{
	int blanks = 24 - count_characters(name);

	printf("  %s%*s %-8s %12.6g %12.6g %12.6g %12.6g", name, blanks > 0 ? blanks : 0, "", role, s->min, s->max,
	       s->mean, s->sd);
	if (relevance)
		printf(" %10.3f", *relevance);
	else if (unit)
		printf(" %10s", "");
	if (unit)
		printf("  %s", unit);
	putchar('\n');
}

static bool has_units(const struct dataset *d)
{
	bool any = d->target_unit != NULL;

	for (int i = 0; i < d->n_columns; i++)
		any |= d->unit[i] != NULL;
	return any;
}

static enum status info_data(const struct options *o, const char *path)
{
	struct dataset_options options = data_options(o);
	struct dataset d;
	double *relevance;
	char hash[65];

	TRY(dataset_load(&d, path, &options));
	relevance = xcalloc((size_t)d.n_columns + 1, sizeof(*relevance));
	dataset_relevance(&d.all_but_report, relevance);
	dataset_sha256(&d, hash);
	printf("data       %s\n", d.file);
	printf("sha256     %s (names and values)\n", hash);
	printf("rows       %d: %d fit, %d select, %d report\n", d.all_but_report.n + d.report.n, d.fit.n, d.select.n,
	       d.report.n);
	printf("target     %s\n", d.target);
	for (int i = 0; i < d.notes.n; i++)
		printf("%-10s %s\n", d.notes.item[i].level == NOTE_WARNING ? "warning" : "note", d.notes.item[i].text);
	printf("  %-24s %-8s %12s %12s %12s %12s %10s%s\n", "column", "role", "min", "max", "mean", "sd", "relevance",
	       has_units(&d) ? "  unit" : "");
	for (int i = 0; i < d.n_columns; i++)
		print_column(d.name[i], "input", &d.stats[i], &relevance[i], d.unit[i]);
	print_column(d.target, "target", &d.y_stats, NULL, d.target_unit);
	free(relevance);
	dataset_release(&d);
	return ST_OK;
}

/* ---- runs -------------------------------------------------------------------------------------- */

static void print_record(const char *dir)
{
	char *path = path_join(dir, "run.json");
	cJSON *json = NULL;

	if (!file_exists(path) || file_read_json(path, ST_DATA, &json) != ST_OK)
		json = NULL;
	print_object("run", json);
	cJSON_Delete(json);
	free(path);
}

static enum status print_front(const char *dir)
{
	struct front f;

	TRY(run_front_load(&f, dir, NULL));
	front_print(&f, NOTATION_TEXT, 0);
	front_release(&f);
	return ST_OK;
}

/* One front for each data set of the run, under its name. */
static enum status print_parts(const char *dir, char *parts)
{
	enum status st = ST_OK;

	for (char *name; st == ST_OK && (name = strsep(&parts, "\n"));) {
		char *part = path_join(dir, name);

		printf("\ndata set   %s\n", name);
		st = print_front(part);
		free(part);
	}
	return st;
}

static enum status info_run(const char *dir)
{
	char *file = path_join(dir, "equations.json"), *parts = file_exists(file) ? NULL : run_parts(dir);
	struct front f = {0};
	enum status st = parts ? ST_OK : run_front_load(&f, dir, NULL); /* no run at all: say so before anything */

	front_release(&f);
	if (st == ST_OK || st == ST_NOTHING)
		print_record(dir);
	if (st == ST_OK)
		st = parts ? print_parts(dir, parts) : print_front(dir);
	free(parts);
	free(file);
	return st;
}

/* ---- what is it? ------------------------------------------------------------------------------- */

/* A safetensors file starts with the length of its header (8 bytes) and the header's brace. */
static bool is_safetensors(const char *path)
{
	size_t n = strlen(path), ending = strlen(".safetensors");
	unsigned char head[9];
	bool yes = false;
	FILE *f;

	if (n > ending && strcmp(path + n - ending, ".safetensors") == 0)
		return true;
	f = fopen(path, "rb");
	if (f) {
		yes = fread(head, 1, sizeof(head), f) == sizeof(head) && head[8] == '{' && head[7] == 0;
		fclose(f);
	}
	return yes;
}

static enum status info_installation(void)
{
	installation_print_host();
	installation_print_paths();
	printf("eqrl doctor checks that they work.\n");
	return ST_OK;
}

static enum status info_weights_by_name(const char *name)
{
	char *path = NULL;
	enum status st = path_find(PATH_WEIGHTS, name, &path);

	if (st != ST_OK)
		return fail(ST_DATA, "%s: no such file or directory, nor weights of that name", name);
	st = info_weights(path);
	free(path);
	return st;
}

int cmd_info(struct invocation *inv)
{
	const char *path = inv->n_args ? inv->args[0] : inv->options->data;

	if (inv->n_args && inv->options->data)
		return fail(ST_USAGE, "%s and --data %s: describes one thing at a time; leave one out", path,
			    inv->options->data);
	if (!path)
		return info_installation();
	if (file_is_dir(path))
		return info_run(path);
	if (strcmp(path, "-") == 0)
		return info_data(inv->options, path);
	if (!file_exists(path))
		return info_weights_by_name(path);
	return is_safetensors(path) ? info_weights(path) : info_data(inv->options, path);
}
