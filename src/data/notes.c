/* notes.c — see notes.h. */
#include "eqrl/data/notes.h"

#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void notes_add(struct notes *s, enum note_level level, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		BUG("note \"%s\" cannot be written", fmt);
	va_end(ap);
	s->item = xrealloc(s->item, ((size_t)s->n + 1) * sizeof(*s->item));
	s->item[s->n++] = (struct note){level, text};
}

void notes_release(struct notes *s)
{
	for (int i = 0; i < s->n; i++)
		free(s->item[i].text);
	free(s->item);
	*s = (struct notes){0};
}

/* The code point of a two- or three-byte sequence at p that must not reach a terminal, 0 if it may:
 * U+0080 … U+009F (second set of control characters), U+2028 … U+202E and U+2066 … U+2069 (line ends, marks
 * of direction). */
static unsigned find_control(const unsigned char *p, size_t n)
{
	if (n >= 2 && p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
		return p[1];
	if (n >= 3 && p[0] == 0xe2) {
		unsigned u = (unsigned)(p[0] & 0xf) << 12 | (unsigned)(p[1] & 0x3f) << 6 | (unsigned)(p[2] & 0x3f);

		if ((u >= 0x2028 && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069))
			return u;
	}
	return 0;
}

void text_clean(struct str *out, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + n;

	while (p < end) {
		unsigned u = *p >= 0xc2 ? find_control(p, (size_t)(end - p)) : 0;

		if (u) {
			str_addf(out, "\\u%04x", u);
			p += u < 0x100 ? 2 : 3;
		} else if (*p == '\r' && p + 1 < end && p[1] == '\n') {
			p++; /* one line end, one blank */
		} else if (*p == '\n' || *p == '\r' || *p == '\t') {
			str_addc(out, ' ');
			p++;
		} else if (*p < ' ' || *p == 0x7f) {
			str_addf(out, "\\x%02x", *p++);
		} else {
			str_addc(out, (char)*p++);
		}
	}
}
