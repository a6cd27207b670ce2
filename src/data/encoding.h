/* encoding.h — bytes of any encoding that tables come in, as UTF-8.
 *
 * UTF-16 is known by its byte order mark or by the zero bytes of its ASCII half. All else is UTF-8, where a
 * byte that is none stands for itself in Windows-1252 (Latin-1 with quotes and €): texts in Latin-1 hold next
 * to no valid sequences of UTF-8 beyond ASCII, so both kinds, and mixtures, come out right. */
#ifndef EQRL_DATA_ENCODING_H
#define EQRL_DATA_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

enum encoding_of_text { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE };

/* By the first n bytes; *mark: length of the byte order mark. */
enum encoding_of_text encoding_detect(const unsigned char *p, size_t n, size_t *mark);

/* How many of the n bytes are valid UTF-8 from the beginning on; *cut: the rest may be the beginning of one
 * more character (at most 3 bytes). */
size_t utf8_span(const unsigned char *p, size_t n, bool *cut);

/* Converts n bytes to at most 3 n bytes at out; returns how many, *used says of how many bytes (a character
 * that is cut off is left, unless `last`). *foreign counts bytes that are not of the encoding. */
struct conversion {
	enum encoding_of_text encoding;
	bool last;
	size_t used;
	long foreign;
};
size_t encoding_convert(struct conversion *c, const unsigned char *p, size_t n, char *out);

#endif
