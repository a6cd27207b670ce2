# One form for groups of rows, each with constants of its own: a class of objects as PhySO fits it
# (github.com/WassimTenachi/PhySO, demo of class symbolic regression), bodies in free fall, ten damped oscillations.
awk 'BEGIN { srand(4); split("1 2 1 0.5", k); split("1 1 0.5 2", h); print "object,x0,x1,y"
	for (g = 1; g <= 4; g++) for (i = 0; i < 40; i++) { a = rand() * 20 - 10; b = rand() * 20 - 10
	printf "%d,%.10f,%.10f,%.10f\n", g, a, b, k[g] * 1.123 * a + 1.123 * b + h[g] * 10.123 } }' >class.csv
awk 'BEGIN { srand(5); print "t,body,h"; for (i = 0; i < 80; i++) { t = rand(); b = i % 4
	printf "%.6f,%s,%.6f\n", t, substr("ABCD", b + 1, 1), -4.905 * t * t + (7.34 - 3 * b) * t + 1.23 + b } }' >fall.csv
awk 'BEGIN { srand(6); print "t,run,y"; for (i = 0; i < 400; i++) { t = rand() * 10; g = i % 10
	printf "%.5f,run%d,%.5f\n", t, g, (1 + 0.2 * g) * exp(-(0.1 + 0.03 * g) * t) * cos(1.7 * t) + 0.5 - 0.1 * g + \
	0.002 * (rand() - 0.5) } }' >waves.csv
train() { eqrl train --seed 1 --threads 1 --no-learn --quiet "$@"; }
train --data class.csv --group object --evals 400 --out class | tail -9
train --data fall.csv --group body --evals 400 --out fall | tail -9
echo "ten damped oscillations, with noise"
train --data waves.csv --group run --evals 1500 --out waves | tail -15
train --data waves.csv --group run --evals 1500 --threads 2 --out again >again.txt
cmp waves/front.csv again/front.csv && echo "the same with two threads"
echo "the run's files are read, and used"
eqrl infer --run waves | tail -2 | head -1
tr -d ' \n\t' <waves/run.json | grep -o '"groups":{[^}]*}'
printf 't,run,y\n1,run3,0.2\n2,run9,\n1,other,0\n' | eqrl predict --run waves --data - --keep run 2>&1
eqrl export --run waves | grep -E '^# y|constant of|run3|^def'
eqrl export --run waves --format c | grep -E 'run3'
eqrl export --run waves --format json | grep -c '"run[0-9]"'
eqrl report --run waves | grep -A 5 '^Constants of each group'
eqrl report --run waves --format markdown | grep -c 'Residuals against each column'
# a fold ends with either form of the parabola, as rounding has it
train --data fall.csv --group body --cv 2 --evals 900 --out folds | head -4 | sed -E 's/1-[0-9.]+e-1[0-9]/all but rounding/
	s/( 8        h = -4\.905\*\(t \+ a\)\^2|10  same  h = a\*t - 4\.905\*t\^2) \+ b$/the parabola/'
t eqrl predict --run waves --data waves.csv --interval
t eqrl predict --run waves --data fall.csv
t eqrl infer --data fall.csv --group body --seed 1 --evals 300 --quiet --loss mae
