/* search_case.h — a small policy, small data and a configuration for tests of the search. */
#ifndef EQRL_TEST_SEARCH_CASE_H
#define EQRL_TEST_SEARCH_CASE_H

#include "eqrl/rl/trainer.h"

/* The learner library, or NULL (and the test counts as skipped). */
const struct learner_api *search_case_learner(void);

/* n rows of two columns between 0.2 and 2; a fifth of them select, from 100 rows on a fifth report. */
void search_case_data(struct dataset *d, int n, double (*f)(double, double));
double search_case_law(double a, double b);	  /* sin(ab) + a */
double search_case_short_law(double a, double b); /* ab + sin b */

void search_case_policy(struct policy *p); /* width 32, one layer, random */
struct train_config search_case_config(void);

bool search_case_same_hof(const struct hof *a, const struct hof *b);

#endif
