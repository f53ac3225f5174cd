/*
 * channel_arrive - bursts that arrive, and what becomes of them.  See channel.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/window.h"

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
        window_arrival(channel, burst->place, burst->req, burst->tells, passed, now);
    return BURST_WAITS;
}

static inline BurstStatus wait_first(Channel *channel, const Burst *burst, Cycle passed, Tick now)
{
    const Waiting waiting =
        window_arrival(channel, burst->place, burst->req, burst->tells, passed, now);

    window_wait(channel, &waiting);
    return BURST_WAITS;
}

/* Served by a write that waits: it needs no place in the window. */
void window_serve_first(Channel *channel, Cycle now)
{
    Entry *entry = channel->first;
    Req *const req = entry->req;
    const Tick arrived = entry->arrived;
    const bool read = entry->op == REQ_READ, tells = entry->tells;

    entry_free(channel, entry);
    window_next(channel);
    if (tells)
        channel->hooks->accepted(channel->owner, req, now * channel->tCK_fs);
    if (read)
        channel->hooks->completed(channel->owner, req, arrived,
                                  MAX((now + 1) * channel->tCK_fs, arrived));
}

bool window_enter_lone(Channel *channel, Entry *entry, Cycle now)
{
    if (lone_takes(channel, entry)) {
        channel->lone.only = NULL;
        return window_take_in(channel, entry, now) || channel_turns(channel);
    }
    lone_end(channel);
    window_enter(channel, entry, now);
    return true;
}

/* No burst waits before the windows, and the edges up to passed are over. */
static G_GNUC_NO_INLINE BurstStatus arrive_at_windows(Channel *channel, const Burst *burst,
                                                      Cycle passed, Tick now, Tick *when)
{
    const Place *place = &burst->place;
    const ReqOp op = burst->op;
    const bool alone = channel_is_empty(channel);

    if (alone)
        channel_catch_up(channel, passed);
    edges_passed(channel, passed);
    if (window_has_write(channel, place->bank, place->row, place->column, op)) {
        *when = MAX((passed + (op == REQ_READ)) * channel->tCK_fs, now);
        return BURST_DONE;
    }
    if (channel->size[op] == channel->capacity[op])
        return wait_first(channel, burst, passed, now);
    const Waiting waiting = window_arrival(channel, *place, burst->req, burst->tells, passed, now);
    Entry *entry = window_entry(channel, &waiting);

    if (alone && channel->lone.possible && channel->rotation.held_since == CYCLE_NEVER) {
        window_take_in(channel, entry, passed);
        lone_begin(channel, entry->bank, entry);
        return BURST_CHANGES;
    }
    return window_enter(channel, entry, passed) ? BURST_CHANGES : BURST_ACCEPTED;
}

static inline BurstStatus arrive(Channel *channel, const Burst *burst, Cycle passed, Tick now,
                                 Tick *when)
{
    if (channel->first)
        return wait_behind(channel, burst, passed, now);
    if (channel->deciding || (passed == channel->ticker.wake && passed * channel->tCK_fs == now))
        return wait_first(channel, burst, passed, now);
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
