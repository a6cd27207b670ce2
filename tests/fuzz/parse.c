/* parse.c — libFuzzer entry: any bytes give an equation or an error; what is read prints and reads
 * back, as text and as JSON.
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iinclude tests/fuzz/parse.c \
 *     src/expr/{parse,functions,names,print,readable,latex,export,reserved,json,expr,op}.c \
 *     src/base/{error,mem,str}.c -lcjson -lm -o fuzz-parse */
#include "eqrl/expr/parse.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const column[] = {"x1", "Temp (°C)", "pi", "exp", "a`b", "lambda"};
static const struct names names = {.n = COUNT_OF(column), .column = column, .target = "y"};
static const double row[] = {0.5, -2, 1.25, 3, 0, 7};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool same(const struct expr *a, const struct expr *b)
{
	double u = expr_value(a, row), v = expr_value(b, row);

	return (isnan(u) && isnan(v)) || memcmp(&u, &v, sizeof(u)) == 0;
}

static void check_equation(const struct expr *e)
{
	struct str text = {0};
	cJSON *json = expr_to_json(e);
	struct expr again;

	require(expr_valid(e));
	for (int k = 0; k < NOTATION_COUNT; k++) {
		str_clear(&text);
		print_expr(&text, e, &names, (enum notation)k);
		if (k == NOTATION_TEXT)
			require(parse_expr(text.data, &names, NULL, &again) == ST_OK && same(e, &again));
	}
	require(expr_from_json(json, &again) == ST_OK && memcmp(e, &again, sizeof(again)) == 0);
	cJSON_Delete(json);
	str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct parse_params params;
	struct str picture = {0};
	struct expr e;
	int at;

	if (parse_expr_at(text, &names, &params, &e, &at) == ST_OK)
		check_equation(&e);
	else
		parse_picture(&picture, text, at);
	str_release(&picture);
	free(text);
	return 0;
}
