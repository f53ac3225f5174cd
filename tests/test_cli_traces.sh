#!/bin/sh
# memsim trace and memsim mrc: what they print, write and refuse.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck source=tests/cli_rig.sh
. "${srcdir:-.}/tests/cli_rig.sh"

# Traces ----------------------------------------------------------------------------------------------------------

printf 'op,address,size,time_ns\nR,0x1000,8,1.5\nW,0x1038,16,2\nI,0x9000,4,2.000001\n' >t.csv
run trace --help
succeeds "trace --help explains its commands and lists the formats" "memsim trace info" "memsim trace convert" \
    "din lackey csv" "mst din csv"
run trace info t.csv
succeeds "trace info counts" "format             csv" "records            3" "distinct bytes     28" \
    "lines of 64 B      3" "pages of 4 KiB     2" "1.5 to 2.000001 ns" "0x9000-0x9fff"
run trace info t.csv -f csv
succeeds "trace info as csv is a line" '"t.csv",csv,none,3,1,1,1,28,28,3,2,4096,36867,1.5,2.000001,,'
run trace info t.csv -f json
succeeds "trace info as json has the histogram" '"records": 3' '"first_time_ns": 1.5' '"accesses": 3}'
for suffix in mst mst.zst csv.gz; do
    run trace convert t.csv "t2.$suffix"
    run trace head "t2.$suffix"
    [ "$status" -eq 0 ] && cmp -s out t.csv
    report $? "csv to $suffix and back is the same"
done
run trace head t2.mst -n1
[ "$(wc -l <out)" -eq 2 ]
report $? "trace head -n1 prints a record"
run trace convert t.csv t.din
refuses "din cannot hold an access across lines" 1 "t.din: record 2, 16 bytes at 0x1038" "--split 64"
[ ! -e t.din ]
report $? "what cannot be converted leaves no file"
run trace convert t.csv t.din --split 64
grep -qF '4 of 4 records lose their size' err && grep -qF 'the times are lost' err &&
    [ "$(cat t.din)" = "$(printf '0 1000\n1 1038\n1 1040\n2 9000')" ]
report $? "din holds what --split makes of it, and what is lost is said"
run trace convert t.csv t.dramsim3 --split 64
refuses "requests have no instruction fetches" 1 "record 4" "--no-fetches"
run trace convert t.csv t.dramsim3 --split 64 --no-fetches --clock '1 GHz'
[ "$(cat t.dramsim3)" = "$(printf '0x1000 READ 2\n0x1038 WRITE 2\n0x1040 WRITE 2')" ]
report $? "times become cycles of the clock"
run trace head t.dramsim3 --clock '2 GHz'
succeeds "cycles become times of the clock" "R,0x1000,64,1" "W,0x1040,64,1"
run trace convert t.csv t.txt
refuses "a name that ends in no format is refused" 2 "--to says which" "mst din csv"
head -c 100 t2.mst >cut.mst
run trace info cut.mst
refuses "a cut mst trace is an error with its offset" 1 "cut.mst: byte "
run trace convert cut.mst t3.csv
[ "$status" -eq 1 ] && [ ! -e t3.csv ]
report $? "a damaged trace is not converted"
head -c $(($(wc -c <t2.mst) - 10)) t2.mst >cut.mst
run trace convert cut.mst t3.csv --salvage
[ "$status" -eq 1 ] && grep -qF 'cut.mst: byte ' err && grep -qF '0 records are lost' err && cmp -s t3.csv t.csv
report $? "salvaging keeps the blocks that are whole and says what was damaged"
run trace head t.csv --trace-format csv
succeeds "--trace-format is --from" "R,0x1000,8,1.5"
run trace inf t.csv
refuses "a wrong command of trace is suggested" 2 "did you mean 'info'?"
run trace info t.csv --size 48
refuses "a size has to be a power of two" 2 "'48' is no power of two"
run trace info t.csv --size 64
refuses "a size is for formats without" 1 "their own"

small_trace small.din
script good.lua
cat >nest.lua <<'EOF'
local memsim = require "memsim"
local i, j = memsim.index("i", "j")
local A, B = memsim.array("A", "f32", 4, 4, { base = 4096 }), memsim.array("B", "f64", 4, { base = 8192 })
return memsim.sweep {
  axes = { { "n", { 2, 3 } } },
  point = function(p)
    return {
      machine = memsim.machine "toy",
      workload = memsim.nest { loops = { { i, p.n }, { j, 2 } }, body = { memsim.read(A[i][j]), memsim.update(B[j]) } },
    }
  end,
}
EOF
run trace convert nest.lua - --to csv --point 1
succeeds "the accesses of a nest are a trace" "R,0x1000,4" "W,0x2008,8" "R,0x1014,4"
[ "$(wc -l <out)" -eq 13 ]
report $? "of the point that is meant"
run trace head nest.lua --point 2 -n 1
succeeds "trace head shows the accesses of a script" "R,0x1000,4"
run trace info nest.lua --point 2
succeeds "trace info counts the accesses of a script" "records            18"
run trace info nest.lua
refuses "a script of several points wants one of them" 1 "2 points" "--point N"
run trace head nest.lua --point 2 --salvage
refuses "a script is not salvaged" 2 "--salvage: 'nest.lua' is a script; the option is for traces"
run trace head small.din --point 2
refuses "a trace has no points" 2 "--point: 'small.din' is a trace; the option is for scripts"
run trace info nest.lua --point 3
refuses "a point that is not there is an error" 1 "--point" "2 points"
run mrc small.din
succeeds "mrc prints the misses of each size" "size_B" "miss_ratio" "64 B" "█"
run mrc small.din --ways 2 --sample 50% --steps 2 -f csv
succeeds "mrc has columns for sets and for the error of a sample" \
    "size_B,lines,misses,miss_ratio,miss_ratio_error,set_misses,set_miss_ratio"
run mrc small.din --every -f json --columns 'lines,misses'
succeeds "mrc shows every size" '{"lines": 0, "misses": '
run mrc good.lua -f csv --columns n,lines,miss_ratio
[ "$status" -eq 0 ] && [ "$(sed 1d out | cut -d, -f1 | uniq | tr '\n' ' ')" = "1 2 3 " ]
report $? "mrc measures the workload of each point of a script"

printf 'R,0x10,4\nW,0x78,2\n' >sizes.csv
run trace convert --no-times sizes.csv sizes.din
[ "$status" -eq 0 ] && grep -qF 'warning: 2 of 2 records lose their size: the din format has none' err
report $? "--no-times leaves the warning of sizes"
awk 'BEGIN { for (i = 0; i < 40000; i++) printf "R,%d,8\n", 64 * (i * 7919 % 65536) }' >long.csv
"$MEMSIM" trace convert long.csv long.mst
head -c "$(($(wc -c <long.mst) * 5 / 6))" long.mst >short.mst
run trace convert --salvage short.mst saved.csv
[ "$status" -eq 1 ] && grep -qF 'warning: 7232 records are lost' err && [ "$(grep -c '^R' saved.csv)" -eq 32768 ]
report $? "of a file that is cut off the head of the last block says how many are lost"
run mrc small.din --sample 2
refuses "mrc refuses a share above 1" 2 "--sample" "0.01"
run mrc small.din --line 48
refuses "mrc refuses a line that is no power of two" 2 "--line" "power of two"
run mrc small.din --every --steps 3
refuses "mrc shows all sizes or some" 2 "--every" "--steps"
run mrc
refuses "mrc wants a trace or a script" 2 "missing"
cat >never.lua <<'LUA'
local memsim = require "memsim"
local i = memsim.index "i"
local nest = memsim.nest { loops = { { i, 0 } }, body = { memsim.read(memsim.array("A", "f64", 8)[i]) } }
return memsim.sweep { point = function() return { machine = memsim.machine "toy", workload = nest } end }
LUA
run mrc never.lua
refuses "mrc says that there are no accesses" 1 "workload: it has no access"
run trace convert never.lua never.csv
refuses "so does trace convert" 1 "never.lua:3: workload: it has no access"
run trace info never.lua
refuses "so does trace info" 1 "never.lua:3: workload: it has no access"
sed 's/{ i, 0 } }, body = .*/{ i, 8 } }, body = { flops = 3 } }/' never.lua >flops.lua
run trace head flops.lua
refuses "operations are no accesses" 1 "workload: it has operations but no access"
run mrc flops.lua
refuses "mrc says so, too" 1 "workload: it has operations but no access"
run mrc nothing.din
refuses "mrc names a trace that is not there" 1 "nothing.din"
"$MEMSIM" mrc small.din >/dev/full 2>err
status=$?
: >out
refuses "mrc to a full standard output is an error" 1 "No space left on device"

plan
