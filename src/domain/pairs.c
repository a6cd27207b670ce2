/* pairs.c — see pairs.h. */
#include "pairs.h"

int pairs_break(const struct prompt *p, const uint8_t *tokens, int n, token_test *is_first, token_test *is_second)
{
	for (int t = 0; t < n; t++) {
		if (tokens[t] == TOK_EOS && t % 2 == 0 && t > 0)
			return t + 1 < n ? t + 1 : n;
		if (!(t % 2 ? is_second(p, tokens[t]) : is_first(p, tokens[t])))
			return t;
	}
	return n % 2 || n == 0 ? n - 1 : n;
}
