/* template.h — the same tasks in other forms: how questions are shown and how answers are written.
 *
 * A policy that is shown another template than it was taught answers nonsense: weights know theirs (attempts.h). A prompt
 * carries its template; the functions below are its domain's as seen through that. */
#ifndef EQRL_TEMPLATE_H
#define EQRL_TEMPLATE_H

#include "eqrl/domain/domain.h"

struct task_template {
	const char *name, *doc;
	bool turned; /* answers: operands before their operator; what before who or where */
	bool signs;  /* questions: other symbols for the same things */
};

enum { TEMPLATE_PLAIN, TEMPLATE_TURNED, TEMPLATE_SIGNS, TEMPLATES };
extern const struct task_template template_table[TEMPLATES];

/* Its number, or -1 and a message (ST_USAGE). */
int template_find(const char *name);

struct template_set {
	int n;
	uint8_t number[TEMPLATES]; /* each once */
};

/* "plain,turned"; NULL: plain. ST_USAGE names what is unknown. */
enum status template_set_parse(const char *names, struct template_set *out);

/* The same as the domain's teach, next, judge and print_answer, for answers in the prompt's template. */
int prompt_teach(const struct prompt *p, uint8_t *tokens);
uint64_t prompt_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot);
void prompt_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out);
void prompt_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out);

/* What the domain shows, in the prompt's template; with letters as in prompt_encode_as(), or NULL. *out is zeroed before. */
void prompt_show(const struct prompt *p, const uint8_t *letter, struct shown_prompt *out);

#endif
