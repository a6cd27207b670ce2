#!/bin/bash
# wheel.sh BUILD PYTHON — the Python package with program, weights and learner as a wheel in BUILD/dist. Called by make
# wheel, which has linked BUILD/portable and installed into BUILD/wheel/eqrl/_program.
# Shared libraries of the program come along, those aside that every Linux has. libtorch does not: the learner takes
# that of an installed torch.
set -e
build=$1 python=$2
stage=$build/wheel program=$build/wheel/eqrl/_program
cp src/python/pyproject.toml "$stage"
cp src/python/eqrl/*.py "$stage/eqrl"
install -s "$build/portable/eqrl" "$program/bin/eqrl"
install -m 644 "$build/portable/libeqrl_learn.so" "$program/lib/eqrl"
strip --strip-debug "$program/lib/eqrl/libeqrl_learn.so"
everywhere='^(linux-vdso|ld-linux.*|libc|libm|libmvec|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so'
ldd "$build/portable/eqrl" | awk '$2 == "=>" { print $1, $3 }' | grep -Ev "$everywhere" |
	while read -r name path; do install -m 644 "$path" "$program/lib/eqrl/$name"; done
# The oldest C library that has every symbol: pip refuses the wheel where it is older.
glibc=$(find "$program" -type f \( -name '*.so*' -o -name eqrl \) -exec objdump -T {} + 2>/dev/null |
	grep -oE 'GLIBC_2\.[0-9]+' | sort -t. -k2 -n | tail -n 1)
platform=manylinux_2_${glibc##*.}_x86_64
printf '[bdist_wheel]\nplat_name = %s\n' "$platform" >"$stage/setup.cfg"
rm -rf "$build/dist"
"$python" -m pip wheel -q --no-deps -w "$build/dist" "$stage"
ls "$build"/dist/*.whl
