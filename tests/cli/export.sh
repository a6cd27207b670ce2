# What export writes, and that it computes what predict prints: to 1e-12 of the values' RMS. Languages that are not here
# are skipped with a word.
printf 'depth,"Temp (°C)",lambda,id,rate\nm,degC,,,mm/s\n1.5,20,0.3,a,4\n2.5,21,0.7,b,3\n' >d.csv
eq='rate = 0.5*`Temp (°C)`/(1 + exp(-depth)) - mod(lambda, 0.2)'
for format in python numpy c julia r matlab sympy latex latex-table excel json graphviz; do
	t eqrl export "$eq" --data d.csv --format $format
done
t eqrl export "$eq" --data d.csv --format fortran
t eqrl export "$eq" --data d.csv --target speed --format latex -o out.tex
t tail -n 3 out.tex
t eqrl export 'rate = 2*temp' --data d.csv
t eqrl export 'rate = ?*depth' --data d.csv
t eqrl export 'rate = 2*depth'
t eqrl export 'rate = 2*depth' --data d.csv --equation 3
t eqrl export

mkdir run
cat >run/equations.json <<'END'
{"schema": 2, "target": "y", "columns": ["unused", "x"], "units": ["", "kg"], "target_unit": "N", "chosen": 1, "equations": [
  {"size": 1, "fvu_fit": 0.5, "fvu_all": 0.5, "expr": {"prefix": ["x2"]}},
  {"size": 3, "fvu_fit": 2.5e-9, "fvu_all": 2.5e-9, "fvu_cv": 0.25, "expr": {"prefix": ["mul", "c0", "x2"], "constants": [0.5]}}]}
END
t eqrl export --run run --format r
t eqrl export --run run --equation 1 --format r
t eqrl export --run run --equation 2
t eqrl export --run run --format latex-table
t eqrl export --run run --data d.csv
sed 's/"target": "y"/"target": "y", "loss": "logistic"/' run/equations.json >logistic.json
t eqrl export --run logistic.json --format r

# ---- compared with predict -----------------------------------------------------------------------

# agree LANGUAGE: the values in got are those in want
agree() {
	paste want got | awk -v who="$1 $name" '
		NF != 2 { bad = 1 }
		{ finite = $1 != "nan" && $1 !~ /inf/; other = tolower($2) ~ /nan|inf|na/ }
		finite { square += $1 * $1; n++; d = $1 - $2; d = d < 0 ? -d : d; most = d > most ? d : most }
		finite == other { bad = 1 }
		END { if (bad || !n || most > 1e-12 * sqrt(square / n)) print who ": differs from predict by", most }'
}

have() { command -v "$1" >/dev/null || { [ -n "$said" ] || echo "skipped: $1 is not here"; false; }; }

in_c() {
	list=$(seq -s ' ' 1 "$n") args=$(for i in $list; do printf ', x[%d]' $((i - 1)); done)
	{
		eqrl export "$eq" --data "$data_file" --target y --format c
		printf '#include <stdio.h>\nstatic double at(const double *x) { return y(%s); }\n' "${args#, }"
		printf 'int main(void)\n{\n\tdouble x[%d], g[%d];\n\twhile (1) {\n\t\tfor (int i = 0; i < %d; i++)\n' "$n" "$n" "$n"
		printf '\t\t\tif (scanf("%%lf", &x[i]) != 1)\n\t\t\t\treturn 0;\n\t\tprintf("%%.17g\\n", y_gradient(%s, g));\n' "${args#, }"
		cat <<-END
				for (int i = 0; i < $n; i++) {
					double old = x[i], h = 1e-6 * (1 + fabs(old)), up, slope;
					x[i] = old + h, up = at(x), x[i] = old - h, slope = (up - at(x)) / (2 * h), x[i] = old;
					if (fabs(slope - g[i]) > 1e-5 * (1 + fabs(g[i])))
						fprintf(stderr, "c $name: slope %d is %g, want %g\n", i, g[i], slope);
				}
			}
		}
		END
	} >f.c
	cc -std=c99 -Wall -Wextra -Werror -o f f.c -lm && ./f <rows >got && agree c
}

in_python() {
	have python3 || return
	eqrl export "$eq" --data "$data_file" --target y --format python >f.py
	echo 'import sys
for line in sys.stdin:
    print("%.17g" % y(*map(float, line.split())))' >>f.py
	python3 -S f.py <rows >got && agree python
	[ "$name" = infinities ] || # Excel has none
		python3 "$root/tests/cli/excel.py" "$(eqrl export "$eq" --data "$data_file" --target y --format excel |
		tail -n 1 | tr -d '\t')" <rows >got
	[ "$name" = infinities ] || agree excel
	python3 -c 'import numpy' 2>/dev/null || { [ -n "$said" ] || echo "skipped: numpy is not here"; return; }
	eqrl export "$eq" --data "$data_file" --target y --format numpy >f.py
	echo 'for v in np.atleast_1d(y(*np.loadtxt("rows", ndmin=2).T)):
    print("%.17g" % v)' >>f.py
	python3 f.py >got && agree numpy
}

in_sympy() {
	python3 -c 'import sympy' 2>/dev/null || { [ -n "$said" ] || echo "skipped: sympy is not here"; return; }
	eqrl export "$eq" --data "$data_file" --target y --format sympy >f.py
	echo '
names = [line.split(" = ")[0] for line in open("f.py") if " = sp.Symbol(" in line]
for line in open("rows"):
    values = {globals()[a]: sp.Float(float(v), 30) for a, v in zip(names, line.split())}
    print("%.17g" % y.subs(values).evalf(25))' >>f.py
	python3 f.py >got && agree sympy
}

in_r() {
	have Rscript || return
	eqrl export "$eq" --data "$data_file" --target y --format r >f.R
	echo 'cat(sprintf("%.17g\n", do.call(y, unname(as.list(read.table("rows"))))), sep = "")' >>f.R
	Rscript --vanilla f.R >got 2>f.err && agree r
}

in_octave() {
	have octave-cli || return
	eqrl export "$eq" --data "$data_file" --target y --format matlab >y.m
	octave-cli --norc --eval 'd = load("rows"); c = num2cell(d, 1); printf("%.17g\n", y(c{:}));' >got 2>f.err && agree octave
}

in_julia() {
	have julia || return
	eqrl export "$eq" --data "$data_file" --target y --format julia >f.jl
	echo 'for line in eachline("rows")
    println(y(parse.(Float64, split(line))...))
end' >>f.jl
	julia --startup-file=no f.jl >got 2>f.err && agree julia
}

in_latex() {
	have pdflatex || return
	{
		printf '\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n'
		eqrl export "$eq" --data "$data_file" --target y --format latex
		eqrl export "$eq" --data "$data_file" --target y --format latex-table
		printf '\\end{document}\n'
	} >f.tex
	pdflatex -interaction=nonstopmode f.tex >f.txt 2>&1 || { echo "latex $name:"; grep -A2 '^!' f.txt; }
}

in_libreoffice() {
	have soffice || return
	formula=$(eqrl export "$eq" --data "$data_file" --target y --format excel | tail -n 1 | tr -d '\t')
	row=1
	{
		seq "$n" | tr '\n' '\t'
		echo y
		awk -v OFS='\t' '{ $1 = $1; print }' rows | while read -r line; do
			row=$((row + 1))
			printf '%s\t%s\n' "$line" "$(sed -E "s/\\b([A-E])2\\b/\\1$row/g" <<<"$formula")"
		done
	} >sheet.tsv
	# 9: tabs; the last word: formulas are computed
	soffice -env:UserInstallation="file://$PWD/office" --headless --convert-to ods \
		--infilter='CSV:9,34,76,1,,1033,false,true,false,false,false,-1,true' sheet.tsv >f.txt 2>&1
	soffice -env:UserInstallation="file://$PWD/office" --headless \
		--convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false' sheet.ods >f.txt 2>&1
	tail -n +2 sheet.csv | cut -d, -f $((n + 1)) >got
	agree LibreOffice
}

in_graphviz() {
	have dot || return
	eqrl export "$eq" --data "$data_file" --format graphviz | dot -Tsvg >f.svg || echo "graphviz $name"
}

# compare NAME FILE COLUMNS EQUATION: the columns, as numbers of fields, that the equation uses
compare() {
	name=$1 data_file=$2 eq=$4
	n=$(awk -F, '{ print NF }' <<<"$3")
	eqrl predict "$eq" --data "$data_file" --quiet | tail -n +2 >want
	grep -v '^#' "$data_file" | tail -n +2 | cut -d, -f "$3" | tr , ' ' >rows
	in_c
	in_python
	[ "$name" = infinities ] || in_sympy # SymPy has one infinity in all directions
	in_r
	in_octave
	in_julia
	[ "$name" = infinities ] || in_libreoffice
	in_latex
	in_graphviz
	said=1
}

awk 'BEGIN { print "a,b_c,Temp (°C),lambda,part %"; srand(3); for (i = 0; i < 12; i++)
	printf "%.15g,%.15g,%.15g,%.15g,%.15g\n", 4 * rand() - 2, 3 * rand() + 0.1, 2 * rand() - 1, 5 * rand() - 2.5, rand() - 0.5 }' >odd.csv
compare operators odd.csv 1,2,3,4,5 'a - b_c*-`Temp (°C)` + -lambda^2/b_c^3 + b_c^`part %` + 1/(b_c + 1) + sqrt(b_c)^3 - exp(-a^2) + log(b_c)*sin(a) - cos(lambda)*tan(`part %`) + asin(`part %`)*acos(`part %`)'
compare functions odd.csv 1,2,3,4,5 'atan(a) - sinh(a)*cosh(`part %`) + tanh(abs(lambda)) + min(a, `part %`)*max(lambda, -0.25) + erf(`Temp (°C)`) + log10(b_c) - log2(b_c)*cbrt(lambda) + (-b_c)^2 - -(a + 1)^2/(3 - pi*b_c)'
compare steps odd.csv 1,2,3,4,5 'mod(lambda, 0.7) + mod(-a, b_c) + floor(2*lambda) - round(3*a)*sign(`part %`) + step(`Temp (°C)`)*b_c'
compare infinities odd.csv 1,2 '1/(1 + exp(400*b_c)*exp(400*b_c)) + atan(a/(b_c - b_c)) + b_c'
compare kepler "$data/kepler.csv" 1 '365.04*semi_major_axis_au^1.5'
