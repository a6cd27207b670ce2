#!/bin/bash
# disk.sh — a disk that is full, or a limit on the size of files, loses neither the search nor its answer. The limit needs
# no privileges; the full disk is a small tmpfs in a namespace of its own, where the system allows that.
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
eqrl=$build/eqrl
case $build in "$root"/*) unset EQRL_HOME ;; *) export EQRL_HOME="$root" ;; esac
if [ "$1" != --full ]; then
	"$eqrl" doctor >/dev/null 2>&1 || { echo "0 passed, 0 failed, 1 skipped (eqrl doctor finds a fault)"; exit 0; }
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	export work
	cd "$work" || exit 1
fi
options="--data $root/data/kepler.csv --seed 7 --batch 32 --group-size 16 --train-size 8 --threads 1 --quiet"
passed=0 failed=0

# check WHAT COMMAND… — the command must succeed.
check() {
	if "${@:2}"; then
		passed=$((passed + 1))
	else
		echo "FAIL $1"
		failed=$((failed + 1))
	fi
}

is() { [ "$1" = "$2" ]; }

# The disk of the current folder has hardly any room: called in the namespace.
full_disk() {
	"$eqrl" train $options --steps 12 --no-early-stop --checkpoint 0.1 --out run >../out 2>../err
	check "exit 6 on a full disk" is $? 6
	check "the answer is printed on a full disk" grep -q 'period_days = ' ../out
	check "what is wrong is told once" is "$(grep -c 'checkpoint.safetensors: cannot write: No space left' ../err)" 2
	check "the results lie on the full disk" grep -q semi_major run/front.csv
	check "they can be read" "$eqrl" infer --run run --top 1 >../out
	check "nothing half-written lies about" is "$(find run -name "*.tmp*" | wc -l)" 0
}

if [ "$1" = --full ]; then
	full_disk
	echo "$passed passed, $failed failed"
	exit 0
fi

(ulimit -f 200 && exec "$eqrl" train $options --steps 4 --no-early-stop --checkpoint 0.01 --out limited) >out 2>err
check "exit 6 when no checkpoint fits" is $? 6
check "the answer is printed when no checkpoint fits" grep -q 'period_days = ' out
check "the reason is told once and at the end" is "$(grep -c 'checkpoint.safetensors: cannot write: File too large' err)" 2
check "all steps were made" is "$(wc -l <limited/log.jsonl)" 4
check "run.json has the status" grep -q '"exit":	6' limited/run.json
"$eqrl" train --resume limited --steps 5 >out 2>err
check "a run without a checkpoint starts again" grep -q 'no checkpoint: the run starts again' err
check "and then has one" test -s limited/checkpoint.safetensors
"$eqrl" train $options --steps 4 --no-early-stop --no-learn --no-checkpoint --out none >out 2>err
check "no checkpoint is no fault if nobody wants one" is $? 0
check "--no-checkpoint writes none" test ! -e none/checkpoint.safetensors
"$eqrl" train $options --steps 1 --no-learn --out results >/dev/full 2>err
check "a full disk under standard output is told with its cause" grep -q 'standard output: No space left on device' err

skipped=
if unshare -rm true 2>/dev/null; then
	mkdir small
	full=$(unshare -rm sh -c 'mount -t tmpfs -o size=256k,mode=777 none small && cd small &&
		exec "$0" --full' "$here/disk.sh" 2>&1)
	echo "$full" | grep -v ' passed, '
	line=$(echo "$full" | grep ' passed, ' || echo "0 passed, 1 failed")
	passed=$((passed + ${line%% *}))
	line=${line#*, }
	failed=$((failed + ${line%% *}))
else
	skipped=", 1 skipped (no namespace for a small file system)"
fi
echo "$passed passed, $failed failed$skipped"
[ $failed = 0 ]
