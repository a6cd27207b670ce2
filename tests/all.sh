#!/bin/bash
# all.sh — every part of the tests, one after the other; the last line is the sum: "N passed, N failed".
# A part prints such a line itself; a part without one counts as one test, passed if it exits with 0.
# Called by make test, with MAKE and BUILD set.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT

# run LOG COMMAND… — into the log; its last line is the exit status and the seconds.
run() {
	local log=$1 start=$SECONDS status
	shift
	"$@" >"$log" 2>&1
	status=$?
	printf '%d %d\n' $status $((SECONDS - start)) >>"$log"
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

part() {
	local name=$1
	shift
	run "$logs/part" "$@"
	report "$name" "$logs/part"
}

# Building with sanitizers and running one thread of tests leaves room for the other parts.
run "$logs/asan" env EQRL_CTORCH_TEST=none $MAKE --no-print-directory asan &
part "layers" $MAKE --no-print-directory layers
part "headers" $MAKE --no-print-directory hdr-check
part "format" $MAKE --no-print-directory format-check
part "names" $MAKE --no-print-directory names
part "lint" $MAKE --no-print-directory lint
part "unit tests" env EQRL_LEARNER="$BUILD/libeqrl_learn.so" "$BUILD/eqrl-test"
part "command line" tests/cli/run.sh
part "small tables with a known law" env BUILD="$BUILD" tests/laws.sh
part "statistics" env BUILD="$BUILD" tests/statistics.sh
part "refused command lines" tests/options.sh
part "README" tests/readme.sh
part "several processes" tests/mpi.sh
part "full disk" tests/disk.sh
part "kill -9" tests/kill.sh 20 1 1
part "installation" tests/install.sh
part "Debian package" tests/deb.sh
part "Python" tests/python.sh
wait
report "sanitizers" "$logs/asan"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
