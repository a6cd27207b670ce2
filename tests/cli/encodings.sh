# Whatever encoding a table is written in, everything that comes out is UTF-8, and names keep their letters.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
tables=$root/tests/cases/tables

utf8() { # NAME FILE… — that a file is no UTF-8 is said
	local name=$1 file
	shift
	for file; do iconv -f UTF-8 -t UTF-8 "$file" >/dev/null 2>&1 || echo "$name: $file is no UTF-8"; done
}
for table in 19c-latin1.csv s19c-latin1.csv s19d-windows.csv s19a-utf16be.csv; do
	name=${table%.csv}
	eqrl train --data "$tables/$table" --no-learn --evals 200 --seed 1 --threads 1 --quiet --out "$name" >out 2>err || echo "exit $?"
	eqrl infer --run "$name" -k 1 -f json >run.json 2>>err
	eqrl infer --data "$tables/$table" -k 1 -f json -q --seed 1 --threads 1 >data.json 2>>err || echo "exit $?"
	utf8 "$name" out err run.json data.json "$name"/*.json "$name"/*.jsonl "$name"/*.csv
	grep '"target"' data.json
	tail -n 1 "$name/front.csv" | cut -d , -f 14-
done
