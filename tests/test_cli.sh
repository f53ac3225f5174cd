#!/bin/sh
# The program as a user meets it: what it prints, to where, with which exit status.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
set -u
: "${MEMSIM:?}"
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
MEMSIM_PATH=$srcdir/scripts
export MEMSIM_PATH
count=0
if [ ! -x "$MEMSIM" ]; then
    echo "Bail out! no program $MEMSIM"
    exit 1
fi

report() # STATUS NAME
{
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        echo "# status $status; standard error:"
        sed 's/^/#   /' err
        echo "# standard output:"
        head -20 out | sed 's/^/#   /'
    fi
}

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

# A script of one sweep over n = 1, 2, 3, whose point is as the arguments change it.
script() # FILE [MACHINE-KEYS [WORKLOAD-KEYS [AXIS-VALUES [ACCESSES]]]]
{
    cat >"$1" <<EOF
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
EOF
}

# Script, replay, machines --------------------------------------------------------------------------------------

script good.lua
run good.lua
succeeds "a script prints its table" "A test" "slowdown" "bound"
run good.lua -f csv
succeeds "csv has a header and a line a point" "n,status,time_s,roofline_time_s" "1,ok," "3,ok,"
[ "$(wc -l <out)" -eq 4 ]
report $? "csv has as many lines as points, and one"
run good.lua -f json --columns n,status
succeeds "json has the columns asked for" '"columns": {"n": ' '{"n": 1, "status": "ok"}'
run good.lua -f csv --columns n,memory_time_s,wall_s
succeeds "columns on demand come when asked for" "n,memory_time_s,wall_s"
grep -q ',,' out
report $((1 - $?)) "columns on demand have values"
run good.lua -f csv --columns '*'
grep -q ',memory_time_s\|wall_s' out
report $((1 - $?)) "columns on demand do not come by a star"
run -q good.lua --by array -f csv --columns n,array,status
succeeds "rows by array" "n,array,status" "1,a,ok"
run -q good.lua --by arrays
refuses "an unknown way to show rows is refused" 2 "--by: 'arrays' is nothing to show rows by; known: array"
run -q --seed 7 good.lua -f csv --columns seed
succeeds "options may stand first and --seed replaces the seed" "7"
script args.lua '' '' 'memsim.args.first, memsim.args.second'
run args.lua --set first=5 --set second=6 -f csv --columns n
succeeds "--set reaches the script" "5" "6"

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

run --version
succeeds "--version prints name and version" "memsim "
run --help
succeeds "--help explains the commands" "memsim replay" "memsim machines" "Examples:" "Exit status"
run good.lua --help
succeeds "--help after a script explains the options" "--columns" "--set" "Examples:"
run replay --help
succeeds "replay --help explains its options" "memsim replay" "--machine" "--trace-format" "Examples:"

printf '0 0\n0 40\n1 80\n2 0\n0 0\n' >small.din
run replay small.din --machine toy
succeeds "replay prints a list of values" "time_s" "l1_hits" "accesses"
run replay small.din --machine toy -f csv --columns accesses,reads,writes
succeeds "replay skips fetches" "4,3,1"
"$MEMSIM" replay - --machine toy -f csv --columns accesses <small.din >out 2>err
status=$?
succeeds "replay reads standard input" "4"
run machines
succeeds "machines lists name, cores and bandwidth" "toy" "a100-40" "bandwidth"
run machines toy
succeeds "machines NAME shows all keys and the file" "toy.lua" "latency" "mshrs" "policy" "window"

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
run trace info nest.lua --point 3
refuses "a point that is not there is an error" 1 "--point" "2 points"
run mrc small.din
succeeds "mrc prints the misses of each size" "size_B" "miss_ratio" "64 B" "█"
run mrc small.din --ways 2 --sample 50% --steps 2 -f csv
succeeds "mrc has columns for sets and for the error of a sample" \
    "size_B,lines,misses,miss_ratio,miss_ratio_error,set_misses,set_miss_ratio"
run mrc small.din --every -f json --columns 'lines,misses'
succeeds "mrc shows every size" '{"lines": 0, "misses": '
run mrc good.lua
succeeds "mrc measures the workload of each point of a script" "n" "size_B"
if command -v gnuplot >/dev/null 2>&1; then
    run "$srcdir/scripts/roofline_sweep.lua" -o rows --plot - -q
    succeeds "a roofline is drawn in text" "FLOP/B" "memory 25.6 GB/s" "closed form" "simulated"
    run "$srcdir/scripts/cache_sweep.lua" -f csv -o rows --plot - --plot-y time_s -q
    succeeds "a column is drawn against an axis" "time_s in s" "sequential"
    run "$srcdir/scripts/cache_sweep.lua" -o rows --plot /dev/full/plot.svg -q
    refuses "a picture that cannot be written is an error" 1 "/dev/full/plot.svg"
fi
run "$srcdir/scripts/cache_sweep.lua" -f csv --plot -
refuses "a picture in text does not mix with csv" 2 "-o FILE"
run "$srcdir/scripts/cache_sweep.lua" --plot-y time_s
refuses "a column to draw needs a picture" 2 "--plot FILE"
run mrc small.din --sample 2
refuses "mrc refuses a share above 1" 2 "--sample" "0.01"
run mrc small.din --line 48
refuses "mrc refuses a line that is no power of two" 2 "--line" "power of two"
run mrc small.din --every --steps 3
refuses "mrc shows all sizes or some" 2 "--every" "--steps"
run mrc
refuses "mrc wants a trace or a script" 2 "missing"
run mrc nothing.din
refuses "mrc names a trace that is not there" 1 "nothing.din"
"$MEMSIM" mrc small.din >/dev/full 2>err
status=$?
: >out
refuses "mrc to a full standard output is an error" 1 "No space left on device"

# Wrong input: status 1 -----------------------------------------------------------------------------------------

script key.lua 'caches = { { name = "L1", size = "1KiB", ways = 2, polcy = "lru" } },'
run key.lua
refuses "an unknown key is refused with its path and the nearest" 1 "memsim: " "caches[1]" "polcy" "policy"
script unit.lua '' 'size = "8 ns"'
run unit.lua
refuses "a unit of the wrong kind is refused" 1 "size" "8 ns"
script range.lua 'cores = 0,'
run range.lua
refuses "a value out of range is refused" 1 "cores" "0"
printf 'local memsim = require "memsim"\nlocal x = nil\nreturn x.y\n' >broken.lua
run broken.lua
refuses "a Lua error is told with file and line" 1 "broken.lua:3"
printf 'return memsim.sweep {\n  title = = 1\n}\n' >syntax.lua
run syntax.lua
refuses "a syntax error is told with file and line" 1 "syntax.lua:2"
run missing.lua
refuses "a missing script is refused" 1 "missing.lua" "No such file"
script empty.lua '' '' ''
run empty.lua
refuses "an empty sweep is refused" 1 "n"
run replay missing.din --machine toy
refuses "a missing trace is told, status 1" 1 "missing.din" "No such file"
printf '0 0\nrubbish\n' >damaged.din
run replay damaged.din --machine toy --trace-format din
[ "$status" -eq 1 ] && grep -qF 'damaged.din:2' out && grep -qF 'memsim: damaged.din:2' err
report $? "a damaged trace is told with its line, in its row and on standard error, status 1"
run replay small.din --machine toyy
refuses "an unknown machine is refused with the nearest" 1 "toyy" "toy"
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
run machines toyy
refuses "machines refuses an unknown name" 1 "toyy" "toy"

# Wrong options: status 2 ---------------------------------------------------------------------------------------

run
refuses "no argument is refused" 2 "memsim: " "--help"
run good.lua --bogus
refuses "an unknown option is refused" 2 "--bogus"
run good.lua -j 0
refuses "-j 0 is refused" 2 "-j" "1 to"
run good.lua -j many
refuses "-j with a word is refused" 2 "-j" "many"
run good.lua -j
refuses "-j without a number is refused" 2 "-j"
run good.lua -f jsn
refuses "an unknown format is refused with the nearest" 2 "jsn" "json"
run good.lua --columns slowdwon
refuses "an unknown column is refused with the nearest" 2 "slowdwon" "slowdown"
run good.lua --columns 'l9_*'
refuses "a glob without a column is refused" 2 "l9_*"
run good.lua --seed -1
refuses "a seed that is none is refused" 2 "--seed"
run good.lua --set novalue
refuses "--set without a value is refused" 2 "--set" "novalue"
run good.lua args.lua
refuses "two scripts are refused" 2 "args.lua"
run machnes
refuses "a mistyped command is refused with the nearest" 2 "machnes" "machines"
printf 'R,0,8,0\nR,64,8,1000000000\n' >late.csv
run replay late.csv --machine toy -f csv --columns time_s --timed
succeeds "--timed waits for the times of a trace" "1.00000"
printf '0x0 READ 0\n0x0 READ 5000\n' >late.trace
run replay late.trace --machine dram-port --set grade=DDR4-2400 -f csv --columns mem_reads,mem_row_hits --timed
succeeds "a trace of DRAMsim3 goes to a DRAM channel" "2,1"
run replay small.din --machine toy --timed
[ "$status" -eq 1 ] && grep -qF 'memsim: small.din: a timed replay needs records with times' err
report $? "--timed needs a trace with times"
run replay small.din
refuses "replay without a machine is refused" 2 "--machine"
run replay --machine toy
refuses "replay without a trace is refused" 2 "trace"
run replay small.din --machine toy --trace-format dinn
refuses "an unknown trace format is refused" 2 "dinn"
run machines toy two-tier
refuses "two machines are refused" 2 "two-tier"

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
[ "$status" -eq 1 ] && grep -qF 'memsim: workload.warmup: it takes all accesses' err
report $? "a warm-up that takes all accesses is an error"

# What goes wrong while it runs ---------------------------------------------------------------------------------

script endless.lua '' '' '1, 2, 3' 'p.n == 2 and 1000000000000000 or 1000'

# Without timeout(1) a background job of this shell would ignore the signal.
timeout --preserve-status -s INT 3 "$MEMSIM" endless.lua -j 2 -f csv --columns n,status >out 2>err
status=$?
[ "$status" -eq 130 ] && grep -qx '1,ok' out && grep -qx '2,failed: interrupted' out && grep -q '^3,' out
report $? "an interrupt ends with 130 and keeps the rows that are done"
timeout --preserve-status -s TERM 3 "$MEMSIM" endless.lua -j 2 -f csv -o kept.csv --columns n,status >out 2>err
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

"$MEMSIM" endless.lua -j 1 -f csv >out 2>err &
parent=$!
sleep 1
worker=$(cat "/proc/$parent/task/$parent/children")
kill -KILL "$parent"
wait "$parent" 2>/dev/null
sleep 0.5
# Gone, or dead and not yet collected.
case $(sed 's/.*) //' "/proc/${worker% }/stat" 2>/dev/null) in
"" | Z*) alive=0 ;;
*) alive=1 ;;
esac
[ -n "$worker" ] && [ "$alive" -eq 0 ]
report $? "no worker outlives the program"

echo "1..$count"
