/*
 * tlb_config - the settings of address translation: TLBs, page walks, where pages lie in memory.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_TLB_CONFIG_H
#define CACHE_TLB_CONFIG_H

#include <glib.h>

#include "base/field.h"

enum { TLB_LEVELS_MAX = 4 };

/* Where the pages of a program lie in physical memory. */
typedef enum {
    PAGES_IDENTITY, /* physical addresses are the program's */
    PAGES_RANDOM,   /* anywhere, each page a place of its own */
    PAGES_COLOURED, /* anywhere with the index bits of the program's address */
} PagePlacement;

typedef struct {
    uint32_t entries;
    uint32_t ways;   /* 0: fully associative */
    Tick latency_fs; /* that it adds to an access that it is asked for */
} TlbLevel;

typedef struct {
    bool present;
    uint64_t page_bytes;
    uint32_t pages;    /* PagePlacement */
    bool walks_caches; /* a walk reads the page tables through the caches */
    Tick walk_fs;      /* else it takes this long */
    TlbLevel levels[TLB_LEVELS_MAX];
    uint32_t n_levels; /* 0: translation takes no time */
} TlbConfig;

/* Keys of the table: page, pages; "walk" (a time, or the word "caches") is FIELD_OTHER. */
extern const Field tlb_fields[];
/* Keys of one level, of a TlbLevel. */
extern const Field tlb_level_fields[];

/* Rules between fields.  Messages begin with "machine.tlb". */
bool tlb_config_check(const TlbConfig *config, GError **error);
/* Append what is set as lines "tlb.<key>=<value>"; nothing where there is no translation. */
void tlb_config_print(const TlbConfig *config, GString *out);

#endif
