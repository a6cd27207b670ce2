#!/bin/bash
# deb.sh BUILD — a Debian package of the installation that make deb has made in BUILD/deb: BUILD/eqrl_VERSION_ARCH.deb.
# What the program needs are its dependencies; libtorch, which only learning needs, is a recommendation.
set -e
stage=$1/deb
version=$("$1/eqrl" info | awk '$1 == "version" { print $2 }')
arch=$(dpkg --print-architecture)
strip "$stage/usr/bin/eqrl"
strip --strip-debug "$stage/usr/lib/eqrl/libeqrl_learn.so"
gzip -9nf "$stage"/usr/share/man/man1/*.1
install -Dm 644 LICENSE "$stage/usr/share/doc/eqrl/copyright"
# dpkg-shlibdeps wants to stand in a source tree.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"
printf 'Source: eqrl\n\nPackage: eqrl\nArchitecture: any\n' >"$work/debian/control"
root=$(cd "$stage" && pwd)
needs=$(cd "$work" && dpkg-shlibdeps -O -e"$root/usr/bin/eqrl" -dRecommends -e"$root/usr/lib/eqrl/libeqrl_learn.so" 2>/dev/null)
mkdir -p "$stage/DEBIAN"
cat >"$stage/DEBIAN/control" <<END
Package: eqrl
Version: $version
Architecture: $arch
Maintainer: the authors of eqrl <eqrl@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$stage" | cut -f1)
Depends: $(sed -n 's/^shlibs:Depends=//p' <<<"$needs")
Recommends: $(sed -n 's/^shlibs:Recommends=//p' <<<"$needs")
Description: the equation behind a table of numbers
 A transformer proposes formulas for a column of a table, evolution and
 reinforcement learning improve them, and the shortest and most accurate remain.
END
dpkg-deb --root-owner-group --build "$stage" "$1/eqrl_${version}_$arch.deb" >/dev/null
echo "$1/eqrl_${version}_$arch.deb"
