# Losses other than squares: fits, the search's answer, probabilities, refusals.
awk 'BEGIN { srand(3); print "x,y"; for (i = 0; i < 120; i++) { x = rand() * 4 + 0.1;
	printf "%.6f,%.6f\n", x, 5 * x ^ 1.5 * (1 + 0.02 * (rand() - 0.5)) + (i % 17 == 0 ? 60 : 0) } }' >spikes.csv
awk 'BEGIN { srand(3); print "x,y"; for (i = 0; i < 120; i++) { x = rand() * 6; p = 1 / (1 + exp(-(2 * x - 5)));
	printf "%.6f,%d\n", x, rand() < p } }' >binary.csv
rounded() { sed -E 's/([0-9]\.[0-9]{3})[0-9]+/\1~/g'; }
echo "squares, then absolute values, of a law with gross errors in every 17th row"
eqrl eval 'a*x^b' --fit --data spikes.csv --seed 1 | grep -E '^(a|b) ' | rounded | head -2
eqrl eval 'a*x^b' --fit --loss mae --data spikes.csv --seed 1 | grep -E '^(a|b|outliers) ' | rounded
eqrl eval 'a + b*x' --fit --loss logistic --data binary.csv --seed 1 | tail -6 | rounded
echo "without its only term the equation is a constant, which explains nothing"
eqrl eval 'a + b*x' --fit --loss logistic --data binary.csv --seed 1 --explain | tail -2 | rounded
eqrl train --loss mae --data spikes.csv --seed 1 --threads 1 --no-learn --evals 4000 --quiet --out spikes | tail -2 | head -1
echo "the answer's outliers are in run.json, and are shown again"
tr -d ' \n\t' <spikes/run.json | grep -o '"outliers":{"rows":[0-9]*,"lines":\[[0-9,]*\]'
eqrl infer --run spikes | grep '^outliers'
eqrl train --loss logistic --data binary.csv --seed 1 --threads 1 --no-learn --evals 2000 --quiet --out binary | grep -A 2 '^rows'
tr -d ' \n\t' <binary/run.json | grep -o '"confusion":{[^}]*}'
eqrl predict --run binary --data binary.csv |
	awk 'NR == 1 { print } NR > 1 { n++; in_range += $1 >= 0 && $1 <= 1 } END { print n " values, " in_range " within 0 and 1" }'
t eqrl eval x --loss logistic --data spikes.csv
t eqrl eval x --loss log --data binary.csv
