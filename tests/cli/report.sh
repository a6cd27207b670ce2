# A run made by hand, so that nothing is searched: y = 2*x + 0.5*z with an error in every row, a report row in each fifth.
awk 'BEGIN { print "x,\"z <m>\",y"; for (i = 1; i <= 12; i++) print i "," (i * 7) % 5 "," 2 * i + 0.5 * ((i * 7) % 5) + (i % 3 - 1) / 10 }' >d.csv
mkdir run
cat >run/equations.json <<'END'
{"schema": 2, "target": "y", "columns": ["x", "z <m>"], "units": ["s", ""], "target_unit": "m", "chosen": 1,
 "select": "evidence", "significant": false, "chance": 0.2, "has_select": false, "has_report": false,
 "notes": [{"level": "warning", "text": "column t <text> is left out"}],
 "equations": [{"size": 3, "constants": 1, "fvu_fit": 0.02, "fvu_select": null, "fvu_all": 0.02, "fvu_cv": 0.025,
   "expr": {"prefix": ["mul", "c0", "x1"], "constants": [2.125], "hex": ["0x1.1p+1"]}},
  {"size": 7, "constants": 2, "fvu_fit": 0.0001, "fvu_select": null, "fvu_all": 0.0001, "fvu_cv": 0.0002,
   "expr": {"prefix": ["add", "mul", "c0", "x1", "mul", "c1", "x2"], "constants": [2, 0.5], "hex": ["0x1p+1", "0x1p-1"]},
   "uncertainty": {"residual_sd": 0.0875, "degrees": 10, "t": 2.25,
     "estimates": [{"index": 0, "value": 2, "standard_error": 0.0125}, {"index": 1, "value": 0.5, "standard_error": null}],
     "covariance": [[0.00015625, 0], [0, 0]]}}]}
END
cat >run/run.json <<'END'
{"schema": 2, "command": "train", "argv": ["eqrl", "train", "--data", "d.csv", "--evals", "500", "--out", "my run"], "seed": 7,
 "seed_drawn": true, "threads": 2, "started": "2026-01-02T03:04:05Z", "ended": "2026-01-02T03:04:15Z", "exit": 0,
 "host": {"version": "0.1.0", "git": "abc", "cpu": "CPU", "kernels": "v3", "blas": "OpenBLAS"},
 "data": {"file": "d.csv", "target": "y", "columns": 2, "rows": {"fit": 12, "select": 0, "report": 0}},
 "weights": {"file": "default.safetensors", "sha256": "00ff"},
 "result": {"steps": 3, "equations": 512, "skeletons": 300, "drawn": {"policy": 512}, "improved": {"policy": 9}, "exact": false}}
END
echo '{"schema": 1, "data": ["d.csv"], "evals": 500, "seed": 7, "max-size": 20, "offspring": 0}' >run/config.json
printf '{"step": %d, "seconds": %d, "best_r2": %s}\n' 1 2 0.5 2 5 0.98 3 9 0.9999 >run/log.jsonl

t eqrl report --run run
t eqrl report --run run --format markdown --equation 3
t eqrl report --run run -o out.md -q
head -n 1 out.md
t eqrl report --run run -o out.html

# the page: nothing from elsewhere, every column named, all parts there, well-formed
grep -c 'http' out.html
for what in '<math>' '<svg ' 'prefers-color-scheme:dark' 'width=device-width' 'z &lt;m&gt;' 'not significant' 'column t &lt;text&gt; is left out' \
	'seed 7' 'Predicted against measured' 'Response to each column' 'Residuals against each column' 'Convergence' '>not determined<'; do
	grep -qF -- "$what" out.html && echo "has $what" || echo "LACKS $what"
done
if command -v xmllint >/dev/null; then
	# as XML, once the elements that HTML does not close are
	sed -E 's/<(meta[^>]*)>/<\1\/>/; 1d' out.html >out.xml
	xmllint --noout out.xml && echo 'well-formed'
else
	echo 'skipped: no xmllint'
	echo 'well-formed'
fi

# data that are gone or changed
cp d.csv elsewhere.csv
mv d.csv gone.csv
eqrl report --run run | grep '^! The diagrams' -A 2
eqrl report --run run --data elsewhere.csv | grep -c 'predicted y'
sed -i 's/"target": "y", "columns": 2/"sha256": "12", &/' run/run.json
eqrl report --run run --data elsewhere.csv | grep '^! The diagrams' -A 2

# a run that was killed, one without an answer, one without equations, none
sed -i 's/"ended": "[^"]*"/"ended": null/' run/run.json
eqrl report --run run | grep '^! The run' -A 3
sed -i 's/"chosen": 1/"chosen": null/; s/"equations": \[.*/"equations": []}/; /^   "expr\|^  {"size\|^   "unc\|^     "/d' run/equations.json
eqrl report --run run | grep '^! No equation'
rm run/equations.json
t eqrl report --run run
t eqrl report --run nowhere
t eqrl report
t eqrl report --run run --format pdf
