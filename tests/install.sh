#!/bin/bash
# install.sh — an installation made into a DESTDIR and then moved elsewhere still informs, infers, trains.
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
unset EQRL_HOME
passed=0 failed=0

# check WHAT COMMAND… — the command must succeed; its output stays in $tmp/out until the next check.
check() {
	local what=$1
	shift
	if "$@" >"$tmp/now" 2>"$tmp/err"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $what"
		tail -n 5 "$tmp/now" "$tmp/err"
	fi
	mv "$tmp/now" "$tmp/out"
}

lines() {
	[ "$(wc -l <"$1")" = "$(wc -l <"$2")" ]
}

check "make install" ${MAKE:-make} --no-print-directory BUILD="${BUILD:-build}" DESTDIR="$tmp/dest" PREFIX=/opt/x install
mv "$tmp/dest/opt/x" "$tmp/moved"
rm -rf "$tmp/dest"
cd "$tmp" || exit 1
eqrl=$tmp/moved/bin/eqrl
share=$tmp/moved/share/eqrl
data=$share/data/kepler.csv

check "info" "$eqrl" info
cp out info
check "info finds the moved learner" grep -qx "learner  *$tmp/moved/lib/eqrl/libeqrl_learn.so" info
check "info finds the moved weights" grep -qx "weights  *$share/weights/default.safetensors" info
for c in "" $("$eqrl" help | sed -n 's/^  \([a-z]*\)  .*/-\1/p' | grep -vx -- -eqrl); do
	check "a manual page eqrl$c" test -s "$tmp/moved/share/man/man1/eqrl$c.1"
done
check "completions" test -s "$tmp/moved/share/bash-completion/completions/eqrl" -a \
	-s "$tmp/moved/share/zsh/site-functions/_eqrl" -a -s "$tmp/moved/share/fish/vendor_completions.d/eqrl.fish"
check "doctor" "$eqrl" doctor
check "infer" "$eqrl" infer --data "$data" --seed 1 --evals 256
check "train" "$eqrl" train --data "$data" --seed 1 --steps 2 --batch 32 --config reinforce --out run
check "train left its front" test -s run/front.csv -a -s run/equations.json -a -s run/checkpoint.safetensors
check "predict from that run" "$eqrl" predict --run run --data "$data"
check "as many predictions as rows" lines out "$data"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
