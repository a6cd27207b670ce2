/* score_cache.c — see score_cache.h. */
#include "score_cache.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* MOST entries of 16 bytes each are kept and saved, 8 MB of them: a minute of one core scores some 150,000 skeletons, so that
 * shorter runs forget nothing. When the cache is full, half of them are forgotten: the older ones of those that nobody has
 * asked for since the last time. */
enum { MOST = 1 << 19, FIRST_SIZE = 4096 };

static void table_add(struct score_cache *c, uint64_t hash, int index)
{
	int mask = c->table_size - 1, i = (int)(hash & (uint64_t)mask);

	while (c->table[i])
		i = (i + 1) & mask;
	c->table[i] = index + 1;
}

static void table_fill(struct score_cache *c)
{
	memset(c->table, 0, (size_t)c->table_size * sizeof(*c->table));
	for (int i = 0; i < c->n; i++)
		table_add(c, c->entry[i].hash, i);
}

static void table_grow(struct score_cache *c)
{
	c->table_size = c->table_size ? c->table_size * 2 : FIRST_SIZE;
	c->table = xrealloc(c->table, (size_t)c->table_size * sizeof(*c->table));
	table_fill(c);
}

void score_cache_open(struct score_cache *c)
{
	*c = (struct score_cache){0};
	table_grow(c);
}

void score_cache_close(struct score_cache *c)
{
	free(c->entry);
	free(c->table);
}

struct cached_score *score_cache_find(const struct score_cache *c, uint64_t hash)
{
	int mask = c->table_size - 1, i = (int)(hash & (uint64_t)mask);

	for (; c->table[i]; i = (i + 1) & mask)
		if (c->entry[c->table[i] - 1].hash == hash)
			return &c->entry[c->table[i] - 1];
	return NULL;
}

/* Makes room: keeps what was asked for since the last time, then the newest, up to a half. */
static void forget_half(struct score_cache *c)
{
	int asked = 0, kept = 0, newest;

	for (int i = 0; i < c->n; i++)
		asked += c->entry[i].asked;
	newest = c->n - (asked < MOST / 2 ? MOST / 2 - asked : 0);
	for (int i = 0; i < c->n; i++) {
		bool keep = c->entry[i].asked ? asked-- <= MOST / 2 : i >= newest;

		if (!keep)
			continue;
		c->entry[kept] = c->entry[i];
		c->entry[kept++].asked = false;
	}
	c->n = kept;
	table_fill(c);
}

void score_cache_add(struct score_cache *c, const struct cached_score *entry)
{
	if (c->n >= MOST)
		forget_half(c);
	if (c->n == c->capacity) {
		c->capacity = c->capacity ? c->capacity * 2 : FIRST_SIZE;
		c->entry = xrealloc(c->entry, (size_t)c->capacity * sizeof(*c->entry));
	}
	if ((c->n + 1) * 2 > c->table_size)
		table_grow(c);
	c->entry[c->n] = *entry;
	table_add(c, entry->hash, c->n++);
}
