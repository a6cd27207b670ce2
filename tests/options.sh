#!/bin/bash
# options.sh [--golden] — tests/cases/options.test: command lines that are refused, each with its exit status and the one
# line that says what, where and what to do. Every command runs in a process of its own, in a folder with the files that
# are made below; nothing may be printed to standard output. --golden rewrites the expected lines.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
case $build in "$root"/*) unset EQRL_HOME ;; *) export EQRL_HOME="$root" ;; esac
for name in $(env | sed -n 's/^\(EQRL_[A-Z_0-9]*\)=.*/\1/p'); do
	[ "$name" = EQRL_HOME ] || unset "$name"
done
export PATH="$build:$PATH" LC_ALL=C NO_COLOR=1
golden=
[ "$1" = --golden ] && golden=1
cases=$here/cases/options.test
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/work" && cd "$tmp/work" || exit 1

printf 'a,b,y\n1,5,2\n2,3,4\n3,8,6\n4,1,8\n5,9,10\n6,2,12.5\n' >d.csv
printf 'a,b,y\n1,x,2\n2,y,4\n3,z,6\n4,w,8\n' >text.csv
printf 'a,y\n1,2\n1,4\n1,6\n' >constant.csv
printf 'a,y\n1,2\n,4\n3,6\n4,8\n' >missing.csv
printf 'just words\n' >words.csv
: >empty.csv
seq 120 | awk 'BEGIN { print "a,y" } { print $1 "," 3 * $1 + $1 * $1 % 7 }' >big.csv
seq 40 | awk 'BEGIN { print "g,x,y" } { print $1 % 2 "," $1 "," $1 * $1 % 7 }' >groups.csv
mkdir folder none sets && cp d.csv sets/one.csv && cp d.csv sets/two.csv && touch folder/file
echo 'rubbish' >rubbish.safetensors
echo '{"lr": 0.1, "bach": 3}' >key.json
echo '{"lr": 2}' >value.json
echo '{"lr": "fast"}' >kind.json
echo '{"lr": 0.1,}' >comma.json
echo '{"schema": 99}' >newer.json
echo '{"resume": "x"}' >resume.json
echo '[1]' >list.json
echo '{}' >nothing.json
printf 'data\tbach\nd.csv\t1\n' >column.tsv
printf 'data\nd.csv\n' >good.tsv
printf 'data\n' >bare.tsv

passed=0 failed=0 line=0 written=$tmp/written
: >"$written"
# check COMMAND STATUS MESSAGE — the message is what stands on stderr, all of it.
check() {
	local command=$1 want=$2 message=$3 status err
	eval "$command" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	# where weights are searched depends on the machine; what stands below a message is joined to it
	err=$(sed -E 's|; searched .* \(EQRL_HOME|; searched … (EQRL_HOME|' "$tmp/err" | paste -sd '|')
	if [ -n "$golden" ]; then
		printf '$ %s\n%s %s\n' "$command" $status "$err" >>"$written"
	elif [ "$status $err" = "$want $message" ] && ! [ -s "$tmp/out" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $cases:$line: $command"
		echo "  want $want $message"
		echo "  got  $status $err$(sed 's/^/ and on stdout: /' "$tmp/out" | head -n 1)"
	fi
}
while IFS= read -r text; do
	line=$((line + 1))
	case $text in
	'$ '*)
		command=${text#'$ '}
		if [ -n "$golden" ]; then check "$command"; fi
		;;
	[0-9]*) [ -n "$golden" ] || check "$command" "${text%% *}" "${text#* }" ;;
	*) [ -z "$golden" ] || printf '%s\n' "$text" >>"$written" ;;
	esac
done <"$cases"
if [ -n "$golden" ]; then
	cp "$written" "$cases"
	exit
fi
if [ $((passed + failed)) -lt 120 ]; then
	echo "FAIL $cases has only $((passed + failed)) cases"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
