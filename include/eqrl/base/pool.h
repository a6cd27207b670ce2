/* pool.h — a fixed set of workers for independent pieces of work.
 *
 * Results must depend on the piece, never on the worker or on the order in which pieces end: give
 * every piece its own output slot and RNG stream, combine afterwards in piece order.
 * BLAS and libtorch run with one thread inside a worker. With several ranks (ranks.h) pieces can be dealt to all of them. */
#ifndef EQRL_POOL_H
#define EQRL_POOL_H

#include "eqrl/base/ranks.h"

struct pool;

/* n_threads ≥ 1; 1 starts no thread at all. Where the system refuses one the process ends with a line that says
 * which limit was met (end_without_resource): fewer workers than were asked for are never used in silence. */
struct pool *pool_new(int n_threads);
void pool_free(struct pool *p); /* NULL is fine */
int pool_threads(const struct pool *p);

/* Calls work(context, piece, worker) once for every piece 0 … n-1 and returns when all have ended.
 * worker is 0 … n_threads-1 and selects per-worker scratch. Not re-entrant. */
void pool_run(struct pool *p, int n, void (*work)(void *context, int piece, int worker), void *context);

/* The same on the workers of all ranks: piece k is worked on by ranks_owner(k) alone, and its outputs, plain data
 * at fixed places, go to the others before the call returns. All ranks call it with the same n. What the work leaves
 * elsewhere stays with the rank that did it. */
void pool_run_shared(struct pool *p, int n, void (*work)(void *context, int piece, int worker), void *context,
		     const struct rank_output *out, int n_outputs);

#endif
