/* job.c — micro-batches on the workers; see job.h.
 *
 * Each micro-batch is one piece of work with its own graph. Its gradients are handed over when it is done; whoever
 * hands over while nobody adds becomes the adder and adds all that is due, strictly in micro-batch order, while the
 * others go on. A worker that runs too far ahead waits, so that only a few gradients are in memory. The sum is the
 * same for any number of workers. */
#include "job.h"

#include "eqrl/base/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct learn_piece {
	bool done;
	enum status status;
	char message[512];
	struct loss_sums sums;
	ct_tensor **grad; /* owned; entries may be NULL */
};

struct job {
	struct learner *learner;
	const struct learn_batch *batches;
	const struct learn_loss *loss;
	bool gradient;
	int n;
	struct learn_piece *pieces;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int next; /* first piece that has not been added */
	bool adding, failed;
};

enum status learner_check(const char *doing)
{
	enum status st = ST_OK;

	if (!ct_ok())
		st = fail(ST_TORCH, "%s: libtorch: %s", doing, ct_error());
	ct_clear_error();
	return st;
}

int learner_rows_multiple(const struct learner *l)
{
	return l->params.bf16 && l->device == CT_CPU ? 64 : 1;
}

static enum status differentiate_piece(struct job *job, const struct learn_batch *b, struct learn_piece *piece,
				       struct arena *scratch)
{
	struct learner *l = job->learner;
	bool refer = job->loss->kl != 0;
	struct token_layout layout;
	ct_tensor *logp, *reference = NULL, *loss;

	TRY(layout_build(&layout, scratch, &l->params.config, b, job->loss->entropy_decay, learner_rows_multiple(l)));
	if (refer) {
		struct ct_scope frozen = ct_scope_begin(CT_NO_GRAD);
		ct_tensor *kept = ct_own(graph_forward(&l->reference, &layout, b));

		ct_scope_end(frozen);
		reference = kept;
	}
	logp = graph_forward(&l->params, &layout, b);
	loss = loss_build(&layout, job->loss, logp, reference, CT_F32, l->device);
	if (job->gradient)
		ct_grads(loss, l->params.leaf, l->params.n, piece->grad);
	/* only now: a GPU is waited for here */
	piece->sums.loss = ct_item(loss);
	if (l->device != CT_CPU && !reference && !b->advantage)
		loss_measure_there(&layout, logp, l->device, scratch, &piece->sums);
	else
		loss_measure(&layout, job->loss, logp, reference, scratch, &piece->sums);
	for (int i = 0; job->gradient && i < l->params.n; i++)
		piece->grad[i] = ct_own(piece->grad[i]);
	ct_drop(reference);
	return learner_check("learner");
}

static void run_piece(struct job *job, int i, int worker)
{
	struct learn_piece *piece = &job->pieces[i];
	struct arena *scratch = &job->learner->scratch[worker];
	struct ct_scope s = ct_scope_begin(job->gradient ? CT_GRAD : CT_NO_GRAD);

	piece->grad = xcalloc((size_t)job->learner->params.n, sizeof(ct_tensor *));
	piece->status = differentiate_piece(job, &job->batches[i], piece, scratch);
	if (piece->status != ST_OK)
		snprintf(piece->message, sizeof(piece->message), "%s", error_message());
	ct_scope_end(s);
	arena_clear(scratch);
}

/* ---- between ranks -------------------------------------------------------------------------------- */

static int owner_of(const struct job *job, int i)
{
	return job->learner->config.peers.n > 1 ? i % job->learner->config.peers.n : job->learner->config.peers.mine;
}

static bool is_own(const struct job *job, int i)
{
	return owner_of(job, i) == job->learner->config.peers.mine;
}

/* Which of a piece's gradients there are, and their values one behind the other; returns their number. */
static size_t pack_gradients(const struct learner *l, const struct learn_piece *piece, uint8_t *there)
{
	size_t at = 0;

	for (int i = 0; i < l->params.n; i++) {
		size_t n = (size_t)l->params.spec[i].rows * (size_t)l->params.spec[i].cols;

		there[i] = piece->grad && piece->grad[i];
		if (there[i])
			ct_to_host(piece->grad[i], l->sent + at, n * sizeof(float));
		at += there[i] ? n : 0;
	}
	return at;
}

static void unpack_gradients(const struct learner *l, struct learn_piece *piece, const uint8_t *there)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	size_t at = 0;

	piece->grad = xcalloc((size_t)l->params.n, sizeof(ct_tensor *));
	for (int i = 0; i < l->params.n; i++) {
		const struct tensor_spec *spec = &l->params.spec[i];
		ct_tensor *t;

		if (!there[i])
			continue;
		t = ct_from_host(l->sent + at, CT_F32, l->device, SHAPE((int64_t)spec->rows * spec->cols));
		piece->grad[i] = ct_own(spec->rows > 1 ? ct_reshape(t, SHAPE(spec->rows, spec->cols)) : t);
		at += (size_t)spec->rows * (size_t)spec->cols;
	}
	ct_scope_end(s);
}

/* What became of a piece goes from its owner to all ranks, in the order of the pieces. */
static void share_piece(struct job *job, int number)
{
	struct learner *l = job->learner;
	const struct learner_peers *peers = &l->config.peers;
	struct learn_piece *piece = &job->pieces[number];
	int from = owner_of(job, number);
	struct {
		enum status status;
		size_t n;
		char message[sizeof(piece->message)];
		struct loss_sums sums;
	} head = {.status = piece->status, .sums = piece->sums};
	uint8_t *there = xcalloc((size_t)l->params.n, 1);

	if (!l->sent)
		l->sent = xmalloc(net_size(&l->params.config) * sizeof(float));
	memcpy(head.message, piece->message, sizeof(head.message));
	if (job->gradient && is_own(job, number))
		head.n = pack_gradients(l, piece, there);
	peers->broadcast(&head, sizeof(head), from);
	peers->broadcast(there, (size_t)l->params.n, from);
	peers->broadcast(l->sent, head.n * sizeof(float), from);
	if (!is_own(job, number)) {
		piece->status = head.status;
		piece->sums = head.sums;
		memcpy(piece->message, head.message, sizeof(head.message));
		unpack_gradients(l, piece, there);
	}
	free(there);
}

/* ---- adding up ------------------------------------------------------------------------------------- */

/* Adds a piece's gradients to the learner's, and frees them. */
static void add_piece(struct job *job, int number)
{
	struct learner *l = job->learner;
	struct learn_piece *piece = &job->pieces[number];

	if (l->config.peers.n > 1)
		share_piece(job, number);
	if (piece->grad)
		ct_add_(l->part_grad, piece->grad, l->params.n);
	for (int i = 0; piece->grad && i < l->params.n; i++)
		ct_drop(piece->grad[i]);
	free(piece->grad);
	if (piece->status == ST_OK)
		piece->status = learner_check("sum of gradients");
}

static void hand_over(struct job *job, struct learn_piece *piece)
{
	pthread_mutex_lock(&job->lock);
	piece->done = true;
	job->failed |= piece->status != ST_OK;
	if (!job->adding) {
		job->adding = true;
		while (job->next < job->n && job->pieces[job->next].done) {
			pthread_mutex_unlock(&job->lock);
			add_piece(job, job->next);
			pthread_mutex_lock(&job->lock);
			job->failed |= job->pieces[job->next].status != ST_OK;
			job->next++;
			pthread_cond_broadcast(&job->moved);
		}
		job->adding = false;
	}
	pthread_mutex_unlock(&job->lock);
}

static void run_next_piece(void *context, int i, int worker)
{
	struct job *job = context;
	int ahead = 2 * pool_threads(job->learner->pool);
	bool skip;

	pthread_mutex_lock(&job->lock);
	while (i >= job->next + ahead)
		pthread_cond_wait(&job->moved, &job->lock);
	skip = job->failed || !is_own(job, i);
	pthread_mutex_unlock(&job->lock);
	if (!skip)
		run_piece(job, i, worker);
	hand_over(job, &job->pieces[i]);
}

/* The first failure in micro-batch order, on the calling thread. */
static enum status job_status(const struct job *job)
{
	for (int i = 0; i < job->n; i++)
		if (job->pieces[i].status != ST_OK)
			return fail(job->pieces[i].status, "micro-batch %d: %s", i, job->pieces[i].message);
	return ST_OK;
}

enum status job_run(struct learner *l, const struct learn_batch *batches, int n, const struct learn_loss *loss,
		    bool gradient, struct loss_sums *sums)
{
	struct job job = {.learner = l, .batches = batches, .loss = loss, .gradient = gradient, .n = n};
	enum status st;

	*sums = (struct loss_sums){0};
	if (loss->kl != 0 && !l->has_reference)
		return fail(ST_INTERNAL, "learner: a KL term without a reference (set_reference)");
	job.pieces = xcalloc((size_t)n, sizeof(*job.pieces));
	pthread_mutex_init(&job.lock, NULL);
	pthread_cond_init(&job.moved, NULL);
	if (gradient)
		ct_zero_(l->grad);
	pool_run(l->pool, n, run_next_piece, &job);
	for (int i = 0; i < n; i++)
		loss_sums_add(sums, &job.pieces[i].sums);
	st = job_status(&job);
	pthread_cond_destroy(&job.moved);
	pthread_mutex_destroy(&job.lock);
	free(job.pieces);
	return st;
}
