# With units every equation of the front is consistent; constants have units where the columns alone do not lead to the
# target's; what cannot be is refused. eval says whether an equation is consistent, and where not.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
printf 'length,mass,time\nm,kg,s\n' >swing.csv
seq 1 40 | awk '{ l = $1 / 20; print l "," $1 % 7 + 1 "," 2.006 * sqrt(l) }' >>swing.csv
run="--seed 2 --steps 3 --batch 64 --group-size 16 --train-size 8 --quiet --no-learn --test 0"

eqrl train --data swing.csv --units row $run --out run | tail -n 2
eqrl train --data swing.csv --units row --unit-constants none $run --out refused 2>&1
echo "exit $?"
eqrl infer --run run --format json --top 1 | tr -d ' \t\n' | grep -o '"units":{"consistent"[^]]*\]'
eqrl train --data $data/kepler.csv --units AU,d $run --out kepler | tail -n 2
eqrl report --run kepler --format text | grep 'd/AU'
for e in '2.006*sqrt(length)' 'sqrt(length)' 'length + mass' 'exp(mass)*sqrt(length)' '2*length*exp(-3*mass)'; do
	eqrl eval "$e" --data swing.csv --test 0 | grep '^units'
done
echo '{"semi_major_axis_au": "AU", "period_days": "apples"}' >units.json
eqrl eval '365*semi_major_axis_au^1.5' --data $data/kepler.csv --units units.json --test 0 2>&1 | grep -i 'units'
