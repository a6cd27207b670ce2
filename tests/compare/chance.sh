#!/bin/sh
# chance.sh — what eqrl says when there is nothing, or much noise, in the data.
#
#   tests/compare/chance.sh [SECONDS]      (10; default options, one thread, two runs at a time)
#
# 20 sets of pure noise: the answer should be marked as not significant, in run.json and in equations.json.
# 20 sets of five laws whose noise is as large as their signal (true R² 0.5): the answer should be significant
# and have R² > 0.3 on the report rows. 200 rows, 3 columns, seeds 1 … 20.
set -eu
time=${1:-10}
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

table() { # KIND SEED → csv
	awk -v kind="$1" -v seed="$2" '
	function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand()) }
	function law(a, b, c) {
		if (seed % 5 == 0) return a * b + c
		if (seed % 5 == 1) return sin(2 * a) + b
		if (seed % 5 == 2) return exp(a) * b
		if (seed % 5 == 3) return a / (1 + b * b)
		return a * a - b * c
	}
	BEGIN {
		srand(1000 * seed + 7)
		for (i = 0; i < 200; i++) {
			for (j = 0; j < 3; j++) x[i, j] = 4 * rand() - 2
			y[i] = law(x[i, 0], x[i, 1], x[i, 2])
			mean += y[i] / 200; square += y[i] * y[i] / 200
		}
		sd = kind == "noise" ? 1 : sqrt(square - mean * mean)
		print "x1,x2,x3,y"
		for (i = 0; i < 200; i++)
			printf "%.6f,%.6f,%.6f,%.6f\n", x[i, 0], x[i, 1], x[i, 2],
			       (kind == "noise" ? 0 : y[i]) + sd * normal()
	}'
}

one() { # KIND SEED
	table "$1" "$2" > "$dir/$1-$2.csv"
	"$root/build/eqrl" train --data "$dir/$1-$2.csv" --out "$dir/$1-$2" --seed "$2" --threads 1 --time "$time" \
		-q > "$dir/$1-$2.txt" 2>&1 || echo "failed: $1 $2"
}

seed=1
while [ $seed -le 20 ]; do
	for kind in noise half; do
		one $kind $seed &
	done
	wait
	seed=$((seed + 1))
done
count() { # PATTERN FILE... → how many of the files have it
	pattern=$1
	shift
	grep -l "$pattern" "$@" | wc -l
}

doubt='"significant":[[:space:]]*false'
echo "pure noise: $(count "$doubt" "$dir"/noise-*/run.json) of 20 marked as not significant in run.json," \
	"$(count "$doubt" "$dir"/noise-*/equations.json) in equations.json"
for run in "$dir"/half-*/equations.json; do
	awk '/"chosen":/ { want = $2 + 0; none = $2 ~ /null/; n = 0 }
	     /"significant":/ { none += $2 ~ /false/ }
	     /"r2_report":/ && !none && n++ == want { print $2 + 0 }' "$run"
done | awk '{ n++; good += $1 > 0.3 }
	END { printf "true R2 0.5: %d of 20 are significant with report R2 above 0.3 (%d significant)\n", good, n }'
