# The whole way on five tables that come with the program: from the file to equation, predictions, programs and reports.
. "$root/tests/cli/languages.bash"

# walk NAME FILE: the columns before the last are inputs
walk() {
	name=$1 data_file=$2
	echo "== $name"
	eqrl train --data "$data_file" --evals 300 --seed 1 --threads 1 --no-learn --quiet --out "$name" >answer 2>err || cat err
	called=$(head -n 1 "$data_file" | sed 's/.*,//')
	eqrl infer --run "$name" --top 1 2>/dev/null | grep "^$called = " >shown
	[ "$(grep "^$called = " answer)" = "$(cat shown)" ] || echo "infer shows another answer than train"
	cat shown
	eqrl predict --run "$name" --data "$data_file" 2>scores | tail -n +2 >want
	[ "$(wc -l <want)" = "$(tail -n +2 "$data_file" | wc -l)" ] || echo "predict leaves rows out"
	grep -q 'R2' scores || echo "predict gives no score"
	# its equation as text is the same equation
	eqrl predict "$(cat shown)" --data "$data_file" 2>/dev/null | tail -n +2 | cmp -s - want || echo "the printed equation gives other values"
	eqrl predict --run "$name" --data "$data_file" --interval 2>/dev/null | tail -n +2 |
		awk -F, '{ inside += $1 >= $2 && $1 <= $3; n++ } END { if (!n || inside < n) print "of", n, "intervals hold the prediction", inside + 0 }'
	# the arguments of the exported function, by the heading of the C text
	asked=(--run "$name")
	used=$(export_as c | grep -o "^double $called(.*)" | sed 's/.*(//; s/)//; s/double //g; s/,//g')
	fields=$(for column in $used; do head -n 1 "$data_file" | tr , '\n' | grep -nx "$column" | cut -d: -f1; done | paste -sd,)
	tail -n +2 "$data_file" | cut -d, -f "$fields" | tr , ' ' >rows
	n=$(wc -w <<<"$used")
	in_all
	for form in html md text; do
		eqrl report --run "$name" -o "report.$form" 2>err || cat err
		grep -q "$called" "report.$form" || echo "the report in $form does not name $called"
	done
}

walk kepler "$data/kepler.csv"
walk hubble "$data/hubble.csv"
walk rydberg "$data/rydberg.csv"
walk chwirut "$data/nist/nist_Chwirut1.csv"
walk rat43 "$data/nist/nist_Rat43.csv"

# and all of them at once
(echo data; ls "$data/kepler.csv" "$data/hubble.csv" "$data/rydberg.csv" "$data/nist/nist_Chwirut1.csv" "$data/nist/nist_Rat43.csv") >all.tsv
eqrl batch all.tsv --evals 300 --seed 1 --threads 1 --no-learn --quiet --out all >/dev/null 2>err || cat err
for name in kepler hubble rydberg nist_Chwirut1 nist_Rat43; do
	cmp -s all/"$name"*/front.csv "$(case $name in nist_C*) echo chwirut;; nist_R*) echo rat43;; *) echo "$name";; esac)/front.csv" ||
		echo "batch and train find other fronts of $name"
done
