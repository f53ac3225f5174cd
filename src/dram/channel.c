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

/* The direction that is served has changed, or the order of the requests: work out all claims again. */
static void claim_again(Channel *channel, ReqOp dir)
{
    channel->dir = dir;
    channel->stale[BUS_COLUMN] = channel->stale[BUS_ROW] = true;
    for (uint32_t w = 0; w < channel->bank_words; w++) {
        channel->hits[w] = channel->closes[w] = channel->opens[w] = 0;
        for (uint64_t bits = channel->waiting[dir][w]; bits; bits &= bits - 1)
            channel->arb->renew(channel, w * 64 + (uint32_t)__builtin_ctzll(bits));
    }
}

static inline void choose_row(Channel *channel)
{
    const Pick *best = &channel->best[BUS_ROW];

    if (channel->stale[BUS_ROW] || best->when < channel->bus_free[BUS_ROW] || best->entry < 0) {
        channel->arb->choose(channel, BUS_ROW);
        channel->stale[BUS_ROW] = false;
    }
    /* Not before it can be the next command: what it waits for is looked up then. */
    if (MIN(best->when, channel->best[BUS_COLUMN].when) >= channel->next_refresh &&
        channel->next_refresh != CYCLE_NEVER)
        channel_consider_refresh(channel, channel->next_refresh);
    if (channel->rotation.held_since != CYCLE_NEVER)
        channel_consider_refresh(channel, channel->rotation.held_since);
    if (channel->page == PAGE_TIMEOUT)
        channel_consider_timeouts(channel);
}

static inline void choose_column(Channel *channel)
{
    if (channel->stale[BUS_COLUMN] ||
        channel->best[BUS_COLUMN].when < channel->bus_free[BUS_COLUMN]) {
        channel->arb->choose(channel, BUS_COLUMN);
        channel->stale[BUS_COLUMN] = false;
    }
}

static void choose(Channel *channel)
{
    if (channel->parts.transfer.when != CYCLE_NEVER)
        return; /* that is the next command */
    if (channel->dir != channel->mode_next)
        claim_again(channel, channel->mode_next);
    choose_column(channel);
    choose_row(channel);
}

/* The next command, or the time from which banks are held for their refresh. */
static inline Cycle next_cycle(const Channel *channel)
{
    const Cycle when = channel->parts.pending
                           ? channel_second_part(channel)
                           : MIN(channel->best[BUS_COLUMN].when, channel->best[BUS_ROW].when);

    return when == CYCLE_NEVER ? CYCLE_NEVER : MIN(when, channel->rotation.hold_at);
}

static Tick next_wake(const Channel *channel)
{
    const Cycle when = next_cycle(channel);

    return when == CYCLE_NEVER ? TICK_PENDING : when * channel->tCK_fs;
}

static void sleep_until(Channel *channel, Tick wake)
{
    if (wake == channel->wake_fs)
        return;
    channel->wake_fs = wake;
    if (wake != TICK_PENDING)
        sim_at(channel->sim, wake, &channel->event);
}

/* ---- arrival ---- */

/* Whether a write to the place waits: a read is served from it, a write is merged with it. */
static bool write_waits(Channel *channel, const Place *place, ReqOp op)
{
    int32_t index = channel->banks[place->bank].lane[REQ_WRITE].head;

    while (index >= 0 && (channel->entries[index].row != place->row ||
                          channel->entries[index].column != place->column))
        index = channel->entries[index].next;
    if (index < 0)
        return false;
    channel->stats.forwarded += op == REQ_READ;
    channel->stats.merged += op == REQ_WRITE;
    return true;
}

/* An entry that is in nobody's list. */
static int32_t entry_new(Channel *channel, const Burst *burst, Cycle seen, Tick arrived)
{
    if (channel->free < 0)
        channel_grow_entries(channel);
    const int32_t index = channel->free;
    Entry *entry = &channel->entries[index];

    channel->free = entry->next;
    *entry = (Entry){ .seen = seen,
                      .row = burst->place.row,
                      .column = burst->place.column,
                      .next = NONE,
                      .bank = (uint16_t)burst->place.bank,
                      .op = (uint8_t)burst->op,
                      .arrived = arrived,
                      .req = burst->req,
                      .bundle = burst->bundle };
    return index;
}

/* The entry goes into its window at clock edge now. */
static void enter(Channel *channel, int32_t index, Cycle now)
{
    Entry *entry = &channel->entries[index];
    const uint32_t b = entry->bank;
    const ReqOp op = entry->op;

    if (channel->next_order >> ORDER_BITS) {
        channel_number_again(channel);
        claim_again(channel, channel->dir);
    }
    entry->order = (uint16_t)channel->next_order++;
    lane_append(channel, b, index);
    size_changed(channel, op, channel->size[op] + 1, now);
    bus_times_enter(&channel->buses, b, entry->seen);
    /* One behind others of its kind changes nothing. */
    const Lane *lane = &channel->banks[b].lane[op];

    if (op == channel->dir && (lane->hit == index || lane->miss == index))
        arb_renew(channel, b);
}

static void push_waiting(Channel *channel, int32_t index)
{
    if (channel->queue >= 0)
        channel->entries[channel->queue_tail].next = index;
    else
        channel->queue = index;
    channel->queue_tail = index;
}

/* Let in those that wait, in order, while there is room. */
static void admit_waiting(Channel *channel, Cycle now)
{
    while (channel->queue >= 0) {
        const int32_t index = channel->queue;
        Entry *entry = &channel->entries[index];
        const Entry was = *entry;
        const Place place = { .bank = was.bank, .row = was.row, .column = was.column };
        const bool served = write_waits(channel, &place, was.op);

        if (!served && channel->size[was.op] == channel->capacity[was.op])
            return;
        channel->queue = was.next;
        if (served) {
            entry->next = channel->free;
            channel->free = index;
        } else {
            entry->seen = cycle_max(was.seen, now + 1);
            enter(channel, index, now);
        }
        channel->hooks->accepted(channel->owner, was.req, was.bundle, now * channel->tCK_fs);
        if (served && was.op == REQ_READ)
            channel->hooks->completed(channel->owner, was.req, was.bundle, was.arrived,
                                      MAX((now + 1) * channel->tCK_fs, was.arrived));
    }
}

BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when)
{
    const Cycle passed = channel->deciding ? channel->now : now / channel->tCK_fs;
    const bool between = passed * channel->tCK_fs != now;
    const Cycle seen = passed + between + channel->latency_cycles;

    if (channel->deciding || channel->queue >= 0 || now == channel->wake_fs) {
        push_waiting(channel, entry_new(channel, burst, seen, now));
        return BURST_WAITS;
    }
    if (channel_is_empty(channel))
        channel_catch_up(channel, passed);
    mode_passed(channel, passed);
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], passed + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], passed + 1);
    if (write_waits(channel, &burst->place, burst->op)) {
        *when = MAX((passed + (burst->op == REQ_READ)) * channel->tCK_fs, now);
        return BURST_DONE;
    }
    const int32_t index = entry_new(channel, burst, seen, now);

    if (channel->size[burst->op] == channel->capacity[burst->op]) {
        push_waiting(channel, index);
        return BURST_WAITS;
    }
    enter(channel, index, passed);
    choose(channel);
    sleep_until(channel, next_wake(channel));
    return BURST_ACCEPTED;
}

/* ---- decisions ---- */

static void decide_one_bus(Channel *channel, Cycle now)
{
    const Bus bus = channel_first_bus(channel);

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
        channel_issue(channel, BUS_COLUMN, now);
        channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now);
        looked = now < channel->next_refresh && (row->when != now || row->key != KEY_REFRESH);
        if (looked)
            channel->mode = channel->mode_next = look_at_sizes(channel);
        if (channel->dir != channel->mode_next)
            claim_again(channel, channel->mode_next);
        choose_row(channel);
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
        mode_passed(channel, now); /* there was nothing but for the banks that are held */
    else if (channel->two_buses)
        decide_two_buses(channel, now);
    else if (!channel->parts.used || !channel_two_parts(channel, now))
        decide_one_bus(channel, now);
    admit_waiting(channel, now);
    if (channel_is_empty(channel)) {
        channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
        channel->stale[BUS_COLUMN] = channel->stale[BUS_ROW] = true;
    } else
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
