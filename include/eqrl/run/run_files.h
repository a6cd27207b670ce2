/* run_files.h — what the files of a run directory hold: their versions, and the text of eqrl help files. */
#ifndef EQRL_RUN_FILES_H
#define EQRL_RUN_FILES_H

#include "eqrl/base/str.h"

enum { RUN_SCHEMA = 2, FRONT_SCHEMA = 2, LOG_SCHEMA = 1 };

/* files.def for readers, at most 100 columns wide. */
void run_files_help(struct str *out);

#endif
