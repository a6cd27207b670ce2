/* attempts.h — what a policy answers to questions, and how much of it is right. */
#ifndef EQRL_ATTEMPTS_H
#define EQRL_ATTEMPTS_H

#include "eqrl/domain/template.h"
#include "eqrl/policy/sampler.h"

struct task_level {
	const struct domain *domain;
	int level;
};

enum { TASK_LEVELS_MAX = 32 };

struct task_mix {
	int n;
	struct task_level level[TASK_LEVELS_MAX];
};

/* names: "countdown,kk", or "all". levels: "3", "3-4", NULL for all; a domain takes part with those of them that it
 * has. ST_USAGE if a domain is unknown or has none. */
enum status task_mix_parse(const char *names, const char *levels, struct task_mix *out);

/* How a domain's questions are shown and its answers written in a template, as a number: of its example and the masks along
 * an answer to it, and of DOMAIN_FORM, which is raised when something changes that these do not show. A policy that is
 * shown another form than it was taught answers nonsense, so weights say which ones they know ("forms" of their recipe:
 * "kk", or "kk/turned" in another template than the plain one). */
#define DOMAIN_FORM "tasks-3"
uint64_t domain_form(const struct domain *d, int template);

/* Notes the forms of these domains in a recipe. */
void task_forms_note(const struct task_mix *mix, int template, cJSON *recipe);

/* Weights that write answers of tasks; ST_WEIGHTS with the reason for others. */
enum status task_policy_load(struct policy *p, const char *path);

/* The first template that the weights were taught. */
int task_policy_template(const struct policy *p);

/* Whether the policy may be asked of that domain: it knows the tokens of its answers and, unless any_form, the template, and
 * was not taught the domain in another form. Else ST_WEIGHTS with the reason. */
enum status task_policy_admits(const struct policy *p, const struct domain *d, int template, bool any_form);

struct attempts {
	const struct policy *policy;
	struct pool *pool;
	int tries; /* sampled answers for each question */
	double temperature;
	bool strict; /* mask */
	int template;
	uint64_t seed;
	const volatile int *stop; /* may be NULL */
};

/* Samples a->tries answers for each of n questions of one domain; row i · tries + k is the k-th of question i. At
 * temperature 0 all are alike. False: stopped. */
bool attempts_draw(const struct attempts *a, const struct prompt *prompt, int n, struct samples *out);

/* On n held-out questions, always the same of a level: shares of 1. Means of the sampled ones are 0 without tries. */
struct task_scores {
	int n;
	double greedy; /* right, with the most probable tokens */
	double mean, hit,
		formed; /* right of the sampled ones; questions that one of them answers; of an answer's form */
};

bool attempts_score(const struct attempts *a, const struct task_level *t, int n, struct task_scores *out);

#endif
