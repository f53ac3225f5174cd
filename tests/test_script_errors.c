/*
 * test_script_errors - the message of every mistake in a script.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/error.h"
#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

static void mistakes_in_a_machine_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, polcy = 'lru'"),
          "s.lua:2: machine.caches[2].polcy: unknown key 'polcy'; did you mean 'policy'? (point "
          "1)" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, colour = 'red'"),
          "s.lua:2: machine.caches[2].colour: unknown key 'colour'; known: name, size, line, ways, "
          "policy, write, *" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, policy = 'lur'"),
          "s.lua:2: machine.caches[2].policy: unknown word 'lur'; did you mean 'lru'; known: lru, "
          "fifo, random, plru*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, policy = 3"),
          "s.lua:2: machine.caches[2].policy: expected a string, not a number*" },
        { ONE_CACHE("name = 'L2', ways = 16"),
          "s.lua:2: machine.caches[2].size: missing; it is required (capacity of an instance, e.g. "
          "\"32KiB\")*" },
        { ONE_CACHE("name = 'L2', size = '1MiB'"),
          "s.lua:2: machine.caches[2].ways: missing; it is required*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 0"),
          "s.lua:2: machine.caches[2].ways: 0 is out of range (1 to 1048576, or \"full\")*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 2.5"),
          "s.lua:2: machine.caches[2].ways: 2.5 is not a whole number*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = '16'"),
          "s.lua:2: machine.caches[2].ways: expected a whole number or \"full\", not the string "
          "\"16\"*" },
        { ONE_CACHE("name = 'L2', size = '1 ns', ways = 16"),
          "s.lua:2: machine.caches[2].size: \"1 ns\" is a time; expected bytes, such as \"40 "
          "MiB\"*" },
        { ONE_CACHE("name = 'L2', size = true, ways = 16"),
          "s.lua:2: machine.caches[2].size: expected bytes, such as \"40 MiB\", not a boolean*" },
        { ONE_CACHE("name = 'L2', size = -4, ways = 16"),
          "s.lua:2: machine.caches[2].size: -4 B is out of range (1 B to 1 PiB)*" },
        { ONE_CACHE("name = 'L2', size = 0/0, ways = 16"),
          "s.lua:2: machine.caches[2].size: *nan is not a finite number*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, bandwidth = 1/0"),
          "s.lua:2: machine.caches[2].bandwidth: inf is not a finite number*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, latency = '1 ns'"),
          "s.lua:2: machine.caches[2].latency: 1 ns is below the 2 ns of L1 above; latencies are "
          "totals from the core*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, latency = '-1 ns'"),
          "s.lua:2: machine.caches[2].latency: -1 ns is out of range (0 s to 1 s)*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, line = '96B'"),
          "s.lua:2: machine.caches[2].line: 96 B is not a power of two*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, line = '32B'"),
          "s.lua:2: machine.caches[2].line: 32 B is below the 64 B of L1 above; lines may only "
          "grow*" },
        { ONE_CACHE("name = 'L2', size = '1000B', ways = 16"),
          "s.lua:2: machine.caches[2].size: 1 kB is not a multiple of line x ways (64 B x 16 = "
          "1024 B)*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, banks = 2"),
          "s.lua:2: machine.caches[2].banks: banks share the bandwidth*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, inclusion = 'inclusiv'"),
          "s.lua:2: machine.caches[2].inclusion: unknown word 'inclusiv'; did you mean *" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, line = 128, inclusion = 'exclusive'"),
          "s.lua:2: machine.caches[2].inclusion: an exclusive level takes the lines of the level "
          "above, so its line must be the 64 B of L1*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, shared = 'yes'"),
          "s.lua:2: machine.caches[2].shared: expected true, false or a number of cores per "
          "instance, not a string*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, shared = 3"),
          "s.lua:2: machine.caches[2].shared: 3 cores per instance do not divide the 1 cores of "
          "the machine*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = 'random'"),
          "s.lua:2: machine.tlb: expected a table, such as { { entries = 64 }, walk = \"30 ns\" "
          "}*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 64 } }"),
          "s.lua:2: machine.tlb.walk: missing; give the time of a page walk*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { walk = '3 ns' }"),
          "s.lua:2: machine.tlb.walk: without TLBs nothing is walked for*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 64 }, walk = 'cache' }"),
          "s.lua:2: machine.tlb.walk: *" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entres = 64 }, walk = 'caches' }"),
          "s.lua:2: machine.tlb[1].entres: unknown key 'entres'; did you mean 'entries'*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 6, ways = 4 }, walk = 'caches' }"),
          "s.lua:2: machine.tlb[1].entries: 6 is not a multiple of the ways (4)*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 6 }, walk = 0, pags = 1 }"),
          "s.lua:2: machine.tlb.pags: unknown key 'pags'; did you mean 'page'*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { page = '8KiB' }"),
          "s.lua:2: machine.tlb.page: 8192 B is no page size; known: 4KiB, 64KiB, 2MiB, 1GiB*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { pages = 'colored' }"),
          "s.lua:2: machine.tlb.pages: unknown word 'colored'; did you mean 'coloured'*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { pages = 'coloured' }, caches = { { name = "
                              "'L1', size = '24KiB', ways = 1 } }"),
          "s.lua:2: machine.tlb.pages: coloured pages keep index bits, but L1 has no such bits*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = {}, caches = { { name = 'TLB1', size = '16KiB', "
                              "ways = 1 } }"),
          "s.lua:2: machine.caches[1].name: 'TLB1' is what the columns of TLBs are called*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = 'next-lin'"),
          "s.lua:2: machine.caches[2].prefetch: unknown word 'next-lin'; did you mean "
          "'next-line'*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = true"),
          "s.lua:2: machine.caches[2].prefetch: expected a word, such as \"next-line\", or a "
          "table*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = { degree = 2 }"),
          "s.lua:2: machine.caches[2].prefetch.type: missing*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = { type = 'stream', "
                    "distanc = 2 }"),
          "s.lua:2: machine.caches[2].prefetch.distanc: unknown key 'distanc'; did you mean "
          "'distance'*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = { type = 'adjacent', "
                    "streams = 2 }"),
          "s.lua:2: machine.caches[2].prefetch.streams: unknown key 'streams'; known: type, "
          "reserve, boundary*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = { type = 'stream', degree = "
                    "9 }"),
          "s.lua:2: machine.caches[2].prefetch.degree: above the distance*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, mshrs = 1, prefetch = 'stream'"),
          "s.lua:2: machine.caches[2].prefetch: a prefetch needs an MSHR, and all 1 are "
          "reserved*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, inclusion = 'exclusive', prefetch = "
                    "'stream'"),
          "s.lua:2: machine.caches[2].prefetch: an exclusive level holds victims*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, prefetch = { type = 'stream', boundary "
                    "= 32 }"),
          "s.lua:2: machine.caches[2].prefetch.boundary: not a power of two from the line on*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, write = 'around'"),
          "s.lua:2: machine.caches[2].write: unknown word 'around'; known: back, through*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, allocate = 1"),
          "s.lua:2: machine.caches[2].allocate: expected true or false, not a number*" },
        { ONE_CACHE("name = 'l1', size = '1MiB', ways = 16"),
          "s.lua:2: machine.caches[2].name: 'l1' is already the name of caches[1]*" },
        { ONE_CACHE("name = 'L\\xff', size = '1MiB', ways = 16"),
          "s.lua:2: machine.caches[2].name: the string is not valid UTF-8*" },
        { ONE_CACHE("'L2'"),
          "s.lua:2: machine.caches[2][1]: expected named keys, such as { name = ... }*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", caches = { 'L1' }"),
          "s.lua:2: machine.caches[1]: expected a table*, not a string*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", caches = { a = {} }"),
          "s.lua:2: machine.caches: expected a list: keys 1, 2, 3, ... without holes*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", caches = 3"),
          "s.lua:2: machine.caches: expected a list of caches, not a number*" },
        { ONE_MACHINE(MEMORY), "s.lua:2: machine.compute: missing; it is required (a table)*" },
        { ONE_MACHINE(COMPUTE), "s.lua:2: machine.memory: missing; it is required (a table)*" },
        { ONE_MACHINE("cores = 0, " COMPUTE ", " MEMORY),
          "s.lua:2: machine.cores: 0 is out of range (1 to 65536)*" },
        { ONE_MACHINE("cores = '4', " COMPUTE ", " MEMORY),
          "s.lua:2: machine.cores: expected a whole number, not the string \"4\"*" },
        { ONE_MACHINE("core = 4, " COMPUTE ", " MEMORY),
          "s.lua:2: machine.core: unknown key 'core'; did you mean 'cores'?*" },
        { ONE_COMPUTE("clock = '1 GHz'"),
          "s.lua:2: machine.compute.peak: missing; it is required*" },
        { ONE_COMPUTE("peak = '1 GB/s'"), "s.lua:2: machine.compute.peak: \"1 GB/s\" is a "
                                          "bandwidth; expected operations per second*" },
        { ONE_COMPUTE("peak = {}"), "s.lua:2: machine.compute.peak: the table is empty*" },
        { ONE_COMPUTE("peak = { 1e9 }"),
          "s.lua:2: machine.compute.peak: expected names of types*" },
        { ONE_COMPUTE("peak = { ['f 32'] = 1e9 }"),
          "s.lua:2: machine.compute.peak: 'f 32' is no identifier*" },
        { ONE_COMPUTE("peak = 1e9, issue = 'much'"),
          "s.lua:2: machine.compute.issue: expected a whole number or \"unlimited\", not the "
          "string \"much\"*" },
        { ONE_COMPUTE("peak = 1e9, clock = '3 cycles'"),
          "s.lua:2: machine.compute.clock: \"3 cycles\" is a time; *" },
        { ONE_COMPUTE("peak = 1e9, overlap = 'yes'"),
          "s.lua:2: machine.compute.overlap: expected true or false, not a string*" },
        { ONE_MEMORY("type = 'simpel', bandwidth = 1e9"),
          "s.lua:2: machine.memory.type: unknown word 'simpel'; did you mean 'simple'; known: "
          "simple, two-tier*" },
        { ONE_MEMORY("latency = '50 ns'"),
          "s.lua:2: machine.memory.bandwidth: missing; it is required*" },
        { ONE_MEMORY("bandwidth = 1e9, hit_rate = 0.5"),
          "s.lua:2: machine.memory.hit_rate: 'hit_rate' is for memory of type \"two-tier\", not "
          "\"simple\"*" },
        { ONE_MEMORY("type = 'two-tier', fast = 1e9, slow = 1e9, hit_rate = 0.5, latency = 0, "
                     "channels = 2"),
          "s.lua:2: machine.memory.channels: 'channels' is for memory of type \"simple\", not "
          "\"two-tier\"*" },
        { ONE_MEMORY("type = 'two-tier', fast = 1e9, slow = 1e9, hit_rate = 1.5, latency = 0"),
          "s.lua:2: machine.memory.hit_rate: 1.5 is out of range (0 to 1)*" },
        { ONE_MEMORY("type = 'two-tier', fast = 1e9, slow = 1e9, hit_rate = 0.5"),
          "s.lua:2: machine.memory.latency: missing*" },
        { "memsim.machine(3)\n",
          "s.lua:1: machine: expected a table or the name of a machine of the library" },
        { "memsim.machine()\n",
          "s.lua:1: machine: expected a table or the name of a machine of the library" },
        { "\nlocal m = memsim.machine 'a100-4O'",
          "s.lua:2: machine: no 'a100-4O' in the library; did you mean 'a100-40'; known: "
          "a100-40, a100-80, dram-port, epyc-7451, m1-pro, toy, two-tier, v100, xeon-6148" },
        { "memsim.machine './no.lua'\n",
          "s.lua:1: machine: cannot read './no.lua': No such file or directory" },
        { "local t = {} t.t = t\nlocal m = memsim.machine(t)\n",
          "s.lua:2: machine: tables nested too deeply*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_a_workload_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_WORKLOAD("footprint = '1MiB'"),
          "s.lua:3: workload: give a pattern, a trace or a nest (point 1)" },
        { ONE_WORKLOAD("pattern = 'random', trace = 'x', footprint = '1MiB'"),
          "s.lua:3: workload.trace: give a pattern, a trace or a nest, not two of them*" },
        { ONE_WORKLOAD("pattern = 'randon', footprint = '1MiB'"),
          "s.lua:3: workload.pattern: unknown word 'randon'; did you mean 'random'; known: "
          "sequential, strided, *" },
        { ONE_WORKLOAD("pattern = 'random'"),
          "s.lua:3: workload.footprint: missing; it is required*" },
        { ONE_WORKLOAD("pattern = 'random', fotprint = 1024"),
          "s.lua:3: workload.fotprint: unknown key 'fotprint'; did you mean 'footprint'?*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = 4"), "s.lua:3: workload.footprint: *" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', accesses = 1.5"),
          "s.lua:3: workload.accesses: 1.5 is not a whole number*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', accesses = -1"),
          "s.lua:3: workload.accesses: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', stride = 64"),
          "s.lua:3: workload.stride: only pattern \"strided\" has a stride*" },
        { ONE_WORKLOAD("pattern = 'strided', footprint = '1MiB'"),
          "s.lua:3: workload.stride: missing; pattern \"strided\" needs it, e.g. \"256B\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', exponent = 1"),
          "s.lua:3: workload.exponent: only pattern \"zipf\" has an exponent*" },
        { ONE_WORKLOAD("pattern = 'copy', footprint = '1MiB', write_fraction = 0"),
          "s.lua:3: workload.write_fraction: copy and triad say themselves what is written*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', write_fraction = 1.5"),
          "s.lua:3: workload.write_fraction: 1.5 is out of range (0 to 1)*" },
        { ONE_WORKLOAD("pattern = 'chase', footprint = '1MiB', dependent = false"),
          "s.lua:3: workload.dependent: each access of \"chase\" depends on the one before*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', format = 'din'"),
          "s.lua:3: workload.format: 'format' is for traces, not for patterns*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = 0/0"),
          "s.lua:3: workload.flops_per_byte: *nan is not a finite number*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = -1"),
          "s.lua:3: workload.flops_per_byte: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = '1'"),
          "s.lua:3: workload.flops_per_byte: expected a number, not the string \"1\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', warmup = '2 passes'"),
          "s.lua:3: workload.warmup: expected a number of accesses or \"1 pass\", not \"2 "
          "passes\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', warmup = -1"),
          "s.lua:3: workload.warmup: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', seed = -1"),
          "s.lua:3: workload.seed: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', cores = 2"),
          "s.lua: workload.cores: 2, but the machine has 1 (point 1)" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', precision = 'f32'"),
          "s.lua: workload.precision: 'f32', but the machine has one peak for all types (point "
          "1)" },
        { ONE_WORKLOAD("trace = 'no.din'"),
          "s.lua:3: workload.trace: cannot read 'no.din': No such file or directory*" },
        { ONE_WORKLOAD("trace = '/'"),
          "s.lua:3: workload.trace: cannot read '/': Is a directory*" },
        { ONE_WORKLOAD("trace = 7"),
          "s.lua:3: workload.trace: expected the path of a file, not a number*" },
        { ONE_WORKLOAD("trace = '-', format = 'dim'"),
          "s.lua:3: workload.format: unknown word 'dim'; did you mean 'din'; known: *" },
        { ONE_WORKLOAD("trace = '-', footprint = 64"),
          "s.lua:3: workload.footprint: 'footprint' is for patterns, not for traces*" },
        { ONE_WORKLOAD("trace = '-', fetches = 1"),
          "s.lua:3: workload.fetches: expected true or false, not a number*" },
        { ONE_WORKLOAD("trace = '-', size = 48"),
          "s.lua:3: workload.size: 48 B is not a power of two (point 1)" },
        { ONE_WORKLOAD("trace = '-', warmup = '1 pass'"),
          "s.lua:3: workload.warmup: standard input can be read only once*" },
        { ONE_WORKLOAD("trace = '-', regions = 3"),
          "s.lua:3: workload.regions: expected a list of *, not a number*" },
        { ONE_WORKLOAD("trace = '-', regions = { 3 }"),
          "s.lua:3: workload.regions[1]: expected { name = *, not a number*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', form = 0, bytes = 1 } }"),
          "s.lua:3: workload.regions[1].form: unknown key 'form'; did you mean 'from'*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0 } }"),
          "s.lua:3: workload.regions[1].bytes: missing*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = -1, bytes = 1 } }"),
          "s.lua:3: workload.regions[1].from: -1 is out of range*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0, bytes = 0 } }"),
          "s.lua:3: workload.regions[1].bytes: 0 B is out of range*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'a-b', from = 0, bytes = 9 } }"),
          "s.lua:3: workload.regions[1].name: 'a-b' is no identifier*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'other', from = 0, bytes = 9 } }"),
          "s.lua:3: workload.regions[1].name: 'other' means something else in a result*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0, bytes = 9 }, "
                       "{ name = 'y', from = 8, bytes = 9 } }"),
          "s.lua:3: workload.regions[2]: 'y' overlaps with 'x', regions[1]*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', regions = {}"),
          "s.lua:3: workload.regions: 'regions' is for traces, not for patterns*" },
        { "memsim.workload 'random'\n", "s.lua:1: workload: expected a table*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_sequences_and_mixes_are_named(void)
{
    static const Mistake cases[] = {
        { "local s = memsim.sequence {}", "s.lua:1: workload: has no parts" },
        { "local s = memsim.sequence(3)", "s.lua:1: workload: expected a list of workloads*" },
        { "local s = memsim.sequence { 3 }",
          "s.lua:1: workload[1]: expected a workload: *, not a number" },
        { "local s = memsim.sequence { " W ", sed = 3 }",
          "s.lua:1: workload.sed: unknown key 'sed'; did you mean 'seed'?" },
        { "local s = memsim.sequence { " W ", dependent = true }",
          "s.lua:1: workload.dependent: is for the parts, not for a sequence or mix" },
        { "local s = memsim.sequence { memsim.workload { pattern = 'random', footprint = 64, seed "
          "= 3 } }",
          "s.lua:1: workload[1].seed: only the outermost workload has it; give it to the sequence "
          "or mix" },
        { "local m = memsim.mix { " W " }", "s.lua:1: workload[1]: expected { share, workload }" },
        { "local m = memsim.mix { { 0, " W " } }",
          "s.lua:1: workload[1][1]: 0 is out of range (1e-09 to 1000000000)" },
        { "local m = memsim.mix { { " W ", 1 } }",
          "s.lua:1: workload[1][1]: expected a number, not a table" },
        { "local m = memsim.mix { { 1, 2 } }",
          "s.lua:1: workload[1][2]: expected a workload: *, not a number" },
        { "local m = memsim.mix { { 1 } }", "s.lua:1: workload[1]: expected { share, workload }" },
        { "local m = memsim.mix(nil)",
          "s.lua:1: workload: expected a list of shares and workloads*" },
        { "local w = " W "\nfor i = 1, 40 do w = memsim.sequence { w, w } end",
          "s.lua:2: workload*: *" },
        { "local w = memsim.sequence { " W " }\nw[1] = w\nlocal v = memsim.sequence { w }",
          "s.lua:3: workload[1][1]: a workload cannot be a part of itself" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_a_sweep_are_named(void)
{
    static const Mistake cases[] = {
        { AXES("{}"), "s.lua:1: sweep.axes: the list of axes is empty" },
        { AXES("3"), "s.lua:1: sweep.axes: expected a list of axes, not a number" },
        { AXES("{ { 'a', {} } }"), "s.lua:1: sweep.axes[1][2]: the axis has no values" },
        { AXES("{ { 'a' } }"),
          "s.lua:1: sweep.axes[1]: expected an axis, such as { \"size\", { 1, 2, 4 } }" },
        { AXES("{ 'a' }"), "s.lua:1: sweep.axes[1]: expected an axis*, not a string" },
        { AXES("{ { 'a', 3 } }"),
          "s.lua:1: sweep.axes[1][2]: expected a list of values, not a number" },
        { AXES("{ { 3, { 1 } } }"), "s.lua:1: sweep.axes[1][1]: expected a string, not a number" },
        { AXES("{ { 'a b', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: the name 'a b' is no identifier*" },
        { AXES("{ { 'time_s', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: 'time_s' is the name of a result's column; choose another" },
        { AXES("{ { 'wall_x', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: 'wall_x' is the name of a result's column*" },
        { AXES("{ { 'l1_hits', { 1 } } }"),
          "s.lua: sweep.axes[1]: 'l1_hits' is the name of a column of cache L1; choose another "
          "(point 1: l1_hits=1)" },
        { AXES("{ { 'a_l1_hits', { 1 } } }"), "s.lua: sweep.axes[1]: 'a_l1_hits' is the name of a "
                                              "column of an array; choose another*" },
        { AXES("{ { 'a_mem_bytes', { 1 } } }"),
          "s.lua: sweep.axes[1]: 'a_mem_bytes' is the name of a column of an array*" },
        { AXES("{ { 'a', { 1 } }, { 'a', { 2 } } }"),
          "s.lua:1: sweep.axes[2]: 'a' is already the name of axes[1]" },
        { AXES("{ { 'a', { {} } } }"), "s.lua:1: sweep.axes[1][2][1]: a value is a finite number, "
                                       "a string or a boolean, not a table" },
        { AXES("{ { 'a', { 0/0 } } }"),
          "s.lua:1: sweep.axes[1][2][1]: a value is a finite number*nan" },
        { "local v = {} for i = 1, 2000 do v[i] = i end\nlocal s = memsim.sweep { axes = { { 'a', "
          "v }, { 'b', v } }, " POINT " }",
          "s.lua:2: sweep.axes: 4000000 points; at most 1000000" },
        { "return memsim.sweep { axis = {}, " POINT " }",
          "s.lua:1: sweep.axis: unknown key 'axis'; did you mean 'axes'?" },
        { "return memsim.sweep {}",
          "s.lua:1: sweep.point: missing; it is required (a function that returns*" },
        { "return memsim.sweep { point = 3 }",
          "s.lua:1: sweep.point: expected a function, not a number" },
        { "return memsim.sweep { title = 3, " POINT " }",
          "s.lua:1: sweep.title: expected a string, not a number" },
        { "return memsim.sweep()", "s.lua:1: sweep: missing; give a table*" },
        { "return memsim.sweep { point = function() end }",
          "s.lua: point: must return { machine = ..., workload = ... }, not nil (point 1)" },
        { "return memsim.sweep { point = function() return { " MACHINE " } end }",
          "s.lua: point.workload: missing; it is required (what memsim.workload returns) (point "
          "1)" },
        { "return memsim.sweep { point = function() return { " WORKLOAD " } end }",
          "s.lua: point.machine: missing; it is required (what memsim.machine returns) (point 1)" },
        { "return memsim.sweep { point = function() return { " MACHINE ", " WORKLOAD
          ", machin = 1 } end }",
          "s.lua: point.machin: unknown key 'machin'; did you mean 'machine'? (point 1)" },
        { "return memsim.sweep { axes = { { 'a', { 1, 2.5 } }, { 'b', { true, false } } }, point = "
          "function(p)\n"
          "if p.a == 2.5 and not p.b then error 'no' end\nreturn { " MACHINE ", " WORKLOAD
          " } end }",
          "s.lua:2: no (point 4: a=2.5, b=false)" },
        { "return memsim.sweep { point = function() error {} end }",
          "the script raises no message but a table (point 1)" },
        { "error(nil)", "the script raises no message but nil" },
        { "error(setmetatable({}, { __tostring = function() return 'mine' end }))", "mine" },
        { "return memsim.sweep { point = function(p)\nreturn p.x.y end }",
          "s.lua:2: the point has no axis 'x'; known: none (point 1)" },
        { "return memsim.sweep { point = function(p) local m = memsim.machine { " COMPUTE
          ", " MEMORY " }\nm.cores = -1\n"
          "return { machine = m, " WORKLOAD " } end }",
          "s.lua: machine.cores: -1 is out of range (1 to 65536) (point 1)" },
        { "local s = memsim.sweep { " POINT " }\nlocal b = memsim.best { s, objectiv = 'time_s' }",
          "s.lua:3: best.objectiv: unknown key 'objectiv'; did you mean 'objective'?" },
        { "local b = memsim.best { 3 }",
          "s.lua:1: best: expected { sweep, objective = \"time_s\" }" },
        { "return memsim.best { memsim.sweep { " POINT " }, objective = 'time' }",
          "s.lua: best.objective: no column is called 'time'; did you mean 'time_s'?" },
        { "return memsim.best { memsim.sweep { " POINT " }, objective = 'regime' }",
          "s.lua: best.objective: 'regime' is a column of words; name one of numbers, such as "
          "'time_s'" },
        { "return memsim.best { memsim.sweep { axes = { { 'n', { 1, 2 } } }, " POINT
          " }, objective = 'n' }",
          "s.lua: best.objective: 'n' is an axis, which is given; name a result, such as "
          "'time_s'" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_of_the_script_itself_are_named(void)
{
    static const Mistake cases[] = {
        { "x = 1", "s.lua: the script returns nothing; end it with 'return memsim.sweep { ... }' "
                   "or a list of sweeps" },
        { "return 3", "s.lua: the script returns a number; *" },
        { "return {}", "s.lua: the script returns an empty list; *" },
        { "return { 3 }", "s.lua: the script returns a list whose item 1 is no sweep; *" },
        { "return { axes = {} }", "s.lua: the script returns a table that is no sweep; *" },
        { "x = = 1", "s.lua:1: unexpected symbol near '='" },
        { "\n\nerror 'stop'", "s.lua:3: stop" },
        { "error { 1 }", "the script raises no message but a table" },
        { "error()", "*nil*" },
        { "memsim.swep {}", "s.lua:1: memsim has no 'swep'; did you mean 'sweep'; known: *" },
        { "local function f() return f() + 1 end\nreturn f()", "s.lua:1: stack overflow*" },
        { "local t = string.rep('x', 1 << 60)", "*" },
        { "\x1bLua", "*attempt to load a binary chunk*" },
        { "local q = memsim.quantity 'lots'",
          "s.lua:1: quantity: \"lots\" is no number with a known unit*" },
        { "local q = memsim.quantity {}",
          "s.lua:1: quantity: expected a number or a string with a unit*" },
        { "local q = memsim.bytes '3 ns'",
          "s.lua:1: bytes: \"3 ns\" is a time; expected bytes, such as \"40 MiB\"" },
        { "local a = memsim.analytic(1)",
          "s.lua:1: analytic: expected { machine = ...*, not a number" },
        { "local a = memsim.analytic { flops = 1, bytes = 1, peak = 1 }",
          "s.lua:1: analytic.bandwidth: missing*" },
        { "local a = memsim.analytic { flops = 1, byte = 1 }",
          "s.lua:1: analytic.byte: unknown key 'byte'; did you mean 'bytes'?" },
        { "local a = memsim.analytic { machine = {} }", "s.lua:1: analytic.workload: missing*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_overrides_are_named(void)
{
    static const Mistake cases[] = {
        { "local m = memsim.machine('toy', { chaces = false })",
          "s.lua:1: machine.chaces: unknown key 'chaces'; did you mean 'caches'?" },
        { "local m = memsim.machine('toy', { caches = { L9 = false } })",
          "s.lua:1: machine.caches.L9: the machine has no cache 'L9'" },
        { "local m = memsim.machine('toy', { caches = { { size = 64 } } })",
          "s.lua:1: machine.caches[1]: give the name of a cache: overrides match caches by name" },
        { "local m = memsim.machine('toy', { caches = { L1 = 3 } })",
          "s.lua:1: machine.caches.L1: expected a table, or false to remove it, not a number" },
        { "local m = memsim.machine('toy', 3)", "s.lua:1: machine: the overrides are a table" },
        { "local m = memsim.machine('toy', { 3 })", "s.lua:1: machine: overrides need named keys" },
        { "local m = memsim.machine('toy', { memory = { chanels = 2 } })",
          "s.lua:1: machine.memory.chanels: unknown key 'chanels'; did you mean 'channels'?" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void a_mistyped_name_is_no_silent_nil(void)
{
    static const Mistake cases[] = {
        { "local w = memsim.worklod { }",
          "s.lua:1: memsim has no 'worklod'; did you mean 'workload'; known: analytic, *" },
        { "return memsim.sweep { axes = { { 'window', { 1 } }, { 'size', { 2 } } },\npoint = "
          "function(p)\nreturn p.windw end }",
          "s.lua:3: the point has no axis 'windw'; did you mean 'window'; known: size, window *" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void an_argument_that_nothing_reads_is_an_error(void)
{
    const char *script =
        "local n = memsim.args.footprint or memsim.args.n\n" AXES("{ { 'a', { 1 } } }");
    char *wrong[] = { (char[]){ "n=1" }, (char[]){ "footprnt=2" }, NULL };
    char *right[] = { (char[]){ "n=1" }, NULL };
    GError *error = NULL;

    CU_ASSERT_PTR_NULL(config_run_text(script, "s.lua", &(ConfigOptions){ wrong, NULL }, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_STRING_EQUAL(
        error->message, "--set footprnt: the script never reads memsim.args.footprnt; did you mean "
                        "'footprint'; it reads footprint, n");
    g_clear_error(&error);
    Study *study = config_run_text(script, "s.lua", &(ConfigOptions){ right, NULL }, &error);

    CU_ASSERT_PTR_NOT_NULL(study);
    study_free(study);
}

static void what_cannot_be_run_is_refused_before_it_runs(void)
{
    static const Mistake cases[] = {
        { ONE(COMPUTE ", " MEMORY, "memsim.sequence { " W ", " W ", warmup = 10 }"),
          "*workload.warmup: that of a sequence is \"1 pass\", not a number of accesses*" },
        { "local m = memsim.machine 'toy'\nreturn memsim.sweep { axes = { { 'a', { 1, 2 } } }, "
          "point = "
          "function(p) return { machine = m, workload = memsim.workload { trace = '-' } } end }",
          "trace \"-\": standard input can be read only once, and the points ask for it 2 times" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(what_cannot_be_run_is_refused_before_it_runs),
    TEST(a_mistyped_name_is_no_silent_nil),
    TEST(an_argument_that_nothing_reads_is_an_error),
    TEST(mistakes_in_a_machine_are_named),
    TEST(mistakes_in_a_workload_are_named),
    TEST(mistakes_in_sequences_and_mixes_are_named),
    TEST(mistakes_in_a_sweep_are_named),
    TEST(mistakes_of_the_script_itself_are_named),
    TEST(mistakes_in_overrides_are_named),
    CU_TEST_INFO_NULL,
};
extern CU_SuiteInfo suite_script_errors;
CU_SuiteInfo suite_script_errors = { .pName = "script_errors", .pTests = tests };
