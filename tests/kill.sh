#!/bin/bash
# kill.sh [KILLS] [SEED] [LONGEST] [half] — eqrl train killed (kill -9) KILLS times (a multiple of 10), 0.3 to LONGEST seconds
# (20) after its start or its first front: two runs at a time, one with a checkpoint each second, one with its own
# schedule, each killed and resumed five times, then resumed to its end. Whatever the moment, the run directory can be
# read by infer --run, the run goes on, and its front is no worse than the one that lay there before, nor than the last
# one shown. One that died before it had begun is not in the way of its next start. With "half" every second pair of runs
# leaves the policy as it is: starting libtorch is most of what such a short run costs.
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
eqrl=$build/eqrl
kills=${1:-20} seed=${2:-1} longest=${3:-20} half=$4
case $build in "$root"/*) unset EQRL_HOME ;; *) export EQRL_HOME="$root" ;; esac
"$eqrl" doctor >/dev/null 2>&1 || { echo "0 passed, 0 failed, $kills skipped (eqrl doctor finds a fault)"; exit 0; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# 39 rows: none are kept for selecting, so that the errors in a front are those that the search saw. The law is outside
# what the program can write exactly, so that it goes on finding better equations.
awk 'BEGIN { srand(3); print "a,b,y"; for (i = 0; i < 39; i++) { a = 0.2 + 3 * rand(); b = 1 + 2 * rand();
	printf "%.6f,%.6f,%.6f\n", a, b, exp(-a * b) * sin(3 * a) + sqrt(b) / (1 + a * a) + 0.02 * rand() } }' >"$work/d.csv"

# The least error of the front, 1 for an empty one; fails if it cannot be read.
best() {
	"$eqrl" infer --run "$1" --format json --top 1000 >"$1.json" 2>"$1.err"
	case $? in
	0) ;;
	5) echo 1; return 0 ;; # a run without results so far
	*) return 1 ;;
	esac
	grep -o '"fvu_fit":[^,]*' "$1.json" | cut -d: -f2 | sort -g | head -n 1 | grep . || echo 1
}

# R2 as the progress lines show it last; they show the front that lies on disk.
shown() {
	grep -oE '(1-[0-9.]+e-[0-9]+|[ -][0-9]+\.[0-9]{6}) +[0-9]+ ' "$1" | tail -n 1 | awk '
		{ if (sub(/^1-/, "", $1)) print $1; else print 1 - $1 }'
}

# is_no_worse NEW OLD SLACK
is_no_worse() { awk -v a="$1" -v b="$2" -v slack="$3" 'BEGIN { exit !(a <= b + slack) }'; }

# fail RUN KILL WHAT…
fail() {
	echo "seed $1, kill $2: ${*:3}"
	exit 1
}

# One run, killed after each of the delays; prints what does not hold and exits with 1.
kill_often() {
	local i=$1 dir=$work/$1 k=0 error=1 now last process written
	local options="--data $work/d.csv --seed $i --batch 64 --offspring 64 --group-size 16 --train-size 8 --threads 1"

	[ "$half" = half ] && [ $(((i - 1) / 2 % 2)) = 1 ] && options+=" --no-learn"
	for delay in "${@:2}"; do
		k=$((k + 1))
		if [ -e "$dir/config.json" ]; then
			"$eqrl" train --resume "$dir" >/dev/null 2>"$dir.log" &
		else # it died before it had begun, or this is the first
			"$eqrl" train $options --time 600s --checkpoint $((i % 2)) --out "$dir" >/dev/null 2>"$dir.log" &
		fi
		process=$!
		written=$(stat -c %i "$dir/equations.json" 2>/dev/null)
		# in turn: some time after the first front, right after it (when a resume has only begun to find again what
		# it had found), some time after the start
		while [ $((k % 3)) != 0 ] && [ "$(stat -c %i "$dir/equations.json" 2>/dev/null)" = "$written" ] &&
			kill -0 $process 2>/dev/null; do
			sleep 0.02
		done
		[ $((k % 3)) = 2 ] || sleep "$delay"
		kill -9 $process || fail $i $k "ended by itself: $(tail -n 1 "$dir.log")"
		wait $process 2>/dev/null
		[ -e "$dir/config.json" ] || continue
		now=$(best "$dir") || fail $i $k "not readable: $(cat "$dir.err")"
		is_no_worse "$now" "$error" 0 || fail $i $k "error $now on disk, where it was $error before"
		last=$(shown "$dir.log")
		is_no_worse "$now" "${last:-1}" 1.1e-6 || fail $i $k "error $now on disk, but $last was shown"
		error=$now
	done
	# one step, which is made whatever the time; then the end polishes the front
	[ -e "$dir/config.json" ] || fail $i end "no run after five starts"
	"$eqrl" train --resume "$dir" --time 0.01s --quiet >/dev/null 2>"$dir.log" ||
		fail $i end "exit $? after the last resume: $(cat "$dir.log")"
	best "$dir" >/dev/null || fail $i end "not readable: $(cat "$dir.err")"
}

RANDOM=$seed
runs=$((kills / 5)) failed=0
for ((i = 1; i <= runs; i += 2)); do
	for run in $i $((i + 1)); do
		delays=()
		for k in 1 2 3 4 5; do
			delays+=("$(awk -v r=$RANDOM -v l="$longest" 'BEGIN { printf "%.2f", 0.3 + (l - 0.3) * r / 32768 }')")
		done
		{ (kill_often $run "${delays[@]}") && : >"$work/$run.good"; } &
	done
	wait
done 2>/dev/null
for ((i = 1; i <= runs; i++)); do
	[ -e "$work/$i.good" ] || failed=$((failed + 1))
done
echo "$((runs - failed)) passed, $failed failed ($kills kills)"
[ $failed = 0 ]
