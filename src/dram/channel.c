/*
 * channel - arrival and decisions: what the controller does with the scheduler's picks.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/channel.h"

#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"

/* ---- choosing ---- */

static void choose(Channel *channel)
{
    channel->arb->choose(channel);
    if (channel->best[BUS_ROW].when >= channel->next_refresh &&
        channel->next_refresh != CYCLE_NEVER)
        channel_consider_refresh(channel, channel->next_refresh);
    if (channel->rotation.held_since != CYCLE_NEVER)
        channel_consider_refresh(channel, channel->rotation.held_since);
    if (channel->page == PAGE_TIMEOUT)
        channel_consider_timeouts(channel);
}

/* The next command, or the time to hold banks for their refresh. */
static inline Cycle next_cycle(const Channel *channel)
{
    const Cycle when = MIN(channel->best[BUS_COLUMN].when, channel->best[BUS_ROW].when);

    return when == CYCLE_NEVER ? CYCLE_NEVER : MIN(when, channel->rotation.hold_at);
}

static Tick next_wake(const Channel *channel)
{
    const Cycle when = next_cycle(channel);

    return when == CYCLE_NEVER ? TICK_PENDING : when * channel->tCK_fs;
}

/* ---- arrival ---- */

/* Whether a write to the place waits. */
static bool write_waits(const Channel *channel, const Place *place)
{
    int16_t index = channel->banks[place->bank].lane[REQ_WRITE].head;

    while (index >= 0 && (channel->entries[index].row != place->row ||
                          channel->entries[index].column != place->column))
        index = channel->entries[index].next;
    return index >= 0;
}

/* Let a burst in at clock edge now, if there is room. */
static BurstStatus admit(Channel *channel, const Waiting *w, Cycle now, Tick *when)
{
    const Burst *burst = &w->burst;

    if (channel->banks[burst->place.bank].lane[REQ_WRITE].head >= 0 &&
        write_waits(channel, &burst->place)) {
        channel->stats.forwarded += burst->op == REQ_READ;
        channel->stats.merged += burst->op == REQ_WRITE;
        *when = (now + (burst->op == REQ_READ)) * channel->tCK_fs;
        *when = MAX(*when, w->arrived);
        return BURST_DONE;
    }
    if (channel->size[burst->op] == channel->capacity[burst->op])
        return BURST_WAITS;
    const int16_t index = channel->free;
    Entry *entry = &channel->entries[index];

    channel->free = entry->next;
    entry->seen = w->seen;
    entry->order = channel->next_order++;
    entry->row = burst->place.row;
    entry->column = burst->place.column;
    entry->bank = (uint16_t)burst->place.bank;
    entry->op = (uint8_t)burst->op;
    entry->begun = false;
    entry->arrived = w->arrived;
    entry->burst = *burst;
    lane_append(channel, burst->place.bank, index);
    /* One behind others of its kind changes nothing. */
    const Lane *lane = &channel->banks[burst->place.bank].lane[burst->op];

    if (lane->hit == index || lane->miss == index)
        channel->arb->renew(channel, burst->place.bank, burst->op);
    size_changed(channel, burst->op, channel->size[burst->op] + 1, now);
    bus_times_enter(&channel->buses, burst->place.bank, w->seen);
    return BURST_ACCEPTED;
}

static void push_waiting(Channel *channel, const Waiting *w)
{
    if (channel->queue_count == channel->queue_size) {
        const uint32_t size = channel->queue_size * 2;
        Waiting *queue = g_new(Waiting, size);

        for (uint32_t i = 0; i < channel->queue_count; i++)
            queue[i] = channel->queue[(channel->queue_head + i) & (channel->queue_size - 1)];
        g_free(channel->queue);
        channel->queue = queue;
        channel->queue_size = size;
        channel->queue_head = 0;
    }
    channel->queue[(channel->queue_head + channel->queue_count++) & (channel->queue_size - 1)] = *w;
}

/* Let in those that wait, in order, while there is room. */
static void admit_waiting(Channel *channel, Cycle now)
{
    while (channel->queue_count) {
        Waiting w = channel->queue[channel->queue_head];
        Tick when = 0;

        w.seen = cycle_max(w.seen, now + 1);
        const BurstStatus status = admit(channel, &w, now, &when);

        if (status == BURST_WAITS)
            return;
        channel->queue_head = (channel->queue_head + 1) & (channel->queue_size - 1);
        channel->queue_count--;
        channel->hooks->accepted(channel->owner, &w.burst, now * channel->tCK_fs);
        if (status == BURST_DONE && w.burst.op == REQ_READ)
            channel->hooks->completed(channel->owner, &w.burst, w.arrived, when);
    }
}

/* A burst has come in at a time between two decisions. */
static void take_in(Channel *channel, const Waiting *w, ReqOp mode_before, bool was_empty)
{
    const ReqOp op = w->burst.op;

    if (was_empty || channel->mode_next != mode_before || channel->page == PAGE_TIMEOUT)
        choose(channel);
    else if (op == channel->mode_next) {
        const uint32_t b = w->burst.place.bank;
        const Lane *lane = &channel->banks[b].lane[op];
        const bool first_hit = lane->hit == lane->tail, first_other = lane->miss == lane->tail;

        if (first_hit || first_other) {
            /* A first hit may keep a precharge back; a first other one may end the share of a row. */
            if ((first_hit && lane->miss >= 0) || (first_other && channel->row_hit_cap))
                choose(channel);
            else
                channel->arb->improve(channel, b);
        }
    } else
        return;
    const Tick wake = next_wake(channel);

    if (wake != channel->wake_fs) {
        channel->wake_fs = wake;
        if (wake != TICK_PENDING)
            sim_at(channel->sim, wake, &channel->event);
    }
}

BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when)
{
    const Cycle passed = channel->deciding ? channel->now : now / channel->tCK_fs;
    const bool between = passed * channel->tCK_fs != now;
    const Waiting w = { .burst = *burst,
                        .seen = passed + between + channel->latency_cycles,
                        .arrived = now };

    if (channel->deciding || channel->queue_count || now == channel->wake_fs) {
        push_waiting(channel, &w);
        return BURST_WAITS;
    }
    const bool was_empty = channel_is_empty(channel);

    if (was_empty)
        channel_catch_up(channel, passed);
    mode_passed(channel, passed);
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], passed + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], passed + 1);
    const ReqOp mode_before = channel->mode_next;
    const BurstStatus status = admit(channel, &w, passed, when);

    if (status == BURST_ACCEPTED)
        take_in(channel, &w, mode_before, was_empty);
    else if (status == BURST_WAITS)
        push_waiting(channel, &w);
    return status;
}

/* ---- decisions ---- */

static void decide_one_bus(Channel *channel, Cycle now)
{
    const Pick *column = &channel->best[BUS_COLUMN], *row = &channel->best[BUS_ROW];
    const bool row_first =
        row->when < column->when || (row->when == column->when && row->key < column->key);
    const Bus bus = row_first ? BUS_ROW : BUS_COLUMN;

    mode_passed(channel, now - 1);
    if (channel->best[bus].key >= KEY_WAITING)
        channel->mode = channel->mode_next;
    else
        channel->mode_since =
            now; /* an active request or a refresh went first: nobody has looked */
    channel_issue(channel, bus, now);
}

static void decide_two_buses(Channel *channel, Cycle now)
{
    const Pick *row = &channel->best[BUS_ROW];
    bool looked = true; /* at the sizes, before the row command */

    mode_passed(channel, now - 1);
    if (channel->best[BUS_COLUMN].when == now) {
        if (channel->best[BUS_COLUMN].key >= KEY_WAITING)
            channel->mode = channel->mode_next;
        const ReqOp mode = channel->mode_next;
        const uint32_t bank = channel->best[BUS_COLUMN].place;

        channel_issue(channel, BUS_COLUMN, now);
        channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now);
        looked = now < channel->next_refresh && (row->when != now || row->key != KEY_REFRESH);
        if (looked)
            channel->mode = channel->mode_next = look_at_sizes(channel);
        /* A transfer leaves row commands of other banks as they were. */
        if (mode != channel->mode_next ||
            (row->when == now && (row->key < KEY_WAITING || row->place == bank)))
            choose(channel);
    }
    if (row->when == now) {
        if (looked && now < channel->next_refresh)
            channel->mode = channel->mode_next;
        channel_issue(channel, BUS_ROW, now);
    }
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], now + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now + 1);
}

static void decide(Channel *channel, Cycle now)
{
    channel->deciding = true;
    channel->now = now;
    channel->stats.decisions++;
    if (now == channel->rotation.hold_at) {
        channel_hold(channel, now);
        choose(channel);
    }
    if (next_cycle(channel) > now)
        ; /* nothing but held banks */
    else if (channel->two_buses)
        decide_two_buses(channel, now);
    else
        decide_one_bus(channel, now);
    admit_waiting(channel, now);
    if (channel_is_empty(channel))
        channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    else
        choose(channel);
    channel->wake_fs = next_wake(channel);
    channel->deciding = false;
}

void channel_fires(Event *event, Tick now)
{
    Channel *channel = event->owner;

    if (now != channel->wake_fs)
        return; /* decided otherwise since */
    do
        decide(channel, next_cycle(channel));
    while (channel->wake_fs != TICK_PENDING && sim_go_on(channel->sim, channel->wake_fs));
    if (channel->wake_fs != TICK_PENDING)
        sim_at(channel->sim, channel->wake_fs, &channel->event);
}
