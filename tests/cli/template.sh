# Every equation has the form of the template; three of the examples in PySR's documentation (examples.md, section
# "Expression specifications"; notes of release 1.4) are solved: a sine of one function and another function, a polynomial of
# one function, and one function with coefficients of its own in each of three classes.
rows() {
	awk -v n="$1" "function r() { seed = (seed * 16807) % 2147483647; return 4 * seed / 2147483647 - 2 }
		BEGIN { seed = 7; print \"$2\"; for (i = 0; i < n; i++) { a = r(); b = r(); c = r(); k = i % 3; $3 } }"
}
search() {
	eqrl train --seed 1 --no-learn --quiet --out run "$@" >out 2>err || echo "exit $?"
	cat err
	sed -n '/ = /p' out
	cut -d, -f14- run/front.csv >equations
}
rows 200 a,b,c,y 'printf "%.9g,%.9g,%.9g,%.12g\n", a, b, c, sin(a + b) + c * c' >sine.csv
search --data sine.csv --template 'sin(f(a, b)) + g(c)' --evals 4000
grep -cv 'sin(.*) + \|equation' equations
# what the functions are is in the run, too
eqrl infer --run run --top 1 | grep '^[fg](' && eqrl infer --run run --top 1 --format json | grep -c '"functions"'
eqrl export --run run --format python | grep 'return'
rm -rf run
rows 200 a,y 'f = exp(-a * a); printf "%.9g,%.12g\n", a, 0.5 - 2 * f + 3 * f * f' >square.csv
search --data square.csv --template 'p + q*f(a) + r*f(a)^2' --evals 4000
rm -rf run
rows 200 a,c1,c2,c3,y 'printf "%.9g,%d,%d,%d,%.12g\n", a, k == 0, k == 1, k == 2,
	(k == 0 ? 0.1 : k == 1 ? 1.5 : -0.5) * sin(a) + (k == 0 ? 1 : k == 1 ? 2 : 0.5)' >class.csv
search --data class.csv --template '(p1*c1 + p2*c2 + p3*c3)*f(a) + q1*c1 + q2*c2 + q3*c3' --evals 4000
rm -rf run
# infer writes it token by token; a guess has the form, or is refused; numbers are bound as well
eqrl infer --data sine.csv --template 'sin(f(a, b)) + g(c)' --evals 1500 --seed 1 --quiet | grep ' = '
search --data sine.csv --template 'sin(f(a, b)) + g(c)' --evals 50 --guess 'sin(2*a + b) + 3*c^2' --integer-constants
rm -rf run
t eqrl train --data sine.csv --template 'sin(f(a, b)) + g(c)' --guess 'a + b' --seed 1 --quiet
t eqrl infer --data sine.csv --template 'f(a + b) + g(c)' --seed 1 --quiet
