#!/bin/sh
# Run while the image is built, on Debian: copies programs into an empty folder, with all that they load and nothing
# else. What package each file is from stays on record there as dpkg keeps it, so that scanners find the packages.
# Usage: sh src/image-root.sh FOLDER PROGRAM...
set -eu
folder=$1
shift

# The programs, and every library that the dynamic linker loads for them, under the names it looks for.
files=$(for program in "$@"; do
  echo "$program"
  ldd "$program" | grep -o '/[^ ]*'
done | sort -u)

mkdir -p "$folder/dev" "$folder/etc" "$folder/proc" "$folder/root" "$folder/run" "$folder/sys" "$folder/var/lib/dpkg"
mkdir -p -m 1777 "$folder/tmp"
for link in /bin /sbin /lib /lib64; do # into /usr
  [ ! -L "$link" ] || { mkdir -p "$folder$(realpath "$link")" && cp -P "$link" "$folder$link"; }
done
for file in $files; do
  to=$folder$(realpath "$(dirname "$file")")
  mkdir -p "$to" && cp -L "$file" "$to/"
done
cp -L --parents /etc/passwd /etc/group /etc/os-release /etc/debian_version "$folder"

# A program that no package owns was copied into this Debian, and brings its licence with itself.
packages=$({
  echo base-files
  for file in $files; do dpkg-query -S "$(realpath "$file")" 2>/dev/null | cut -d: -f1; done
} | sort -u)
# shellcheck disable=SC2086 # a word per package
dpkg-query -s $packages >"$folder/var/lib/dpkg/status"
for package in $packages; do cp -L --parents "/usr/share/doc/$package/copyright" "$folder"; done
cp -R --parents /usr/share/common-licenses "$folder"
