/* score_cache.h — private to score: what became of the skeletons so far, by hash. */
#ifndef EQRL_SCORE_CACHE_H
#define EQRL_SCORE_CACHE_H

#include "eqrl/score/score.h"

/* Entries in the order of their arrival; owned. */
struct score_cache {
	struct cached_score *entry;
	int n, capacity;
	int *table; /* hash → index + 1, open addressing */
	int table_size;
};

void score_cache_open(struct score_cache *c);
void score_cache_close(struct score_cache *c);

/* NULL: not there. Valid until something is added. */
struct cached_score *score_cache_find(const struct score_cache *c, uint64_t hash);

/* A hash that is not there yet. When the cache is full, half of it is forgotten first. */
void score_cache_add(struct score_cache *c, const struct cached_score *entry);

#endif
