/* cell.h — the text of one cell: a number in one of the forms that people and programs write, missing, infinite,
 * a spreadsheet's error, or a text. */
#ifndef EQRL_DATA_CELL_H
#define EQRL_DATA_CELL_H

#include <stdbool.h>
#include <stddef.h>

enum cell_kind {
	CELL_MISSING,
	CELL_NUMBER,
	CELL_INFINITE,
	CELL_ERROR, /* #DIV/0! and the like: missing, but worth a word */
	CELL_TEXT,
};

/* What was undone to get the value; bits. */
enum cell_form {
	FORM_THOUSANDS = 1, /* 1,200,000  1.200.000  1 200 000  1'200'000  12,34,567 */
	FORM_PERCENT = 2,   /* 46% is 0.46 */
	FORM_CURRENCY = 4,  /* $5  5 € */
	FORM_EXPONENT = 8,  /* 1.2D+03 */
	FORM_MINUS = 16,    /* U+2212 and other dashes; 200- */
	FORM_BRACKETS = 32, /* (200) is -200 */
	FORM_LOGICAL = 64,  /* TRUE, FALSE */
	FORM_POWER = 128,   /* 1.5x10^3  1.5*^3  and Fortran's 0.1234-100 */
	FORMS = 8,
};

struct cell_value {
	enum cell_kind kind;
	unsigned forms;
	double value; /* of CELL_NUMBER and CELL_INFINITE */
};

/* text: n bytes of UTF-8 that are followed by a NUL. */
struct cell_value cell_read(const char *text, size_t n, char decimal);

const char *form_name(int bit); /* "thousands separators" for 0, … */

/* What a number's text says about the decimal sign: ',' or '.' if it can only be that one, 'c' or 'p' if it has
 * a comma or a point that may as well separate thousands, 0 if it has neither or is no number. */
char decimal_evidence(const char *text, size_t n);

#endif
