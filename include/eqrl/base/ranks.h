/* ranks.h — one search on several processes, on one machine or on many (MPI).
 *
 * Every rank runs the same program on the same data with the same seed and holds the whole state. What is expensive is
 * dealt out piece by piece (pool_run_shared() in pool.h, micro-batches in the learner), and the results go to everybody
 * before the next line of the program: so all states stay equal, byte for byte, on processors of one kind, and no rank
 * ever has to be told what another one decided. Rank 0 alone reads standard input, writes files and prints.
 *
 * What no rank can know by itself (a signal, a deadline, a disk that is full) is agreed on: see ranks_agree().
 * Without MPI (make MPI=1), or when not started by mpirun, there is one rank and all of this does nothing.
 * Threads: one call at a time, in the same order on all ranks. State: one for the process, as MPI's own. */
#ifndef EQRL_RANKS_H
#define EQRL_RANKS_H

#include <stdbool.h>
#include <stddef.h>

/* At the start of the program and at its end. From the start on, ranks other than the first are silent. */
void ranks_begin(int *argc, char ***argv);
void ranks_end(void);

/* For what one process does: false on all ranks but the first, which is alone from then on. */
bool ranks_stay(void);

int ranks_count(void);
int ranks_mine(void);	       /* 0 … ranks_count()-1 */
bool ranks_is_first(void);     /* the one that writes */
const char *ranks_build(void); /* "Open MPI v4.1.4 …", or NULL where the program has none */

/* Fixed places of stride bytes, one for each piece: those of piece k lie at index[k], or at k without an index. */
struct rank_output {
	void *base;
	size_t stride;
	const int *index;
};

/* Whose piece k is: they take turns, and who begins changes with every ranks_share(), so that nobody always has one more.
 * This rank's are ranks_first_piece(), and from there on every ranks_count()th. */
int ranks_owner(int k);
int ranks_first_piece(void);

/* Outputs of this rank's pieces of n to all others, theirs to this one. */
void ranks_share(const struct rank_output *out, int n_outputs, int n);

/* Bytes of rank `from` to everybody. */
void ranks_broadcast(void *data, size_t bytes, int from);

/* The largest of all ranks' values. */
int ranks_agree(int value);

/* A flag that all ranks see raised at the same place of the program: it takes the highest value of *own on any rank at
 * every ranks_share(), and at ranks_poll(). With one rank it is `own` itself. */
const volatile int *ranks_stop(const volatile int *own);
void ranks_poll(void);

#endif
