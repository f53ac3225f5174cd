/*
 * test_machine_errors - the message of every mistake in the machine of a script.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "script_rig.h"
#include "tap.h"

static void mistakes_in_a_cache_are_named(void)
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
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, lookups = '1 GHz'"),
          "s.lua:2: machine.caches[2].lookups: they limit a bandwidth*give a bandwidth*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, bandwidth = '1 GB/s', bank_width = 4"),
          "s.lua:2: machine.caches[2].bank_width: there is one bank only; give banks*" },
        { ONE_CACHE("name = 'L2', size = '1MiB', ways = 16, bandwidth = '1 GB/s', banks = 2, "
                    "bank_width = '128B'"),
          "s.lua:2: machine.caches[2].bank_width: not a power of two up to the line*" },
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
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_tlbs_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = 'random'"),
          "s.lua:2: machine.tlb: expected a table, such as { { entries = 64 }, walk = \"30 ns\" "
          "}*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 64 } }"),
          "s.lua:2: machine.tlb.walk: missing; give the time of a page walk*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { walk = '3 ns' }"),
          "s.lua:2: machine.tlb.walk: without TLBs nothing is walked for*" },
        { ONE_MACHINE(COMPUTE ", " MEMORY ", tlb = { { entries = 64 }, walk = 'cache' }"),
          "s.lua:2: machine.tlb.walk: \"cache\" is no number with a unit; expected a time*" },
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
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_prefetchers_are_named(void)
{
    static const Mistake cases[] = {
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
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_compute_and_memory_are_named(void)
{
    static const Mistake cases[] = {
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
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_a_machine_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_MACHINE(MEMORY), "s.lua:2: machine.compute: missing; it is required (a table)*" },
        { ONE_MACHINE(COMPUTE), "s.lua:2: machine.memory: missing; it is required (a table)*" },
        { ONE_MACHINE("cores = 0, " COMPUTE ", " MEMORY),
          "s.lua:2: machine.cores: 0 is out of range (1 to 65536)*" },
        { ONE_MACHINE("cores = '4', " COMPUTE ", " MEMORY),
          "s.lua:2: machine.cores: expected a whole number, not the string \"4\"*" },
        { ONE_MACHINE("core = 4, " COMPUTE ", " MEMORY),
          "s.lua:2: machine.core: unknown key 'core'; did you mean 'cores'?*" },
        { "memsim.machine(3)\n",
          "s.lua:1: machine: expected a table or the name of a machine of the library" },
        { "memsim.machine()\n",
          "s.lua:1: machine: expected a table or the name of a machine of the library" },
        { "\nlocal m = memsim.machine 'a100-4O'",
          "s.lua:2: machine: no 'a100-4O' in the library; did you mean 'a100-40'; known: "
          "a100-40, a100-80, dram-port, epyc-7451, gh200-96, h100-80, m1-pro, toy, two-tier, v100, "
          "xeon-6148, xeon-e5-2695v3, xeon-e5-2697v4" },
        { "memsim.machine './no.lua'\n",
          "s.lua:1: machine: cannot read './no.lua': No such file or directory" },
        { "local t = {} t.t = t\nlocal m = memsim.machine(t)\n",
          "s.lua:2: machine: tables nested too deeply*" },
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

static CU_TestInfo tests[] = {
    TEST(mistakes_in_a_cache_are_named),
    TEST(mistakes_in_tlbs_are_named),
    TEST(mistakes_in_prefetchers_are_named),
    TEST(mistakes_in_compute_and_memory_are_named),
    TEST(mistakes_in_a_machine_are_named),
    TEST(mistakes_in_overrides_are_named),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_machine_errors = { .pName = "machine_errors", .pTests = tests };
