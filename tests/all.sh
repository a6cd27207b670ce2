#!/bin/bash
# all.sh — every part of the tests, two at a time, the long ones first; the last line is the sum: "N passed, N failed".
# A part prints such a line itself; a part without one counts as one test, passed if it exits with 0.
# Called by make test, with MAKE and BUILD set.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT

# run LOG COMMAND… — into the log; its last line is the exit status and the seconds. Then the log is there as LOG.done.
run() {
	local log=$1 start=$SECONDS status
	shift
	"$@" >"$log" 2>&1
	status=$?
	printf '%d %d\n' $status $((SECONDS - start)) >>"$log"
	mv "$log" "$log.done"
}

report() {
	local name=$1 log=$2 status seconds line part_failed
	read -r status seconds < <(tail -n 1 "$log")
	echo "== $name"
	sed '$d' "$log" | grep -vE '^  (CC|CXX|AR|LINK) |^install |^[0-9]+ passed, [0-9]+ failed'
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	if [ -z "$line" ]; then
		line="0 passed, 1 failed"
		[ "$status" = 0 ] && line="1 passed, 0 failed"
	elif [ "$status" != 0 ] && [[ $line == *" 0 failed"* ]]; then
		line="${line%% *} passed, 1 failed" # it passed its tests and then broke, say in a leak check
	fi
	passed=$((passed + ${line%% *}))
	part_failed=${line#*, }
	failed=$((failed + ${part_failed%% *}))
	echo "   $line ($seconds s)"
}

# report_ended — those that have ended since the last call.
names=()
report_ended() {
	local i
	for i in "${!names[@]}"; do
		[ -e "$logs/$i.done" ] || continue
		report "${names[i]}" "$logs/$i.done"
		unset "names[i]"
	done
}

# part NAME COMMAND… — begins as soon as fewer than two others are at work.
begun=0
part() {
	local log=$logs/$begun
	names[begun]=$1
	shift
	begun=$((begun + 1))
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		sleep 0.2
		report_ended
	done
	run "$log" "$@" &
}

# Half of the processors for a part that could use all of them.
half=$((($(nproc) + 1) / 2))
part "sanitizers" env EQRL_CTORCH_TEST=none $MAKE --no-print-directory JOBS=$half asan
part "unit tests" env EQRL_LEARNER="$BUILD/libeqrl_learn.so" "$BUILD/eqrl-test"
part "small tables with a known law" env BUILD="$BUILD" JOBS=$half tests/laws.sh
part "command line" tests/cli/run.sh
part "several processes" tests/mpi.sh
part "lint" $MAKE --no-print-directory JOBS=$half lint
part "refused command lines" tests/options.sh
part "README" tests/readme.sh
part "full disk" tests/disk.sh
part "kill -9" tests/kill.sh 20 1 1 half
part "installation" tests/install.sh
part "Debian package" tests/deb.sh
part "statistics" env BUILD="$BUILD" tests/statistics.sh
part "Python" tests/python.sh
part "layers" $MAKE --no-print-directory layers
part "headers" $MAKE --no-print-directory JOBS=$half hdr-check
part "format" $MAKE --no-print-directory format-check
part "names" $MAKE --no-print-directory names
wait
report_ended

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
