/*
 * channel_arrive - bursts on their way into the windows.  See channel.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"
#include "dram/lone.h"

/* Whether a write to the place waits: a read is served from it, a write is merged with it. */
static inline bool write_waits(Channel *channel, uint32_t b, uint32_t row, uint32_t column,
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

/* A burst that arrives; passed is the last edge. */
static inline Waiting waiting_of(const Channel *channel, const Burst *burst, Cycle passed, Tick now)
{
    const bool between = passed * channel->tCK_fs != now;

    return (Waiting){ .seen = passed + between + channel->latency_cycles,
                      .arrived = now,
                      .req = burst->req,
                      .row = burst->place.row,
                      .column = burst->place.column,
                      .bank = (uint16_t)burst->place.bank,
                      .op = (uint8_t)burst->op,
                      .tells = burst->tells };
}

/* An entry that is in nobody's list; there is a free one. */
static inline Entry *entry_new(Channel *channel, const Waiting *waiting)
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

/* The entry goes into its window and its lane.  Returns whether it is the first of its kind there.  Inline, as enter is: a call
 * is 1 to 2 % of the instructions of a sequential read. */
static inline __attribute__((always_inline)) bool take_in(Channel *channel, Entry *entry, Cycle now)
{
    if (channel->next_order >> ORDER_BITS) {
        channel_number_again(channel);
        channel_claim_again(channel, channel->dir);
    }
    entry->order = (uint16_t)channel->next_order++;
    size_grows(channel, entry->op, now);
    bus_times_enter(&channel->buses, entry->bank, entry->seen);
    return lane_append(channel, entry);
}

/* At clock edge now.  Returns whether the next command may be another one: a request behind others of its kind changes nothing,
 * and one of the direction that is not served only when its row would time out. */
static inline __attribute__((always_inline)) bool enter(Channel *channel, Entry *entry, Cycle now)
{
    const ReqOp op = entry->op;
    const bool was_lone = channel->lone.entry != NULL;

    if (was_lone)
        lone_end(channel);
    const bool first = take_in(channel, entry, now);

    if (!first || op != channel->dir)
        return was_lone || channel_turns(channel) || (first && channel->page == PAGE_TIMEOUT);
    if (!channel->streak.on)
        arb_renew(channel, entry->bank);
    else if (channel->lanes[op][entry->bank].miss)
        channel_leave_streak(channel);
    else
        channel->streak.entry = NULL;
    return true;
}

static G_GNUC_NO_INLINE void grow_queue(WaitingQueue *queue)
{
    const uint32_t wider = 2 * (queue->mask + 1);
    Waiting *ring = g_new(Waiting, wider);

    for (uint32_t i = 0; i < queue->count; i++)
        ring[i] = queue->ring[(queue->head + i) & queue->mask];
    g_free(queue->ring);
    *queue = (WaitingQueue){ .ring = ring, .count = queue->count, .mask = wider - 1 };
}

static G_GNUC_NO_INLINE BurstStatus wait_behind(Channel *channel, const Burst *burst, Cycle passed,
                                                Tick now)
{
    WaitingQueue *queue = &channel->queue;

    if (G_UNLIKELY(queue->count > queue->mask))
        grow_queue(queue);
    queue->ring[(queue->head + queue->count++) & queue->mask] =
        waiting_of(channel, burst, passed, now);
    return BURST_WAITS;
}

static inline BurstStatus wait_first(Channel *channel, const Waiting *waiting)
{
    channel->first = entry_new(channel, waiting);
    return BURST_WAITS;
}

/* The first of those that wait has gone: it is the next one now. */
static inline void next_waits(Channel *channel)
{
    WaitingQueue *queue = &channel->queue;

    channel->first = NULL;
    if (queue->count == 0)
        return;
    queue->count--;
    __builtin_prefetch(
        &queue->ring[(queue->head + 4) & queue->mask]); /* of thousands the host has none at hand */
    channel->first = entry_new(channel, &queue->ring[queue->head++ & queue->mask]);
}

/* Served by a write that waits: it needs no place in the window. */
static void serve_first(Channel *channel, Cycle now)
{
    Entry *entry = channel->first;
    Req *const req = entry->req;
    const Tick arrived = entry->arrived;
    const bool read = entry->op == REQ_READ, tells = entry->tells;

    entry_free(channel, entry);
    next_waits(channel);
    if (tells)
        channel->hooks->accepted(channel->owner, req, now * channel->tCK_fs);
    if (read)
        channel->hooks->completed(channel->owner, req, arrived,
                                  MAX((now + 1) * channel->tCK_fs, arrived));
}

void channel_admit(Channel *channel, Cycle now)
{
    while (channel->first && (channel->queue.count > 0 || !channel->ahead.deciding)) {
        Entry *entry = channel->first;
        const bool unserved = channel->first_unserved;

        if (!unserved && write_waits(channel, entry->bank, entry->row, entry->column, entry->op)) {
            serve_first(channel, now);
            continue;
        }
        if (channel->size[entry->op] == channel->capacity[entry->op]) {
            channel->first_unserved = true;
            return;
        }
        if (unserved)
            channel->first_unserved = false;
        next_waits(channel);
        entry->seen = cycle_max(entry->seen, now + 1);
        enter(channel, entry, now);
        if (entry->tells)
            channel->hooks->accepted(channel->owner, entry->req, now * channel->tCK_fs);
    }
    channel->ahead.admits = channel->ahead.deciding;
}

/* No burst waits before the windows, and the edges up to passed are over. */
static G_GNUC_NO_INLINE BurstStatus arrive_at_windows(Channel *channel, const Burst *burst,
                                                      Cycle passed, Tick now, Tick *when)
{
    const Waiting waiting = waiting_of(channel, burst, passed, now);
    const ReqOp op = burst->op;
    const bool alone = channel_is_empty(channel);

    if (alone)
        channel_catch_up(channel, passed);
    edges_passed(channel, passed);
    if (write_waits(channel, waiting.bank, waiting.row, waiting.column, op)) {
        *when = MAX((passed + (op == REQ_READ)) * channel->tCK_fs, now);
        return BURST_DONE;
    }
    if (channel->size[op] == channel->capacity[op])
        return wait_first(channel, &waiting);
    Entry *entry = entry_new(channel, &waiting);

    if (alone && channel->lone.possible && channel->rotation.held_since == CYCLE_NEVER) {
        take_in(channel, entry, passed);
        lone_begin(channel, entry);
        return BURST_CHANGES;
    }
    return enter(channel, entry, passed) ? BURST_CHANGES : BURST_ACCEPTED;
}

static inline BurstStatus arrive(Channel *channel, const Burst *burst, Cycle passed, Tick now,
                                 Tick *when)
{
    if (channel->first)
        return wait_behind(channel, burst, passed, now);
    if (channel->deciding || (passed == channel->ticker.wake && passed * channel->tCK_fs == now)) {
        const Waiting waiting = waiting_of(channel, burst, passed, now);

        return wait_first(channel, &waiting);
    }
    return arrive_at_windows(channel, burst, passed, now, when);
}

static G_GNUC_NO_INLINE BurstStatus arrive_slowly(Channel *channel, const Burst *burst, Tick now,
                                                  Tick *when)
{
    return arrive(channel, burst, clock_edge(channel->clock, now), now, when);
}

/* What calls others before it is at its end, and so has registers to save, stands apart: sequential reads take 3 % less time. */
BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when)
{
    const Clock *clock = channel->clock;

    if (G_UNLIKELY(!clock_is_at(clock, now)))
        return arrive_slowly(channel, burst, now, when);
    return arrive(channel, burst, clock->now, now, when);
}

void channel_changed(Channel *channel)
{
    clock_wake_at(&channel->ticker, channel_choose(channel));
}
