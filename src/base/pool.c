/* pool.c — see pool.h. The caller works as worker 0; the others sleep between runs. */
#include "eqrl/base/pool.h"

#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct worker {
	struct pool *pool;
	pthread_t thread;
	int index;
};

struct pool {
	int n_threads;
	struct worker *workers; /* 1 … n_threads-1 */
	pthread_mutex_t lock;
	pthread_cond_t wake, done;
	unsigned long round; /* counts pool_run calls */
	int busy;	     /* workers that have not finished this round */
	bool quit;
	void (*work)(void *, int, int);
	void *context;
	int n;
	atomic_int next;
};

static void take_pieces(struct pool *p, int worker)
{
	int piece;

	while ((piece = atomic_fetch_add(&p->next, 1)) < p->n)
		p->work(p->context, piece, worker);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	unsigned long seen = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->round == seen && !p->quit)
			pthread_cond_wait(&p->wake, &p->lock);
		if (p->quit)
			break;
		seen = p->round;
		pthread_mutex_unlock(&p->lock);
		take_pieces(p, w->index);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0)
			pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Says which limit the system most likely met, and what to do. error: of pthread_create. */
static _Noreturn void end_without_thread(int started, int wanted, int error)
{
	struct rlimit processes, space;
	bool counted = getrlimit(RLIMIT_NPROC, &processes) == 0 && processes.rlim_cur != RLIM_INFINITY;
	bool bounded = getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;

	if (bounded)
		end_without_resource(
			"cannot start worker thread %d of %d: %s; give --threads %d, or raise the limit on "
			"address space (ulimit -v, now %llu kB)",
			started + 1, wanted, strerror(error), started, (unsigned long long)space.rlim_cur / 1024);
	if (counted)
		end_without_resource(
			"cannot start worker thread %d of %d: %s; give --threads %d, or raise the limit on "
			"processes (ulimit -u, now %llu, or that of the container)",
			started + 1, wanted, strerror(error), started, (unsigned long long)processes.rlim_cur);
	end_without_resource(
		"cannot start worker thread %d of %d: %s; give --threads %d, or raise the container's limit on "
		"processes or memory",
		started + 1, wanted, strerror(error), started);
}

struct pool *pool_new(int n_threads)
{
	struct pool *p = xcalloc(1, sizeof(*p));
	sigset_t all, before;
	int error;

	p->n_threads = n_threads < 1 ? 1 : n_threads;
	p->workers = xcalloc((size_t)p->n_threads, sizeof(*p->workers));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	pthread_cond_init(&p->done, NULL);
	sigfillset(&all); /* signals belong to the main thread */
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (int i = 1; i < p->n_threads; i++) {
		p->workers[i] = (struct worker){.pool = p, .index = i};
		error = pthread_create(&p->workers[i].thread, NULL, worker_main, &p->workers[i]);
		if (error)
			end_without_thread(i, p->n_threads, error);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (int i = 1; i < p->n_threads; i++)
		pthread_join(p->workers[i].thread, NULL);
	pthread_cond_destroy(&p->wake);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}

int pool_threads(const struct pool *p)
{
	return p->n_threads;
}

void pool_run(struct pool *p, int n, void (*work)(void *, int, int), void *context)
{
	pthread_mutex_lock(&p->lock);
	p->work = work;
	p->context = context;
	p->n = n;
	atomic_store(&p->next, 0);
	p->busy = p->n_threads - 1;
	p->round++;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	take_pieces(p, 0);
	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

/* ---- on several ranks ---------------------------------------------------------------------------- */

struct dealt {
	void (*work)(void *, int, int);
	void *context;
};

static void work_on_own(void *context, int k, int worker)
{
	const struct dealt *d = context;

	d->work(d->context, ranks_first_piece() + k * ranks_count(), worker);
}

void pool_run_shared(struct pool *p, int n, void (*work)(void *, int, int), void *context,
		     const struct rank_output *out, int n_outputs)
{
	struct dealt d = {work, context};
	int first = ranks_first_piece(), own = n > first ? (n - first + ranks_count() - 1) / ranks_count() : 0;

	pool_run(p, own, work_on_own, &d);
	ranks_share(out, n_outputs, n);
}
