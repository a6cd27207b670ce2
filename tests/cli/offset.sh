# Columns far from zero: the law is found, with the origin in it, and the printed equation holds for the user's columns.
draw() { # FILE FIRST LAST FORMULA NOISE: 60 rows, NOISE the standard deviation
	awk -v a="$2" -v b="$3" "BEGIN { srand(4); print \"t,y\"; for (i = 0; i < 60; i++) { t = a + (b - a) * i / 59;
		e = 0; for (k = 0; k < 12; k++) e += rand(); printf \"%.15g,%.6g\\n\", t, ($4) + $5 * (e - 6) } }" >"$1"
}
draw mjd.csv 56210 56225 '0.24 * exp(-0.19 * (t - 56210))' 0
draw year.csv 1991 2024 '12 + 0.03 * (t - 1990) * (t - 1990)' 0.1
draw unix.csv 1700000000 1700000600 '5 / (1 + (t - 1700000000) / 100)' 0.02
for f in mjd year unix; do
	equation=$(eqrl train --data $f.csv -t y --seed 1 --threads 1 --no-learn --evals 6000 --quiet --out $f | tail -1)
	echo "$equation"
	eqrl eval "${equation#y = }" --data $f.csv -t y | awk '$1 == "all" { print ($3 > 0.999 ? "R2 above 0.999" : $3) }'
	eqrl predict --run $f --data $f.csv | awk 'NR > 1 && $1 + 0 != $1 { bad = 1 } END { print bad ? "no values" : NR - 1 " values" }'
done
