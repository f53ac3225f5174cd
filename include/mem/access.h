/*
 * access - what a program asks of memory, and where accesses come from.
 *
 * Generators and trace readers fill batches; nobody asks for one access through a function pointer.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_ACCESS_H
#define MEM_ACCESS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/units.h"

/* Cores make ACCESS_WRITE_PAST of writes of a non-temporal stream; sources know the others. */
typedef enum {
    ACCESS_READ,
    ACCESS_WRITE,
    ACCESS_FETCH,      /* of an instruction */
    ACCESS_WRITE_PAST, /* non-temporal: past the caches */
    /* These ask nothing of memory: */
    ACCESS_OPERATE, /* its bytes are a number of operations of its stream */
    /* A block of threads begins: its bytes are their number.  Not 5: what is odd writes. */
    ACCESS_BLOCK = 6
} AccessOp;
enum { ACCESS_OPS = 4 }; /* those that go to memory */

static inline bool access_asks(uint8_t op)
{
    return op < ACCESS_OPS;
}

static inline bool access_writes(uint8_t op)
{
    return op & 1;
}

typedef struct {
    uint64_t addr;   /* of the first byte */
    uint32_t bytes;  /* at least 1 */
    uint16_t stream; /* index into the streams of the workload: its operations, its dependence */
    uint8_t op;      /* AccessOp */
    uint8_t site;    /* which instruction: access_site of its address; 0: not known */
} Access;

/* What an access keeps of the address of its instruction: eight bits, never 0. */
static inline uint8_t access_site(uint64_t pc)
{
    return (uint8_t)((pc ^ pc >> 8 ^ pc >> 16) % 255 + 1);
}

enum { BATCH_MAX = 512 };

/* Accesses in program order. */
typedef struct {
    size_t count;
    Access access[BATCH_MAX];
    Tick not_before
        [BATCH_MAX]; /* earliest issue, counted from the start of the run; filled only by a timed source */
} Batch;

/* What a loop asks for: the same few accesses over and over, each of which moves evenly. */
enum { EVEN_MAX = 16 };
typedef struct {
    uint64_t units;            /* how often, at least 1 */
    uint32_t n;                /* accesses of a unit, 1 to EVEN_MAX: reads and writes */
    Access access[EVEN_MAX];   /* of the first unit */
    uint64_t stride[EVEN_MAX]; /* bytes from one unit to the next, modulo 2^64 */
} EvenRun;

/* Units, this one too, for which an access to addr with this stride stays in its line. */
static inline uint64_t even_units_in_line(uint64_t addr, uint64_t stride, uint32_t line_bytes)
{
    const uint32_t last = line_bytes - 1, offset = (uint32_t)addr & last;

    if (stride == 0)
        return UINT64_MAX;
    if (MIN(stride, -stride) > last)
        return 1;
    return 1 + (stride <= last ? (last - offset) / (uint32_t)stride : offset / (uint32_t)-stride);
}

/*
 * A source of accesses.  An implementation embeds this as its first member.
 * next: fills batch from the front and returns true; false at the end or on error (then error is set and
 *       batch->count is 0).  A batch is never empty when true is returned.
 * next_even: if what comes next is a run of at least so many accesses, hands it out whole and returns true; else next has to be
 *       asked.
 *       For who can do more with it than with its accesses.  NULL: there are none.
 * free: frees the source and all it owns.
 */
typedef struct AccessSource AccessSource;
typedef struct {
    bool (*next)(AccessSource *source, Batch *batch, GError **error);
    bool (*next_even)(AccessSource *source, uint64_t least, EvenRun *run);
    void (*free)(AccessSource *source);
} AccessSourceOps;
struct AccessSource {
    const AccessSourceOps *ops;
    bool timed; /* not_before is filled */
};

static inline bool source_next(AccessSource *source, Batch *batch, GError **error)
{
    return source->ops->next(source, batch, error);
}

static inline bool source_next_even(AccessSource *source, uint64_t least, EvenRun *run)
{
    return source->ops->next_even && source->ops->next_even(source, least, run);
}

/* Accepts NULL. */
static inline void source_free(AccessSource *source)
{
    if (source)
        source->ops->free(source);
}

#endif
