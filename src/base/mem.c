/* mem.c — see mem.h. The one place that handles the end of memory. */
#include "eqrl/base/mem.h"

#include "eqrl/base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t bytes)
{
	end_without_resource("out of memory (asked for %zu bytes)", bytes);
}

void *xmalloc(size_t bytes)
{
	void *p = malloc(bytes ? bytes : 1);

	if (!p)
		out_of_memory(bytes);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n * size);
	return p;
}

void *xrealloc(void *p, size_t bytes)
{
	void *q = realloc(p, bytes ? bytes : 1);

	if (!q)
		out_of_memory(bytes);
	return q;
}

void *xaligned(size_t bytes)
{
	size_t rounded = (bytes + 63) / 64 * 64;
	void *p = aligned_alloc(64, rounded ? rounded : 64);

	if (!p)
		out_of_memory(bytes);
	memset(p, 0, rounded ? rounded : 64);
	return p;
}

char *xstrndup(const char *s, size_t n)
{
	char *p = xmalloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

struct arena_block {
	struct arena_block *next;
	size_t capacity;
	char pad[48]; /* keeps the payload 64-byte aligned */
};

#define ARENA_MIN_BLOCK ((size_t)1 << 16)

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t need = (bytes + 63) / 64 * 64;
	void *p;

	if (!a->blocks || a->used + need > a->capacity) {
		size_t capacity = a->capacity * 2;
		struct arena_block *b;

		if (capacity < ARENA_MIN_BLOCK)
			capacity = ARENA_MIN_BLOCK;
		if (capacity < need)
			capacity = need;
		b = xaligned(sizeof(*b) + capacity);
		b->next = a->blocks;
		b->capacity = capacity;
		a->blocks = b;
		a->capacity = capacity;
		a->used = 0;
	}
	p = (char *)(a->blocks + 1) + a->used;
	a->used += need;
	memset(p, 0, need);
	return p;
}

void arena_clear(struct arena *a)
{
	struct arena_block *b = a->blocks;

	if (!b)
		return;
	while (b->next) { /* the newest block is the largest: keep that one */
		struct arena_block *old = b->next;

		b->next = old->next;
		free(old);
	}
	a->used = 0;
}

void arena_release(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	*a = (struct arena){0};
}
