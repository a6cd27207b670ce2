# What a run promises whatever the numbers are: the same front for any thread count, after an interruption
# and after a resume; everything in its folder; no libtorch where nothing is trained.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
short="--data $data/kepler.csv --seed 7 --batch 32 --group-size 16 --train-size 8 --quiet"

same() {
	cmp "$1" "$2" && echo "same: $1 $2"
}

eqrl train $short --steps 4 --threads 1 --out one >one.txt && ls one
eqrl train $short --steps 4 --threads 2 --out two >two.txt
same one/front.csv two/front.csv
same one.txt two.txt

eqrl train $short --steps 2 --out stopped >/dev/null
eqrl train --resume stopped --steps 4 >resumed.txt 2>resumed.err
same one/front.csv stopped/front.csv
grep -c '"step"' stopped/log.jsonl

eqrl train --config one/config.json --out again >/dev/null
same one/front.csv again/front.csv

eqrl train $short --time 60s --out interrupted >interrupted.txt &
while ! [ -s interrupted/log.jsonl ]; do sleep 0.05; done
kill -INT $!
wait $!
echo "exit $? after an interrupt"
test -s interrupted.txt && test -s interrupted/front.csv && grep '"exit"' interrupted/run.json
eqrl infer --run interrupted --format latex --top 1 >latex && wc -l <latex

LD_DEBUG=files eqrl infer --data "$data/kepler.csv" --seed 1 --evals 64 --quiet 2>libraries >/dev/null
echo "libtorch mentioned by infer: $(grep -c torch libraries)"
t eqrl train $short --steps 1 --out one
