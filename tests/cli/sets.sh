# What several data sets promise: a table with the answer for each, a front for each in its folder, the same for
# any thread count and after a resume; one data set in a folder is searched as if it were named itself.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
short="--seed 7 --batch 64 --offspring 32 --group-size 16 --train-size 8 --quiet"
mkdir laws other lonely empty broken
printf 'a\tb\tc\n' >laws/product.tsv
for i in 1 2 3 4 5 6 7; do for j in 2 3 5; do printf '%d\t%d\t%d\n' $i $j $((i * j)) >>laws/product.tsv; done; done
gzip laws/product.tsv
echo "x,speed (m/s)" >laws/line.csv
for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "$i,$((7 * i))" >>laws/line.csv; done
echo "u,y" >laws/noise.csv
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "$i,$((i * i * 7919 % 101 * 31 % 17))" >>laws/noise.csv; done
cp laws/line.csv other
echo "no data set" >laws/notes.md

t eqrl train --data laws $short --steps 6 --threads 1 --out one
ls one one/*/
tail -n +2 one/summary.csv | cut -d, -f1-5
eqrl train --data laws/ $short --steps 6 --threads 2 --out two >two.txt
cmp one/summary.csv two/summary.csv && cmp one/noise/front.csv two/noise/front.csv && echo "same for 2 threads"
eqrl train --data laws/ $short --steps 3 --out stopped >/dev/null
eqrl train --resume stopped --steps 6 >resumed.txt 2>/dev/null
cmp one/summary.csv stopped/summary.csv && cmp two.txt resumed.txt && echo "same after a resume"
cut -d, -f2 one/log.jsonl
t eqrl infer --run one
t eqrl predict --run one --data laws/line.csv
t eqrl predict --run one/line --data laws/line.csv
eqrl info one | grep -E '^data set|^[^ ]+.* = .*[*]|^no ' | grep -v '^run'
eqrl infer --run one/line --format latex --top 1 >latex && wc -l <latex

t eqrl train --data laws/line.csv --data laws/product.tsv.gz --data other/line.csv $short --no-sparse --steps 3 --format latex --out named --save-weights w.safetensors
eqrl infer --weights w.safetensors --data "$data/rydberg.csv" --seed 1 --evals 64 --quiet --top 1 >/dev/null && echo "adapted weights are weights"
eqrl info w.safetensors | grep -o '"steps":3,"updates":.*'
grep -o '"updates":[0-9]*' named/log.jsonl | tail -1
last_tensors() { tail -c 1000000 "$1"; }
cmp -s <(last_tensors w.safetensors) <(last_tensors "$data/weights/default.safetensors") || echo "they are not the untouched ones"

cp "$data/kepler.csv" lonely
eqrl train --data lonely $short --no-learn --steps 3 --out l >/dev/null
eqrl train --data lonely/kepler.csv $short --no-learn --steps 3 --out k >/dev/null
cmp l/kepler/front.csv k/front.csv && echo "same alone in a folder"

t eqrl train --data empty $short --steps 1 --out e
printf 'a,b\n1,x\n2,y\n' >broken/bad.csv
cp "$data/kepler.csv" broken
t eqrl train --data broken $short --no-learn --steps 1 --out b
t eqrl train --data broken $short --steps 1 --strict --out strict
printf 'a\n1\n' >laws/short.csv
t eqrl train --data laws --data nowhere.csv $short --no-learn --steps 3 --out n
rm laws/short.csv
t eqrl train --data laws --test laws/line.csv $short --steps 1 --out f
t eqrl infer --data laws/line.csv --data laws/noise.csv --seed 1
ls -d e b n f strict 2>/dev/null
rm laws/noise.csv
t eqrl train --resume stopped --steps 7 --quiet
