#!/bin/bash
# run.sh [--golden] [NAME…] — command-line tests: each NAME.sh runs in an empty folder, and what its
# commands print must be NAME.out. --golden rewrites the .out files.
#
# In a test, `t COMMAND…` shows the command, its stdout, its stderr (each line after "2> ") and its exit
# status if that is not 0; decimals beyond the tenth, which compilers and processors may round differently,
# show as "~". $data is the folder of shipped data. A test that exits with 77 is skipped; a line "skipped: …" says
# what else was left out, and is no output.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
export PATH="$build:$PATH" data="$root/data" root LC_ALL=C NO_COLOR=1
# without the learner and weights of this tree, an out-of-tree build would find none
case $build in "$root"/*) unset EQRL_HOME ;; *) export EQRL_HOME="$root" ;; esac
for name in $(env | sed -n 's/^\(EQRL_[A-Z_0-9]*\)=.*/\1/p'); do
	[ "$name" = EQRL_HOME ] || unset "$name"
done

[ -x "$build/eqrl" ] || { echo "run.sh: no program $build/eqrl; run make first"; exit 1; }

golden=
[ "$1" = --golden ] && { golden=1; shift; }
names=${*:-$(cd "$here" && ls ./*.sh | sed 's|^\./||; s|\.sh$||' | grep -vx run)}

t() {
	local status round='s|([0-9]\.[0-9]{10})[0-9]+|\1~|g'
	{ printf '$'; printf ' %q' "$@"; echo; } | sed "s|$root/||g"
	"$@" >"$work/.out" 2>"$work/.err" </dev/null
	status=$?
	sed -E "s|$root/||g; $round" "$work/.out"
	sed -E "s|^|2> |; $round; s|; searched .* \(EQRL_HOME|; searched … (EQRL_HOME|; s|$root/||g" "$work/.err"
	[ $status = 0 ] || echo "exit $status"
}
export -f t

passed=0 failed=0 skipped=0
for name in $names; do
	work=$(mktemp -d)
	export work
	(cd "$work" && bash "$here/$name.sh") >"$work/.all" 2>&1
	status=$?
	grep '^skipped: ' "$work/.all" | sed "s/^skipped:/part of $name skipped:/"
	sed -i '/^skipped: /d' "$work/.all"
	if [ $status = 77 ]; then
		echo "skip $name: $(tail -n 1 "$work/.all")"
		skipped=$((skipped + 1))
	elif [ -n "$golden" ]; then
		cp "$work/.all" "$here/$name.out"
		passed=$((passed + 1))
	elif diff -u "$here/$name.out" "$work/.all" >"$work/.diff"; then
		passed=$((passed + 1))
	else
		echo "FAIL $name (first 40 lines of the difference)"
		head -n 40 "$work/.diff"
		failed=$((failed + 1))
	fi
	rm -rf "$work"
done
echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
