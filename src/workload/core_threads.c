/*
 * core_threads - what the threads of a warp ask for together, and how its pieces become one again.  See core_state.h.
 *
 * The threads go on when all of them have their data: an access waits until there are slots for all, its pieces are
 * issued one behind the other, and the slots are given back together.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

uint32_t core_slots_of(const Core *core, const Access *access)
{
    const uint32_t slot_bytes = core->config.streams[access->stream].slot_bytes;

    if (slot_bytes == 0)
        return 1;
    return MIN((access->bytes + slot_bytes - 1) / slot_bytes, core->config.window);
}

/* What threads with loops ask for later takes slots that are theirs already. */
void core_begin_block(Core *core, uint32_t threads)
{
    core->fresh = MIN(threads, core->config.window);
    core->has_read = false;
}

/* Whether the access is the first of threads that have just been launched.  They ask for all that they read before they wait;
 * they write what they have read, if they read at all. */
static bool is_first(const Core *core, const Access *access)
{
    return core->fresh > 0 && !(access_writes(access->op) && core->has_read);
}

Tick core_slot_time(const Core *core, const Access *access, uint32_t slots)
{
    const Tick when = clocks_slot_time(&core->clocks, slots);

    return when == TICK_PENDING || !is_first(core, access) ? when
                                                           : when + core->config.block_launch_fs;
}

static void take_first_slots(Core *core, const Access *access, uint32_t slots)
{
    if (is_first(core, access))
        core->fresh -= MIN(core->fresh, slots);
    core->has_read = core->has_read || !access_writes(access->op);
}

/* The time of a piece is known. */
static void piece_known(Core *core, Flight *whole, Tick when)
{
    whole->arrival_fs = tick_later(whole->arrival_fs, when);
    if (--whole->awaited > 0)
        return;
    core->clocks.sums.latency_fs +=
        (FineTime)(whole->pieces - 1) * (whole->arrival_fs - whole->issued_fs);
    core_flight_known(core, whole, whole->arrival_fs);
    core_data_known(core);
}

/* The front tells the first piece of an access something. */
static void first_wakes(Waiter *waiter, Tick when)
{
    Core *core = waiter->owner;

    if ((Flight *)waiter == core->offered)
        core_offer_wakes(core, when);
    else
        piece_known(core, (Flight *)waiter, when);
}

/* Or a further one. */
static void further_wakes(Waiter *waiter, Tick when)
{
    Flight *whole = waiter->owner;
    Core *core = whole->waiter.owner;

    if ((Flight *)waiter == core->offered)
        core_offer_wakes(core, when);
    else
        piece_known(core, whole, when);
}

void core_prepare_piece(Core *core)
{
    Waiter *waiter = &core->offered->waiter;

    waiter->wake = core->done == 0 ? first_wakes : further_wakes;
    waiter->owner = core->done == 0 ? (void *)core : (void *)core->whole;
}

static void begin(Core *core, const Access *access, uint32_t slots, Tick issued)
{
    Flight *whole = core->offered;

    whole->issued_fs = issued;
    whole->arrival_fs = 0;
    whole->bytes = access->bytes;
    whole->slots = (uint16_t)slots; /* as many as a warp has threads: up to 256 */
    whole->stream = access->stream;
    whole->pieces = whole->flights = 0;
    whole->awaited = 1;
    whole->write = access_writes(access->op);
    whole->known = false;
    core->whole = whole;
    if (core->config.streams[access->stream].dependent)
        core->last[access->stream] = (Last){ .flight = whole };
}

void core_account_piece(Core *core, const Access *access, const Access *piece, Tick wanted,
                        uint32_t slots, const FrontAnswer *answer)
{
    const bool known = answer->data_fs != TICK_PENDING;
    const Tick arrival = known ? answer->data_fs : answer->earliest_fs;

    if (core->done == 0) {
        clocks_issue(&core->clocks, wanted, answer->issued_fs, slots);
        take_first_slots(core, access, slots);
        begin(core, access, slots, answer->issued_fs);
    } else {
        clocks_count_issue(&core->clocks, answer->issued_fs);
    }
    Flight *whole = core->whole;

    whole->arrival_fs = tick_later(whole->arrival_fs, arrival);
    whole->pieces++;
    if (!answer->joined) {
        whole->flights++;
        whole->awaited = (uint16_t)(whole->awaited + !known);
        core_track_flight(core);
    }
    if (core->done + piece->bytes == access->bytes)
        piece_known(core, whole, 0);
}

/* Each is told of no time before the earliest of those that have joined it. */
void core_take_rest(Core *core, const Access *access, FrontAnswer *answer)
{
    Front *front = core->fronts[access->op];
    const Tick from = tick_later(clocks_issue_time(&core->clocks), core->sim->now);
    Access piece = *access;
    Req *open = answer->open;

    piece.addr += core->done;
    piece.bytes -= core->done;
    const uint32_t n =
        front->ops->rest && from < TICK_LIMIT ? front->ops->rest(front, &piece, from, open) : 0;
    uint32_t left = piece.bytes;

    for (uint32_t i = 0; i < n; i++) {
        const Tick now = tick_later(clocks_issue_time(&core->clocks), core->sim->now);

        piece.bytes = MIN(left, front->line_bytes);
        *answer = (FrontAnswer){ .issued_fs = now, .open = open };
        front->ops->rest_time(front, &piece, answer);
        clocks_count_issue(&core->clocks, answer->issued_fs);
        piece.addr += piece.bytes;
        left -= piece.bytes;
    }
    if (n == 0)
        return;
    core->whole->pieces = (uint16_t)(core->whole->pieces + n);
    if (left == 0)
        piece_known(core, core->whole, 0);
    core_count_pieces(core, access, n, access->bytes - core->done - left);
}
