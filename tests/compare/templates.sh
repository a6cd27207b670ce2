#!/bin/sh
# templates.sh — do answers survive another form of question? Weights taught in one template, or in several, are asked in each.
#
# Blocks D and E of the study of verifiable tasks. Every row of the table is a training of PAIRS pairs from random weights in
# the templates that it names; every column a template of the same 400 held-out questions of a level. Weights that exist in
# OUT are not trained again.
#
# Environment: EQRL (the program), OUT (folder of the weights), PAIRS, SETS (of templates, between blanks), NICE.
set -e
cd "$(dirname "$0")/../.."
eqrl=${EQRL:-build/eqrl}
out=${OUT:-build/templates}
pairs=${PAIRS:-204800}
nice=${NICE:-nice -n 10}
mkdir -p "$out"

for set in ${SETS:-plain turned signs plain,turned plain,signs plain,turned,signs}; do
	weights=$out/$set-$pairs.safetensors
	test -s "$weights" ||
		$nice "$eqrl" pretrain --domain countdown,kk --levels 2-3 --template "$set" --pairs "$pairs" --seed 1 --lr 0.0015 \
			--warmup 100 --micro-batch 64 --micro-batches 4 --bf16 --threads 1 --width 128 --heads 4 --encoder-layers 3 \
			--decoder-layers 3 --latents 8 --out "$weights" >/dev/null 2>"$out/$set.log"
	for template in plain turned signs; do
		$nice "$eqrl" eval --domain countdown,kk --levels 2-3 --template "$template" --any-template --weights "$weights" \
			--prompts 400 --seed 1 | awk -v set="$set" -v template="$template" 'NR > 1 {
				printf "%s\t%s\t%s %s\t%s\t%s\t%s\n", set, template, $1, $2, $4, $5, $7 }'
	done
done
