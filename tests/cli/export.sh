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

. "$root/tests/cli/languages.bash"

awk 'BEGIN { print "a,b_c,Temp (°C),lambda,part %"; srand(3); for (i = 0; i < 12; i++)
	printf "%.15g,%.15g,%.15g,%.15g,%.15g\n", 4 * rand() - 2, 3 * rand() + 0.1, 2 * rand() - 1, 5 * rand() - 2.5, rand() - 0.5 }' >odd.csv
compare operators odd.csv 1,2,3,4,5 'a - b_c*-`Temp (°C)` + -lambda^2/b_c^3 + b_c^`part %` + 1/(b_c + 1) + sqrt(b_c)^3 - exp(-a^2) + log(b_c)*sin(a) - cos(lambda)*tan(`part %`) + asin(`part %`)*acos(`part %`)'
compare functions odd.csv 1,2,3,4,5 'atan(a) - sinh(a)*cosh(`part %`) + tanh(abs(lambda)) + min(a, `part %`)*max(lambda, -0.25) + erf(`Temp (°C)`) + log10(b_c) - log2(b_c)*cbrt(lambda) + (-b_c)^2 - -(a + 1)^2/(3 - pi*b_c)'
compare steps odd.csv 1,2,3,4,5 'mod(lambda, 0.7) + mod(-a, b_c) + floor(2*lambda) - round(3*a)*sign(`part %`) + step(`Temp (°C)`)*b_c'
compare infinities odd.csv 1,2 '1/(1 + exp(400*b_c)*exp(400*b_c)) + atan(a/(b_c - b_c)) + b_c'
compare kepler "$data/kepler.csv" 1 '365.04*semi_major_axis_au^1.5'
