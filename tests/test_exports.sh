#!/bin/sh
# The shared library shows what the installed header declares, the Lua module its entry: no more.
# SPDX-License-Identifier: MIT
set -u
LC_ALL=C; export LC_ALL

exported() # LIBRARY: the names that it defines for others
{
    nm -D --defined-only "$builddir/.libs/$1" | awk '$2 ~ /^[A-Z]$/ { sub(/@.*/, "", $3); print $3 }' | sort
}

declared=$(sed -n 's/^MEMSIM_API .*[ *]\(memsim_[a-z_]*\)(.*/\1/p' \
    "$srcdir/include/memsim/memsim.h" | sort)

compare() # NUMBER SENTENCE EXPECTED ACTUAL
{
    if [ "$3" = "$4" ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        printf 'expected:\n%s\nexported:\n%s\n' "$3" "$4" | sed 's/^/# /'
    fi
}

echo 1..2
compare 1 "libmemsim exports what memsim.h declares" "$declared" "$(exported libmemsim.so)"
compare 2 "the Lua module exports its entry" luaopen_memsim "$(exported memsim.so)"
