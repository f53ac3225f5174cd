#!/bin/sh
# Where results go: files, links, full disks, closed pipes, pictures; and that they are the same everywhere.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck source=tests/cli_rig.sh
. "${srcdir:-.}/tests/cli_rig.sh"

script good.lua
small_trace small.din
# Ways out ------------------------------------------------------------------------------------------------------

run good.lua -f csv -o result.csv
[ "$status" -eq 0 ] && [ ! -s out ] && [ "$(wc -l <result.csv)" -eq 4 ]
report $? "-o writes the file"
mkdir folder
ln -s folder/link.csv first.csv
ln -s ../linked.csv folder/link.csv
run good.lua -f csv -o first.csv
[ -h first.csv ] && [ -h folder/link.csv ] && [ ! -h linked.csv ] && grep -q '^1,ok' linked.csv
report $? "-o follows links also to a file that is not there yet"
long=$(printf 'a%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)
long=$long$long$long$long$long$long$long$long$long$long
run good.lua -f csv -o "$long"
[ "$status" -eq 0 ] && [ -s "$long" ]
report $? "a name of 250 bytes is none too long"
odd=$(printf 't\377.din')
cp small.din "$odd"
run replay "$odd" -m toy --columns accesses
[ "$status" -eq 0 ] && grep -q "$(printf 't\357\277\275.din on toy')" out
report $? "a trace whose name is no UTF-8 is replayed"
cp good.lua mine.lua
cp small.din mine.din
ln -s mine.lua also.lua
run mine.lua -f csv -o also.lua
refuses "-o is not the script" 2 "-o: 'also.lua' is the script, too; name another file"
run replay mine.din -m toy -o ./mine.din
refuses "-o is not the trace" 2 "-o: './mine.din' is a trace that is read, too"
run mrc mine.din -o mine.din
refuses "nor is that of mrc" 2 "-o: 'mine.din' is a trace that is read, too"
run trace convert mine.din mine.din
refuses "OUT is not IN" 2 "OUT: 'mine.din' is IN, too"
run good.lua -o two.svg --plot two.svg
refuses "results and picture are two files" 2 "--plot: 'two.svg' is what -o writes, too"
run "$srcdir/scripts/dram_sweep.lua" -q -o c-1.csv --dram-commands 'c-{point}.csv'
refuses "so are results and commands" 2 "--dram-commands: 'c-1.csv' is what -o writes, too"
cmp -s good.lua mine.lua && cmp -s small.din mine.din && [ ! -e two.svg ] && [ ! -e c-1.csv ]
report $? "and nothing has been written"
run good.lua -o ''
refuses "-o without a name is refused" 2 "-o: the name of a file is missing; - is standard output"
run good.lua -f csv -o no/such/folder/x.csv
refuses "an unwritable -o is refused in the system's words" 1 "no/such/folder/x.csv" "No such file or directory"
if [ -c /dev/full ]; then
    run good.lua -o /dev/full
    refuses "-o /dev/full is an error" 1 "/dev/full" "No space left on device"
    [ -c /dev/full ]
    report $? "/dev/full is still there"
    for format in table csv json; do
        : >out
        "$MEMSIM" good.lua -f $format >/dev/full 2>err
        status=$?
        refuses "$format to a full standard output is an error" 1 "standard output" "No space left on device"
    done
    "$MEMSIM" machines >/dev/full 2>err
    status=$?
    refuses "machines to a full standard output is an error" 1 "No space left on device"
fi
mkdir small
(ulimit -f 1 && "$MEMSIM" "$srcdir/scripts/dram_sweep.lua" -q -f csv -o small/rows.csv >out 2>err)
status=$?
refuses "a file that may not grow is an error" 1 "small/rows.csv" "File too large"
[ -z "$(ls -A small)" ]
report $? "and leaves no trace"
(ulimit -f 8 && "$MEMSIM" "$srcdir/scripts/dram_sweep.lua" -q -f csv -j 1 -o small/rows.csv >out 2>err)
status=$?
refuses "rows that were done before it stay" 1 "small/rows.csv': File too large; the rows that were done are in '" ".part'"
"$MEMSIM" "$srcdir/scripts/dram_sweep.lua" -q -f csv >whole.csv
n=$(cat small/rows.csv.*.part | wc -l)
[ "$n" -gt 1 ] && [ "$n" -lt "$(wc -l <whole.csv)" ] && head -n "$n" whole.csv | cmp -s - small/rows.csv.*.part && [ ! -e small/rows.csv ]
report $? "in whole rows"
"$MEMSIM" good.lua >&- 2>err
status=$?
refuses "a closed standard output is an error" 1 "standard output"
: >out
{ "$MEMSIM" good.lua -f csv 2>err; echo $? >code; } | true
# The reader may close before or after the first row: there is nothing to say either way.
status=$(cat code)
refuses "a closed pipe ends in silence" 0
[ ! -s err ]
report $? "a closed pipe prints no error"
find . -name '.?*' | grep -q .
report $((1 - $?)) "no temporary file is left"

# The same everywhere -------------------------------------------------------------------------------------------

"$MEMSIM" good.lua -f csv -j 1 >one.csv 2>err
"$MEMSIM" good.lua -fcsv -j4 >four.csv 2>>err
[ -s one.csv ] && cmp -s one.csv four.csv
report $? "-j 1 and -j 4 print the same bytes"
mkdir elsewhere
for format in table csv json; do
    "$MEMSIM" good.lua -f $format >here 2>err
    (cd elsewhere && LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$MEMSIM" ../good.lua -f $format -j 3) >there 2>>err
    [ -s here ] && cmp -s here there
    report $? "another locale and another folder print the same $format"
done
(cd elsewhere && TZ=Asia/Tokyo LC_ALL=C "$MEMSIM" machines) >there 2>err
"$MEMSIM" machines >here
[ -s here ] && cmp -s here there
report $? "another folder lists the same machines"

printf 'print("hello", 1)\nio.write("there\\n")\nreturn dofile "good.lua"\n' >prints.lua
"$MEMSIM" good.lua -f csv >one.csv 2>err && "$MEMSIM" prints.lua -f csv >two.csv 2>err && cmp -s one.csv two.csv &&
    grep -q '^hello	1$' err && grep -q '^there$' err
report $? "what a script prints goes to standard error"
printf 'return memsim.sweep { point = function() return { machine = memsim.machine "toy",\n  workload = memsim.workload { trace = "small.din", warmup = 100000 } } end }\n' >warm.lua
run warm.lua
[ "$status" -eq 1 ] && grep -qF 'memsim: warm.lua:2: workload.warmup: it takes all accesses' err
report $? "a warm-up that takes all accesses is an error"

# Pictures --------------------------------------------------------------------------------------------------------

if command -v gnuplot >/dev/null 2>&1; then
    run "$srcdir/scripts/roofline_sweep.lua" -o rows --plot - -q
    succeeds "a roofline is drawn in text" "FLOP/B" "memory 25.6 GB/s" "closed form" "simulated"
    run "$srcdir/scripts/cache_sweep.lua" -f csv -o rows --plot - --plot-y time_s -q
    succeeds "a column is drawn against an axis" "time_s in s" "sequential"
    run "$srcdir/scripts/cache_sweep.lua" --plot /dev/full/plot.svg -q
    refuses "a picture that cannot be written is an error before anything is simulated" 1 "/dev/full/plot.svg"
else
    skip "there is no gnuplot" "pictures are drawn"
fi
PATH=/nowhere "$MEMSIM" "$srcdir/scripts/cache_sweep.lua" --plot plot.svg -q >out 2>err </dev/null
status=$?
refuses "a missing gnuplot is an error before anything is simulated" 1 "gnuplot-nox"
run "$srcdir/scripts/cache_sweep.lua" -f csv --plot -
refuses "a picture in text does not mix with csv" 2 "-o FILE"
run "$srcdir/scripts/cache_sweep.lua" --plot-y time_s
refuses "a column to draw needs a picture" 2 "--plot FILE"

plan
