# cli_rig - runs of the program and what is claimed of them: refuses, succeeds, prints.
#
# Read by: . "$srcdir/tests/cli_rig.sh".
# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck source=tests/tap.sh
. "${srcdir:-.}/tests/tap.sh"
MEMSIM_PATH=$srcdir/scripts
export MEMSIM_PATH

run() # ARGUMENT...: status, out, err
{
    "$MEMSIM" "$@" >out 2>err </dev/null
    status=$?
}

# The last run: NAME, its status, and a text that standard error holds; nothing is on standard output.
refuses() # NAME STATUS TEXT...
{
    name=$1 wanted=$2
    shift 2
    good=0
    [ "$status" -eq "$wanted" ] || good=1
    [ ! -s out ] || good=1
    for text; do
        grep -qF -e "$text" err || good=1
    done
    report $good "$name"
}

succeeds() # NAME TEXT...: status 0, nothing on standard error, the texts on standard output
{
    name=$1
    shift
    good=0
    [ "$status" -eq 0 ] || good=1
    [ ! -s err ] || good=1
    for text; do
        grep -qF -e "$text" out || good=1
    done
    report $good "$name"
}

prints() # NAME LINE...: status 0, nothing on standard error, these lines and no others on standard output
{
    name=$1
    shift
    printf '%s\n' "$@" >lines
    [ "$status" -eq 0 ] && [ ! -s err ] && cmp -s lines out
    report $? "$name"
}

# A script of one sweep over n = 1, 2, 3, whose point is as the arguments change it.
script() # FILE [MACHINE-KEYS [WORKLOAD-KEYS [AXIS-VALUES [ACCESSES]]]]
{
    cat >"$1" <<END
local memsim = require "memsim"
return memsim.sweep {
  title = "A test",
  axes = { { "n", { ${4-1, 2, 3} } } },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "1 GFLOP/s" },
        caches = { { name = "L1", size = "1KiB", line = "64B", ways = 2 } },
        memory = { type = "simple", bandwidth = "1 GB/s", latency = "10 ns" },
        ${2-}
      },
      workload = memsim.workload { pattern = "random", footprint = "64KiB", accesses = ${5-p.n * 1000}, write_fraction = 0.5, ${3-} },
    }
  end,
}
END
}

# A program of five accesses, in Dinero's format: two reads, a write, a fetch, a read.
small_trace() # FILE
{
    printf '0 0\n0 40\n1 80\n2 0\n0 0\n' >"$1"
}
