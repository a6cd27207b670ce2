# y = 2a for all rows but the last
printf 'a,b,y\n1,0,2\n2,1,4\n3,2,6\n4,3,8\n5,4,10\n6,5,12.5\n' >d.csv
t eqrl eval '2*a' --data d.csv
t eqrl eval '2*a' --data d.csv --format json
t eqrl eval '2*a^2/sqrt(a)' --data d.csv --format latex
t eqrl eval 'p*a + q' --fit --data d.csv --seed 1
t eqrl eval '? * a' --fit --data d.csv --seed 1
t eqrl eval '? * a' --data d.csv
t eqrl eval 'log(b) + a' --data d.csv
t eqrl eval '2*a' --data d.csv --explain
t eqrl eval 'log(a - 3) + exp(700*a)' --data d.csv --seed 1 --explain
printf 'x,z,y\n' >t.csv
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo "$i,$((i * 7 % 16)),$((3 * i + i * 5 % 7))"; done >>t.csv
t eqrl eval '3*x + 0.0002*z^2 + 2.9 + 0*tanh(500*x)' --data t.csv --explain --seed 1
t eqrl eval '3*x + sqrt(x - z)' --data t.csv --seed 1 --explain --format json
t eqrl eval '2 * (a +' --data d.csv
t eqrl eval '2 * aa' --data d.csv
t eqrl eval '2*a' --data d.csv --test 0.5 --seed 3
t eqrl eval -d d.csv -- '-a + 3*a'
# names: a typo and the target are no parameters; the program reads what it printed
printf 'porosity,depth,rate\n1,2,3\n2,3,5\n3,5,8\n4,1,5\n5,2,7\n6,4,10\n' >r.csv
t eqrl eval 'porsity*a + b' --fit --data r.csv
t eqrl eval 'a*rate + b' --fit --data r.csv
t eqrl eval 'rate = porosity + depth' --data r.csv
t eqrl predict 'rate = porosity + depth' --data r.csv
t eqrl predict '-depth' --data r.csv
t eqrl eval '-depth' --data r.csv --format latex
# fit: a command of its own
t eqrl fit 'p*a + q' --data d.csv --seed 1
t eqrl fit 'p*a^q' --data d.csv --seed 1 --format json
t eqrl fit '2*a' --data d.csv
t eqrl fit 'p*x' --data t.csv --seed 1
t eqrl fit 'rate = p*porosity + q*depth' --data r.csv --seed 1
