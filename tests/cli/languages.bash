# languages.bash — for tests of export: runs what it writes, where the language is here, on the lines of the file rows, and
# says where the values differ from those of the file want by more than 1e-12 of their RMS.

export_as() { eqrl export "${asked[@]}" --format "$1"; }

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
		export_as c
		printf '#include <stdio.h>\nstatic double at(const double *x) { return %s(%s); }\n' "$called" "${args#, }"
		printf 'int main(void)\n{\n\tdouble x[%d], g[%d];\n\twhile (1) {\n\t\tfor (int i = 0; i < %d; i++)\n' "$n" "$n" "$n"
		printf '\t\t\tif (scanf("%%lf", &x[i]) != 1)\n\t\t\t\treturn 0;\n\t\tprintf("%%.17g\\n", %s_gradient(%s, g));\n' "$called" "${args#, }"
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
	export_as python >f.py
	echo 'import sys
for line in sys.stdin:
    print("%.17g" % '$called'(*map(float, line.split())))' >>f.py
	python3 -S f.py <rows >got && agree python
	[ "$name" = infinities ] || # Excel has none
		python3 "$root/tests/cli/excel.py" "$(export_as excel |
		tail -n 1 | tr -d '\t')" <rows >got
	[ "$name" = infinities ] || agree excel
	python3 -c 'import numpy' 2>/dev/null || { [ -n "$said" ] || echo "skipped: numpy is not here"; return; }
	export_as numpy >f.py
	echo 'for v in np.atleast_1d('$called'(*np.loadtxt("rows", ndmin=2).T)):
    print("%.17g" % v)' >>f.py
	python3 f.py >got && agree numpy
}

in_sympy() {
	python3 -c 'import sympy' 2>/dev/null || { [ -n "$said" ] || echo "skipped: sympy is not here"; return; }
	export_as sympy >f.py
	echo '
names = [line.split(" = ")[0] for line in open("f.py") if " = sp.Symbol(" in line]
for line in open("rows"):
    values = {globals()[a]: sp.Float(float(v), 30) for a, v in zip(names, line.split())}
    print("%.17g" % '$called'.subs(values).evalf(25))' >>f.py
	python3 f.py >got && agree sympy
}

in_r() {
	have Rscript || return
	export_as r >f.R
	echo 'cat(sprintf("%.17g\n", do.call('$called', unname(as.list(read.table("rows"))))), sep = "")' >>f.R
	Rscript --vanilla f.R >got 2>f.err && agree r
}

in_octave() {
	have octave-cli || return
	export_as matlab >"$called.m"
	octave-cli --norc --eval 'd = load("rows"); c = num2cell(d, 1); printf("%.17g\n", '$called'(c{:}));' >got 2>f.err && agree octave
}

in_julia() {
	have julia || return
	export_as julia >f.jl
	echo 'for line in eachline("rows")
    println('$called'(parse.(Float64, split(line))...))
end' >>f.jl
	julia --startup-file=no f.jl >got 2>f.err && agree julia
}

in_latex() {
	have pdflatex || return
	{
		printf '\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n'
		export_as latex
		export_as latex-table
		printf '\\end{document}\n'
	} >f.tex
	pdflatex -interaction=nonstopmode f.tex >f.txt 2>&1 || { echo "latex $name:"; grep -A2 '^!' f.txt; }
}

in_libreoffice() {
	have soffice || return
	formula=$(export_as excel | tail -n 1 | tr -d '\t')
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
	export_as graphviz | dot -Tsvg >f.svg || echo "graphviz $name"
}

# All of them, on the values of want; $asked says of what to eqrl export, $called is the function, $n its arguments, $name
# stands before complaints.
in_all() {
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

# compare NAME FILE COLUMNS EQUATION: the columns, as numbers of fields, that the equation uses
compare() {
	name=$1 data_file=$2 eq=$4
	n=$(awk -F, '{ print NF }' <<<"$3")
	asked=("$eq" --data "$data_file" --target y) called=y
	eqrl predict "$eq" --data "$data_file" --quiet | tail -n +2 >want
	grep -v '^#' "$data_file" | tail -n +2 | cut -d, -f "$3" | tr , ' ' >rows
	in_all
}
