/* domain.h — verifiable tasks beside equations: a question, an answer in tokens, and an exact verdict.
 *
 * A domain is one row of domain_table. All share one small vocabulary, so that one policy writes for all of them:
 * answers point at what the question shows (A is its first number or person) and the machine computes.
 *
 *   draw    a question of a level, that has an answer            teach   such an answer, in the order of a solver
 *   next    which token may follow: strict keeps every rule of form, loose leaves faults possible
 *   judge   right or wrong, exactly; and certificates: which tokens are to blame, in words
 *
 * Threads: everything is re-entrant. */
#ifndef EQRL_DOMAIN_H
#define EQRL_DOMAIN_H

#include "eqrl/base/error.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "eqrl/domain/alphabet.h"
#include "eqrl/policy/encode.h"

#include <stdbool.h>

enum { PROMPT_ROWS = 16, NUMBERS_MAX = 6, PEOPLE_MAX = 8, NAME_LENGTH = 16 };
enum { ANSWER_LEN = 32 /* longest answer without its EOS: 4 houses with 4 attributes */ };

/* The numbers of countdown and game24, largest first: A is number[0]. */
struct numbers {
	int n, target;
	int number[NUMBERS_MAX];
	bool all; /* each has to be used; else each may be */
};

/* "person is a knight", or a knave. */
struct claim {
	uint8_t person;
	bool knight;
};

enum statement_form {
	SAYS_IS = 1,	/* first */
	SAYS_AND,	/* first and second */
	SAYS_OR,	/* one of them, or both */
	SAYS_IF,	/* if first then second */
	SAYS_SAME,	/* both persons are of one kind */
	SAYS_DIFFERENT, /* they are not */
};

struct statement {
	uint8_t speaker, form;
	struct claim first, second; /* of SAYS_IS first alone; of SAYS_SAME and SAYS_DIFFERENT the persons alone */
};

/* Knights say what is true, knaves what is false. */
struct knights {
	int n, n_statements;
	struct statement said[PEOPLE_MAX];
	char name[PEOPLE_MAX][NAME_LENGTH];
};

/* A value of an attribute: a thing that is in one of the houses. */
struct thing {
	uint8_t attribute, value;
};

enum clue_form {
	CLUE_SAME = 1,	/* first and second are in one house */
	CLUE_NEXT,	/* in neighbouring houses */
	CLUE_LEFT,	/* first is somewhere left of second */
	CLUE_JUST_LEFT, /* in the house before it */
	CLUE_AT,	/* first is in the house */
	CLUE_NOT_AT,	/* first is in another one */
	CLUE_BETWEEN,	/* first is somewhere between second and third */
	CLUE_FORMS,
};

struct clue {
	uint8_t form, house; /* house from 0, of CLUE_AT and CLUE_NOT_AT */
	struct thing thing[3];
};

enum { CLUES_MAX = PROMPT_ROWS - 1 /* a row says how large the grid is */ };

/* n houses in a row; every value of every attribute is in one of them, no two of one attribute in the same. */
struct houses {
	int n, n_attributes, n_clues; /* an attribute has n values */
	struct clue clue[CLUES_MAX];
	char attribute[ATTRIBUTES_MAX][NAME_LENGTH];
	char name[ATTRIBUTES_MAX][HOUSES_MAX][NAME_LENGTH];
};

/* A question. Its value is plain data. */
struct prompt {
	const struct domain *domain;
	int level;
	uint8_t template; /* see template.h */
	union {
		struct numbers numbers;
		struct knights knights;
		struct houses houses;
	};
};

/* Tokens first … last are to blame (credit -1), to praise (1) or neither (0); text says why. */
struct task_certificate {
	int first, last, credit;
	char text[120];
};

enum { JUDGEMENT_SPANS = 16 };

struct judgement {
	bool formed; /* has the form of an answer */
	bool right;
	double share; /* of the answer that is right, 0 … 1; 1 where right */
	int n_spans;  /* in the order of the tokens' completion */
	struct task_certificate span[JUDGEMENT_SPANS];
};

/* Adds a certificate, as far as there is room, with as much of its text as it holds. */
void judgement_certify(struct judgement *j, int first, int last, int credit, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Rows of symbols, as encode_symbols() wants them. */
struct shown_prompt {
	int n;
	unsigned pointers; /* bits of the fields that hold 1 + a pointer's number, or 0 */
	uint8_t row[PROMPT_ROWS][SYMBOL_FIELDS], about[SYMBOL_FIELDS];
};

struct domain {
	const char *name, *group, *doc, *share_of; /* what struct judgement's share counts */
	const char *levels, *example;
	int first_level, last_level;
	int answer_len;	 /* of the longest answer, without its EOS */
	bool pairs;	 /* answers are pairs of tokens, whom or where and then what; else terms in prefix form */
	uint64_t tokens; /* that answers are made of */
	void (*draw)(int level, struct rng *r, struct prompt *out);
	/* The same for two questions that differ in order or names alone. */
	uint64_t (*canonical)(const struct prompt *p);
	void (*show)(const struct prompt *p, struct shown_prompt *out);
	/* Tokens with EOS; returns their number, or 0 when the question has no answer. */
	int (*teach)(const struct prompt *p, uint8_t *tokens);
	uint64_t (*next)(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot);
	/* n tokens, with or without EOS, of any kind. */
	void (*judge)(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out);
	void (*print_prompt)(const struct prompt *p, struct str *out);
	void (*print_answer)(const struct prompt *p, const uint8_t *tokens, int n, struct str *out);
	/* ST_DATA with what is wrong and where. A question that has no answer, or several, is an error, too. */
	enum status (*parse)(const char *text, struct prompt *out);
};

extern const struct domain domain_countdown, domain_game24, domain_kk, domain_zebra;
extern const struct domain *const domain_table[];
enum { DOMAINS = 4 };

/* NULL and a message (ST_USAGE) if unknown. */
const struct domain *domain_find(const char *name);

/* Questions are kept apart by their canonical form: a fifth of all is held out, and training never sees it. */
enum split { SPLIT_TRAIN, SPLIT_HELD_OUT };
enum split prompt_split(const struct prompt *p);
void domain_draw(const struct domain *d, int level, enum split split, struct rng *r, struct prompt *out);

/* What the encoder sees of it: n rows of points, and the context. Returns n. */
int prompt_encode(const struct prompt *p, float *points, float *context);

/* The same where pointers are called otherwise: the i-th is letter[i]. A policy that is taught small questions so knows all
 * letters when it is asked large ones. */
int prompt_encode_as(const struct prompt *p, const uint8_t *letter, float *points, float *context);

/* The question's language as the sampler asks for it; borrows p. */
struct answer_rules {
	const struct prompt *prompt;
	bool strict;
};
struct syntax domain_syntax(const struct answer_rules *rules);

/* Masks and slots of n tokens, for the learner; returns the first position whose token is illegal, or n. */
int domain_masks(const struct answer_rules *rules, const uint8_t *tokens, int n, uint64_t *legal, uint8_t *slot);

#endif
