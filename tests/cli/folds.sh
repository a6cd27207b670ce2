# Rows held out in order, by label, and in folds that are searched one by one.
awk 'BEGIN { srand(5); print "t,subject,y"; for (i = 0; i < 120; i++) printf "%d,%s,%.4f\n", i, substr("ABCDEF", i / 20 + 1, 1),
	2 * i + 3 + (rand() - 0.5) }' >series.csv
rows() { tr -d ' \n\t' <$1/run.json | grep -o '"rows":{[^}]*}'; }
train() { eqrl train --data series.csv --seed 1 --threads 1 --no-learn --quiet "$@"; }
train --split time --steps 1 --out time >/dev/null && rows time
train --split-by subject --steps 1 --out label >/dev/null && rows label
echo "three searches, each judged on its fold, then one on all rows"
train -x t --cv 3 --steps 8 --out folds
rows folds
tr -d ' \n\t' <folds/run.json | grep -oE '"same_form":[0-9]+|"held_out":[0-9]+'
eqrl report --run folds | grep -A 7 '^The search on held-out'
echo "blocks of a series, each after what came before it; whole labels"
train -x t --cv 3 --split time --steps 8 --out blocks | head -4
train --cv 3 --split-by subject --steps 8 --out labels | head -4
echo "what was searched already is taken from the record"
eqrl train --resume folds --steps 12 --no-learn 2>&1 | grep -cE '^fold  |^R2 on held-out'
t eqrl train --data series.csv --seed 1 --cv 1
t eqrl train --data series.csv --seed 1 --cv 7 --split-by subject
t eqrl train --data series.csv -x t --seed 1 --cv 3 --test 0.2
t eqrl train --data series.csv -x t --seed 1 --cv 61
