/* pretrain_setup.c — see pretrain_setup.h. */
#include "eqrl/run/pretrain_setup.h"

#include "eqrl/pretrain/source.h"
#include "eqrl/run/inputs.h"

#include <string.h>

static void configure_problems(const struct options *o, struct problem_config *p)
{
	const double weight[FORM_COUNT] = {
		[FORM_TREE] = o->prior_tree,	     [FORM_PRODUCT] = o->prior_product,
		[FORM_SUM] = o->prior_sum,	     [FORM_RATIO] = o->prior_ratio,
		[FORM_FUNCTION] = o->prior_function, [FORM_DISTANCE] = o->prior_distance,
		[FORM_CURVE] = o->prior_curve,	     [FORM_POLYNOMIAL] = o->prior_polynomial,
		[FORM_PAIRS] = o->prior_pairs,
	};

	memcpy(p->prior.form, weight, sizeof(weight));
	p->unused_columns = o->unused_columns;
	p->turned = o->turned_share;
	p->dependent = o->dependent_share;
	p->noise.share = o->noise_share;
	p->noise.low = o->noise_low;
	p->noise.high = o->noise_high;
}

/* Fails on what the generator cannot work with. */
static enum status check_problems(const struct options *o, const struct problem_config *p)
{
	double sum = 0;

	for (int i = 0; i < FORM_COUNT; i++)
		sum += p->prior.form[i];
	if (sum <= 0)
		return fail(ST_USAGE,
			    "all weights of the prior are 0: give one of --prior-tree, --prior-sum … a weight");
	if (o->width % o->heads != 0)
		return fail(ST_USAGE, "--width %lld: must be a multiple of --heads %lld", (long long)o->width,
			    (long long)o->heads);
	if (o->noise_share > 0 && !(o->noise_low > 0 && o->noise_low <= o->noise_high))
		return fail(ST_USAGE, "--noise-low %g and --noise-high %g: must be above 0 and in order", o->noise_low,
			    o->noise_high);
	return ST_OK;
}

static void configure_training(const struct options *o, struct pretrain_config *c)
{
	*c = (struct pretrain_config){
		.encoding = (enum encoding)o->encoding,
		.problem = problem_default(),
		.seed = (uint64_t)o->seed,
		.threads = threads_wanted(o),
		.micro_batch = (int)o->micro_batch,
		.micro_batches = (int)o->micro_batches,
		.pairs = o->pairs,
		.lr = o->lr,
		.warmup = (int)o->warmup,
		.bf16 = o->bf16,
		.device = o->device,
		.init = o->init,
	};
	c->net = (struct net_config){
		.vocab = equation_vocabulary.n,
		.width = (int)o->width,
		.heads = (int)o->heads,
		.ff = 4 * (int)o->width,
		.encoder_layers = (int)o->encoder_layers,
		.decoder_layers = (int)o->decoder_layers,
		.latents = (int)o->latents,
		.points = (int)o->points,
		.features = encoding_features(c->encoding),
		.context = encoding_context(c->encoding),
		.max_len = VOCAB_MAX_LEN + 1,
	};
	configure_problems(o, &c->problem);
}

/* Questions instead of tables. */
static enum status configure_tasks(const struct options *o, struct task_mix *mix, struct pretrain_config *c)
{
	TRY(task_mix_parse(o->domain, o->levels, mix));
	TRY(template_set_parse(o->template, &c->templates));
	c->tasks = mix;
	c->encoding = ENCODING_SYMBOLS;
	c->net.vocab = task_vocabulary.n;
	c->net.points = PROMPT_ROWS;
	c->net.features = encoding_features(c->encoding);
	c->net.context = encoding_context(c->encoding);
	c->net.max_len = SYNTAX_MAX_LEN + 1; /* so that weights hold when answers become longer */
	return ST_OK;
}

/* Who goes on from weights goes on with their shape. */
static enum status take_shape_of_init(struct pretrain_config *c)
{
	struct policy p;

	if (!c->init)
		return ST_OK;
	TRY(policy_load_language(&p, c->init, pretrain_source(c)->vocabulary));
	c->net = p.config;
	c->encoding = p.encoding;
	policy_release(&p);
	if (c->tasks && c->net.max_len <= ANSWER_LEN)
		return fail(ST_WEIGHTS, "%s: has no room for answers of %d tokens", c->init, ANSWER_LEN);
	return ST_OK;
}

enum status pretrain_setup(const struct options *o, struct task_mix *mix, struct pretrain_config *c)
{
	configure_training(o, c);
	if (o->domain)
		TRY(configure_tasks(o, mix, c));
	TRY(check_problems(o, &c->problem));
	TRY(take_shape_of_init(c));
	TRY(net_config_check(&c->net));
	if (c->net.points > PROBLEM_MAX_ROWS)
		return fail(ST_USAGE, "--points %d: must be at most %d", c->net.points, PROBLEM_MAX_ROWS);
	return ST_OK;
}
