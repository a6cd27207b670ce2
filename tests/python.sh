#!/bin/bash
# python.sh [WHEEL] — the Python package. Without a wheel: the sources over BUILD/eqrl, with $PYTHON as it is, skipped
# where it has no scikit-learn. With one: installed into a fresh virtual environment, with what it needs from PyPI.
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build} python=${PYTHON:-python3}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
for name in $(env | sed -n 's/^\(EQRL_[A-Z_0-9]*\)=.*/\1/p'); do unset "$name"; done
export TMPDIR=$tmp/scratch PYTHONDONTWRITEBYTECODE=1
mkdir "$TMPDIR"
if [ -n "$1" ]; then
	"$python" -m venv "$tmp/venv" && "$tmp/venv/bin/pip" install -q "$1" scikit-learn pandas sympy || exit 1
	python=$tmp/venv/bin/python
	cp -r src/python/srbench "$tmp"
	export EQRL_REFERENCE=$PWD/$build/eqrl
elif ! "$python" -c 'import sklearn' 2>/dev/null; then
	echo "skipped: $python has no scikit-learn"
	echo "0 passed, 0 failed"
	exit 0
else
	export EQRL_PROGRAM=$PWD/$build/eqrl EQRL_REFERENCE=$PWD/$build/eqrl PYTHONPATH=$PWD/src/python
fi
"$python" -I -c pass && SRBENCH=$PWD/src/python/srbench "$python" tests/python/test_eqrl.py
status=$?
[ -z "$(ls -A "$TMPDIR" 2>/dev/null)" ] || { echo "FAIL files are left over: $(ls "$TMPDIR")"; status=1; }
exit $status
