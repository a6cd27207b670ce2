# A search starts from the user's guesses and has own operators as building blocks; eval, fit, predict and export know these.
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 80; i++) { a = i % 13 / 4 - 1; b = 1 + i * 7 % 19 / 6
	printf "%.6g,%.6g,%.12g\n", a, b, 2.5 * exp(-((a - 0.5) / 0.8) ^ 2) * sin(3.1 * b) + 1.5 / b } }' >d.csv
gauss='gauss(x)=exp(-x^2)'
t eqrl eval '2.5*gauss((a - 0.5)/0.8)*sin(3.1*b) + 1.5/b' --data d.csv --def "$gauss"
t eqrl fit 'p*gauss((a - q)/r)*sin(s*b) + u/b' --data d.csv --def "$gauss" --seed 1
head -n 3 d.csv >few.csv
t eqrl predict 'mix(a, b)*gauss(a)' --data few.csv --def "$gauss" --def 'mix(u, v) = u*v/(u + v)' --quiet
t eqrl export 'gauss(a)*b' --data few.csv --def "$gauss" --format latex
search() {
	eqrl train --data d.csv --evals 100 --seed 1 --no-learn --quiet --out run "$@" >out 2>err || echo "exit $?"
	cat err
	tail -n 2 out
	tr -d ' \t\n' <run/equations.json | grep -o '"proposer":"guess"' | sort -u
	rm -rf run
}
search --guess 'p*exp(-((a - q)/r)^2)*sin(3*b) + 1/b'
printf '# in PySR numbers columns from 0\nx0 / x1\nx1 ^ 2\n((x0 * 0.7) + (3.0 * square(x1)))\n' >guesses
search --guess guesses --guess 'p*gauss((a - q)/r)*sin(s*b) + u/b' --def "$gauss"
t eqrl train --data d.csv --guess 'a + ' --seed 1 --quiet
t eqrl train --data d.csv --guess guesses --guess-from operon --seed 1 --quiet
