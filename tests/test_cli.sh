#!/bin/sh
# The program as a user meets it: what it prints of scripts, replays and its library, and what it refuses, with which status.
#
# MEMSIM is the program, srcdir the source tree.
# SPDX-License-Identifier: MIT
# shellcheck source=tests/cli_rig.sh
. "${srcdir:-.}/tests/cli_rig.sh"

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
awk -F, 'NF != 3 || $2 == "" || $3 == "" { exit 1 } END { exit NR != 4 }' out
report $? "columns on demand have values"
run good.lua -f csv --columns '*'
succeeds "a star is all columns that come by themselves" "n,status,time_s," ",spec_hash"
head -1 out | grep -q ',memory_time_s\|wall_s'
report $((1 - $?)) "columns on demand do not come by a star"
run -q good.lua --by array -f csv --columns n,array,status
prints "rows by array" "n,array,status" "1,a,ok" "2,a,ok" "3,a,ok"
run -q good.lua --by arrays
refuses "an unknown way to show rows is refused" 2 "--by: 'arrays' is nothing to show rows by; known: array"
run -q --seed 7 good.lua -f csv --columns seed
prints "options may stand first and --seed replaces the seed" seed 7 7 7
script args.lua '' '' 'memsim.args.first, memsim.args.second'
run args.lua --set first=5 --set second=6 -f csv --columns n
prints "--set reaches the script" n 5 6

run --version
[ "$status" -eq 0 ] && grep -Eqx 'memsim [0-9]+[.][0-9]+[.][0-9]+[^ ]*' out && [ "$(wc -l <out)" -eq 1 ]
report $? "--version prints name and version"
run --help
succeeds "--help explains the commands" "memsim replay" "memsim machines" "Examples:" "Exit status"
run good.lua --help
succeeds "--help after a script explains the options" "--columns" "--set" "Examples:"
run replay --help
succeeds "replay --help explains its options" "memsim replay" "--machine" "--trace-format" "Examples:"

small_trace small.din
run replay small.din --machine toy
succeeds "replay prints a list of values" "time_s" "l1_hits" "accesses"
run replay small.din --machine toy -f csv --columns accesses,reads,writes
prints "replay skips fetches" accesses,reads,writes 4,3,1
"$MEMSIM" replay - --machine toy -f csv --columns accesses <small.din >out 2>err
status=$?
prints "replay reads standard input" accesses 4
run machines
succeeds "machines lists name, cores and bandwidth" "toy" "a100-40" "bandwidth"
run machines toy
succeeds "machines NAME shows all keys and the file" "toy.lua" "latency" "mshrs" "policy" "window"
run kernels
succeeds "kernels lists names with what they compute" "gemm " "C = C + A B (matrix product)" "transformer_block"
run kernels gemv
succeeds "kernels NAME shows the file, the parameters, and what is counted with the defaults" "gemv.lua" "y = A x" \
    "transposed  false" "32768 operations on 66816 compulsory bytes, 0.4904 FLOP/B"

# Wrong input: status 1 -----------------------------------------------------------------------------------------

script key.lua 'caches = { { name = "L1", size = "1KiB", ways = 2, polcy = "lru" } },'
run key.lua
refuses "an unknown key is refused with its path and the nearest" 1 "memsim: " "caches[1]" "polcy" "policy"
script unit.lua '' 'size = "8 ns"'
run unit.lua
refuses "a unit of the wrong kind is refused" 1 "size" "8 ns"
script range.lua 'cores = 0,'
run range.lua
refuses "a value out of range is refused" 1 "range.lua" "machine.cores: 0 is out of range"
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
refuses "an empty sweep is refused" 1 "empty.lua" "the axis has no values"
run replay missing.din --machine toy
refuses "a missing trace is told, status 1" 1 "missing.din" "No such file"
printf '0 0\nrubbish\n' >damaged.din
run replay damaged.din --machine toy --trace-format din
[ "$status" -eq 1 ] && grep -qF 'damaged.din:2' out && grep -qF 'memsim: damaged.din:2' err
report $? "a damaged trace is told with its line, in its row and on standard error, status 1"
run replay small.din --machine toyy
refuses "an unknown machine is refused with the nearest" 1 "toyy" "toy"

run machines toyy
refuses "machines refuses an unknown name" 1 "toyy" "toy"
run kernels gemmm
refuses "kernels refuses an unknown name with the nearest" 1 "gemmm" "did you mean 'gemm'"
run kernels gemm gemv
refuses "two kernels are refused" 2 "gemv"

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
prints "a trace of DRAMsim3 goes to a DRAM channel" mem_reads,mem_row_hits 2,1
run replay small.din --machine toy --timed
[ "$status" -eq 1 ] && grep -qF 'memsim: small.din: a timed replay needs records with times' err
report $? "--timed needs a trace with times"
run replay small.din
refuses "replay without a machine is refused" 2 "--machine"
run replay --machine toy
refuses "replay without a trace is refused" 2 "trace"
run replay small.din --machine toy --trace-format dinn
refuses "an unknown trace format is refused" 2 "dinn"
cat >least.lua <<'END'
local memsim = require "memsim"
local machine = memsim.machine "toy"
local function best(objective)
  return memsim.best { memsim.sweep { axes = { { "p", { "sequential", "random" } } }, point = function(p)
    return { machine = machine, workload = memsim.workload { pattern = p.p, footprint = 10240 } }
  end }, objective = objective }
end
return best(memsim.args.objective)
END
run least.lua --set objective=l1_useful_fraction
succeeds "a search shows its objective, also one on demand" "l1_useful_fraction  " "random *" "* least l1_useful_fraction of 2 points"
run least.lua --set objective=l1_useful_fraction -f csv
grep -q ',l1_useful_fraction' out
report $? "in CSV, too"
echo 'os.exit(0)' >exit.lua
run exit.lua
refuses "a script does not end the program" 1 "exit.lua:1: os.exit: a script ends by its return"
mkdir -p own/machines own/dram own/kernels
echo 'return require "memsim".machine("toy", { cores = 2 })' >own/machines/toy.lua
echo 'return { parameters = {}, build = function() return require "memsim".kernel "deep" end }' >own/kernels/deep.lua
echo 'return { parameters = {}, parts = function() return { { "one", "again", {} } }, 8 end }' >own/kernels/again.lua
asks() # WORDS: a script beside own/machines and the others whose machine and workload they are
{
    cat >own/asks.lua <<END
local memsim = require "memsim"
$1
END
    MEMSIM_PATH=own run own/asks.lua
}
asks 'return memsim.machine "toy"'
refuses "a machine that asks for itself is named" 1 "own/machines/toy.lua:1: 'own/machines/toy.lua' asks for itself"
asks 'return memsim.kernel "deep"'
refuses "a kernel that builds itself is refused" 1 "asks.lua:2: kernel 'deep': " "it is made of kernels 16 deep"
asks 'return memsim.kernel "again"'
refuses "so is one that is a part of itself" 1 "asks.lua:2: kernel 'again': it is made of kernels 16 deep"
run machines toy two-tier
refuses "two machines are refused" 2 "two-tier"

plan
