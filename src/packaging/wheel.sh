#!/bin/bash
# wheel.sh BUILD PYTHON [TORCH_DIR] — the Python package with program, weights and learner as a wheel in BUILD/dist. Called by make
# wheel, which has linked BUILD/portable and installed into BUILD/wheel/eqrl/_program.
# Shared libraries of the program come along, those aside that every Linux has. libtorch does not: a learner made with
# TORCH_DIR takes that of an installed torch of the same version, any other one that of the system.
set -e
build=$1 python=$2 torch=$3
stage=$build/wheel program=$build/wheel/eqrl/_program
cp src/python/pyproject.toml "$stage"
cp src/python/eqrl/*.py "$stage/eqrl"
install -s "$build/portable/eqrl" "$program/bin/eqrl"
install -m 644 "$build/portable/libeqrl_learn.so" "$program/lib/eqrl"
strip --strip-debug "$program/lib/eqrl/libeqrl_learn.so"
everywhere='^(linux-vdso|ld-linux.*|libc|libm|libmvec|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so'
ldd "$build/portable/eqrl" | awk '$2 == "=>" { print $1, $3 }' | grep -Ev "$everywhere" |
	while read -r name path; do install -m 644 "$path" "$program/lib/eqrl/$name"; done
if [ -n "$torch" ]; then
	version=$("$build/eqrl" doctor | sed -n 's/^ok *learner *libtorch \([0-9]*\.[0-9]*\).*/\1/p')
	[ -n "$version" ] || { echo "wheel.sh: the learner of $build does not load: $build/eqrl doctor says why" >&2; exit 1; }
	echo "$version" >"$program/lib/eqrl/torch_version"
	sed -i "/^\[project.optional-dependencies\]/a learn = [\"torch==$version.*\"]" "$stage/pyproject.toml"
fi
# The oldest C library that has every symbol: pip refuses the wheel where it is older.
glibc=$(find "$program" -type f \( -name '*.so*' -o -name eqrl \) -exec objdump -T {} + 2>/dev/null |
	grep -oE 'GLIBC_2\.[0-9]+' | sort -t. -k2 -n | tail -n 1)
platform=manylinux_2_${glibc##*.}_x86_64
printf '[bdist_wheel]\nplat_name = %s\n' "$platform" >"$stage/setup.cfg"
rm -rf "$build/dist"
"$python" -m pip wheel -q --no-deps -w "$build/dist" "$stage"
ls "$build"/dist/*.whl
