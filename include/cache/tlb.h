/*
 * tlb - address translation of one core: its TLBs and page walks, in front of its caches.
 *
 * An access has the program's address; behind this front it has a physical one, which is what all caches and memory see.
 * So a cache whose way is no larger than a page is indexed by either, and a larger one by the physical address.
 * Each access asks the first TLB, which costs what its latency says, then the next one; a page that none has is walked for.
 * A walk takes a fixed time, or reads an entry of 8 bytes from each table of the x86-64 tree through the core's data
 * cache, one after the other: four for pages of 4 KiB and 64 KiB (which are sixteen equal entries; one is read), three for
 * 2 MiB, two for 1 GiB.  All levels then have the page; replacement is LRU.
 * Accesses are translated in program order, one at a time: those behind a walk wait for it.
 * Not modelled: several walks at a time, caches of upper tables, invalidations, separate TLBs for instructions.
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, section 4.5 (4-level paging).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_TLB_H
#define CACHE_TLB_H

#include "cache/pages.h"
#include "cache/tags.h"
#include "cache/tlb_config.h"
#include "mem/front.h"
#include "sim/server.h"

enum { TLB_ENTRY_BYTES = 8 }; /* of a page table, which a walk through the caches reads */

typedef struct {
    uint64_t accesses[TLB_LEVELS_MAX], misses[TLB_LEVELS_MAX];
    uint64_t walks;
    uint64_t walk_reads; /* of walks through the caches */
    FineTime wait_fs;    /* sum over accesses: until their address is known; whole femtoseconds */
} TlbStats;

typedef enum { TLB_IDLE, TLB_WALKS, TLB_KNOWS } TlbState;

typedef struct Tlb Tlb;
/* Takes the accesses of some ops, and hands them on to a front. */
typedef struct {
    Front front;
    Front *real; /* borrowed */
    Tlb *tlb;
} TlbFront;

struct Tlb {
    TlbFront fronts[ACCESS_OPS]; /* by AccessOp */
    const TlbConfig *config;     /* borrowed */
    PageMap map, table_map;
    Tags levels[TLB_LEVELS_MAX];
    uint64_t page;  /* number of the page asked for last */
    uint64_t frame; /* its physical address */

    TlbState state; /* of the access that is being offered */
    uint32_t step;  /* tables read in this walk */
    Tick began_fs, ready_fs;
    bool offering; /* a read of a walk is being offered to the caches */
    Tick told_fs;  /* what the waiter has been told meanwhile; TICK_PENDING: nothing */
    bool awaiting; /* the data of a read of a walk */
    Waiter waiter; /* for these, or for an MSHR */
    Waiter *core;  /* who waits for the access */
    TlbStats stats;
};

/* config is borrowed.  way_bytes, seed: see pagemap_init; the same for all cores, which share an address space. */
void tlb_init(Tlb *tlb, const TlbConfig *config, uint64_t way_bytes, uint64_t seed);
/* Accesses by op go to real (borrowed); to be called for each op. */
void tlb_connect(Tlb *tlb, AccessOp op, Front *real);
void tlb_clear(Tlb *tlb);

#endif
