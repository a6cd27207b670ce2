# Several targets of one file: a front for each, and none is an input of another.
awk 'BEGIN { srand(2); print "x,p,q"; for (i = 0; i < 60; i++) { x = 1 + 3 * rand(); printf "%.6f,%.6f,%.6f\n", x, 2 * x + 1, x * x } }' >two.csv
eqrl train --data two.csv --target p,q --seed 1 --threads 1 --steps 2 --no-learn --quiet --out run 2>&1 | cut -c 1-9,26-
ls run
eqrl predict --run run/q --data two.csv 2>/dev/null | wc -l
eqrl export --run run/p | head -1
t eqrl train --data two.csv --target p,zz --seed 1 --quiet
t eqrl train --data two.csv --data two.csv --target p,q --seed 1 --quiet
