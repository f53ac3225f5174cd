#!/bin/sh
# What goes wrong while a sweep runs: interrupts, workers that crash or are killed, a program that is killed.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck source=tests/cli_rig.sh
. "${srcdir:-.}/tests/cli_rig.sh"

# What goes wrong while it runs ---------------------------------------------------------------------------------

script endless.lua '' '' '1, 2, 3' 'p.n == 2 and 1000000000000000 or 1000'

# Without timeout(1) a background job of this shell would ignore the signal.  --foreground: without it a SIGCONT follows, which
# may let the leak check of a sanitizer wait for ever for the stop that it has asked for.
timeout --foreground --preserve-status -s INT 3 "$MEMSIM" endless.lua -j 2 -f csv --columns n,status >out 2>err
status=$?
[ "$status" -eq 130 ] && grep -qx '1,ok' out && grep -qx '2,failed: interrupted' out && grep -q '^3,' out
report $? "an interrupt ends with 130 and keeps the rows that are done"
timeout --foreground --preserve-status -s TERM 3 "$MEMSIM" endless.lua -j 2 -f csv -o kept.csv --columns n,status >out 2>err
status=$?
[ "$status" -eq 130 ] && grep -qx '1,ok' kept.csv && grep -qx '2,failed: interrupted' kept.csv
report $? "an ended run with -o leaves a whole file"

kill_worker() # SIGNAL: run endless.lua and kill the worker that has point 2
{
    "$MEMSIM" endless.lua -j 1 -f csv --columns n,status >out 2>err &
    parent=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.5
        grep -q '^1,' out && break
    done
    worker=$(cat "/proc/$parent/task/$parent/children")
    # shellcheck disable=SC2086
    kill "-$1" $worker
    wait "$parent"
    status=$?
}
kill_worker SEGV
[ "$status" -eq 1 ] && grep -qx '1,ok' out && grep -qx '2,failed: killed by signal 11 (Segmentation fault)' out &&
    grep -qx '3,ok' out && grep -qx 'memsim: 1 of 3 points failed; the first: killed by signal 11 (Segmentation fault)' err
report $? "a worker that crashes costs its row only, status 1"
kill_worker KILL
[ "$status" -eq 1 ] && grep -qx '2,failed: killed by signal 9 (Killed)' out && grep -qx '3,ok' out
report $? "a worker that is killed costs its row only, status 1"

cat >large.lua <<'LUA'
local memsim = require "memsim"
return memsim.sweep {
  axes = { { "size", { "1KiB", "1TiB", "2KiB" } } },
  point = function(p)
    return {
      machine = memsim.machine { compute = { peak = "1 GFLOP/s" }, caches = { { name = "L1", size = p.size, ways = 16 } },
        memory = { type = "simple", bandwidth = "1 GB/s" } },
      workload = memsim.workload { pattern = "random", footprint = "64KiB", accesses = 100 },
    }
  end,
}
LUA
if (ulimit -v 4000000 && "$MEMSIM" --version) >out 2>err; then # which a sanitizer needs by itself
    (ulimit -v 4000000 && exec "$MEMSIM" large.lua -j 1 -f csv --columns size,status) >out 2>err
    status=$?
    [ "$status" -eq 1 ] && grep -qx '1KiB,ok' out && grep -q '^1TiB,failed: no memory: failed to allocate [0-9]* bytes$' out &&
        grep -qx '2KiB,ok' out && [ "$(wc -l <err)" -eq 1 ]
    report $? "a point for which there is no memory says so, and costs its row only"
    echo 'local x = require "memsim".indices("x", "i32", { count = 1 << 31, below = 10 })' >indices.lua
    (ulimit -v 4000000 && exec "$MEMSIM" indices.lua) >out 2>err
    status=$?
    refuses "so does a script" 1 "indices.lua:1: indices[3]: no memory for 2147483648 values"
else
    skip "a sanitizer" "a point for which there is no memory says so, and costs its row only"
    skip "a sanitizer" "so does a script"
fi

"$MEMSIM" endless.lua -j 1 -f csv -o killed.csv --columns n,status >out 2>err &
parent=$!
sleep 1
worker=$(cat "/proc/$parent/task/$parent/children")
kill -KILL "$parent"
wait "$parent" 2>/dev/null
[ "$(cat killed.csv.*.part | tr '\n' ' ')" = "n,status 1,ok " ] && [ ! -e killed.csv ]
report $? "a program that is killed leaves the rows that are done"
sleep 0.5
# Gone, or dead and not yet collected.
case $(sed 's/.*) //' "/proc/${worker% }/stat" 2>/dev/null) in
"" | Z*) alive=0 ;;
*) alive=1 ;;
esac
[ -n "$worker" ] && [ "$alive" -eq 0 ]
report $? "no worker outlives the program"

plan
