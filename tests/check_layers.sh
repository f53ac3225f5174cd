#!/bin/sh
# Who may include whom: the table of the layers, held against every #include.  Also: every source
# is in Makefile.am, and only config and the Lua module see Lua.
# SPDX-License-Identifier: MIT
set -u
LC_ALL=C; export LC_ALL
cd "${srcdir:-.}" || exit 99

may_include() # LAYER: the layers that it may include besides itself
{
    case $1 in
    base)     echo ;;
    sim)      echo base ;;
    mem)      echo base sim ;;
    cache)    echo base sim mem ;;
    dram)     echo base sim mem ;;
    workload) echo base sim mem ;;
    trace)    echo base mem ;;
    spec)     echo base cache dram workload trace ;;
    analytic) echo base spec ;;
    system)   echo base sim mem cache dram workload trace spec analytic ;;
    config)   echo base spec analytic ;;
    sweep)    echo base spec system analytic ;;
    report)   echo base sweep ;;
    memsim)   echo ;;
    *)        echo "unknown-layer" ;;
    esac
}

# "FILE LINE HEADER" of every quoted include below a folder.
includes()
{
    grep -Hn '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$@" /dev/null |
        sed 's/^\([^:]*\):\([0-9]*\):[^"]*"\([^"]*\)".*/\1 \2 \3/'
}

check_includes()
{
    for folder in src/*/ include/*/; do
        layer=$(basename "$folder")
        allowed=" $layer $(may_include "$layer") "
        includes "$folder"*.[ch] 2>/dev/null | while read -r file line header; do
            case $header in
            config.h) continue ;;
            */*) ;;
            *) echo "$file:$line: \"$header\" does not name its layer"; continue ;;
            esac
            case $allowed in
            *" ${header%%/*} "*) ;;
            *) echo "$file:$line: $layer may not include \"$header\"" ;;
            esac
        done
    done
}

check_no_parent()
{
    grep -rn --include='*.[ch]' '#[[:space:]]*include[[:space:]]*["<]\.\./' src include tests bench
}

check_lua()
{
    grep -rnE --include='*.[ch]' '#[[:space:]]*include[[:space:]]*["<](lua|lauxlib|lualib|luaconf)\.h' \
        src include tests bench | grep -vE '^(src/config/|include/config/|src/lua_module\.c:)'
}

check_listed()
{
    for file in src/*.c src/*/*.c include/*/*.h tests/*.[ch] tests/*.sh bench/*.[ch] \
        scripts/*.lua scripts/*/*.lua; do
        [ -e "$file" ] || continue
        grep -qF " $file" Makefile.am || grep -qF "	$file" Makefile.am ||
            echo "$file is not in Makefile.am"
    done
}

failed=0
number=0
echo 1..4
for rule in includes no_parent lua listed; do
    number=$((number + 1))
    broken=$(check_$rule)
    if [ -z "$broken" ]; then
        echo "ok $number - layers: $rule"
    else
        failed=1
        echo "not ok $number - layers: $rule"
        echo "$broken" | sed 's/^/# /'
    fi
done
exit $failed
