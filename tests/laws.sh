#!/bin/bash
# laws.sh [NAME…] — small tables whose law is known: the answer of a counted search has to be that law.
#
# tests/laws/laws.tsv has a line a table: file, target, options, law, tolerance, beyond, nodes, what it is. Answer and law are
# evaluated on 41 inputs that reach `beyond` times the range of the first column past both of its ends (inputs that were
# positive stay so; -1: on the table's own rows), and may differ by `tolerance` times the spread of the law there. So the
# right law passes in whatever form it is written, and a wrong one that fits the rows does not. The answer has at most so many
# nodes (-: any number), and sizes of the front rise strictly while errors fall. A file with ~ before its name
# is known to be missed: the law is found, but a constant is rounded further than the end of five decades forgives. It is counted
# apart. SEED and EVALS ask for another seed and another count: no law may hang on either. The policy stays as it is, for a
# start of libtorch takes as long as such a search, unless the options have --learn; LEARN=1 has it learn for all tables, as
# train does where nothing is said.
cd "$(dirname "$0")/.." || exit 1
eqrl=${BUILD:-build}/eqrl seed=${SEED:-1} evals=${EVALS:-5000} learn=--no-learn
[ "$LEARN" = 1 ] && learn=--learn
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# grid FILE BEYOND: a table of the first column alone.
grid() {
	awk -F, -v beyond="$2" '
		NR == 1 { print $1; next }
		NR == 2 { low = high = $1 }
		{ low = $1 + 0 < low ? $1 + 0 : low; high = $1 + 0 > high ? $1 + 0 : high }
		END {
			from = low - beyond * (high - low)
			if (low >= 0 && from < 0)
				from = low
			for (i = 0; i <= 40; i++)
				printf "%.12g\n", from + (high + beyond * (high - low) - from) * i / 40
		}' "$1"
}

# judge_front NODES FILE: what is wrong with a front, or nothing.
judge_front() {
	awk -F, -v most="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NR > 2 && ($at["size"] <= size || $at["fvu_all"] >= error) { wrong = "the front is not in order" }
		{ size = $at["size"]; error = $at["fvu_all"] }
		$at["chosen"] == 1 && most != "-" && size > most { wrong = "the answer has " size " nodes, " most " are enough" }
		END { if (wrong) print wrong }' "$2"
}

# One line of the table: prints "ok NAME" or "FAIL NAME: why".
one() {
	IFS=$'\t' read -r file target options law tolerance beyond nodes what <<<"$1"
	[ "$options" = - ] && options=
	case $options in *--evals*) ;; *) options="$options --evals $evals" ;; esac
	miss=FAIL
	case $file in '~'*) file=${file#\~} miss="missed, as is known:" ;; esac
	name=${file##*/} data=tests/laws/$file
	name=${name%.csv}
	# shellcheck disable=SC2086 # options are words
	if ! "$eqrl" train -q --data "$data" --target "$target" $learn $options --seed "$seed" --threads 1 \
		--out "$dir/$name" >"$dir/$name.out" 2>"$dir/$name.err"; then
		echo "$miss $name: $(tail -n 1 "$dir/$name.err")"
		return
	fi
	reason=$(judge_front "$nodes" "$dir/$name/front.csv")
	if [ -n "$reason" ]; then
		echo "$miss $name ($what): $reason"
		return
	fi
	if [ "$beyond" = -1 ]; then cp "$data" "$dir/$name.grid"; else grid "$data" "$beyond" >"$dir/$name.grid"; fi
	"$eqrl" predict --run "$dir/$name" --data "$dir/$name.grid" >"$dir/$name.a" 2>/dev/null
	"$eqrl" predict "$law" --data "$dir/$name.grid" >"$dir/$name.b" 2>/dev/null
	paste -d, "$dir/$name.a" "$dir/$name.b" | awk -F, -v tolerance="$tolerance" -v name="$name" -v what="$what" -v miss="$miss" '
		NR == 1 { next }
		{ n++; sum += $2; squares += $2 * $2; gap = $1 - $2; gap = gap < 0 ? -gap : gap
		  if ($1 == "" || $1 != $1 + 0 && $1 !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) gap = 1e300
		  worst = gap > worst ? gap : worst }
		END {
			spread = n ? sqrt(squares / n - (sum / n) ^ 2) : 0
			if (n && spread > 0 && worst <= tolerance * spread) print "ok " name
			else printf "%s %s (%s): the answer is off by %.2g of the spread\n", miss, name, what, spread ? worst / spread : -1
		}'
	grep -m 1 '^ *\*' "$dir/$name.out" | sed 's/^/     /' >&2
}
export -f one grid judge_front
export eqrl dir seed evals learn

passed=0 failed=0 missed=0
while read -r line; do
	echo "$line"
	case $line in ok*) passed=$((passed + 1)) ;; FAIL*) failed=$((failed + 1)) ;; missed*) missed=$((missed + 1)) ;; esac
done < <(grep -v '^#' tests/laws/laws.tsv | { if [ $# -gt 0 ]; then grep -E "^~?($(IFS='|'; echo "$*"))"; else cat; fi; } |
	tr '\n' '\0' | xargs -0 -n 1 -P "${JOBS:-2}" bash -c 'one "$0"' 2>"$dir/answers")
[ -n "$VERBOSE" ] && cat "$dir/answers"
echo "$passed passed, $failed failed, $missed missed"
[ "$failed" = 0 ]
