/*
 * script_text - pieces of Lua for the tests of the script's interface.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SCRIPT_TEXT_H
#define TESTS_SCRIPT_TEXT_H

/* A script that is right but for what stands in the place of one part. */
#define COMPUTE "compute = { peak = '10 GFLOP/s', clock = '2 GHz' }"
#define MEMORY "memory = { bandwidth = '10 GB/s', latency = '50 ns' }"
#define L1 "{ name = 'L1', size = '32KiB', ways = 8, latency = '2 ns' }"
#define CACHES "caches = { " L1 ", { name = 'L2', size = '1MiB', ways = 16, shared = true } }"
#define MACHINE "machine = memsim.machine { " COMPUTE ", " CACHES ", " MEMORY " }"
#define WORKLOAD "workload = memsim.workload { pattern = 'random', footprint = '2MiB' }"
#define POINT "point = function(p)\nreturn { " MACHINE ", " WORKLOAD " } end"
#define ONE(machine, workload)                                                       \
    "return memsim.sweep { point = function(p)\nlocal m = memsim.machine { " machine \
    " }\nlocal w = " workload "\nreturn { machine = m, workload = w } end }"
#define ONE_MACHINE(machine) \
    ONE(machine, "memsim.workload { pattern = 'random', footprint = '2MiB' }")
#define ONE_CACHE(cache) ONE_MACHINE(COMPUTE ", " MEMORY ", caches = { " L1 ", { " cache " } }")
#define ONE_MEMORY(memory) ONE_MACHINE(COMPUTE ", memory = { " memory " }")
#define ONE_COMPUTE(compute) ONE_MACHINE("compute = { " compute " }, " MEMORY)
#define ONE_WORKLOAD(workload) ONE(COMPUTE ", " MEMORY, "memsim.workload { " workload " }")
#define AXES(axes) "local s = memsim.sweep { axes = " axes ", " POINT " }\nreturn s"
/* A workload. */
#define W "memsim.workload { pattern = 'random', footprint = '1MiB' }"

#endif
