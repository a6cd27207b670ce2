/* guess_spelling.h — private to src/run: a guess in another program's spelling. */
#ifndef EQRL_RUN_GUESS_SPELLING_H
#define EQRL_RUN_GUESS_SPELLING_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/data/dataset.h"
#include "eqrl/options/options.h"

/* out = text with x7 or X7 as the name of that column of d, where none is called so; and where the first is x0, even then.
 * from: GUESS_FROM_…. Fails where d has no such column. */
enum status guess_name_columns(int from, const struct dataset *d, const char *text, struct str *out);

#endif
