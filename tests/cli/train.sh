# What a run promises whatever the numbers are: the same front for any thread count, after an interruption
# and after a resume; everything in its folder; no libtorch where nothing is trained.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
short="--data $data/kepler.csv --seed 7 --batch 32 --group-size 16 --train-size 8 --quiet"

# Where learning is not what is asked for it is left out: a start of libtorch takes longer than such a search.
fixed="$short --no-learn"

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

eqrl train $fixed --time 60s --out interrupted >interrupted.txt &
while ! [ -s interrupted/log.jsonl ]; do sleep 0.05; done
kill -INT $!
wait $!
echo "exit $? after an interrupt"
test -s interrupted.txt && test -s interrupted/front.csv && grep '"exit"' interrupted/run.json
eqrl infer --run interrupted --format latex --top 1 >latex && wc -l <latex

LD_DEBUG=files eqrl infer --data "$data/kepler.csv" --seed 1 --evals 64 --quiet 2>libraries >/dev/null
echo "libtorch mentioned by infer: $(grep -c torch libraries)"
t eqrl train $short --steps 1 --out one

# A resume that is refused leaves the run as it was, whatever was wrong with it.
cksum stopped/* >before
t eqrl train --resume stopped --seed 8 --steps 5
t eqrl train --resume stopped --max-size 12 --steps 5
t eqrl train --resume stopped --out elsewhere
cp stopped/checkpoint.safetensors whole && head -c 1000 whole >stopped/checkpoint.safetensors
eqrl train --resume stopped --steps 5 --quiet 2>/dev/null
echo "exit $? with half a checkpoint"
mv whole stopped/checkpoint.safetensors
cp stopped/config.json whole && sed -i 's/"seed":.*7/"seed": 9/' stopped/config.json
t eqrl train --resume stopped --steps 5 --quiet
mv whole stopped/config.json
cksum stopped/* | cmp - before && echo "a refused resume changes nothing"
cp "$data/kepler.csv" moved.csv
eqrl train --data moved.csv --seed 7 --batch 32 --group-size 16 --train-size 8 --no-learn --quiet --steps 1 --out moved >/dev/null
sed -i '$d' moved.csv
t eqrl train --resume moved --steps 2 --quiet
eqrl train --resume stopped --steps 5 >/dev/null 2>&1 && wc -l <stopped/log.jsonl

# One process at a time; reading is free.
eqrl train $fixed --time 60s --no-early-stop --out busy >/dev/null &
while ! [ -s busy/equations.json ]; do sleep 0.05; done
eqrl train --resume busy 2>&1 | sed -E 's/process [0-9]+ on [^ ]+ since [0-9TZ:-]+/process … on … since …/'
eqrl train $fixed --out busy 2>&1 | sed -E 's/process [0-9]+ on [^ ]+ since [0-9TZ:-]+/process … on … since …/'
eqrl infer --run busy --top 1 >/dev/null && echo "a running run can be read"
kill -INT $!
wait $!
eqrl train --resume busy --quiet --time 0.01s >/dev/null && echo "and goes on when the other has ended"

# One batch is scored, however little time there is; stopped before that, nothing is said about the data.
eqrl train $fixed --time 0.01s --out hasty | tail -n 1
eqrl infer --data "$data/kepler.csv" --seed 7 --time 0.001 --quiet --top 1 | grep -c '^\*'
mkfifo feed
eqrl train --data feed --seed 1 --quiet --out never >never.txt &
exec 3>feed # somebody reads it: the signal that comes now finds the program at its data
seq 1 999 | sed 's/.*/&,&/' >&3
kill -TERM $!
exec 3>&-
wait $!
echo "exit $? when terminated while reading"
test -s never.txt || test -e never || echo "without a word or a folder"

# A reader that leaves early is no failure; a full disk is one, and says so.
eqrl train --data "$data/kepler.csv" --seed 7 --steps 1 --no-learn --quiet --out piped 2>piped.err | true
cat piped.err
seq 100000 | sed '1s/.*/x/' >long.csv
eqrl predict '2*x' --data long.csv 2>predict.err | head -n 1
cat predict.err
eqrl predict '2*x' --data long.csv >/dev/full
echo "exit $?"

# What a killed process had found beyond its last checkpoint stays in the front until the search has come by it again.
echo "u,y" >hard.csv
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "$i,$((i * i * 7919 % 101 * 31 % 17))"; done >>hard.csv
hard="--data hard.csv --no-learn --seed 3 --batch 32 --offspring 32 --group-size 16 --train-size 8 --quiet"
least() { grep -o '"fvu_fit":[^,]*' $1/equations.json | cut -f2 | sort -g | head -n 1; }
eqrl train $hard --steps 12 --no-checkpoint --out ahead >/dev/null
cp -r ahead left-alone
eqrl train --resume ahead --steps 1 >/dev/null 2>&1
echo "$(least ahead) $(least left-alone)" | awk '{ print $1 <= $2 ? "no worse" : "worse: " $1 " after " $2 }'
grep '"step"' ahead/equations.json
eqrl train --resume ahead --steps 12 >/dev/null 2>&1
same ahead/front.csv left-alone/front.csv
