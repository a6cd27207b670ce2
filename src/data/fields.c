/* fields.c — the fields of a record; see records.h. */
#include "records.h"

const char *field_next(const char *p, const char *end, char delimiter, struct field *f)
{
	const char *close;

	while (p < end && is_padding(*p, delimiter))
		p++;
	*f = (struct field){.begin = p};
	if (p < end && *p == '"') {
		for (close = p + 1; close < end; close++) {
			if (*close != '"')
				continue;
			if (close + 1 == end || close[1] != '"')
				break;
			close++;
		}
		const char *after = close < end ? close + 1 : end;

		while (after < end && is_padding(*after, delimiter) && delimiter != ' ')
			after++;
		if (close < end &&
		    (after == end || *after == delimiter || (delimiter == ' ' && is_padding(*after, ' ')))) {
			*f = (struct field){p + 1, close, true};
			p = after;
		}
	}
	while (p < end && !(delimiter == ' ' ? is_padding(*p, ' ') : *p == delimiter))
		p++;
	if (!f->quoted) {
		f->end = p;
		while (f->end > f->begin && is_padding(f->end[-1], delimiter))
			f->end--;
	}
	if (p == end)
		return NULL;
	if (delimiter != ' ')
		return p + 1;
	while (p < end && is_padding(*p, ' '))
		p++;
	return p < end ? p : NULL;
}

int field_count(const char *p, const char *end, char delimiter)
{
	struct field f;
	int n = 0;

	for (; p; n++)
		p = field_next(p, end, delimiter, &f);
	return n;
}

void field_text(const struct field *f, struct str *out)
{
	str_clear(out);
	for (const char *p = f->begin; p < f->end; p++) {
		str_addc(out, *p);
		if (f->quoted && *p == '"')
			p++;
	}
}
