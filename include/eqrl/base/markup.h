/* markup.h — text within HTML, SVG and MathML. */
#ifndef EQRL_MARKUP_H
#define EQRL_MARKUP_H

#include "eqrl/base/str.h"

/* Appends text as character data or within a quoted attribute: & < > " ' become entities. Bytes that are no UTF-8 and
 * characters that XML 1.0 does not allow become U+FFFD, so that what is written is well-formed whatever a file holds. */
void markup_text(struct str *out, const char *text);

/* Length of the UTF-8 character at text, 0 if that is none (or at the end). */
int utf8_length(const char *text);

/* Characters of text: bytes that begin one. */
int utf8_count(const char *text);

/* Appends at most n characters, the last of them "…" where text has more. */
void utf8_cut(struct str *out, const char *text, int n);

#endif
