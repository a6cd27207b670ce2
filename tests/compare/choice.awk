# choice.awk — the tables of data/results/choice.md from the lines of choice.c:  awk -f choice.awk LINES…
function field(name,    at, rest) {
	at = index($0, "\"" name "\":")
	rest = substr($0, at + length(name) + 3)
	gsub(/^"/, "", rest)
	sub(/["},].*/, "", rest)
	return rest
}

{
	rule = field("rule"); if (!(rule in seen)) { seen[rule] = 1; order[++rules] = rule }
	table = field("table")
	if (split(table, part, "/") == 3) {
		n = part[2] + 0; noise = part[3] + 0
		if (part[1] == "nothing") { nothing[rule]++; false_found[rule] += field("significant"); next }
		level = n >= 9 && noise <= 0.01 ? "n >= 9, noise <= 1 %" : n < 9 && noise <= 0.01 ? "n < 9, noise <= 1 %" : noise == 0.05 ? "noise 5 %" : "noise 20 %"
		if (noise > 0.01 || 1) { laws[rule, level]++; named[rule, level] += field("form"); front[rule, level] += field("on_front"); levels[level] = 1 }
	} else if (field("r2") >= 0) {
		real[rule]++; r2[rule] += field("r2"); regret[rule] += field("best") - field("r2"); sizes[rule] = sizes[rule] " " field("size")
	}
}

function median(list,    v, n, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
	return n ? (n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2) : 0
}

END {
	for (r in real) any = 1
	if (any) {
		print "| rule | tables | mean R² of the choice | mean regret | median size |\n| --- | --- | --- | --- | --- |"
		for (i = 1; i <= rules; i++)
			printf "| %s | %d | %.3f | %.3f | %g |\n", order[i], real[order[i]], r2[order[i]] / real[order[i]], regret[order[i]] / real[order[i]], median(sizes[order[i]])
	}
	for (l in levels) {
		printf "\n**%s**: share of laws named; on the front\n\n| rule | laws | named | on the front |\n| --- | --- | --- | --- |\n", l
		for (i = 1; i <= rules; i++)
			printf "| %s | %d | %.2f | %.2f |\n", order[i], laws[order[i], l], named[order[i], l] / laws[order[i], l], front[order[i], l] / laws[order[i], l]
	}
	if (nothing[order[1]])
		printf "\npure noise: %d of %d called significant (%s)\n", false_found[order[1]], nothing[order[1]], order[1]
}
