/*
 * flat_even - what a run of evenly moving accesses does to a flat first level; for flat_pass.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_EVEN_H
#define CACHE_FLAT_EVEN_H

#include "cache/flat_turn.h"

/* The access goes on to the line of its address. */
INLINE void enter_line(const FlatShape *shape, FlatLane *lane, Made made)
{
    lane->line = lane->addr >> shape->line_shift;
    lane->tags = &shape->tags[made.find(shape, lane->line, &lane->tag) * made.stride];
    lane->left = even_units_in_line(lane->addr, lane->stride, shape->line_bytes);
    lane->addr += lane->left * lane->stride;
}

/* ---- accesses that turn: lines that all miss for a while, in sets that no other access comes to ---- */

/* Units, at least, before an access that stays in its lines for some units comes to a set of the turn of a line. */
INLINE uint64_t units_before(const FlatShape *shape, const FlatLane *lane, const FlatLane *turning)
{
    const uint64_t at = lane->left > 0 ? lane->line : lane->addr >> shape->line_shift;
    const bool up = (int64_t)lane->stride > 0;
    const uint64_t lines =
        (up ? turning->line - at : at - turning->line) & (turning->turn.apart - 1);

    if (lines == 0 || lane->stride == 0)
        return lines == 0 ? 0 : UINT64_MAX;
    return MAX(lane->left, 1) + (lines - 1) * lane->per_line;
}

/* Units, up to so many, in which the sets of a lane that turns are its own. */
INLINE uint64_t units_apart(const FlatShape *shape, const FlatRun *run, const FlatLane *turning,
                            uint64_t units)
{
    for (const FlatLane *lane = run->lane; lane < run->lane + run->n; lane++) {
        const uint64_t apart = MIN(lane->turn.apart, turning->turn.apart);

        if (!lane->turns)
            units = MIN(units, units_before(shape, lane, turning));
        else if (lane != turning && ((lane->line ^ turning->line) & (apart - 1)) == 0)
            return 0;
    }
    return units;
}

/* Units, up to so many, in which the lane turns among misses, if these are worth it; else 0. */
INLINE uint64_t units_to_turn(const FlatShape *shape, const FlatRun *run, const FlatLane *lane,
                              uint64_t units, Made made)
{
    const uint64_t least = flat_turn_least(&lane->turn);

    if (units >= least)
        units = units_apart(shape, run, lane, units);
    if (units >= least)
        units = turn_misses(shape, &lane->turn, lane->addr >> shape->line_shift, units, made);
    return units >= least ? units : 0;
}

/* Do what the next units, up to so many, do to the sets of the lanes that turn.  What is left of these is to send their fetches.
 * Returns how many units. */
INLINE uint64_t turn_units(const FlatShape *shape, const FlatRun *run, uint64_t units,
                           Counts *counts, Made made)
{
    const FlatLane *const first = run->lane + run->first_turn, *const end = run->lane + run->n;

    for (const FlatLane *lane = first; lane < end; lane++)
        if (lane->turns)
            units = units_to_turn(shape, run, lane, units, made);
    for (const FlatLane *lane = first; lane < end && units > 0; lane++)
        if (lane->turns)
            turn_sets(shape, &lane->turn, lane->addr >> shape->line_shift, units, made);
    counts->misses += units * run->turns;
    return units;
}

/* The fetches of those that turn, for so many units. */
INLINE void send_turns(const FlatShape *shape, FlatRun *run, uint64_t units, Counts *counts)
{
    const uint64_t turns = run->turns;
    uint64_t *out = counts->out;

    for (FlatLane *lane = run->lane + run->first_turn; lane < run->lane + run->n; lane++) {
        uint64_t entry = lane->addr >> shape->line_shift << ENTRY_BITS;

        if (!lane->turns)
            continue;
        for (uint64_t unit = 0; unit < units; unit++, entry += lane->turn.lines << ENTRY_BITS)
            out[unit * turns] = entry;
        lane->addr += units * lane->stride;
        out++;
    }
    counts->out += units * turns;
}

/* ---- units ---- */

/* The access that is in a line uses it. */
INLINE void use_lane(const FlatShape *shape, const FlatLane *lane, Counts *counts, Made made)
{
    uint32_t victim;

    if (same_line(lane->tags[0], lane->tag)) {
        const uint32_t now = lane->tags[0] | lane->dirty;

        if (now != lane->tags[0])
            lane->tags[0] = now;
        return;
    }
    if (made.touch(lane->tags, shape->ways, lane->tag, lane->dirty, &victim))
        return;
    counts->misses += 1 + (lane->dirty >> (31 - WRITE_MISSES));
    if (lane->whole)
        counts->unfetched++;
    else
        send_fetch(counts, lane->line, made.sends);
    send_victim(counts, shape, lane->line, victim, made.sends);
}

/* Whether a line is among the n that were used last in a set. */
INLINE bool is_recent(const uint32_t *tags, uint32_t tag, uint32_t n)
{
    uint32_t way = 0;

    while (way < n && !same_line(tags[way], tag))
        way++;
    return way < n;
}

/* Go on so many units, in which no access but those that turn leaves its line, if all these lines are still there after a unit: then
 * the others leave them as they are.  Returns how many were done so. */
INLINE uint64_t skip_units(const FlatShape *shape, FlatRun *run, uint64_t units, bool turning,
                           Counts *counts)
{
    FlatLane *const end = run->lane + run->n;

    for (const FlatLane *lane = run->lane; lane < end; lane++)
        if (!lane->turns && !is_recent(lane->tags, lane->tag, MIN(run->n, shape->ways)))
            return 0;
    for (FlatLane *lane = run->lane; lane < end; lane++)
        lane->left -= lane->turns ? 0 : units;
    if (turning)
        send_turns(shape, run, units, counts);
    return units;
}

/* Go on so many units; turning: what the lanes that turn do to their sets is done. */
INLINE void go_units(const FlatShape *shape, FlatRun *run, uint64_t units, bool turning,
                     Counts *counts, Made made)
{
    FlatLane *const end = run->lane + run->n;

    for (uint64_t unit = 0; unit < units; unit++) {
        uint64_t stay = units - 1 - unit;

        for (FlatLane *lane = run->lane; lane < end; lane++) {
            if (turning && lane->turns) {
                send_fetch(counts, lane->addr >> shape->line_shift, made.sends);
                lane->addr += lane->stride;
                continue;
            }
            if (lane->left == 0)
                enter_line(shape, lane, made);
            lane->left--;
            stay = MIN(stay, lane->left);
            use_lane(shape, lane, counts, made);
        }
        if (stay > 0)
            unit += skip_units(shape, run, stay, turning, counts);
    }
}

/* Units of a run, to the same first level. */
INLINE size_t walk_even(FlatCache *flat, FlatRun *run, uint64_t units, uint64_t *out, Made made)
{
    const FlatShape shape = flat->shape;
    uint64_t rest = TURN_REST / 2;
    Counts counts = { .out = out };

    while (units > 0) {
        const uint64_t turned = run->turns > 0 ? turn_units(&shape, run, units, &counts, made) : 0;

        rest = turned > 0 ? TURN_REST : 2 * rest;
        const uint64_t others = run->turns > 0 ? MIN(units - turned, rest) : units;

        if (turned > 0)
            go_units(&shape, run, turned, true, &counts, made);
        go_units(&shape, run, others, false, &counts, made);
        units -= turned + others;
    }
    return add_counts(flat, &counts, out, 0);
}

#endif
