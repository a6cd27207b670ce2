# What a benchmark promises: one line a run with its keys, finished keys are not run again, noise, arms and every
# option that can change a result make keys of their own, a wrong selection says so.
problems=$data/benchmarks/formulas.json
bench() {
	eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --seed 1 --evals 256 --batch 128 --quiet --out r.jsonl "$@" >>summary
}
bench --arm prior --seeds 2
bench --arm prior --seeds 2 --jobs 1 --threads 1
echo "lines: $(wc -l <r.jsonl)"
bench --arm prior --noise 0.1
bench --arm evolve
bench --arm prior --max-size 7
bench --arm evolve --offspring 64
bench --arm prior --label x
echo "lines: $(wc -l <r.jsonl)"
grep -o '"key":"[^"]*"' r.jsonl | sed 's|/[0-9a-f]\{16\}|/CONFIG|' | sort
eqrl bench --problems "$problems" --only Nguyen/Nguyen-7 --arm evolve --noise 0.1 --evals 256 --seed 1 --quiet --out noisy.jsonl >/dev/null
echo "digits of a noisy answer: $(grep '"noise":0.1' noisy.jsonl | grep -c '"digits":"[0-9]*/[0-9]')"
echo "different configurations: $(grep -o '"config":"[0-9a-f]\{16\}"' r.jsonl | sort -u | wc -l)"
head -n 1 r.jsonl | tr ',' '\n' | sed -n 's/^{*"\([a-z_0-9]*\)":.*/\1/p' | tr '\n' ' '
echo

# A killed run leaves part of a line, or all of it but its end: neither swallows the next result.
before=$(wc -l <r.jsonl)
printf '{"suite":"Nguyen","problem":"Ngu' >>r.jsonl
bench --arm prior --max-size 9
echo "added: $(($(wc -l <r.jsonl) - before)), torn: $(grep -c 'Ngu{' r.jsonl)"
truncate -s -1 r.jsonl
bench --arm prior --max-size 11
echo "added: $(($(wc -l <r.jsonl) - before)), torn: $(grep -c '}{' r.jsonl)"
cp "$data/kepler.csv" other.csv
t eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --evals 128 --quiet --out other.csv
cmp "$data/kepler.csv" other.csv && echo "the other file is as it was"

# The system reaps children of a program that ignores SIGCHLD.
timeout 60 env --ignore-signal=CHLD eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --arm prior --seeds 3 --evals 128 --quiet --out i.jsonl >/dev/null
echo "exit $?, lines: $(wc -l <i.jsonl)"

# After a signal no child is left, and what was cut short is no result.
eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --arm prior --seeds 4 --time 100 --no-early-stop --quiet --out k.jsonl >/dev/null &
pid=$! children=
for _ in $(seq 200); do
	children=$(cat /proc/$pid/task/$pid/children 2>/dev/null)
	[ "$(echo $children | wc -w)" = 2 ] && break
	sleep 0.05
done
kill -TERM $pid
wait $pid
echo "exit $?, lines: $(wc -l <k.jsonl)"
for c in $children; do kill -0 "$c" 2>/dev/null && echo "left: $c"; done

mkdir real
cp "$data/kepler.csv" real/k.csv
cp "$data/kepler.csv" real/k.test_far.csv
eqrl bench --real real --arm prior --evals 128 --batch 128 --seed 1 --quiet --out real.jsonl | head -n 1
grep -c '"r2 k.test_far.csv"' real.jsonl

# INDEX.json names the files, their targets and columns; one that cannot be read is an error of its own.
printf 'y,a,b\n' >real/first.csv
for i in $(seq 40); do echo "$((3 * i)),$i,$((i % 7))"; done >>real/first.csv
cat >real/INDEX.json <<'END'
[{"name": "missing"}, {"name": "named", "file": "first.csv", "target": "y", "features": ["a"]},
 {"name": "k", "extra_test_files": ["k.test_far.csv"]}]
END
t eqrl bench --real real --arm prior --evals 128 --batch 128 --quiet --out index.jsonl | sed -n '/^2>/p; /^exit/p'
sed -n 's/.*"problem":"\([a-z]*\)".*"error":\([^,]*\),.*/\1 \2/p' index.jsonl | sort
t eqrl bench --real real --arm prior --evals 128 --batch 128 --quiet --out index.jsonl --only named | sed -n '/^2>/p; /^exit/p'
grep -c . index.jsonl
t eqrl bench --real real --export csv
head -qn 2 csv/*.csv
echo '[{"file": "k.csv"}]' >real/INDEX.json
t eqrl bench --real real

t eqrl bench --problems "$problems" --only no-such-problem
t eqrl bench
t eqrl bench --problems "$data/kepler.csv"
t eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --export rows
head -n 1 rows/Nguyen-2.csv
t eqrl bench --problems "$data/benchmarks/turned.json" --only feynman_I_12_1 --export rows
head -qn 1 rows/feynman_I_12_1*.csv
cp "$data/weights/default.safetensors" mine.safetensors
eqrl bench --problems "$problems" --only Nguyen/Nguyen-2 --arm infer --evals 128 --batch 128 --quiet --weights mine.safetensors --out w.jsonl >/dev/null
grep -o '"weights":"mine-[0-9a-f]\{8\}"' w.jsonl | wc -l
