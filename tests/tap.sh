# tap - what the shell tests have in common: an empty folder to be in, runs of the program, a TAP line for each claim.
#
# Read by: . "$srcdir/tests/tap.sh".  MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck shell=sh
set -u
: "${MEMSIM:?}"
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
count=0
status=0
if [ ! -x "$MEMSIM" ]; then
    echo "Bail out! no program $MEMSIM"
    exit 1
fi

report() # STATUS NAME: what the last run printed is in out and err, what a check found wrong in why
{
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
        return
    fi
    echo "not ok $count - $2"
    echo "# status $status"
    for printed in why err out; do
        [ ! -s "$printed" ] || { echo "# $printed:" && head -20 "$printed" | sed 's/^/#   /'; }
    done
}

skip() # REASON NAME
{
    count=$((count + 1))
    echo "ok $count - $2 # SKIP $1"
}

plan() # at the end
{
    echo "1..$count"
}
