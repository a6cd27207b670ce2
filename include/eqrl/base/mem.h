/* mem.h — memory that never fails to a caller, and arenas.
 *
 * xmalloc and friends end the process with one line and exit status 6 when memory is gone (end_without_resource),
 * so no call site handles it.
 * An arena frees everything that was taken from it at once; what it gives is 64-byte aligned.
 * Threads: allocation is thread-safe; one arena belongs to one thread. */
#ifndef EQRL_MEM_H
#define EQRL_MEM_H

#include <stddef.h>

void *xmalloc(size_t bytes);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t bytes);
void *xaligned(size_t bytes); /* 64-byte aligned, zeroed; give back with free() */
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

struct arena_block;
struct arena {
	struct arena_block *blocks;
	size_t used, capacity; /* of the newest block */
};

void *arena_alloc(struct arena *a, size_t bytes); /* an arena starts as {0}; memory is zeroed */
void arena_clear(struct arena *a);		  /* frees what was taken, keeps one block */
void arena_release(struct arena *a);		  /* frees everything; the arena is {0} again */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
