# What a benchmark promises: one line a run with its keys, finished keys are not run again, noise and arms
# make keys of their own, a wrong selection says so.
problems=$data/benchmarks/formulas.json
bench() {
	eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --seed 1 --evals 256 --batch 128 --quiet --out r.jsonl "$@" >>summary
}
bench --arm prior --seeds 2
bench --arm prior --seeds 2
echo "lines: $(wc -l <r.jsonl)"
bench --arm prior --noise 0.1
bench --arm evolve
echo "lines: $(wc -l <r.jsonl)"
grep -o '"key":"[^"]*"' r.jsonl | sort
head -n 1 r.jsonl | tr ',' '\n' | sed -n 's/^{*"\([a-z_0-9]*\)":.*/\1/p' | tr '\n' ' '
echo
mkdir real
cp "$data/kepler.csv" real/k.csv
cp "$data/kepler.csv" real/k.test_far.csv
eqrl bench --real real --arm prior --evals 128 --batch 128 --seed 1 --quiet --out real.jsonl | head -n 1
grep -c '"r2 k.test_far.csv"' real.jsonl
t eqrl bench --problems "$problems" --only no-such-problem
t eqrl bench
t eqrl bench --problems "$data/kepler.csv"
t eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --export rows
head -n 1 rows/Nguyen-2.csv
cp "$data/weights/default.safetensors" mine.safetensors
eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --arm infer --evals 128 --batch 128 --quiet --weights mine.safetensors --out w.jsonl >/dev/null
grep -o '"weights":"mine-[0-9a-f]\{8\}"' w.jsonl | wc -l
