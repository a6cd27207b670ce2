/* installation.c — see installation.h. Prints results (stdout): this is what was asked for. */
#include "installation.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/ranks.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/parse.h"
#include "eqrl/eval/tape.h"
#include "eqrl/policy/weights.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/run/host.h"
#include "eqrl/cli/cli.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void installation_print_host(void)
{
	cJSON *h = host_record();
	const cJSON *item;
	double gib = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / (1 << 30);

	cJSON_ArrayForEach(item, h)
	{
		if (cJSON_IsNumber(item))
			printf("%-18s %g\n", item->string, item->valuedouble);
		else
			printf("%-18s %s\n", item->string, item->valuestring);
	}
	printf("%-18s %.1f GiB\n", "memory", gib);
	cJSON_Delete(h);
}

static void print_places(enum path_kind kind, const char *what)
{
	struct str places = {0};
	char *path = NULL, *rest, *place;

	printf("%-18s %s\n", what, path_find(kind, NULL, &path) == ST_OK ? path : "not found");
	free(path);
	path_places(kind, &places);
	rest = places.data;
	while (rest && (place = strsep(&rest, "\n")) && *place)
		printf("%-18s %s\n", "  searched", place);
	str_release(&places);
}

void installation_print_paths(void)
{
	print_places(PATH_LEARNER, "learner");
	print_places(PATH_WEIGHTS, "weights");
	print_places(PATH_CONFIG, "configurations");
}

/* One line of the report; the message of fail() where it went wrong. */
static enum status tell_check(const char *what, enum status st, const char *good)
{
	printf("%-4s %-10s %s\n", st == ST_OK ? "ok" : "FAIL", what, st == ST_OK ? good : error_message());
	return st;
}

/* The vectorised evaluator against the scalar definition, on the CPU at hand. */
static enum status check_kernels(char good[64])
{
	static const char text[] = "exp(-x1^2) * sin(3*x1) + log(x1 + 5) / sqrt(x1^2 + 2)";
	double x[2 * ROWS_BLOCK] = {0}, out[2 * ROWS_BLOCK];
	const double *column[] = {x};
	struct rows rows = {.n = ROWS_BLOCK, .n_columns = 1, .x = column};
	struct tape *tape = tape_new();
	enum status st = ST_OK;
	struct expr e;

	if (parse_expr(text, NULL, NULL, &e) != ST_OK)
		BUG("%s", error_message());
	for (int i = 0; i < rows.n; i++)
		x[i] = -3 + i * 0.1;
	tape_bind(tape, &e, &rows);
	if (!tape_eval(tape, NULL, out))
		st = fail(ST_INTERNAL, "the evaluator gives values that are not finite");
	for (int i = 0; i < rows.n && st == ST_OK; i++)
		if (!(fabs(out[i] - expr_value(&e, &x[i])) < 1e-13))
			st = fail(ST_INTERNAL, "kernels %s: %.17g where the definition gives %.17g",
				  tape_kernels(tape)->name, out[i], expr_value(&e, &x[i]));
	snprintf(good, 64, "%s agree with the scalar definition", tape_kernels(tape)->name);
	tape_free(tape);
	return st;
}

static enum status check_blas(char good[64])
{
	enum { N = 64 };
	float *a = xaligned(N * N * sizeof(float)), *b = xaligned(N * N * sizeof(float));
	float *c = xaligned(N * N * sizeof(float));
	enum status st = ST_OK;

	for (int i = 0; i < N; i++) {
		a[i * N + i] = 1;
		for (int j = 0; j < N; j++)
			b[i * N + j] = (float)(i - j);
	}
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
	if (memcmp(b, c, N * N * sizeof(float)) != 0)
		st = fail(ST_INTERNAL, "a matrix times the identity is another matrix");
	snprintf(good, 64, "%s kernels%s", openblas_get_corename(),
		 getenv("OPENBLAS_CORETYPE") ? ", chosen by OPENBLAS_CORETYPE" : "");
	free(a);
	free(b);
	free(c);
	return st;
}

static enum status check_learner(char good[256])
{
	const struct learner_api *api;
	enum status st;
	char *path;

	TRY(path_find(PATH_LEARNER, NULL, &path));
	st = learner_load(path, &api);
	free(path);
	TRY(st);
	snprintf(good, 256, "%s", api->version());
	return ST_OK;
}

static enum status check_weights(char good[256])
{
	struct policy p;
	char *path;
	enum status st;

	TRY(path_find(PATH_WEIGHTS, NULL, &path));
	st = policy_load(&p, path);
	free(path);
	TRY(st);
	snprintf(good, 256, "%.2f M parameters, sha256 %.12s", (double)net_parameters(&p.config) / 1e6, p.sha256);
	policy_release(&p);
	return ST_OK;
}

enum status installation_check(void)
{
	char good[256] = "";
	enum status worst = ST_OK, st;

	st = tell_check("evaluator", check_kernels(good), good);
	worst = st ? st : worst;
	st = tell_check("blas", check_blas(good), good);
	worst = st ? st : worst;
	fflush(stdout); /* the learner takes half a second to load */
	if (ranks_build())
		tell_check("mpi", ST_OK, ranks_build());
	st = tell_check("weights", check_weights(good), good);
	worst = st && worst != ST_INTERNAL ? st : worst;
	fflush(stdout);
	st = tell_check("learner", check_learner(good), good);
	return st && worst != ST_INTERNAL ? st : worst;
}
