#!/bin/bash
# statistics.sh — fits, errors, intervals and operators beside SciPy's and statsmodels', where Python has them; PYTHON
# names another one. tests/test_uncertainty.c has published values and always runs.
cd "$(dirname "$0")/.." || exit 1
python=${PYTHON:-python3}
if ! "$python" -c 'import scipy, statsmodels' 2>/dev/null; then
	echo "skipped: $python has no scipy and statsmodels (pip install scipy statsmodels)"
	exit 0
fi
exec "$python" tests/compare/statistics.py "${BUILD:-build}/eqrl"
