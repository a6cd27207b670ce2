/* unit_setup.h — from --units and units rows to what equations have to be consistent with, and back to words. */
#ifndef EQRL_UNIT_SETUP_H
#define EQRL_UNIT_SETUP_H

#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "eqrl/expr/bounds.h"
#include "eqrl/expr/names.h"
#include "eqrl/options/options.h"

#include <cjson/cJSON.h>

/* Reads --units, which replaces the units that the file gave, into d->units; without it that stays NULL and units are
 * only shown. Fails (usage) where a unit cannot be read or belongs to no column. Adds notes. */
enum status data_set_units(struct dataset *d, const struct options *o);

/* Refuses what no consistent equation can be made of, with the reason. d->units may be NULL. */
enum status units_check(const struct dataset *d, const struct options *o);
enum status units_check_required(const struct dataset *d, const struct bounds *b);

/* The texts of a table or a front; borrowed. */
struct unit_texts {
	const struct names *names;
	char *const *unit; /* of each column, NULL where none is known; NULL: of none */
	const char *target;
};

/* The units of an equation's constants, where the columns have some. */
struct constant_units {
	bool known;			  /* any column or the target has a unit, and all could be read */
	bool consistent;		  /* with the units of `unit` */
	struct expr e;			  /* the equation with its integers as literals, which come last in c[] */
	struct str unit[EXPR_MAX_CONSTS]; /* by index in e.c[]; empty: none */
	struct str why;			  /* it is not consistent */
};
void constant_units_find(const struct unit_texts *t, const struct expr *e, struct constant_units *out);
void constant_units_release(struct constant_units *c);

/* Appends "365.04 d/AU^1.5, 2 m"; nothing where no constant has a unit. */
void constant_units_list(const struct constant_units *c, struct str *out);

/* Appends a line in words: what unit each constant has, or why the equation is not consistent. Nothing where there is
 * nothing to say. */
void constant_units_words(const struct unit_texts *t, const struct expr *e, struct str *out);

/* Adds "units" {"consistent", "why", "constants" [{"index", "value", "unit"}]}; nothing where no unit is known. */
void constant_units_to_json(const struct unit_texts *t, const struct expr *e, cJSON *object);

#endif
