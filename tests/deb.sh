#!/bin/bash
# deb.sh — the Debian package has program, learner, weights, manual and completions, and answers where it was unpacked.
cd "$(dirname "$0")/.." || exit 1
command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null || { echo "skipped: no dpkg-deb here"; echo "0 passed, 0 failed"; exit 0; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
unset EQRL_HOME
set -e
package=$(${MAKE:-make} --no-print-directory BUILD="${BUILD:-build}" deb | tail -n 1)
dpkg-deb --contents "$package" >"$tmp/contents"
for file in bin/eqrl lib/eqrl/libeqrl_learn.so share/eqrl/weights/default.safetensors share/man/man1/eqrl-train.1.gz \
	share/bash-completion/completions/eqrl share/zsh/site-functions/_eqrl share/fish/vendor_completions.d/eqrl.fish; do
	grep -q " ./usr/$file\$" "$tmp/contents" || { echo "FAIL no $file in $package"; exit 1; }
done
dpkg-deb -f "$package" Depends | grep -q libopenblas || { echo "FAIL the package does not depend on OpenBLAS"; exit 1; }
! dpkg-deb -f "$package" Depends | grep -q torch || { echo "FAIL the package depends on libtorch"; exit 1; }
dpkg -x "$package" "$tmp/root"
"$tmp/root/usr/bin/eqrl" infer --data data/kepler.csv --seed 1 --evals 256 -q >"$tmp/answer"
grep -q '^period_days = ' "$tmp/answer"
echo "1 passed, 0 failed"
