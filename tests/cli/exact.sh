# Exact laws come back as people write them: whole numbers, rational coefficients, phases and amplitudes in order.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }

law() { # NAME, rows, first, step, formula of x in awk
	awk -v n="$2" -v first="$3" -v step="$4" \
		"BEGIN { print \"x,y\"; for (i = 0; i < n; i++) { x = first + i * step; printf \"%.17g,%.17g\\n\", x, $5 } }" >"$1.csv"
	eqrl train --data "$1.csv" --seed 1 --evals 4000 --threads 2 --no-learn --quiet --out "$1" >out || echo "exit $?"
	tail -n 1 out | grep 'y =' || grep 'y =' out
}

law birthday 25 0 1 '1975 + 8 * x + 23 * x * x'
law sums 40 1 0.5 'x * (x + 1) * (2 * x + 1) / 6'
law parabola 30 -3 0.2 '3 * x * x - 2 * x + 1'
law cubic 15 1 1 '2 * x ^ 3 - 3 * x ^ 2 + 5 * x - 1'
law wave 120 0 0.01 '1.7 * sin(11 * x + 0.6)'
law sine 100 0 0.05 'sin(1.6 * x)'
law decay 40 0 0.5 '4 * exp(-0.3 * x)'
law squares 20 1 1 'x * (x + 1) * (2 * x + 1) / 6'
