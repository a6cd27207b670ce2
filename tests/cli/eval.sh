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
t eqrl eval '2 * (a +' --data d.csv
t eqrl eval '2 * aa' --data d.csv
t eqrl eval '2*a' --data d.csv --test 0.5 --seed 3
t eqrl eval -d d.csv -- '-a + 3*a'
