/* notes.h — what a reader of data has to say beside the data: one line each, with a level.
 *
 * Text from files (names, cells) enters messages through text_clean alone, so that no byte of a file
 * reaches a terminal or a JSON file as a control character. Ownership: notes_release frees all. */
#ifndef EQRL_NOTES_H
#define EQRL_NOTES_H

#include "eqrl/base/str.h"

enum note_level {
	NOTE_INFO,    /* worth knowing; --quiet hides it */
	NOTE_WARNING, /* changes what the answer means: rows, columns or values are not those of the file */
};

struct note {
	enum note_level level;
	char *text; /* UTF-8 without control characters */
};

struct notes {
	struct note *item;
	int n;
};

void notes_add(struct notes *s, enum note_level level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void notes_release(struct notes *s);

/* Appends n bytes of UTF-8 with line ends and tabs as blanks and other control characters (also those of
 * ISO 6429's second set and marks that turn the direction of writing) as \xNN or \uNNNN. */
void text_clean(struct str *out, const char *p, size_t n);

#endif
