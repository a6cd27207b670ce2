#!/bin/bash
# mpi.sh [long] — several processes find what one finds, byte for byte, and share the work. Skipped where there is no mpirun.
# Two processes are tried, with "long" one, three and four as well.
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
command -v mpirun >/dev/null && [ -x "$build/mpi/eqrl" ] || { echo "0 passed, 0 failed, 1 skipped (no mpirun, or no $build/mpi/eqrl)"; exit 0; }
eqrl=$build/mpi/eqrl
export EQRL_HOME=$root OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
searching=2 training=2 before=1 after=2 # processes; before a stop and after it
[ "$1" = long ] && searching="1 2 4" training="2 3" before=2 after=4
most=${searching##* }

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
same() { cmp -s "$1" "$2"; }
ranks() { mpirun --oversubscribe -n "$@"; }

# A law that takes some steps, two tables of it, and learning in between.
awk 'BEGIN { srand(5); print "a,b,y"; for (i = 0; i < 120; i++) { a = 1 + 3*rand(); b = 1 + 3*rand()
	printf "%.6f,%.6f,%.9f\n", a, b, sin(1.3*a)*exp(-0.4*b) + 0.3*b/(a + b*b) } }' >one.csv
awk -F, 'NR == 1 { print; next } { printf "%s,%s,%.9f\n", $1, $2, 2*$3 + 1 }' one.csv >two.csv
options="--data one.csv --data two.csv --seed 4 --threads 1 --batch 64 --group-size 16 --train-size 16 --offspring 128
	--reward r2 --no-early-stop --learn-completions --feedback symbolic --checkpoint 1h --quiet"

alone() { "$eqrl" train $options "$@" >/dev/null 2>err; }
check "one process without mpirun" alone --steps 20 --out r0
for n in $searching; do
	check "$n processes end well" ranks $n "$eqrl" train $options --steps 20 --out r$n >out$n 2>err
	for file in one/front.csv two/front.csv checkpoint.safetensors; do
		check "$n processes leave the same $file" same r0/$file r$n/$file
	done
done
check "one of the processes alone prints" is "$(grep -c '^one' "out$most")" 1
check "gradients were among what was shared" grep -qE '"updates":	*[1-9]' "r$most/run.json"
even() { # the most that one did is at most a tenth above the mean
	tr -d ' \n\t' <"$1" | sed 's/.*"node_rows_by_rank":\[\([^]]*\)\].*/\1/' |
		awk -F, -v n="$2" '{ for (i = 1; i <= NF; i++) { s += $i; m = $i > m ? $i : m }; fair = NF == n && m <= 1.1*s/NF } END { exit !fair }'
}
# Pieces are dealt in turn, whatever they cost: a search of 60 steps is long enough for their sums to be alike.
ranks $most "$eqrl" train $options --steps 60 --out long >/dev/null 2>err
check "$most processes do equal work" even long/run.json $most

ranks $before "$eqrl" train $options --steps 6 --out again >/dev/null 2>err
check "a stopped run goes on with another number of processes" ranks $after "$eqrl" train --resume again --steps 20 >/dev/null 2>err
check "and ends as if it had never stopped" same r0/checkpoint.safetensors again/checkpoint.safetensors

check "a deadline ends all processes" ranks 2 "$eqrl" train --data one.csv --seed 4 --threads 1 --time 2 --no-early-stop -q --out timed >/dev/null 2>err
check "with a front" grep -q , timed/front.csv
ranks 2 "$eqrl" train --data nowhere.csv --out none >out 2>err
check "one of the processes alone complains" is "$(grep -c nowhere.csv err)" 1
check "standard input is refused" is "$(ranks 2 "$eqrl" train --data - --out none <one.csv 2>&1 | grep -c 'alone has standard input')" 1
check "other commands run once" is "$(ranks 3 "$eqrl" eval 'a + b' --data one.csv 2>/dev/null | grep -c R2)" "$("$eqrl" eval 'a + b' --data one.csv 2>/dev/null | grep -c R2)"

small="--pairs 256 --micro-batch 16 --micro-batches 4 --width 32 --heads 2 --encoder-layers 1 --decoder-layers 1 --recovery 0
	--seed 3 --threads 1 --quiet"
check "pretraining alone" "$eqrl" pretrain $small --out p1.safetensors --state p1.state >/dev/null 2>err
for n in $training; do
	check "pretraining by $n processes" ranks $n "$eqrl" pretrain $small --out p$n.safetensors --state p$n.state >/dev/null 2>err
	check "$n processes train the same weights" same p1.safetensors p$n.safetensors
done
[ $failed = 0 ] || cat err
echo "$passed passed, $failed failed"
[ $failed = 0 ]
