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

/* An entry that is in nobody's list; there is a free one. */
static inline Entry *entry_new(Channel *channel, const Burst *burst, Cycle seen, Tick arrived)
{
    Entry *entry = channel->free;

    channel->free = entry->next;
    entry->next = NULL;
    entry->seen = seen;
    entry->row = burst->place.row;
    entry->column = burst->place.column;
    entry->bank = (uint16_t)burst->place.bank;
    entry->op = (uint8_t)burst->op;
    entry->begun = false;
    entry->arrived = arrived;
    entry->req = burst->req;
    entry->bundle = burst->bundle;
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

static inline void push_waiting(Channel *channel, Entry *entry)
{
    if (channel->queue)
        channel->queue_tail->next = entry;
    else
        channel->queue = entry;
    channel->queue_tail = entry;
}

/* Served by a write that waits: it needs no place in the window. */
static void serve_waiting(Channel *channel, Entry *entry, Cycle now)
{
    Req *req = entry->req;
    Bundle *bundle = entry->bundle;
    const Tick arrived = entry->arrived;
    const bool read = entry->op == REQ_READ;

    entry->next = channel->free;
    channel->free = entry;
    channel->hooks->accepted(channel->owner, req, bundle, now * channel->tCK_fs);
    if (read)
        channel->hooks->completed(channel->owner, req, bundle, arrived,
                                  MAX((now + 1) * channel->tCK_fs, arrived));
}

void channel_admit(Channel *channel, Cycle now)
{
    while (channel->queue) {
        Entry *entry = channel->queue;
        const bool unserved = channel->head_unserved;

        if (!unserved && write_waits(channel, entry->bank, entry->row, entry->column, entry->op)) {
            channel->queue = entry->next;
            serve_waiting(channel, entry, now);
            continue;
        }
        if (channel->size[entry->op] == channel->capacity[entry->op]) {
            channel->head_unserved = true;
            return;
        }
        channel->queue = entry->next;
        if (unserved)
            channel->head_unserved = false;
        /* Of thousands in a queue the host has none at hand: up to 4 % of the time of a vector add on an A100. */
        if (entry->next) {
            __builtin_prefetch(entry->next->next, 1);
            __builtin_prefetch(entry->next->bundle, 1);
        }
        entry->seen = cycle_max(entry->seen, now + 1);
        enter(channel, entry, now);
        channel->hooks->accepted(channel->owner, entry->req, entry->bundle, now * channel->tCK_fs);
    }
}

/* No burst waits before the windows, and the edges up to passed are over. */
static G_GNUC_NO_INLINE BurstStatus arrive_at_windows(Channel *channel, const Burst *burst,
                                                      Cycle passed, Cycle seen, Tick now,
                                                      Tick *when)
{
    const bool alone = channel_is_empty(channel);

    if (alone)
        channel_catch_up(channel, passed);
    edges_passed(channel, passed);
    if (write_waits(channel, burst->place.bank, burst->place.row, burst->place.column, burst->op)) {
        *when = MAX((passed + (burst->op == REQ_READ)) * channel->tCK_fs, now);
        return BURST_DONE;
    }
    Entry *entry = entry_new(channel, burst, seen, now);

    if (channel->size[burst->op] == channel->capacity[burst->op]) {
        push_waiting(channel, entry);
        return BURST_WAITS;
    }
    if (alone && channel->lone.possible && channel->rotation.held_since == CYCLE_NEVER) {
        take_in(channel, entry, passed);
        lone_begin(channel, entry);
        return BURST_CHANGES;
    }
    return enter(channel, entry, passed) ? BURST_CHANGES : BURST_ACCEPTED;
}

/* There is a free entry, and passed is the last edge. */
static inline BurstStatus arrive(Channel *channel, const Burst *burst, Cycle passed, Tick now,
                                 Tick *when)
{
    const bool between = passed * channel->tCK_fs != now;
    const Cycle seen = passed + between + channel->latency_cycles;

    if (channel->deciding || channel->queue || (passed == channel->ticker.wake && !between)) {
        push_waiting(channel, entry_new(channel, burst, seen, now));
        return BURST_WAITS;
    }
    return arrive_at_windows(channel, burst, passed, seen, now, when);
}

static G_GNUC_NO_INLINE BurstStatus arrive_slowly(Channel *channel, const Burst *burst, Tick now,
                                                  Tick *when)
{
    if (!channel->free)
        channel_grow_entries(channel);
    return arrive(channel, burst, clock_edge(channel->clock, now), now, when);
}

/* What calls others before it is at its end, and so has registers to save, stands apart: sequential reads take 3 % less time. */
BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when)
{
    const Clock *clock = channel->clock;

    if (G_UNLIKELY(!channel->free || !clock_is_at(clock, now)))
        return arrive_slowly(channel, burst, now, when);
    return arrive(channel, burst, clock->now, now, when);
}

void channel_changed(Channel *channel)
{
    clock_wake_at(&channel->ticker, channel_choose(channel));
}
