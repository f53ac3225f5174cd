/*
 * channel - one DRAM channel: windows of reads and writes, banks, and the controller that issues the commands.
 *
 * No clock ticks: after each command the controller computes when the next one is legal and sleeps until then; a request
 * that arrives in between only re-evaluates its own bank.  An idle channel has no event; refreshes that it has missed
 * are made up when the next request comes.  One before whose windows requests wait decides ahead of time: ahead.h.
 *
 * Policy (as FRFCFS-RowHit of Ramulator 2): a window of reads and one of writes; a command that can be issued now comes
 * first, then the older request; a precharge waits while a request at least as old hits the open row; a request whose row has been activated
 * goes before all others and keeps its bank open.  Writes are served above the high mark or when no read waits, until
 * below the low mark while reads wait.  A write to the address of a waiting write is merged, a read of it is served from
 * it.  Refreshes: channel_refresh.c.  Other schedulers: arb.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_H
#define DRAM_CHANNEL_H

#include "dram/addrmap.h"
#include "dram/clock.h"
#include "dram/command.h"
#include "mem/req.h"

typedef struct {
    uint64_t reads, writes; /* bursts moved */
    uint64_t forwarded,
        merged; /* reads served from, writes merged with a waiting write: no burst moves */
    uint64_t row_hits, row_misses,
        row_conflicts; /* what a request met when it got its first command */
    uint64_t activates, precharges, refreshes; /* precharges: PRE; PREA counts once */
    uint64_t decisions; /* clock edges at which the controller did something; for benchmarks */
    Tick last_write_fs; /* when the last WR was issued */
} ChannelStats;

/* One burst of a request. */
typedef struct {
    Place place;
    ReqOp op;
    bool tells; /* when it is accepted: no other of the request arrives right behind it */
    Req *req;
} Burst;

typedef enum {
    BURST_WAITS,    /* behind a full window */
    BURST_ACCEPTED, /* in the window (a write: and done) */
    BURST_CHANGES,  /* the same, and the next command may be another one than before */
    BURST_DONE,     /* served at once; the time is known */
} BurstStatus;

/* What the channel tells its owner about bursts that could not be decided at once. */
typedef struct {
    void (*accepted)(void *owner, Req *req, Tick now); /* one that tells, and those before it */
    /* A read: its data are there at when.  arrived: when it came. */
    void (*completed)(void *owner, Req *req, Tick arrived, Tick when);
    void (*written)(void *owner, Tick end); /* a transfer of a write ends */
} ChannelHooks;

/* Called with each command, when set. */
typedef void (*CommandLog)(void *owner, Tick when, Command command, uint32_t bank, uint32_t row,
                           uint32_t column);

typedef struct Channel Channel;

/* number: among those of the clock, from 0.  like: another channel of the memory, with which it shares what does not change;
 * NULL: it is the first. */
Channel *channel_new(const DramConfig *config, const ChannelHooks *hooks, void *owner, Clock *clock,
                     uint32_t number, const Channel *like);
void channel_free(Channel *channel);
/* A burst arrives.  BURST_DONE: *when is the time of its completion.  BURST_CHANGES: channel_changed is to be called, behind the
 * last of those that arrive together. */
BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when);
void channel_changed(Channel *channel);
/* A burst to the place arrives soon: the host is to have what that looks at. */
void channel_soon(const Channel *channel, const Place *place, ReqOp op);
/* What an idle channel has missed until now is made up for: refreshes, rows that time out.  It has not decided ahead. */
void channel_settle(Channel *channel, Tick now);
const ChannelStats *channel_stats(const Channel *channel);
/* Counters and times start at zero at now (not before the last event); banks, windows and buses go on.  As channel_settle. */
void channel_reset_stats(Channel *channel, Tick now);
/* From now on log hears of each command, in order; of those that the channel decides ahead of time, early. */
void channel_set_log(Channel *channel, CommandLog log, void *owner);

#endif
