/*
 * rig - a small machine to try things on: one point, built in C, run with a pattern or with accesses of the test.
 *
 *     Rig rig;
 *     rig_init(&rig);                          one core, no caches, a fast simple memory
 *     rig_cache(&rig, 32768, 64, 8)->latency_fs = NS(2);
 *     rig_pattern(&rig, GEN_RANDOM, 1 << 20, 8)->accesses = 10000;
 *     rig_run(&rig);                           or rig_count: without time
 *     rig_level(&rig, 0).hits ...
 *     rig_clear(&rig);
 *
 * Between rig_init and the run everything in rig.point may be changed.  A rig runs once: rig_again makes it ready for
 * another run of the same point.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "spec/point.h"
#include "system/phases.h"
#include "tap.h"

#define NS(n) ((Tick)(n)*1000000)

/* A sanitizer makes everything ten times slower: rounds of a test without one, and with. */
#if defined(__SANITIZE_ADDRESS__)
#define RIG_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RIG_SANITIZED 1
#endif
#endif
#ifndef RIG_SANITIZED
#define RIG_SANITIZED 0
#endif
#define RIG_ROUNDS(plain, sanitized) (RIG_SANITIZED ? (sanitized) : (plain))

enum { RIG_CACHES_MAX = 8 };

typedef struct {
    PointSpec point; /* system_run may be called with it, too */
    Parts parts;     /* what has been built; valid after a run */
    RunTimes times;  /* of a timed run */
    bool built;
} Rig;

/* One core: 10 GFLOP/s, 1 GHz, issue unlimited, window 16, overlap; no caches; simple memory of one channel, 1000 GB/s,
 * latency 0; workload: one sequential pass over 1 MiB by reads of 8 bytes, lines split, no operations. */
void rig_init(Rig *rig);
/* The machine alone.  Returns (caller frees: machine_free). */
MachineSpec *rig_machine(void);
void rig_clear(Rig *rig);
/* Drop what was built, keep the point. */
void rig_again(Rig *rig);

/* Add a cache below those that are there: LRU, write-back, allocate, private to each core, latency 0, unlimited bandwidth,
 * 16 MSHRs.  ways 0: fully associative.  The result stays valid. */
CacheConfig *rig_cache(Rig *rig, uint64_t size_bytes, uint32_t line_bytes, uint32_t ways);
SimpleConfig *rig_simple(Rig *rig, double bandwidth_B_per_s, Tick latency_fs);
TwoTierConfig *rig_two_tier(Rig *rig, double fast_B_per_s, double slow_B_per_s, double hit_rate);
/* The workload: a pattern of the generators (GEN_...). */
PatternConfig *rig_pattern(Rig *rig, uint32_t pattern, uint64_t footprint_bytes,
                           uint32_t size_bytes);

/* A pattern alone, of so many accesses; 0: one pass.  Returns (caller frees: workload_unref). */
WorkloadSpec *rig_workload(uint32_t pattern, uint64_t footprint_bytes, uint64_t accesses,
                           uint32_t size_bytes);

/* The machine is refused with this message; "*" in it: anything. */
void rig_is_refused(const Rig *rig, const char *message);

/* Build it now, for runs with time or without. */
void rig_build(Rig *rig, bool time);
/* The same, and count used bytes and by array.  Takes regions. */
void rig_watch(Rig *rig, Regions *regions, bool time);

/* Run the workload of the point with time, warm-up included.  Returns how long it takes; a failure is a failed test. */
Tick rig_run(Rig *rig);
/* The same without time. */
void rig_count(Rig *rig);
/* The same with a source of the test for each core; its accesses have stream 0, that of the point's workload.  The sources
 * are borrowed.  A rig may run several sources one after the other. */
Tick rig_run_sources(Rig *rig, AccessSource *const *sources);
void rig_count_sources(Rig *rig, AccessSource *const *sources);

/* Sum over the instances of a level. */
CacheStats rig_level(const Rig *rig, uint32_t level);
MemoryStats rig_memory(const Rig *rig);
/* Dirty lines of all instances of a level. */
uint64_t rig_dirty_lines(const Rig *rig, uint32_t level);
uint64_t rig_misses(const CacheStats *stats);
uint64_t rig_accesses(const CacheStats *stats);

/* A source of accesses that the test has made (borrowed), batch at a time (0: as many as fit).  Caller frees. */
AccessSource *rig_source(const Access *accesses, size_t count, size_t batch);
/* All accesses of a source (which is freed), as a GArray of Access.  Returns (caller frees with g_array_unref). */
GArray *rig_drain(AccessSource *source);

#endif
