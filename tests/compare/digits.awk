# digits.awk — how many digits the constants of answers are printed with: awk -f tests/compare/digits.awk RESULTS.jsonl…
#
# Reads result lines of eqrl bench. Of each "equation" every number counts that is not part of a name: its significant
# digits, without zeros before them and without the exponent. Prints, for each file, the constants, the mean and the
# quartiles of their digits, and the same without whole numbers up to 10, which are counts and exponents. Then, from "digits"
# (lines of older programs have none), the same of those that a fit may have made, of the digits down to the second one of
# their standard errors, and how many have more than these.
function digits(text) {
	sub(/[eE].*/, "", text)
	sub(/\./, "", text)
	sub(/^0+/, "", text)
	return length(text)
}
function summary(what, n, d, more,    i, j, t, sum) {
	for (i = 2; i <= n; i++) {
		t = d[i]
		for (j = i - 1; j > 0 && d[j] > t; j--)
			d[j + 1] = d[j]
		d[j + 1] = t
	}
	for (i = 1; i <= n; i++)
		sum += d[i]
	if (n)
		printf "%-28s %-12s %6d  mean %5.2f  quartiles %2d %2d %2d  most %2d%s\n", name, what, n, sum / n,
			d[int((n + 3) / 4)], d[int((n + 1) / 2)], d[int((3 * n + 3) / 4)], d[n], more
}
function report() {
	summary("all", n_all, all)
	summary("not small", n_long, long)
	summary("fitted", n_fitted, written, "  beyond the error " too_long + 0)
	summary("determined", n_fitted, determined)
	n_all = n_long = n_fitted = too_long = 0
}
FNR == 1 && name != "" { report() }
FNR == 1 { name = FILENAME; sub(/.*\//, "", name) }
match($0, /"digits":"[^"]*"/) {
	n = split(substr($0, RSTART + 10, RLENGTH - 11), pair, " ")
	for (i = 1; i <= n; i++) {
		split(pair[i], part, "/")
		written[++n_fitted] = part[1] + 0
		determined[n_fitted] = part[2] > 1 ? part[2] + 0 : 1
		too_long += written[n_fitted] > determined[n_fitted]
	}
}
match($0, /"equation":"[^"]*"/) {
	text = substr($0, RSTART + 12, RLENGTH - 13)
	while (match(text, /[A-Za-z_][A-Za-z_0-9]*|[0-9]+\.?[0-9]*([eE][-+]?[0-9]+)?/)) {
		token = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (token !~ /^[0-9]/)
			continue
		all[++n_all] = digits(token)
		if (!(token ~ /^[0-9]+$/ && token + 0 <= 10))
			long[++n_long] = digits(token)
	}
}
END { report() }
