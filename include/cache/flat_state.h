/*
 * flat_state - what a flat cache consists of; for the files that make it: flat.c, and those of the walks, the hot part.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_STATE_H
#define CACHE_FLAT_STATE_H

#include "cache/flat.h"
#include "mem/compact.h"

enum { FLAT_WAYS_MAX = 16, FLAT_QUEUE = 2048, FLAT_AHEAD = 16 };

#define FLAT_DIRTY UINT32_C(0x80000000)
#define FLAT_INVALID UINT32_C(0x7FFFFFFF) /* no line has this tag */

/* On the way to the level below: the number of a line of the level above, and this. */
enum { ENTRY_WRITE = 1, ENTRY_WHOLE = 2 /* needs no fetch */, ENTRY_BITS = 2 };

/* Where a line is, and how to write it down; constant while it counts, so that it stays in registers. */
typedef struct {
    uint32_t *tags;    /* [sets * stride]; below a first level by flat_place */
    uint64_t set_mask; /* a power of two of sets, less one; else 0 */
    uint32_t set_bits; /* of set_mask; the tag is what is left of the line's number */
    uint32_t ways;
    uint32_t
        stride; /* ways, or 8 or 16 if they are compared at once; the others are invalid for ever */
    uint32_t line_shift;  /* of an address */
    uint32_t entry_shift; /* of an entry */
    uint32_t line_bytes;
    uint32_t below_bytes;  /* a write below of so many needs no fetch */
    uint64_t victim_flags; /* of the entry of a write-back */
    uint32_t
        *starts; /* any other number of sets: by region, which set its first line has; else NULL */
    uint32_t region_bits;   /* lines of a region, log2 */
    uint64_t sets, inverse; /* for the remainder: 2^64 / sets, rounded up */
} FlatShape;

typedef struct FlatCache FlatCache;

/* The walks over accesses, or entries from the level above; what goes on to the level below goes to out, up to two an
 * access.  Returns how many. */
typedef size_t (*FlatFirst)(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out);
typedef size_t (*FlatWalk)(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out);

/* Lines evenly apart, in a cache with a power of two of sets. */
typedef struct {
    uint64_t lines;     /* from one to the next */
    uint64_t apart;     /* their sets are equal modulo this, a power of two */
    uint32_t sets_log2; /* how many sets these are: lines from one set to the same one again */
    uint32_t tag_step;  /* in these */
} FlatTurn;

/* An access of a run: the line that it is in, and where it goes on. */
typedef struct {
    uint64_t line;
    uint64_t left;  /* units for which it stays there */
    uint32_t *tags; /* of the line's set */
    uint32_t tag;
    uint32_t dirty;        /* FLAT_DIRTY: a write */
    bool whole;            /* it needs no fetch */
    bool far;              /* each unit is in another line */
    bool turns;            /* it is far, and so goes its turn */
    uint64_t per_line;     /* units in a line, at least, where it is not far */
    uint64_t addr, stride; /* in the first unit in another line, and from one unit to the next */
    FlatTurn turn;
} FlatLane;

typedef struct {
    uint32_t n;
    uint32_t turns; /* lanes that turn; none if some others are far */
    uint32_t first_turn;
    FlatLane lane[EVEN_MAX];
} FlatRun;

/* The walk over the next units of a run; as FlatFirst. */
typedef size_t (*FlatEven)(FlatCache *flat, FlatRun *run, uint64_t units, uint64_t *out);

/* The walks of a kind of processor over sets of a number of tags.  last: nothing is below; divided: sets are not a power of
 * two. */
typedef struct {
    FlatFirst first, first_last;
    FlatEven even;
    FlatWalk below, below_last, below_divided;
} FlatWalks;

struct FlatCache {
    Front front; /* first: of a first level */
    Flat *flat;
    Cache *cache;
    FlatCache *below; /* NULL: memory */
    bool is_below;    /* another one's */
    FlatShape shape;
    void *block; /* that holds the tags */
    FlatFirst first;
    FlatEven even; /* NULL: none */
    FlatWalk walk;
    CacheStats stats; /* since they were added to the cache's; hits follow from the others */
    size_t queued;
    uint64_t queue[FLAT_QUEUE + FLAT_AHEAD]; /* entries from above */
};

struct Flat {
    FlatCache *caches; /* [n_caches] */
    uint32_t n_caches;
    Compact compact;
    uint32_t known; /* regions whose starts are known */
    CpuVectors vectors;
    bool left;                    /* the caches count themselves */
    uint64_t nowhere[FLAT_QUEUE]; /* for what nobody takes */
};

/* The number of the line with a tag in a set. */
static inline uint64_t flat_line(const FlatShape *shape, uint64_t set, uint32_t tag)
{
    return (uint64_t)tag << shape->set_bits | (set & shape->set_mask);
}

static inline FlatTurn flat_turn(const FlatShape *shape, uint64_t lines)
{
    const uint64_t apart = MIN(lines & -lines, shape->set_mask + 1);
    const uint32_t sets_log2 = shape->set_bits - (uint32_t)__builtin_ctzll(apart);

    return (FlatTurn){ .lines = lines,
                       .apart = apart,
                       .sets_log2 = sets_log2,
                       .tag_step = (uint32_t)(lines << sets_log2 >> shape->set_bits) };
}

/* As many lines are worth being done in one go: some to each set. */
static inline uint64_t flat_turn_least(const FlatTurn *turn)
{
    return UINT64_C(4) << turn->sets_log2;
}

/* Where the tags of a set below a first level are.  A stride that comes back to few sets of the cache would come back to few lines of the host's
 * own, so every 64 sets leave out one: half of the time of a column walk of a power of two. */
static inline uint64_t flat_place(uint64_t set)
{
    return set + (set >> 6);
}

/* Choose the walks for a cache. */
void flat_choose_walks(FlatCache *flat, bool write_back, bool allocate);
/* Of a first level that writes through; that does not allocate for writes either; that only does not allocate for them. */
size_t flat_first_through(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out);
size_t flat_first_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out);
size_t flat_first_back_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out);
/* Only on x86-64: for up to eight ways, and up to sixteen. */
extern const FlatWalks flat_avx2[2], flat_avx512[2];
/* Tags of a set as the walks for these ways want them. */
uint32_t flat_stride(uint32_t ways, CpuVectors vectors);

#endif
