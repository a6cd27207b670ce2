/* paths.h — where the program's own files are.
 *
 * In this order: $EQRL_HOME (a folder of such files, an installation or a source tree); the build tree
 * that the executable stands in; the installation that it stands in (PREFIX/bin beside PREFIX/lib/eqrl and
 * PREFIX/share/eqrl), so an installation may be moved.
 *
 *   kind          below $EQRL_HOME                        build tree       installation
 *   learner       . lib/eqrl build                        .                ../lib/eqrl
 *   weights       . weights share/eqrl/weights data/weights  ../data/weights  ../share/eqrl/weights
 *   config, data  likewise */
#ifndef EQRL_PATHS_H
#define EQRL_PATHS_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"

enum path_kind { PATH_LEARNER, PATH_WEIGHTS, PATH_CONFIG, PATH_DATA, PATH_KINDS };

/* Finds the file of that name; *path is a new string. name NULL: the kind's default (libeqrl_learn.so,
 * default.safetensors, default.json). A name with a '/' or that exists as it stands is taken as it
 * is; else the kind's folders are searched, and then again with the kind's extension added.
 * Fails (learner, weights: ST_WEIGHTS; others: ST_USAGE) with the list of places searched. */
enum status path_find(enum path_kind kind, const char *name, char **path);

/* Lists the places that are searched, in order, one a line. */
void path_places(enum path_kind kind, struct str *out);

/* Does the same for a given $EQRL_HOME (NULL: unset) and folder of the executable. */
enum status path_find_from(enum path_kind kind, const char *name, const char *home, const char *exe_dir, char **path);

/* Folder of the running executable, in a new string. */
char *path_exe_dir(void);

#endif
