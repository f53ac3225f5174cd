/*
 * bus_time - what the data bus of a pseudo-channel does in each clock cycle.
 *
 * The rule.  Between two transfers lies a gap; it is looked at when the command of the later one is issued, in terms of
 * the time of that command (the time of the data less the CAS latency):
 *   - idle: up to the cycle at which the scheduler sees the first request that came while no request for the bus was
 *     there.  So the latency of a lonely read is idle time.
 *   - refresh: what of the rest lies in the last refresh of the request's bank: from the cycle at which the controller
 *     began to hold commands back for it (REF itself when it did not) until tRFC (tRFCpb) after it.
 *   - the rest, whole, is due to the constraint that allowed the command last: row (tRCD, and with it what came before
 *     the ACT: tRP, tRAS, tRC, tRRD, tFAW), turnaround (a transfer in the other direction or of another rank), group
 *     (tCCD).  Row where two end together, and where no constraint did but the command bus or the scheduler's order.
 * A gap that a report or a reset cuts before the next command is known is idle as long as nothing waits, then row.
 * The parts of a bus add up to the cycles that have passed, exactly.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_BUS_TIME_H
#define DRAM_BUS_TIME_H

#include "dram/dram_config.h"
#include "dram/standard.h"
#include "dram/timing.h"
#include "mem/req.h"

typedef enum {
    USE_DATA,
    USE_TURNAROUND, /* between reads and writes, or between ranks */
    USE_GROUP,      /* tCCD_L: the next transfer is in the bank group of the last one */
    USE_ROW,        /* rows are closed and opened */
    USE_REFRESH,
    USE_IDLE, /* no request is there */
    N_BUS_USES,
} BusUse;

typedef struct {
    Cycle until;
    uint32_t use; /* BusUse */
} BusSegment;

/* One bus. */
typedef struct {
    Cycle end;                /* of what is counted */
    Cycle cycles[N_BUS_USES]; /* since the last reset */
    uint32_t waiting;         /* requests of the bus */
    Cycle since;              /* from when on the first of them was seen */
    BusSegment *recent; /* ring: the last ones, as far as they may lie ahead of the commands */
    uint32_t next, mask;
    Cycle last; /* when the command of the last transfer was issued */
} BusTime;

/* A rule about a column command: what it looks back at lies at last[bank >> shift ^ flip]. */
typedef struct {
    const Cycle *last; /* 1 + cycle of the earlier command; 0: none */
    uint32_t wait;
    uint8_t shift, flip;
    uint8_t use; /* BusUse */
} ColumnRule;

/* Of a direction: two earlier ones, each at a group, a rank, a bus, a channel and up to 15 other ranks. */
enum { COLUMN_RULES_MAX = 2 * (4 + 15) };

/* All buses of a channel. */
typedef struct {
    BusTime *bus;
    uint32_t n_buses, bus_log2; /* banks of a bus */
    Cycle latency[2], burst;    /* from a command to its data; of data */
    uint32_t n_rules[2];        /* by the later command */
    uint32_t group_wait[2];     /* between two in one bank group; 0: buses have rules in common */
    uint32_t n_ranks, group_log2, rank_log2; /* banks of a group, of a rank */
    uint32_t ranks_log2;                     /* ranks of a bus */
    Cycle *group_last[2], *bus_last[2];      /* 1 + cycle of the last command; 0: none */
    Cycle *rank_last[2], *channel_last[2];   /* those of the buses where that is the same */
    Cycle *refresh_from, *refresh_until;     /* the last refresh of each bank */
    ColumnRule rules[2][COLUMN_RULES_MAX];
} BusTimes;

/* The command that moves data in the direction. */
static inline Command column_of(ReqOp op)
{
    return op == REQ_READ ? CMD_RD : CMD_WR;
}

void bus_times_init(BusTimes *times, const DramConfig *config, const DramStandard *standard,
                    const Timing *timing);
void bus_times_clear(BusTimes *times);
/* Count what lies between the last transfer and one in the direction, whose data begin at start. */
void bus_times_gap(BusTimes *times, const Timing *timing, uint32_t bank, ReqOp op, Cycle start);
/* What bus_times_transfer does for n transfers, a step from one to the next and of one group or without gaps, up to last, of the
 * bank. */
void bus_times_run(BusTimes *times, uint32_t bank, ReqOp op, uint32_t n, Cycle step, Cycle last);
/* What a bus has done until now. */
void bus_time_until(const BusTime *bus, Cycle now, Cycle cycles[N_BUS_USES]);
/* Start to count at now. */
void bus_times_reset(BusTimes *times, Cycle now);

/* A request enters a window; the scheduler sees it from seen on. */
static inline void bus_times_enter(BusTimes *times, uint32_t bank, Cycle seen)
{
    BusTime *bus = &times->bus[bank >> times->bus_log2];

    if (bus->waiting++ == 0)
        bus->since = seen;
}

/* Whether the last command of a rank may be another one than that of its bus; of a bus, than that of the channel. */
static inline bool bus_times_rank_apart(const BusTimes *times)
{
    return times->n_ranks > times->n_buses;
}

static inline bool bus_times_bus_apart(const BusTimes *times)
{
    return times->n_buses > 1;
}

/* The bus is used so up to until, if it is not counted that far yet. */
static inline void bus_time_use(BusTime *bus, BusUse use, Cycle until)
{
    BusSegment *last = &bus->recent[bus->next & bus->mask];

    if (until <= bus->end)
        return;
    bus->cycles[use] += until - bus->end;
    bus->end = until;
    if (last->use != use) {
        last = &bus->recent[++bus->next & bus->mask];
        if (last->use != use) /* mostly it is, as it was a round before: a store less */
            last->use = use;
    }
    last->until = until;
}

/*
 * A transfer as soon as its bank group allows, right after another one there in the same direction: whatever else allowed
 * that one is past, so the whole gap is due to the group, unless the row is new, the bus was used until now, nothing
 * waited or the bank was refreshed.  Gain: 10 % more sequential requests a second.
 */
static inline bool bus_times_group_alone(const BusTimes *times, const BusTime *bus,
                                         const Timing *timing, uint32_t bank, ReqOp op, Cycle now)
{
    const Cycle latency = times->latency[op];

    return (times->group_last[op][bank >> times->group_log2] == bus->last + 1) &
           (now - bus->last == times->group_wait[op]) &
           (timing->bank[bank].ready[column_of(op)] < now) & (bus->since + latency <= bus->end) &
           (times->refresh_until[bank] + latency <= bus->end);
}

/* The group's last transfer's command was issued at now. */
static inline void bus_times_last_of_group(BusTimes *times, uint32_t bank, ReqOp op, Cycle now)
{
    times->group_last[op][bank >> times->group_log2] = now + 1;
}

/* That of the bus. */
static inline void bus_times_last(BusTimes *times, BusTime *bus, uint32_t bank, ReqOp op, Cycle now)
{
    bus->last = now;
    bus_times_last_of_group(times, bank, op, now);
    times->bus_last[op][bank >> times->bus_log2] = now + 1;
    if (bus_times_rank_apart(times))
        times->rank_last[op][bank >> times->rank_log2] = now + 1;
    if (bus_times_bus_apart(times))
        *times->channel_last[op] = now + 1;
}

/*
 * A transfer's command is issued at now, before the registers learn of it.
 *
 * Inline, and of two times that are always the same one is kept: what sequential requests wait for is the stores of the host,
 * of which it takes one a cycle.  With the like of it in the channel there are 170 a request, not 220, and 19 % more sequential
 * requests a second.
 */
static inline void bus_times_transfer(BusTimes *times, const Timing *timing, uint32_t bank,
                                      ReqOp op, Cycle now)
{
    BusTime *bus = &times->bus[bank >> times->bus_log2];
    const Cycle start = now + times->latency[op];

    if (start > bus->end) {
        if (bus_times_group_alone(times, bus, timing, bank, op, now))
            bus_time_use(bus, USE_GROUP, start);
        else
            bus_times_gap(times, timing, bank, op, start);
    }
    bus_time_use(bus, USE_DATA, start + times->burst);
    bus->waiting--;
    bus_times_last(times, bus, bank, op, now);
}

#endif
