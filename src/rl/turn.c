/* turn.c — see turn.h. */
#include "turn.h"

#include "proposer.h"
#include "task.h"

/* Streams of one step: more than any batch has pieces (a completion writes three for each of at most 65536 offspring). */
enum { STREAMS_BITS = 24 };

struct turn turn_of(const struct train_config *c, const struct task *k, int64_t step)
{
	struct task_view view = task_view(k);
	struct turn turn = {
		.step = step,
		.grammar = task_grammar(k, c),
		.reward = task_reward(k, c),
		.temperature = k->pace.temperature,
		.first_context =
			(int)(k->stats.turns_written * k->contexts.n_groups % (k->contexts.n + !k->contexts.n)),
		.seed = c->seed,
		.first_stream = (uint64_t)step << STREAMS_BITS,
	};
	bool can[PROPOSERS] = {false};

	for (int by = 1; by < PROPOSERS; by++)
		can[by] = proposer_table[by].is_able(c, &view);
	effort_share(&k->effort, can, turn.share);
	turn.by = c->adapt ? effort_next(&k->effort, turn.share) : effort_after(&k->effort, turn.share);
	turn.number = k->stats.batches[turn.by];
	turn.n = proposer_table[turn.by].count(c, c->adapt ? turn.share[turn.by] : 1);
	return turn;
}
