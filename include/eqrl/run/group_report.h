/* group_report.h — a front whose equations have constants by group: its parameters' names, its files, its tables. */
#ifndef EQRL_GROUP_REPORT_H
#define EQRL_GROUP_REPORT_H

#include "eqrl/run/front.h"

/* Names for the parameters of pareto.grouped, after those of the columns; earlier ones are replaced. Nothing without it. */
void front_set_parameters(struct front *f);

/* How many of the front's names are columns of data. */
int front_columns(const struct front *f);

/* The table of an entry, NULL: it has no parameters. */
const struct group_table *front_table_of(const struct front *f, const struct pareto_entry *e);

/* "parameters" and "groups" of the front; "groups" of an equation. And back: names first, which front_from_json has read. */
void groups_to_json(cJSON *o, const struct front *f);
void entry_groups_to_json(cJSON *o, const struct front *f, const struct pareto_entry *e);
enum status groups_from_json(struct front *f, const cJSON *json, const char *path);
enum status entry_groups_from_json(struct front *f, struct pareto_entry *e, const cJSON *json, const char *path);

/* The constants of an equation by group, with their standard errors; at most so many groups (0: all). False, and nothing,
 * if it has none. */
bool groups_text(const struct front *f, const struct pareto_entry *e, int most, struct str *out);

#endif
