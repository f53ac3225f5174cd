/*
 * dram_model_state - the inside of the slow DRAM, for its parts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_MODEL_STATE_H
#define TESTS_DRAM_MODEL_STATE_H

#include "dram/standard.h"
#include "dram_model.h"

enum { SLOW_BANKS = 256, BACK = 4, COLUMNS_BACK = 256 };

/* A column command of the past. */
typedef struct {
    Cycle at;
    bool write;
    uint32_t bank;
} SlowColumn;

typedef struct {
    Place place;
    bool write, begun;
    Cycle arrived;
    Command next;
} SlowReq;

typedef struct {
    const DramConfig *config;
    const DramStandard *standard;
    Constraint rows[RULES_MAX];
    uint32_t n_rows, n_banks;
    Cycle ready[N_COMMANDS][SLOW_BANKS];
    Cycle refresh_ready[SLOW_BANKS]; /* REFPB, as far as commands to the bank itself say */
    Cycle past[N_COMMANDS][SLOW_BANKS]
              [BACK]; /* for rules that look back, by the first bank of the place; newest first */
    bool open[SLOW_BANKS];
    uint32_t row[SLOW_BANKS];
    GArray *window[2], *active; /* of SlowReq */
    bool act2_due;
    Cycle act2_by;   /* the last clock for it */
    GArray *cas_for; /* where the request is whose CAS has been sent; NULL: none */
    int cas_index;
    Cycle wck_until;
    bool write_mode, idle;      /* idle: the tick began without a request */
    uint64_t due, done;         /* refreshes: all that have become due, all that have been issued */
    Cycle held_since;           /* from when the next one may no longer be put off */
    uint32_t hits[SLOW_BANKS];  /* in the open row */
    Cycle last_use[SLOW_BANKS]; /* of the open row */
    Cycle activated[SLOW_BANKS];    /* + 1 */
    Cycle standby_from[SLOW_BANKS]; /* when a row that is closed, or a refresh, has ended */
    Cycle refresh_from[SLOW_BANKS], refresh_until[SLOW_BANKS];
    GArray *columns;                /* of SlowColumn */
    GArray *uses[SLOW_BANKS];       /* of each bus: bytes, what it does in each cycle */
    Cycle lonely_until[SLOW_BANKS]; /* of each bus: no request was there until then */
    SlowRun *run;
} Slow;

/* ---- dram_model_rules.c: which command may go when ---- */

/* Banks of a place. */
uint32_t slow_banks_of(const Slow *s, Scope scope);
int64_t slow_clocks(const Slow *s, Command command);
/* Legal for the bank now, and on this edge of the clock. */
bool slow_is_ready(const Slow *s, Command command, uint32_t bank, Cycle now);
bool slow_bus_takes(const Slow *s, Command command, int bus);
/* What may follow has to wait. */
void slow_issue(Slow *s, Command command, uint32_t bank, Cycle now);

/* ---- dram_model_refresh.c: when which banks are refreshed ---- */

void slow_refreshes_become_due(Slow *s, Cycle now);
/* The next refresh may no longer be put off. */
bool slow_is_forced(const Slow *s);
/* Whether the bank is kept free for its refresh. */
bool slow_is_held(const Slow *s, uint32_t bank);
/* An activation would put off the refresh of banks of its unit that are ready for it. */
bool slow_puts_refresh_off(const Slow *s, uint32_t bank, Cycle now);
/* Returns whether a command was issued: a refresh, or what has to go before it. */
bool slow_refresh(Slow *s, Cycle now);

/* ---- dram_model_pick.c: which request goes first, and what its command does ---- */

/* Whether a request of these banks has its row open, or opened. */
bool slow_bank_is_active(const Slow *s, uint32_t first, uint32_t n);
/* The oldest request whose next command is legal now; -1: none. */
int slow_pick(const Slow *s, GArray *window, int bus, Cycle now);
/* The request that goes first of those that are active or, when no refresh waits, in the window; NULL: none. */
GArray *slow_pick_any(Slow *s, int *index, Cycle now);
void slow_serve(Slow *s, GArray *window, int index, Cycle now);
/* Reads, or writes. */
void slow_set_mode(Slow *s);
/* Close a row that nobody has used for the time that it may stay open.  Returns whether there was one. */
bool slow_time_out(Slow *s, Cycle now);

/* ---- dram_model_count.c: what is only counted ---- */
void slow_count_init(Slow *s);
void slow_count_clear(Slow *s);
/* The cycle before now is over. */
void slow_count_cycle(Slow *s, Cycle now);
/* The tick of now is over: which buses have no request left. */
void slow_count_lonely(Slow *s, Cycle now);
/* A column command is issued. */
void slow_count_transfer(Slow *s, const SlowReq *req, Cycle now);
/* The run ends. */
void slow_count_end(Slow *s, Cycle now);

#endif
