/* ranks.c — see ranks.h. Without EQRL_MPI all of it is for one rank. */
#include "eqrl/base/ranks.h"

#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef EQRL_MPI
#include <mpi.h>
#endif

static struct {
	int n, mine;
	int first_owner;	 /* of piece 0 */
	const volatile int *own; /* what this rank knows of a stop … */
	volatile int agreed;	 /* … and what all of them have seen */
} ranks = {.n = 1};

int ranks_count(void)
{
	return ranks.n;
}

int ranks_mine(void)
{
	return ranks.mine;
}

bool ranks_is_first(void)
{
	return ranks.mine == 0;
}

bool ranks_stay(void)
{
	ranks.n = 1;
	return ranks.mine == 0;
}

int ranks_owner(int k)
{
	return (ranks.first_owner + k) % ranks.n;
}

/* The first piece of a rank. */
static int first_piece(int rank)
{
	return (rank - ranks.first_owner + ranks.n) % ranks.n;
}

int ranks_first_piece(void)
{
	return first_piece(ranks.mine);
}

const volatile int *ranks_stop(const volatile int *own)
{
	ranks.own = own;
	return ranks.n > 1 ? &ranks.agreed : own;
}

void ranks_poll(void)
{
	if (ranks.n > 1)
		ranks.agreed = ranks_agree(ranks.own ? *ranks.own : 0);
}

#ifdef EQRL_MPI

void ranks_begin(int *argc, char ***argv)
{
	int level;

	/* a program that nobody started with mpirun is spared the 100 ms that MPI_Init takes */
	if (!getenv("OMPI_COMM_WORLD_SIZE") && !getenv("PMI_SIZE") && !getenv("PMIX_RANK"))
		return;
	/* the learner's workers speak, one at a time */
	MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &level);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks.n);
	MPI_Comm_rank(MPI_COMM_WORLD, &ranks.mine);
	if (ranks.n > 1 && level < MPI_THREAD_SERIALIZED)
		end_without_resource("this MPI lets only its first thread speak; eqrl needs MPI_THREAD_SERIALIZED");
	if (ranks.mine > 0 && (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)))
		end_without_resource("rank %d: cannot open /dev/null: %s", ranks.mine, strerror(errno));
}

void ranks_end(void)
{
	int begun;

	MPI_Initialized(&begun);
	if (begun)
		MPI_Finalize();
}

const char *ranks_build(void)
{
	static char text[MPI_MAX_LIBRARY_VERSION_STRING];
	int length;

	if (!*text)
		MPI_Get_library_version(text, &length);
	text[strcspn(text, ",\n")] = '\0';
	return text;
}

int ranks_agree(int value)
{
	if (ranks.n > 1)
		MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
	return value;
}

void ranks_broadcast(void *data, size_t bytes, int from)
{
	const size_t most = 1 << 30; /* counts are int */

	for (size_t done = 0; done < bytes && ranks.n > 1; done += most)
		MPI_Bcast((char *)data + done, (int)(bytes - done < most ? bytes - done : most), MPI_BYTE, from,
			  MPI_COMM_WORLD);
}

static size_t bytes_of_piece(const struct rank_output *out, int n_outputs)
{
	size_t sum = 0;

	for (int i = 0; i < n_outputs; i++)
		sum += out[i].stride;
	return sum;
}

static char *place(const struct rank_output *o, int k)
{
	return (char *)o->base + o->stride * (size_t)(o->index ? o->index[k] : k);
}

/* The pieces of one rank, one behind the other; returns where they end. */
static char *pack(const struct rank_output *out, int n_outputs, int n, char *to)
{
	for (int k = first_piece(ranks.mine); k < n; k += ranks.n)
		for (int i = 0; i < n_outputs; i++) {
			memcpy(to, place(&out[i], k), out[i].stride);
			to += out[i].stride;
		}
	return to;
}

static void unpack(const struct rank_output *out, int n_outputs, int n, int rank, const char *from)
{
	for (int k = first_piece(rank); k < n; k += ranks.n)
		for (int i = 0; i < n_outputs; i++) {
			memcpy(place(&out[i], k), from, out[i].stride);
			from += out[i].stride;
		}
}

/* One exchange of everything; a piece is one item of MPI's, so that counts stay small. */
static void exchange(const struct rank_output *out, int n_outputs, int n)
{
	size_t bytes = bytes_of_piece(out, n_outputs);
	int *count = xcalloc((size_t)ranks.n, sizeof(*count)), *from = xcalloc((size_t)ranks.n, sizeof(*from));
	char *all = xmalloc((size_t)n * bytes + 1);
	MPI_Datatype piece;

	for (int r = 0, at = 0; r < ranks.n; at += count[r++]) {
		count[r] = n > first_piece(r) ? (n - first_piece(r) + ranks.n - 1) / ranks.n : 0;
		from[r] = at;
	}
	MPI_Type_contiguous((int)bytes, MPI_BYTE, &piece);
	MPI_Type_commit(&piece);
	pack(out, n_outputs, n, all + (size_t)from[ranks.mine] * bytes);
	MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all, count, from, piece, MPI_COMM_WORLD);
	for (int r = 0; r < ranks.n; r++)
		if (r != ranks.mine)
			unpack(out, n_outputs, n, r, all + (size_t)from[r] * bytes);
	MPI_Type_free(&piece);
	free(all);
	free(count);
	free(from);
}

void ranks_share(const struct rank_output *out, int n_outputs, int n)
{
	if (ranks.n == 1)
		return;
	if (n > 0)
		exchange(out, n_outputs, n);
	ranks.first_owner = (ranks.first_owner + 1) % ranks.n;
	ranks_poll();
}

#else

void ranks_begin(int *argc, char ***argv)
{
}

void ranks_end(void)
{
}

const char *ranks_build(void)
{
	return NULL;
}

int ranks_agree(int value)
{
	return value;
}

void ranks_broadcast(void *data, size_t bytes, int from)
{
}

void ranks_share(const struct rank_output *out, int n_outputs, int n)
{
}

#endif
