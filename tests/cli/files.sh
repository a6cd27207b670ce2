# eqrl help files has every file of a run directory and every field in it, with the schemas that the files carry.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
short="--batch 32 --group-size 16 --train-size 8 --offspring 64 --seed 1 --quiet"
eqrl help files >help

# fields FILE — the words of that file's fields in the help: of "host.cpu, .cores" host, cpu, cores.
fields() {
	awk -v file="$1" '/^[^ ]/ { inside = substr($0, 1, length(file) + 2) == file "  " || $0 == file }
	                  inside' help | grep -oE '[a-z_0-9]+'
}
# known FILE KEYS… — every key is a word of the file's part of the help.
known() {
	local file=$1 key missing=
	shift
	fields "$file" | sort -u >words
	for key in "$@"; do grep -qx "$key" words || missing+=" $key"; done
	echo "$file: $# fields, not explained:${missing:- none}"
}
keys() { grep -ohE '"[A-Za-z_0-9]+":' "$@" | tr -d '": \t' | sort -u; }
columns() { head -qn 1 "$@" | tr ',' '\n' | sort -u; }

mkdir sets
seq 150 | awk 'BEGIN { print "a,b,y" } { print $1 "," $1 * 7 % 13 "," 2.5 * $1 + exp($1 * 7 % 13 / 5) + $1 * 31 % 7 / 50 }' >sets/p.csv
cp "$data/kepler.csv" sets/q.csv
eqrl train --data sets/p.csv $short --steps 3 --log tensorboard --out one >/dev/null
eqrl train --resume one --steps 5 --quiet >/dev/null
eqrl train --data sets $short --steps 4 --no-learn --out two >/dev/null
printf 'data\nsets/p.csv\n' >m.tsv
eqrl batch m.tsv $short --steps 1 --no-learn --out many >/dev/null

known run.json $(keys one/run.json two/run.json)
known equations.json $(keys one/equations.json two/*/equations.json)
known log.jsonl $(keys one/log.jsonl two/log.jsonl)
known front.csv $(columns one/front.csv two/*/front.csv)
known summary.csv $(columns two/summary.csv)
known "summary.csv of batch" $(columns many/summary.csv)
for f in run.json config.json equations.json log.jsonl; do
	echo "$f: schema $(grep -oE '"schema":[[:space:]]*[0-9]+' one/$f | grep -oE '[0-9]+' | sort -u), in help $(grep -A 1 "^$f" help | grep -oE 'schema [0-9]+')"
done
for f in $(ls -A one | sed 's|^tb$|tb/|') .lock; do grep -q "^$f" help || echo "no word of $f"; done
