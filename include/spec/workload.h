/*
 * workload - the plain, checked description of what runs: a pattern, a trace, a loop nest, or workloads in
 * sequence or mixed.
 *
 * A workload owns its arrays: parts of a sequence or a mix lie apart in the address space, the same
 * workload named twice is the same arrays.  Of loop nests, an array is the same wherever it stands.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_WORKLOAD_H
#define SPEC_WORKLOAD_H

#include "trace/trace.h"
#include "workload/gen.h"
#include "workload/nest_bytes.h"
#include "workload/nest_check.h"
#include "workload/nest_count.h"
#include "workload/nest_print.h"
#include "workload/nest_transform.h"

typedef enum {
    WORKLOAD_PATTERN,
    WORKLOAD_TRACE,
    WORKLOAD_SEQUENCE,
    WORKLOAD_MIX,
    WORKLOAD_NEST
} WorkloadKind;

typedef struct {
    Nest *nest;
    NestArray **arrays; /* [n_arrays], in order of first mention; borrowed from the nest */
    uint64_t *bases;    /* [n_arrays], set when the workload is laid out */
    uint32_t n_arrays;
} NestConfig;

/* A region of a trace's addresses. */
typedef struct {
    char *name;
    uint64_t from_addr, bytes; /* at least 1 */
} NamedRange;

typedef struct WorkloadSpec WorkloadSpec;
struct WorkloadSpec {
    WorkloadKind kind;
    union {
        PatternConfig pattern;
        TraceConfig trace;
        NestConfig nest;
    };
    WorkloadSpec **parts; /* [n_parts]; sequence and mix; one object may stand several times */
    double *weights;      /* [n_parts]; mix: shares of the draws, above 0 */
    uint32_t n_parts;
    bool flush;          /* sequence: between parts the caches are written back and emptied */
    NamedRange *regions; /* [n_regions]; traces: what can be counted apart; owned */
    uint32_t n_regions;
    /* Of patterns and traces: */
    double flops_per_byte;
    bool dependent;   /* each access waits for the data of the one before */
    bool split_lines; /* an access across lines is one a line */
    bool nontemporal; /* its writes go past the caches */
    /* Of the outermost workload: */
    uint32_t cores;  /* that take part; 0: all.  Default: all; a trace: 1, what one thread did */
    char *precision; /* which of the machine's peaks; NULL: default */
    uint64_t warmup_accesses; /* before counters and time start at zero; 0: none */
    bool warmup_pass;         /* warm up with one pass instead */
    uint64_t seed;
    char *where;         /* "script.lua:12: ", what made it, or NULL; for messages only */
    uint32_t references; /* parts are shared */
};

extern const Field workload_fields[]; /* those of every kind */
extern const Field sequence_fields[]; /* those of a sequence */
extern const Field trace_fields[];    /* those of a trace; offsets in TraceConfig */
/* NULL-terminated spellings of the trace formats. */
const char *const *workload_trace_formats(void);

WorkloadSpec *workload_new(WorkloadKind kind); /* one reference, defaults */
/* One of this nest, which nest_check accepts; takes a reference of its own. */
WorkloadSpec *workload_new_nest(Nest *nest);
WorkloadSpec *workload_ref(WorkloadSpec *workload);
void workload_unref(WorkloadSpec *workload); /* accepts NULL */

/* Rules between fields, of all parts.  Messages begin with the path. */
bool workload_check(const WorkloadSpec *workload, GError **error);
/* Give every pattern its place in the address space (base_addr), 4 KiB aligned, and every array of a nest that has none
 * of its own, as it wants to be aligned, in order of first mention and around those that have one; and every pattern its
 * seed (derived from the outermost). */
void workload_layout(WorkloadSpec *workload);
/* Call each with the path of every trace of it. */
void workload_each_trace(const WorkloadSpec *workload, void (*each)(const char *path, void *data),
                         void *data);
/* How often it reads standard input. */
uint32_t workload_stdin_uses(const WorkloadSpec *workload);
/* Whether the writes of any part are non-temporal. */
bool workload_is_nontemporal(const WorkloadSpec *workload);
/* Whether any part is of this kind. */
bool workload_has(const WorkloadSpec *workload, WorkloadKind kind);
/* Whether it has no parts. */
bool workload_is_leaf(const WorkloadSpec *workload);

#endif
