# study.awk — tables of the study of verifiable tasks, from the summary of its runs.
#
#     awk -f tests/compare/study.awk data/results/study.csv
#
# A run's name is BLOCK-ARM-SEED. Each cell is the mean over seeds of greedy accuracy in per cent after the run, and in brackets
# how much that is above accuracy before it, with its 95 % interval (Student's t over seeds).

function mean(values, n,    i, sum)
{
	for (i = 1; i <= n; i++)
		sum += values[i]
	return sum / n
}

function half_width(values, n,    i, m, square)
{
	m = mean(values, n)
	for (i = 1; i <= n; i++)
		square += (values[i] - m) ^ 2
	return n > 1 ? T[n - 1] * sqrt(square / (n - 1) / n) : 0
}

BEGIN {
	split("12.706 4.303 3.182 2.776 2.571", T, " ")
	FS = "\""
}

$3 ~ /^,done,/ {
	n = split($2, part, "-")
	seed = part[n]
	arm = substr($2, 1, length($2) - length(seed) - 1)
	if (!(arm in runs))
		order[++arms] = arm
	runs[arm]++
	for (f = 4; f <= NF; f++)
		if ($f ~ / -> /)
			cells = split($f, cell, ", ")
	for (c = 1; c <= cells; c++) {
		split(cell[c], word, " ")
		what = word[1] " " substr(word[2], 1, length(word[2]) - 1)
		if (!((arm, what) in count))
			columns[arm] = columns[arm] (columns[arm] == "" ? "" : "|") what
		k = ++count[arm, what]
		before[arm, what, k] = word[3]
		after[arm, what, k] = word[5]
	}
}

END {
	for (a = 1; a <= arms; a++) {
		arm = order[a]
		block = substr(arm, 1, 1)
		if (columns[arm] != shown || block != last) {
			shown = columns[arm]
			last = block
			n = split(shown, column, "|")
			printf "\n| %s | runs |", block
			for (c = 1; c <= n; c++)
				printf " %s |", column[c]
			printf "\n|"
			for (c = 0; c <= n + 1; c++)
				printf " --- |"
			printf "\n"
		}
		printf "| %s | %d |", substr(arm, 3), runs[arm]
		for (c = 1; c <= n; c++) {
			k = count[arm, column[c]]
			for (i = 1; i <= k; i++) {
				final[i] = after[arm, column[c], i]
				gain[i] = final[i] - before[arm, column[c], i]
			}
			m = mean(gain, k)
			h = half_width(gain, k)
			printf " %.1f (%+.1f [%+.1f, %+.1f]) |", mean(final, k), m, m - h, m + h
		}
		printf "\n"
	}
}
