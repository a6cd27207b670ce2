/* policy.c — a network with its weights in memory, and what its files have in common; see weights.h. */
#include "policy_file.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/vocab.h"

#include <stdlib.h>
#include <string.h>

const char *const policy_field_name[POLICY_FIELDS] = {
	"width",   "heads",  "ff",	 "encoder_layers", "decoder_layers",
	"latents", "points", "features", "context",	   "max_len",
};

int *policy_field(struct net_config *c, int i)
{
	int *field[POLICY_FIELDS] = {&c->width,	  &c->heads,  &c->ff,	    &c->encoder_layers, &c->decoder_layers,
				     &c->latents, &c->points, &c->features, &c->context,	&c->max_len};

	return field[i];
}

int policy_vocab_copies(int tensor)
{
	switch (tensor) {
	case NET_EMBED:
	case NET_LOGITS_W:
	case NET_LOGITS_B:
		return 1;
	case NET_SLOT:
		return 2;
	default:
		return 0;
	}
}

void policy_init_language(struct policy *p, const struct net_config *c, enum encoding e, const struct vocabulary *v,
			  uint64_t seed)
{
	struct grammar g = grammar_default(VOCAB_VARS);
	struct rng r = rng_stream(seed, 0, 0);

	if (net_config_check(c) != ST_OK)
		BUG("%s", error_message());
	if (c->vocab != v->n)
		BUG("a network for %d tokens, %s have %d", c->vocab, v->language, v->n);
	*p = (struct policy){
		.config = *c,
		.vocabulary = v,
		.encoding = e,
		.params = xaligned(net_size(c) * sizeof(*p->params)),
		.known_tokens = syntax_all(v->n),
		.grammar_max_len = g.max_len < c->max_len ? g.max_len : c->max_len - 1,
		.grammar_max_consts = g.max_consts,
		.grammar_nest = g.nest_limit,
		.recipe = cJSON_CreateObject(),
		.metrics = cJSON_CreateObject(),
	};
	net_init(c, p->params, &r);
}

void policy_init(struct policy *p, const struct net_config *c, enum encoding e, uint64_t seed)
{
	policy_init_language(p, c, e, &equation_vocabulary, seed);
}

void policy_copy(struct policy *dst, const struct policy *src)
{
	size_t bytes = net_size(&src->config) * sizeof(*src->params);

	*dst = *src;
	dst->params = xaligned(bytes);
	memcpy(dst->params, src->params, bytes);
	dst->recipe = src->recipe ? cJSON_Duplicate(src->recipe, 1) : NULL;
	dst->metrics = src->metrics ? cJSON_Duplicate(src->metrics, 1) : NULL;
	dst->path = src->path ? xstrdup(src->path) : NULL;
}

void policy_release(struct policy *p)
{
	free(p->params);
	free(p->path);
	cJSON_Delete(p->recipe);
	cJSON_Delete(p->metrics);
	*p = (struct policy){0};
}
