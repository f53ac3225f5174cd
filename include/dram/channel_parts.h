/*
 * channel_parts - what the files of the channel have of each other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_PARTS_H
#define DRAM_CHANNEL_PARTS_H

#include "dram/channel_state.h"
#include "dram/standard.h"

/* Issue the best command of the kind at clock edge now. */
void channel_issue(Channel *channel, Kind kind, Cycle now);
/* A refresh is due at from: it, or the precharge before it, goes into own_pick if it is first. */
void channel_consider_refresh(Channel *channel, Cycle from);
/* Rows that have been open for page_timeout without a use: into own_pick, if one of them is first. */
void channel_consider_timeouts(Channel *channel);
/* From now on the next refresh of single banks is not put off: they are kept free for it. */
void channel_hold(Channel *channel, Cycle from);
/* A refresh has been issued. */
void channel_refreshed(Channel *channel, Cycle now);
void channel_init_refresh(Channel *channel, const DramConfig *config, const DramStandard *standard);
/* What an idle channel has missed up to clock edge now: refreshes, rows that time out. */
void channel_make_up(Channel *channel, Cycle now);
/* Number the requests in the windows from 0 on. */
void channel_number_again(Channel *channel);
/* Clock edge now may belong to one part of a command in two parts: true when it did. */
bool channel_two_parts(Channel *channel, Cycle now);
/* ACT-1 has been issued for the entry, or a transfer in the direction. */
void channel_first_part(Channel *channel, const Entry *entry, Cycle now);
void channel_wck_runs(Channel *channel, ReqOp op, Cycle now);
/* The direction that is served has changed, or the order of the requests: work out all claims again. */
void channel_claim_again(Channel *channel, ReqOp dir);
/* Something else than a hit may come next. */
void channel_leave_streak(Channel *channel);
/* Find the next command of each kind.  Returns when the first of them comes, or banks are held for their refresh. */
Cycle channel_choose(Channel *channel);
/* Decide what to issue at clock edge now, for others than requests for one bank.  Returns the next edge at which there is something:
 * now, if others are to be let in by then (ahead.admits). */
Cycle channel_decide(Channel *channel, Cycle now);
/* Decide what to issue at clock edge now.  Returns the next edge at which there is something. */
Cycle channel_tick(Ticker *ticker, Cycle now);

/* Tell the log of the command, when there is one.  entry: for which it is; NULL: none. */
static inline void channel_log(const Channel *channel, Command command, uint32_t place,
                               const Entry *entry, Cycle now)
{
    if (channel->log)
        channel->log(channel->log_owner, now * channel->tCK_fs, command, place,
                     entry ? entry->row : 0, entry ? entry->column : 0);
}

/* The command keeps its bus, or the one that there is. */
static inline void channel_take_bus(Channel *channel, Bus bus, Command command, Cycle now)
{
    channel->bus_free[bus] = now + channel->clocks[command];
    if (!channel->two_buses)
        channel->bus_free[BUS_COLUMN] = channel->bus_free[BUS_ROW] = channel->bus_free[bus];
}

static inline void channel_catch_up(Channel *channel, Cycle now)
{
    if (channel->due_refresh <= now || channel->page == PAGE_TIMEOUT)
        channel_make_up(channel, now);
}

/* Nobody has the entry any more; its fields stay until another one takes it. */
static inline void entry_free(Channel *channel, Entry *entry)
{
    entry->next = channel->free;
    channel->free = entry;
}

/* Its data move: the entry leaves. */
static inline void channel_transfer(Channel *channel, Entry *entry, Cycle now)
{
    entry_free(channel, entry);
    if (entry->op == REQ_READ) {
        channel->stats.reads++;
        channel->hooks->completed(channel->owner, entry->req, entry->arrived,
                                  (now + channel->read_cycles) * channel->tCK_fs +
                                      channel->latency_fs);
        return;
    }
    channel->stats.writes++;
    channel->stats.last_write_fs = now * channel->tCK_fs;
    channel->hooks->written(channel->owner, (now + channel->write_cycles) * channel->tCK_fs);
}

static inline bool channel_is_empty(const Channel *channel)
{
    return channel->size[REQ_READ] + channel->size[REQ_WRITE] + channel->n_active == 0;
}

/* Whether the claims are for the wrong direction.  When nothing waits in either there are none. */
static inline bool channel_turns(const Channel *channel)
{
    return channel->dir != channel->mode_next &&
           channel->size[REQ_READ] + channel->size[REQ_WRITE] > 0;
}

/* There is nothing to issue: no bank has a claim. */
static inline void channel_forget_picks(Channel *channel)
{
    channel->active_pick = channel->own_pick = NO_PICK;
    for (uint32_t rank = 0; rank < channel->timing.n_ranks; rank++)
        channel->picks[KIND_HIT][rank] = channel->picks[KIND_CLOSE][rank] =
            channel->picks[KIND_OPEN][rank] = NO_PICK;
    channel->stale = 0;
    channel->stale_active = false;
}

#endif
