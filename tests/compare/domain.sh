#!/bin/sh
# domain.sh [DOMAIN…] — does a policy adapted to some equations of a domain find others of it with fewer candidates?
#
# For each data/benchmarks/domain-DOMAIN.json (default: saturation physics): writes the training part as CSV files,
# adapts the shipped weights to them (eqrl train, a counted number of steps), and runs eqrl bench --arm infer on the
# held-out part with the shipped and with the adapted weights. Budgets are counted, so the result does not depend
# on the machine's load. The last lines say, paired over problems: recovery, and the ratio of distinct candidates
# tried until an exact equation came (a miss counts as the whole budget, repeated candidates included).
#
# Environment: EQRL (the program), OUT (folder for everything), STEPS (of training), EVALS, SEEDS (of the bench),
# TRAIN (more options for eqrl train), MORE (more --data options for it: files or folders), NICE.
set -e
root=$(cd "$(dirname "$0")/../.." && pwd)
eqrl=${EQRL:-$root/build/eqrl}
out=${OUT:-$root/build/domain}
steps=${STEPS:-180} evals=${EVALS:-2048} seeds=${SEEDS:-3}
train=${TRAIN:---batch 256 --offspring 256 --group-size 64 --train-size 64}

for domain in ${*:-saturation physics}; do
	problems=$root/data/benchmarks/domain-$domain.json
	dir=$out/$domain
	rm -rf "$dir/run" "$dir/train"
	mkdir -p "$dir"
	"$eqrl" bench --problems "$problems" --only "$domain-train" --export "$dir/train" --quiet
	# shellcheck disable=SC2086 # MORE and train are lists
	${NICE:-nice -n 10} "$eqrl" train --data "$dir/train" $MORE --seed 1 --steps "$steps" --no-early-stop $train \
		--out "$dir/run" --save-weights "$dir/adapted.safetensors" >"$dir/train.txt"
	for weights in "" "--weights $dir/adapted.safetensors"; do
		# shellcheck disable=SC2086
		${NICE:-nice -n 10} "$eqrl" bench --problems "$problems" --only "$domain-heldout" --arm infer --batch 128 \
			--evals "$evals" --seeds "$seeds" $weights --out "$dir/heldout.jsonl" >"$dir/summary.txt"
	done
	cat "$dir/summary.txt"
done
