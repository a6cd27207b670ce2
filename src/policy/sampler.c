/* sampler.c — sentences drawn from the policy; see sampler.h.
 *
 * Each worker keeps up to SAMPLER_CHUNK sequences under way at once, and takes the next one of the
 * request when one is finished, so that matrix products stay full. Who draws a sequence and beside
 * which others has no influence on it: see decode.h and the sequence's own stream. */
#include "eqrl/policy/sampler.h"

#include "eqrl/base/mem.h"
#include "decode.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PURPOSE_SAMPLE = 0x73616d70 }; /* "samp": apart from other users of the seed */

struct sampler {
	struct pool *pool;
	struct lanes **lanes; /* per worker, kept from draw to draw */
};

struct sampler *sampler_new(struct pool *pool)
{
	struct sampler *s = xcalloc(1, sizeof(*s));

	s->pool = pool;
	s->lanes = xcalloc((size_t)pool_threads(pool), sizeof(struct lanes *));
	return s;
}

void sampler_free(struct sampler *s)
{
	if (!s)
		return;
	for (int i = 0; i < pool_threads(s->pool); i++)
		lanes_free(s->lanes[i]);
	free(s->lanes);
	free(s);
}

void samples_release(struct samples *s)
{
	free(s->tokens);
	free(s->slot);
	free(s->legal);
	free(s->logp);
	free(s->len);
	*s = (struct samples){0};
}

static void samples_prepare(struct samples *s, int n, int width)
{
	size_t cells = (size_t)n * (size_t)width;

	if (n > s->n || cells > (size_t)s->n * (size_t)s->width) {
		samples_release(s);
		s->tokens = xmalloc(cells * sizeof(*s->tokens));
		s->slot = xmalloc(cells * sizeof(*s->slot));
		s->legal = xmalloc(cells * sizeof(*s->legal));
		s->logp = xmalloc(cells * sizeof(*s->logp));
		s->len = xmalloc((size_t)n * sizeof(*s->len));
	}
	s->n = n;
	s->width = width;
	memset(s->tokens, TOK_PAD, cells * sizeof(*s->tokens));
	memset(s->slot, 0, cells * sizeof(*s->slot));
	memset(s->legal, 0, cells * sizeof(*s->legal));
	memset(s->logp, 0, cells * sizeof(*s->logp));
	memset(s->len, 0, (size_t)n * sizeof(*s->len));
}

/* One draw, shared by its workers. */
struct drawing {
	const struct sample_request *request;
	struct sampler *sampler;
	struct samples *out;
	int max_len;
	struct decoder *decoder;
	struct cross *cross; /* of each different memory */
	int *cross_of;	     /* (n) */
	int lanes_per_worker;
	atomic_int next; /* sequence to begin, among those of this rank */
	atomic_bool stopped;
	const volatile int *stop;
};

/* A sequence under way. */
struct lane {
	int sequence, n; /* tokens so far */
	struct rng rng;
	uint64_t legal; /* for the token that comes next */
	int slot;	/* that it fills */
};

static int most_probable(const float *weight, uint64_t legal)
{
	int best = __builtin_ctzll(legal);

	for (uint64_t m = legal; m; m &= m - 1)
		best = weight[__builtin_ctzll(m)] > weight[best] ? __builtin_ctzll(m) : best;
	return best;
}

/* Draws one of the legal tokens at the temperature; *logp is its log-probability at 1. */
static int draw_token(const struct net_kernels *k, const float *logits, uint64_t legal, double temperature,
		      struct rng *r, float *logp)
{
	_Alignas(64) float shifted[DECODE_LOGITS], weight[DECODE_LOGITS];
	double sum = 0, total = 0, u;
	float max = -INFINITY;
	int token = __builtin_ctzll(legal);

	for (uint64_t m = legal; m; m &= m - 1)
		max = logits[__builtin_ctzll(m)] > max ? logits[__builtin_ctzll(m)] : max;
	for (int i = 0; i < DECODE_LOGITS; i++)
		shifted[i] = logits[i] > max ? 0 : logits[i] - max;
	k->exp(shifted, weight, DECODE_LOGITS);
	for (uint64_t m = legal; m; m &= m - 1)
		sum += weight[__builtin_ctzll(m)];
	total = sum;
	if (temperature == 0) {
		token = most_probable(shifted, legal);
		*logp = (float)((double)shifted[token] - log(sum));
		return token;
	}
	if (temperature != 1) {
		total = 0;
		for (int i = 0; i < DECODE_LOGITS; i++)
			weight[i] = (float)(shifted[i] / temperature);
		k->exp(weight, weight, DECODE_LOGITS);
		for (uint64_t m = legal; m; m &= m - 1)
			total += weight[__builtin_ctzll(m)];
	}
	u = rng_uniform(r) * total;
	for (uint64_t m = legal; m && u >= 0; m &= m - 1) { /* rounding may leave the last one */
		token = __builtin_ctzll(m);
		u -= weight[token];
	}
	*logp = (float)((double)shifted[token] - log(sum));
	return token;
}

static uint8_t *tokens_of(const struct drawing *d, const struct lane *l)
{
	return d->out->tokens + (size_t)l->sequence * (size_t)d->out->width;
}

/* Asks what may follow the tokens of the lane. */
static void look_ahead(const struct drawing *d, struct lane *l)
{
	const struct sample_request *r = d->request;
	const struct syntax *s = &r->syntax[r->shared_syntax ? 0 : l->sequence];

	l->legal = s->next(s->rules, r->policy->known_tokens, tokens_of(d, l), l->n, &l->slot);
	if (!l->legal || (l->n >= d->max_len && l->legal != TOK_BIT(TOK_EOS)))
		BUG("sequence %d has no legal token at position %d", l->sequence, l->n);
}

/* Takes the next sequence of the request into a lane. False when there is none. */
static bool begin_sequence(struct drawing *d, struct lane *l)
{
	const struct sample_request *r = d->request;

	l->sequence = ranks_first_piece() + ranks_count() * atomic_fetch_add(&d->next, 1);
	if (l->sequence >= r->n)
		return false;
	l->rng = rng_stream(r->seed, PURPOSE_SAMPLE, r->first + (uint64_t)l->sequence);
	l->n = 0;
	look_ahead(d, l);
	return true;
}

static struct decode_input input_of(const struct drawing *d, const struct lane *l, int lane)
{
	return (struct decode_input){
		.lane = lane,
		.position = l->n,
		.embed = l->n ? tokens_of(d, l)[l->n - 1] : TOK_BOS,
		.slot = l->slot,
		.cross = &d->cross[d->cross_of[l->sequence]],
	};
}

/* Records a token; true when it completes the sequence. */
static bool append_token(const struct drawing *d, struct lane *l, int token, float logp)
{
	size_t at = (size_t)l->sequence * (size_t)d->out->width + (size_t)l->n++;

	d->out->legal[at] = l->legal;
	d->out->slot[at] = (uint8_t)l->slot;
	d->out->tokens[at] = (uint8_t)token;
	d->out->logp[at] = logp;
	if (token != TOK_EOS)
		return false;
	d->out->len[l->sequence] = l->n;
	return true;
}

/* Draws and records a token; true when the sequence is complete. EOS, where it is the only token that is legal, has
 * log-probability 0 and needs no pass through the network. */
static bool advance(const struct drawing *d, struct lane *l, const float *logits)
{
	float logp;
	int token = draw_token(d->decoder->kernels, logits, l->legal, d->request->temperature, &l->rng, &logp);

	if (append_token(d, l, token, logp))
		return true;
	look_ahead(d, l);
	return l->legal == TOK_BIT(TOK_EOS) && append_token(d, l, TOK_EOS, 0);
}

static void draw_work(void *context, int piece, int worker)
{
	struct drawing *d = context;
	struct lanes **cache = &d->sampler->lanes[worker];
	struct lane *lane = xcalloc(SAMPLER_CHUNK, sizeof(*lane));
	struct decode_input in[SAMPLER_CHUNK];
	int live[SAMPLER_CHUNK], n = 0;

	if (!*cache || !lanes_fit(*cache, d->decoder, d->max_len)) {
		lanes_free(*cache);
		*cache = lanes_new(d->decoder, d->max_len);
	}
	while (n < d->lanes_per_worker && begin_sequence(d, &lane[n])) {
		live[n] = n;
		n++;
	}
	while (n > 0 && !atomic_load(&d->stopped)) {
		const float *logits;

		if (d->stop && *d->stop)
			atomic_store(&d->stopped, true);
		for (int i = 0; i < n; i++)
			in[i] = input_of(d, &lane[live[i]], live[i]);
		logits = decoder_step(d->decoder, *cache, in, n);
		for (int i = n - 1; i >= 0; i--)
			if (advance(d, &lane[live[i]], logits + i * DECODE_LOGITS) &&
			    !begin_sequence(d, &lane[live[i]]))
				live[i] = live[--n];
	}
	free(lane);
}

static void cross_work(void *context, int piece, int worker)
{
	struct drawing *d = context;
	const struct sample_request *r = d->request;
	int i = 0;

	while (d->cross_of[i] != piece)
		i++;
	cross_init(&d->cross[piece], &r->policy->config, r->memory[r->shared_memory ? 0 : i]);
}

/* Neighbours that show the same memory share one copy of it. */
static int prepare_cross(struct drawing *d)
{
	const struct sample_request *r = d->request;
	int n = 1;

	d->cross_of = xcalloc((size_t)r->n, sizeof(*d->cross_of));
	for (int i = 1; i < r->n && !r->shared_memory; i++)
		d->cross_of[i] = r->memory[i] == r->memory[i - 1] ? n - 1 : n++;
	d->cross = xcalloc((size_t)n, sizeof(*d->cross));
	pool_run(d->sampler->pool, n, cross_work, d);
	return n;
}

/* What other ranks have drawn. */
static void share_samples(struct samples *s)
{
	size_t width = (size_t)s->width;
	const struct rank_output out[] = {
		{s->tokens, width * sizeof(*s->tokens), NULL},
		{s->slot, width * sizeof(*s->slot), NULL},
		{s->legal, width * sizeof(*s->legal), NULL},
		{s->logp, width * sizeof(*s->logp), NULL},
		{s->len, sizeof(*s->len), NULL},
	};

	ranks_share(out, COUNT_OF(out), s->n);
}

bool sampler_draw(struct sampler *s, const struct sample_request *request, struct samples *out,
		  const volatile int *stop)
{
	int workers = pool_threads(s->pool), n_cross, share = (request->n + workers - 1) / workers;
	const struct policy *p = request->policy;
	struct drawing d = {
		.request = request,
		.sampler = s,
		.out = out,
		.max_len = request->syntax->max_len,
		.stop = stop,
	};

	if (d.max_len >= p->config.max_len)
		BUG("sentences of %d tokens, the network has %d positions", d.max_len, p->config.max_len);
	if (!(request->temperature >= 0))
		BUG("temperature %g", request->temperature);
	samples_prepare(out, request->n, d.max_len + 1);
	if (request->n == 0)
		return true;
	d.lanes_per_worker = share < SAMPLER_CHUNK ? share : SAMPLER_CHUNK;
	d.decoder = decoder_new(p, net_kernels_best(), request->bf16);
	n_cross = prepare_cross(&d);
	pool_run(s->pool, workers, draw_work, &d);
	share_samples(out);
	for (int i = 0; i < n_cross; i++)
		cross_release(&d.cross[i]);
	free(d.cross);
	free(d.cross_of);
	decoder_free(d.decoder);
	return !atomic_load(&d.stopped);
}
