#!/bin/sh
# Every C file is as clang-format 14 and .clang-format write it.
# SPDX-License-Identifier: MIT
set -u
cd "${srcdir:-.}" || exit 99

for tool in clang-format-14 clang-format; do
    case $($tool --version 2>/dev/null) in
    *"version 14."*) break ;;
    esac
    tool=
done
if [ -z "$tool" ]; then
    echo "1..0 # SKIP clang-format 14 is not installed"
    exit 0
fi
echo 1..1
files=$(find src include tests bench -name '*.[ch]' | LC_ALL=C sort)
# shellcheck disable=SC2086
if wrong=$("$tool" --dry-run -Werror $files 2>&1); then
    echo "ok 1 - format"
else
    echo "not ok 1 - format: run $tool -i on these files"
    echo "$wrong" | sed -n 's/^\([^:]*\):\([0-9]*\):.*/# \1:\2/p' | head -50
    exit 1
fi
