/*
 * dram_past - the inside of the checker: commands that have come, and what two of them have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_PAST_H
#define TESTS_DRAM_PAST_H

#include "dram_checker.h"

typedef enum { RD, WR, RDA, WRA, ACT, PRE, PREA, REFPB, REFAB, ACT2, CAS, N_KINDS } Kind;

/* What a refresh that is not of all banks is for. */
typedef enum {
    NOT_KNOWN,
    ONE_BANK,
    BANK_PAIR, /* the bank, and the one half the banks of the rank above it */
    SAME_BANK, /* the bank of every bank group */
} SmallRefresh;

/* What the standards differ in, besides their numbers. */
typedef struct {
    const char *name;
    int64_t act_clocks, column_clocks; /* on the command bus; all others take one */
    bool two_buses;                    /* row commands have a bus of their own */
    bool stacked;    /* ranks are stack IDs; the rules of a device hold for the pseudo-channel */
    bool rising;     /* half clocks: all but precharges begin on odd ones */
    bool two_parts;  /* ACT-1 and ACT-2, CAS */
    bool long_burst; /* a burst keeps its bank group for BLmax */
    SmallRefresh small;
    int64_t postponed; /* refreshes, at most */
} Book;

/* A command that has come. */
typedef struct {
    Kind kind;
    uint64_t time_fs;
    int64_t first, last;       /* clocks on the bus */
    int64_t pseudo, rank;      /* -1: all of them */
    int64_t group[2], bank[2]; /* likewise; two where a refresh is of a pair, else the same twice */
    int64_t channel, row;
} Past;

typedef struct {
    GArray *columns, *rows; /* of Past: RD, WR and the like; all others */
    int64_t *open_row;      /* [n_banks]; -1: closed */
    int64_t *refreshed;     /* [n_banks]: how often */
    Past act;               /* the ACT-1 whose ACT-2 is missing; first is -1: none */
    int64_t cas;            /* clock of the last CAS; -1: none */
    int64_t wck_until;      /* WCK runs */
} ChannelPast;

struct DramChecker {
    const DramConfig *config;
    const Book *book;
    bool waits_only;
    ChannelPast *channels;
    int64_t n_banks;                     /* of a channel */
    int64_t column_horizon, row_horizon; /* clocks after which a command does not matter any more */
    char *message;
};

extern const char *const dram_kind_names[N_KINDS];

static inline bool is_read(const Past *p)
{
    return p->kind == RD || p->kind == RDA;
}

static inline bool is_write(const Past *p)
{
    return p->kind == WR || p->kind == WRA;
}

static inline bool is_column(const Past *p)
{
    return is_read(p) || is_write(p);
}

static inline bool is_refresh(const Past *p)
{
    return p->kind == REFAB || p->kind == REFPB;
}

static inline bool is_precharge(const Past *p)
{
    return p->kind == PRE || p->kind == PREA;
}

static inline bool meets(int64_t a, int64_t b)
{
    return a < 0 || b < 0 || a == b;
}

static inline bool same_pseudo(const Past *a, const Past *b)
{
    return meets(a->pseudo, b->pseudo);
}

static inline bool same_rank(const Past *a, const Past *b)
{
    return same_pseudo(a, b) && meets(a->rank, b->rank);
}

static inline bool same_group(const Past *a, const Past *b)
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (same_rank(a, b) && meets(a->group[i], b->group[j]))
                return true;
    return false;
}

static inline bool same_bank(const Past *a, const Past *b)
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (same_rank(a, b) && meets(a->group[i], b->group[j]) && meets(a->bank[i], b->bank[j]))
                return true;
    return false;
}

/* Of a device that others call a rank; in a stack all of a pseudo-channel. */
static inline bool same_device(const DramChecker *c, const Past *a, const Past *b)
{
    return c->book->stacked ? same_pseudo(a, b) : same_rank(a, b);
}

/* The first refusal stays: that of the command now by the rule, for this reason. */
void dram_refuse(DramChecker *c, const Past *now, const char *rule, const char *why);
/* What two commands have to keep from each other, the earlier first. */
void dram_check_pair(DramChecker *c, const Past *e, const Past *l);
/* Edges of the clock, and commands that need another one. */
void dram_check_parts(DramChecker *c, const ChannelPast *past, const Past *now);
void dram_change_parts(const DramChecker *c, ChannelPast *past, const Past *now);
/* The fourth activation before this one in the device. */
void dram_check_four_activates(DramChecker *c, const ChannelPast *past, const Past *now);

#endif
