#!/bin/sh
# weights.sh NEW [OLD] — are the weights NEW better than OLD (default: the shipped ones)?
#
# On synthetic problems that neither saw: the held-out loss on laws as they are and on laws turned around, and how many of
# 100 of each are written within 256 samples (eqrl pretrain --evaluate). On benchmarks: eqrl bench --arm infer on dev60's
# formulas and on data/benchmarks/turned.json, paired over problems. Budgets are counted, so the result does not depend on
# the machine's load. What was measured already, in OUT, is not measured again.
#
# Environment: EQRL (the program), OUT (folder for everything), EVALS, SEEDS, JOBS (of the bench), NICE.
set -e
root=$(cd "$(dirname "$0")/../.." && pwd)
new=$(realpath "${1:?usage: weights.sh NEW [OLD]}")
old=$(realpath "${2:-$root/data/weights/default.safetensors}")
cd "$root"
eqrl=${EQRL:-build/eqrl}
out=${OUT:-build/weights}
evals=${EVALS:-2048} seeds=${SEEDS:-1} jobs=${JOBS:-2}
nice=${NICE:-nice -n 10}
mkdir -p "$out"

synthetic() { # WEIGHTS SHARE RECOVERY
	$nice "$eqrl" pretrain --evaluate --init "$1" --seed 11 --micro-batch 64 --micro-batches 4 --turned-share "$2" \
		--recovery "$3" --exclude data/benchmarks/formulas.json --exclude data/benchmarks/turned.json \
		--exclude data/benchmarks/fastsrb.json 2>/dev/null
}

for weights in "$old" "$new"; do
	echo "== $weights"
	mark=$(sha256sum "$weights" | cut -c1-16)
	test -s "$out/$mark.txt" || {
		synthetic "$weights" 0 256
		echo "turned around:"
		synthetic "$weights" 1 0
	} >"$out/$mark.part"
	test -s "$out/$mark.txt" || mv "$out/$mark.part" "$out/$mark.txt"
	cat "$out/$mark.txt"
	for set in formulas turned; do
		test $set = formulas && names="--names data/benchmarks/dev60.json" || names=
		# shellcheck disable=SC2086 # names is an option with its value, or nothing
		$nice "$eqrl" bench --problems data/benchmarks/$set.json $names --arm infer --evals "$evals" --seeds "$seeds" \
			--jobs "$jobs" --weights "$weights" --label "$mark" --out "$out/$set.jsonl" >"$out/$set.txt"
	done
done
cat "$out/formulas.txt" "$out/turned.txt"
