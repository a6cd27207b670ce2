/* latex.c — names and numbers in LaTeX; see notation.h. */
#include "eqrl/base/mem.h"
#include "notation.h"

#include <string.h>

static const char *const greek[] = {
	"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta",	 "eta",	    "theta", "iota", "kappa", "lambda", "mu",
	"nu",	 "xi",	  "pi",	    "rho",   "sigma",	"tau",	 "upsilon", "phi",   "chi",  "psi",   "omega",	"Gamma",
	"Delta", "Theta", "Lambda", "Xi",    "Pi",	"Sigma", "Upsilon", "Phi",   "Psi",  "Omega", "hbar",	"ell",
};

static bool is_ascii(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

/* Text in \mathrm{…}, with what TeX would act on escaped; in \text{…} where letters are not TeX's own, such as °. */
static void roman(struct str *out, const char *text, size_t n)
{
	bool math = is_ascii(text, n);

	str_add(out, math ? "\\mathrm{" : "\\text{");
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\\')
			str_add(out, math ? "\\backslash{}" : "\\textbackslash{}");
		else if (text[i] == '^')
			str_add(out, math ? "\\hat{}" : "\\^{}");
		else if (text[i] == '~' || text[i] == ' ' || (unsigned char)text[i] < ' ')
			str_add(out, "\\ ");
		else if (strchr("_%$#&{}", text[i]))
			str_addf(out, "\\%c", text[i]);
		else
			str_addc(out, text[i]);
	}
	str_addc(out, '}');
}

/* One word without subscript. */
static void word(struct str *out, const char *text, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(greek); i++)
		if (strlen(greek[i]) == n && memcmp(greek[i], text, n) == 0) {
			str_addf(out, "\\%s", greek[i]);
			return;
		}
	if (strspn(text, "0123456789") >= n || (n == 1 && *text != '_' && name_is_identifier((char[]){text[0], 0})))
		str_addn(out, text, n);
	else
		roman(out, text, n);
}

/* Length of the part before a subscript: up to the first '_', or up to trailing digits. */
static size_t stem(const char *name)
{
	size_t n = strlen(name), digits = n, underscore = strcspn(name, "_");

	if (!name_is_identifier(name) || underscore == 0) /* _50 has nothing that could carry the subscript */
		return n;
	if (underscore > 0 && underscore < n - 1)
		return underscore;
	while (digits > 0 && strchr("0123456789", name[digits - 1]))
		digits--;
	return digits;
}

void latex_name(struct str *out, const char *name)
{
	size_t n = stem(name);

	word(out, name, n);
	if (name[n] == '\0')
		return;
	str_add(out, "_{");
	name += n + (name[n] == '_');
	word(out, name, strlen(name));
	str_addc(out, '}');
}

bool latex_number(struct str *out, const char *decimal)
{
	size_t mantissa = strcspn(decimal, "e");
	const char *power = decimal + mantissa + 1;
	bool unit = mantissa == 1 && decimal[0] == '1';

	if (decimal[mantissa] == '\0') {
		str_add(out, decimal);
		return false;
	}
	if (!unit) {
		str_addn(out, decimal, mantissa);
		str_add(out, " \\times ");
	}
	str_add(out, "10^{");
	if (*power == '-')
		str_addc(out, '-');
	power += *power == '-' || *power == '+';
	power += strspn(power, "0");
	str_addf(out, "%s}", power);
	return true;
}
