#!/bin/bash
# all.sh — every part of the tests, one after the other; the last line is the sum: "N passed, N failed".
# A part prints such a line itself; a part without one counts as one test, passed if it exits with 0.
# Called by make test, with MAKE and BUILD set.
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

part() {
	local name=$1 start=$SECONDS status line
	shift
	echo "== $name"
	"$@" 2>&1 | tee "$log" | grep -vE '^(gcc|g\+\+|ar|install|cc) |^[0-9]+ passed, [0-9]+ failed'
	status=${PIPESTATUS[0]}
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	if [ -z "$line" ]; then
		line="0 passed, 1 failed"
		[ "$status" = 0 ] && line="1 passed, 0 failed"
	elif [ "$status" != 0 ] && [[ $line == *" 0 failed"* ]]; then
		line="${line%% *} passed, 1 failed" # it passed its tests and then broke, say in a leak check
	fi
	passed=$((passed + ${line%% *}))
	line_failed=${line#*, }
	failed=$((failed + ${line_failed%% *}))
	echo "   $line ($((SECONDS - start)) s)"
}

part "layers" $MAKE --no-print-directory layers
part "headers" $MAKE --no-print-directory hdr-check
part "unit tests" env EQRL_LEARNER="$BUILD/libeqrl_learn.so" "$BUILD/eqrl-test"
part "command line" tests/cli/run.sh
part "installation" tests/install.sh
part "sanitizers" env EQRL_TEST_SCALE=0.05 EQRL_CTORCH_TEST=none $MAKE --no-print-directory asan

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
