#!/bin/bash
# readme.sh — every command of README.md works for a person who has the files that it speaks of.
#
# Lines of ```sh blocks and lines after "$ " in ```console blocks are run in order, in a folder with wells.csv and the
# like, with short budgets: --time and --evals are cut, and EQRL_TIME stands where none is given.
cd "$(dirname "$0")/.." || exit 1
root=$PWD build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
unset EQRL_HOME
export PATH="$build:$PATH" EQRL_TIME=1s EQRL_SEED=1 NO_COLOR=1
passed=0 failed=0

# A table of 120 rows: rate = 3*exp(-depth/4) + width, from rows $1 on.
table() {
	awk -v from="$1" 'BEGIN {
		print "depth,width,rate"
		for (i = from; i < from + 120; i++) {
			depth = 3.1 + i % 17 / 2
			width = 1 + i * 7 % 13 / 5
			printf "%.6g,%.6g,%.10g\n", depth, width, 3 * exp(-depth / 4) + width
		}
	}'
}

commands() {
	awk '/^```/ { block = block ? "" : substr($0, 4); next }
	     block == "sh" && NF
	     block == "console" && sub(/^\$ /, "")' README.md
}

shorten() {
	sed -E 's/--time [0-9.]+(s|m|h)/--time 1s/; s/--evals [0-9]+/--evals 600/' |
		sed -E "s|^make demo|make -C '$root' --no-print-directory NO_DEPS=1 BUILD='$build' DEMO_TIME=1s demo|" |
		sed -E "s|^make install|make -C '$root' --no-print-directory BUILD='$build' DESTDIR='$tmp/dest' install|" |
		sed -E 's|(--resume [^ ]+) --time 1s|\1 --time 2s|'
}

mkdir "$tmp/work" && cp -r data "$tmp/work" && cd "$tmp/work" || exit 1
table 0 >wells.csv
table 40 >new-well.csv
cut -d, -f1,2 new-well.csv >new.csv
mkdir wells && table 0 >wells/a.csv && table 60 >wells/b.csv
commands=$(cd "$root" && commands)
[ "$(wc -l <<<"$commands")" -ge 10 ] || { echo "FAIL README.md has no ten commands"; failed=1; }
while IFS= read -r command; do
	short=$(shorten <<<"$command")
	if bash -o pipefail -c "$short" >out 2>err </dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $command"
		tail -n 5 err
	fi
done <<<"$commands"

# What the reader was promised.
expect() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $what"
	fi
}
# The law that the session prints, numbers aside.
law=$(sed -n 's/^period_days = [0-9.]*//p' "$root/README.md")
session_finds_law() {
	[ -n "$law" ] && eqrl infer --run runs/kepler | grep -qF "$law"
}
expect "the session finds the law that it shows" session_finds_law
expect "one prediction for each row" test "$(wc -l <predictions.csv)" = "$(wc -l <new.csv)"
expect "one answer for each file" test "$(grep -c ',done,' runs/all/summary.csv)" = 2
expect "links lead somewhere" bash -c "cd '$root' && grep -oE '\]\([^)#]+\)' README.md | tr -d '])(' | xargs ls >/dev/null"
expect "README.md stays short" test "$(wc -l <"$root/README.md")" -le 170
echo "$passed passed, $failed failed"
[ $failed = 0 ]
