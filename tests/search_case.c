/* search_case.c — see search_case.h. */
#include "search_case.h"

#include "eqrl/expr/vocab.h"
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/rl/learner_load.h"
#include "test.h"

#include <stdlib.h>

static const struct net_config small = {.vocab = VOCAB_SIZE,
					.width = 32,
					.heads = 2,
					.ff = 64,
					.encoder_layers = 1,
					.decoder_layers = 1,
					.latents = 4,
					.points = 16,
					.max_len = VOCAB_MAX_LEN + 1};

const struct learner_api *search_case_learner(void)
{
	const char *path = getenv("EQRL_LEARNER");
	const struct learner_api *api;

#if defined(__SANITIZE_ADDRESS__)
	test_skip("libtorch is not loaded under sanitizers");
	return NULL;
#endif
	if (learner_load(path ? path : "build/libeqrl_learn.so", &api) != ST_OK) {
		test_skip(error_message());
		return NULL;
	}
	return api;
}

double search_case_law(double a, double b)
{
	return sin(a * b) + a;
}

double search_case_short_law(double a, double b)
{
	return a * b + sin(b);
}

void search_case_data(struct dataset *d, int n, double (*f)(double, double))
{
	struct rng r = rng_stream(3, 1, 4);
	double *x[2], *y = xcalloc((size_t)n + ROWS_BLOCK, sizeof(double));
	struct dataset_source s = {.file = "made up", .target = "y"};

	for (int j = 0; j < 2; j++)
		x[j] = xcalloc((size_t)n + ROWS_BLOCK, sizeof(double));
	for (int i = 0; i < n; i++) {
		x[0][i] = rng_range(&r, 0.2, 2);
		x[1][i] = rng_range(&r, 0.2, 2);
		y[i] = f(x[0][i], x[1][i]);
	}
	s.rows = (struct rows){.n = n, .n_columns = 2, .x = (const double *const *)x, .y = y};
	CHECK_OK(dataset_from_columns(d, &s, &(struct dataset_options){.seed = 1}));
	free(x[0]);
	free(x[1]);
	free(y);
}

void search_case_policy(struct policy *p)
{
	struct net_config c = small;

	c.features = encoding_features(ENCODING_MULTISCALE);
	c.context = encoding_context(ENCODING_MULTISCALE);
	policy_init(p, &c, ENCODING_MULTISCALE, 5);
	p->grammar_max_len = 20;
	p->grammar_max_consts = 3;
	p->grammar_nest = 1;
}

struct train_config search_case_config(void)
{
	return (struct train_config){
		.seed = 11,
		.prior = prior_default(),
		.batch = 64,
		.group_size = 32,
		.train_size = 32,
		.algo = 0,
		.reward = {.kind = REWARD_LOG_FVU, .size_cost = 0.1, .max_size = 20},
		.lr = 1e-3,
		.kl = 0.01,
		.entropy = 0.005,
		.elites = 8,
		.elite_weight = 0.2,
		.entropy_decay = 0.95,
		.clip_low = 0.2,
		.clip_high = 0.28,
		.temperature = 1,
		.allowed = ~(uint64_t)0,
		.max_size = 15,
		.max_consts = 3,
		.scorer = scorer_default(),
	};
}

static bool is_same_score(const struct score *a, const struct score *b)
{
	return a->fvu_fit == b->fvu_fit && a->fvu_select == b->fvu_select &&
	       expr_same_skeleton(&a->fitted, &b->fitted) &&
	       memcmp(a->fitted.c, b->fitted.c, (size_t)a->fitted.n_consts * sizeof(double)) == 0;
}

bool search_case_same_hof(const struct hof *a, const struct hof *b)
{
	for (int i = 0; i <= HOF_MAX_SIZE; i++) {
		if (a->used[i] != b->used[i])
			return false;
		if (!a->used[i])
			continue;
		if (!is_same_score(&a->best[i], &b->best[i]) || !is_same_score(&a->likely[i], &b->likely[i]))
			return false;
	}
	return true;
}
