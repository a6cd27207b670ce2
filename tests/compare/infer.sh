#!/bin/bash
# infer.sh PROGRAM — what `PROGRAM infer` prints for five data sets with counted budgets and fixed seeds, with one and two
# threads. Two programs that sample alike print the same bytes:
#
#   tests/compare/infer.sh OLD/eqrl > old; tests/compare/infer.sh build/eqrl > new; cmp old new
program=$(realpath "${1:?usage: infer.sh PROGRAM}")
cd "$(dirname "$0")/../.." || exit 1
for data in data/kepler.csv data/hubble.csv data/rydberg.csv data/ideal_gas.csv tests/laws/logistic-12.csv; do
	for threads in 1 2; do
		echo "== $data, threads $threads"
		"$program" infer --data "$data" --evals 3000 --seed 7 --threads $threads --precision f32 --quiet --format json 2>&1
	done
done
