/* feed.c — see feed.h: a ring of batches, one thread that fills them, one that takes them. */
#include "feed.h"

#include "eqrl/base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct feed {
	const struct pretrain_config *c;
	struct pool *pool, *own; /* what fills; if it is the feed's */
	struct step_batch *ring; /* (size) */
	int size, ready;	 /* batches that are filled and not yet taken */
	int64_t next;		 /* step to take */
	bool held;		 /* the batch before next is the caller's */
	pthread_t thread;
	bool threaded, stop;
	pthread_mutex_t lock;
	pthread_cond_t moved;
};

/* Most steps show as many rows as the network takes, some fewer: small tables are common. */
static int draw_points(const struct pretrain_config *c, int64_t step)
{
	struct rng r = rng_stream(c->seed, RNG_POINTS, (uint64_t)step);

	if (pretrain_source(c)->ragged || rng_bool(&r, 0.7))
		return c->net.points;
	return rng_between(&r, 4, c->net.points);
}

static struct step_batch *step_slot(struct feed *f, int64_t step)
{
	return &f->ring[step % f->size];
}

static void fill_step(struct feed *f, int64_t step)
{
	int64_t pairs = (int64_t)f->c->micro_batch * f->c->micro_batches;

	step_batch_fill(step_slot(f, step), f->c, f->pool, RNG_PAIR, (uint64_t)(step * pairs), draw_points(f->c, step));
}

static void *fill_ring(void *context)
{
	struct feed *f = context;
	int64_t step;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		while (!f->stop && f->ready + f->held >= f->size)
			pthread_cond_wait(&f->moved, &f->lock);
		if (f->stop)
			break;
		step = f->next + f->ready;
		pthread_mutex_unlock(&f->lock);
		fill_step(f, step);
		pthread_mutex_lock(&f->lock);
		f->ready++;
		pthread_cond_broadcast(&f->moved);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* Signals belong to the main thread. */
static bool start_thread(struct feed *f)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	started = pthread_create(&f->thread, NULL, fill_ring, f) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

enum status feed_new(struct feed **out, const struct pretrain_config *c, const struct feed_options *o)
{
	struct feed *f = xcalloc(1, sizeof(*f));
	enum status st = ST_OK;

	*f = (struct feed){.c = c, .size = o->ahead + 1, .next = o->first};
	f->own = o->ahead > 0 ? pool_new(pool_threads(o->pool)) : NULL; /* the other stays free */
	f->pool = f->own ? f->own : o->pool;
	f->ring = xcalloc((size_t)f->size, sizeof(*f->ring));
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->moved, NULL);
	for (int i = 0; i < f->size && st == ST_OK; i++)
		st = step_batch_init(&f->ring[i], c, pool_threads(o->pool), o->api, o->learner);
	if (st == ST_OK && o->ahead > 0) {
		f->threaded = start_thread(f);
		if (!f->threaded)
			st = fail(ST_RESOURCE,
				  "pretrain: the system refuses a thread for the generator (ulimit -u or -v); "
				  "give fewer --threads");
	}
	if (st != ST_OK) {
		feed_free(f);
		f = NULL;
	}
	*out = f;
	return st;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	if (f->threaded) {
		pthread_mutex_lock(&f->lock);
		f->stop = true;
		pthread_cond_broadcast(&f->moved);
		pthread_mutex_unlock(&f->lock);
		pthread_join(f->thread, NULL);
	}
	for (int i = 0; i < f->size; i++)
		step_batch_release(&f->ring[i]);
	pthread_cond_destroy(&f->moved);
	pthread_mutex_destroy(&f->lock);
	pool_free(f->own);
	free(f->ring);
	free(f);
}

struct step_batch *feed_take(struct feed *f)
{
	struct step_batch *b;

	if (!f->threaded) {
		fill_step(f, f->next);
		return step_slot(f, f->next++);
	}
	pthread_mutex_lock(&f->lock);
	f->held = false; /* the one before is given back */
	pthread_cond_broadcast(&f->moved);
	while (f->ready == 0)
		pthread_cond_wait(&f->moved, &f->lock);
	b = step_slot(f, f->next++);
	f->ready--;
	f->held = true;
	pthread_mutex_unlock(&f->lock);
	return b;
}
