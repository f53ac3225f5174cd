/*
 * window - bursts on their way into the windows.
 *
 * Inline, for who sends them: what waits before a channel that decides is most of what a saturated one is sent.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_WINDOW_H
#define DRAM_WINDOW_H

#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"
#include "dram/lone.h"
#include "dram/streak.h"

/* A burst of the request that arrives; passed is the last edge. */
static inline Waiting window_arrival(const Channel *channel, Place place, Req *req, bool tells,
                                     Cycle passed, Tick now)
{
    const bool between = passed * channel->tCK_fs != now;

    return (Waiting){ .seen = passed + between + channel->latency_cycles,
                      .arrived = now,
                      .req = req,
                      .row = place.row,
                      .column = place.column,
                      .bank = (uint16_t)place.bank,
                      .op = req->op,
                      .tells = tells };
}

/* An entry that is in nobody's list; there is a free one. */
static inline Entry *window_entry(Channel *channel, const Waiting *waiting)
{
    Entry *entry = channel->free;

    channel->free = entry->next;
    entry->next = NULL;
    entry->seen = waiting->seen;
    entry->arrived = waiting->arrived;
    entry->req = waiting->req;
    entry->row = waiting->row;
    entry->column = waiting->column;
    entry->bank = waiting->bank;
    entry->op = waiting->op;
    entry->tells = waiting->tells;
    entry->begun = false;
    return entry;
}

/* The first that waits before the windows. */
static inline void window_wait(Channel *channel, const Waiting *waiting)
{
    channel->first = window_entry(channel, waiting);
}

/* Whether a burst that arrives now is the first that waits, without a further look. */
static inline bool window_is_next(const Channel *channel, Tick now)
{
    return !channel->first && channel->deciding && clock_is_at(channel->clock, now);
}

/* Whether a write to the place waits: a read is served from it, a write is merged with it. */
static inline bool window_has_write(Channel *channel, uint32_t b, uint32_t row, uint32_t column,
                                    ReqOp op)
{
    if (channel->size[REQ_WRITE] == 0)
        return false;
    if (*writes_to(channel, b, row, column) == 0) /* 5 % of the time of a vector add on an A100 */
        return false;
    const Entry *entry = channel->lanes[REQ_WRITE][b].head;

    while (entry && (entry->row != row || entry->column != column))
        entry = entry->next;
    if (!entry)
        return false;
    channel->stats.forwarded += op == REQ_READ;
    channel->stats.merged += op == REQ_WRITE;
    return true;
}

/* The entry goes into its window and its lane.  Returns whether it is the first of its kind there.  Inline, as window_enter is: a call
 * is 1 to 2 % of the instructions of a sequential read. */
static inline __attribute__((always_inline)) bool window_take_in(Channel *channel, Entry *entry,
                                                                 Cycle now)
{
    if (channel->next_order >> ORDER_BITS) {
        channel_number_again(channel);
        if (!channel->lone.on)
            channel_claim_again(channel, channel->dir);
    }
    entry->order = (uint16_t)channel->next_order++;
    size_grows(channel, entry->op, now);
    bus_times_enter(&channel->buses, entry->bank, entry->seen);
    return lane_append(channel, entry);
}

/* window_enter where all requests are for one bank. */
bool window_enter_lone(Channel *channel, Entry *entry, Cycle now);

/* At clock edge now.  Returns whether the next command may be another one: a request behind others of its kind changes nothing,
 * and one of the direction that is not served only when its row would time out. */
static inline __attribute__((always_inline)) bool window_enter(Channel *channel, Entry *entry,
                                                               Cycle now)
{
    const ReqOp op = entry->op;

    if (channel->lone.on)
        return window_enter_lone(channel, entry, now);
    const bool first = window_take_in(channel, entry, now);

    if (!first || op != channel->dir)
        return channel_turns(channel) || (first && channel->page == PAGE_TIMEOUT);
    if (!channel->streak.on)
        arb_renew(channel, entry->bank);
    else if (channel->lanes[op][entry->bank].miss)
        channel_leave_streak(channel);
    else
        channel->streak.entry = NULL;
    return true;
}

/* The first of those that wait has gone: it is the next one now. */
static inline void window_next(Channel *channel)
{
    WaitingQueue *queue = &channel->queue;

    channel->first = NULL;
    if (queue->count == 0)
        return;
    queue->count--;
    __builtin_prefetch(
        &queue->ring[(queue->head + 4) & queue->mask]); /* of thousands the host has none at hand */
    window_wait(channel, &queue->ring[queue->head++ & queue->mask]);
}

/* Served by a write that waits: it needs no place in the window. */
void window_serve_first(Channel *channel, Cycle now);

/* Whether the first of those that wait before the windows may go in, or be served by a write that waits. */
static inline bool window_may_admit(const Channel *channel)
{
    const Entry *first = channel->first;

    return first &&
           (!channel->first_unserved || channel->size[first->op] < channel->capacity[first->op]);
}

/* Let in those that wait before the windows, in order, while there is room; while deciding ahead, all but the last. */
static inline void window_admit(Channel *channel, Cycle now)
{
    while (channel->first && (channel->queue.count > 0 || !channel->ahead.deciding)) {
        Entry *entry = channel->first;
        const bool unserved = channel->first_unserved;

        if (!unserved &&
            window_has_write(channel, entry->bank, entry->row, entry->column, entry->op)) {
            window_serve_first(channel, now);
            continue;
        }
        if (channel->size[entry->op] == channel->capacity[entry->op]) {
            channel->first_unserved = true;
            return;
        }
        if (unserved)
            channel->first_unserved = false;
        window_next(channel);
        entry->seen = cycle_max(entry->seen, now + 1);
        window_enter(channel, entry, now);
        if (entry->tells)
            channel->hooks->accepted(channel->owner, entry->req, now * channel->tCK_fs);
    }
    channel->ahead.admits = channel->ahead.deciding;
}

#endif
