#!/bin/sh
# memsim dram, and the commands of DRAM that --dram-commands writes.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck source=tests/cli_rig.sh
. "${srcdir:-.}/tests/cli_rig.sh"

# The library of grades -----------------------------------------------------------------------------------------

run dram
succeeds "dram lists the grades with what they can do" "DDR4-2400" "19.2 GB/s" "11.82 GB/s" "HBM2-2000" "LPDDR5-6400" "random" "refresh"
run dram DDR4-2400
succeeds "dram NAME shows timings in cycles and time, bounds and the file" "DDR4-2400.lua" "tRCDRD" "14.17 ns" "bound by tFAW" "4.6 %" "currents"
run dram DDR4-2400 --density 16Gb
succeeds "dram NAME --density shows another density" "16 GiB" "550 ns" "131072"
run dram DDR4-2400 --density 3Gb
refuses "dram refuses a density that the grade does not have" 1 "3Gb" "known: 16Gb"
run dram DDR4-2401
refuses "dram refuses an unknown grade with the nearest" 1 "DDR4-2401" "DDR4-2400"
run dram --density 8Gb
refuses "dram --density without a grade is refused" 2 "--density"
run dram DDR4-2400 DDR5-4800
refuses "two grades are refused" 2 "DDR5-4800"

script good.lua
small_trace small.din
# DRAM commands -------------------------------------------------------------------------------------------------

dram='memory = memsim.dram("DDR4-2400", { channels = 2, ranks = 2 })'
script dram.lua "$dram" 'warmup = 500' 2
run dram.lua --dram-commands commands.csv -f csv --columns status
succeeds "--dram-commands writes beside the results" "ok"
[ "$(head -1 commands.csv)" = time_fs,channel,pseudo_channel,rank,bank_group,bank,row,column,command ]
report $? "the commands have the header of the design"
run dram.lua --dram-commands commands.csv.zst -o result.csv -f csv
succeeds "--dram-commands compresses into FILE.zst"
if [ -x "${builddir:-.}/tests/check_commands" ]; then
    for file in commands.csv commands.csv.zst; do
        "${builddir:-.}/tests/check_commands" dram.lua $file >out 2>err
        status=$?
        succeeds "$file keeps the rules of its standard" "commands keep the rules of ddr4"
    done
    grades=$(basename -s .lua "$srcdir"/scripts/dram/*.lua | sed 's/.*/"&",/')
    script grades.lua 'caches = {}, memory = memsim.dram(p.n, { channels = 2 })' '' "$grades" 4000
    run grades.lua --dram-commands 'grade-{point}.csv' -f csv --columns n,status
    succeeds "every grade of the library runs" "DDR4-2400,ok"
    broken=0 number=0
    for grade in $grades; do
        number=$((number + 1))
        "${builddir:-.}/tests/check_commands" grades.lua "grade-$number.csv" $number >>checked 2>&1 || { broken=1; echo "# $grade"; }
    done
    tail -3 checked >out
    report $broken "the commands of every grade keep the rules of its standard"
    sed 's/,RDA*$/,WR/' commands.csv >wrong.csv
    "${builddir:-.}/tests/check_commands" dram.lua wrong.csv >out 2>err
    grep -q 'line [0-9]*: .*: WR at clock' out
    report $? "commands that break a rule are found"
else
    skip "there is no tests/check_commands" "commands keep the rules of their standard"
fi
script drams.lua 'memory = p.n == 2 and { type = "simple", bandwidth = "1 GB/s" } or memsim.dram "DDR4-2400"'
run drams.lua --dram-commands commands.csv
refuses "one file for two points is refused" 2 "2 points with DRAM" "commands-{point}.csv"
run drams.lua --dram-commands 'each-{point}.csv' -f csv --columns n,status
succeeds "{point} gives each point its file" "3,ok"
[ -s each-1.csv ] && [ -s each-3.csv ] && [ ! -e each-2.csv ]
report $? "a point without DRAM has no file of commands"
"$MEMSIM" drams.lua -j 1 -q --dram-commands 'one-{point}.csv' >out 2>err && cmp -s each-1.csv one-1.csv && cmp -s each-3.csv one-3.csv
report $? "the commands do not depend on -j"
printf '%s\n' 'local memsim = require "memsim"' 'return memsim.sweep { point = function() return {' \
    'machine = memsim.machine("xeon-6148", { cores = 20, compute = { clock = "2.5 GHz" }, memory = { read_queue = 1, write_queue = 1 } }),' \
    'workload = memsim.workload { pattern = "triad", size = "64B", footprint = "3MiB" } } end }' >crowded.lua
"$MEMSIM" crowded.lua -q -f csv --columns time_s,events,l2_mshr_merges >without 2>err
run crowded.lua --dram-commands crowded.csv -f csv --columns time_s,events,l2_mshr_merges
[ "$status" -eq 0 ] && [ -s without ] && cmp -s without out &&
    awk -F, 'NR > 1 { if ($1 < last[$2]) exit 1; last[$2] = $1 }' crowded.csv
report $? "nothing depends on whether commands are written"
printf 'local memsim = require "memsim"\nreturn memsim.machine { compute = { peak = "1 GFLOP/s" }, memory = memsim.dram "DDR4-2400" }\n' >dram-machine.lua
run replay small.din --machine dram-machine.lua --dram-commands replay.csv -f csv --columns status
grep -q ',RD$' replay.csv
report $? "a replay writes its DRAM commands, too"
run good.lua --dram-commands commands.csv
refuses "commands of a machine without DRAM are refused" 1 "--dram-commands" "memsim.dram"
run dram.lua --dram-commands no/such/folder/x.csv
refuses "an unwritable --dram-commands is refused in the system's words" 1 "no/such/folder/x.csv" "No such file or directory"
run dram.lua --dram-commands -
refuses "commands do not go to standard output" 2 "standard output"
if [ -c /dev/full ]; then
    run dram.lua --dram-commands /dev/full -f csv --columns status
    [ "$status" -eq 1 ] && grep -q "failed: .*'/dev/full': No space left on device" out && grep -q "No space left on device" err
    report $? "commands on a full disk are an error"
    ln -s /dev/full full.zst
    run dram.lua --dram-commands full.zst -f csv --columns status
    [ "$status" -eq 1 ] && grep -q "No space left on device" err
    report $? "compressed commands on a full disk are an error"
fi
find . -name '.?*' | grep -q .
report $((1 - $?)) "no temporary file of commands is left"

plan
