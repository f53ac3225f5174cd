/*
 * cache_plain_run - walks ahead of time through a plain first level by the accesses of a run.
 *
 * Each access of a unit is a lane that moves evenly.  Where lanes stay in their lines, and these are still there after a unit,
 * the units that follow leave them as they are.  A lane that goes on by whole lines turns through some sets; where these are few
 * and hold none of the lines that are to come, all of them are known to miss.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain_lane.h"

/* A step, field by field: the host is slow to read in one go what it has just written in parts. */
INLINE void put_step(FrontStep *step, size_t place, uint8_t depth, bool write)
{
    step->posted = NULL;
    step->place = (uint32_t)place;
    step->depth = depth;
    step->write = write;
}

/* ---- the walk ---- */

/* Whether a line belongs into a set that a lane turns through. */
INLINE bool does_meet(const Lane *turning, uint64_t line)
{
    return ((line ^ turning->low) & (turning->apart - 1)) == 0;
}

/* The access of a lane is in another line, at place. */
INLINE void enter(const Tags *tags, Walk *walk, Lane *lane, const Access *access, Home home,
                  size_t place)
{
    lane->line = home.line;
    lane->word = tags->words[place];
    lane->left = even_units_in_line(access->addr, lane->stride, walk->line_bytes);
    lane->order = &tags->lru[home.set];
    lane->way = (uint32_t)(place - home.set * tags->ways);
    lane->place = (uint32_t)place;
    if (!lane->write)
        return;
    for (Lane *other = walk->lanes; other < walk->lanes + walk->unit; other++)
        if (other->far && does_meet(other, home.line))
            other->absent = 0; /* one of its sets has a dirty line */
}

/* The access is where the one before it in its lane was; then that line is used.  False: it is in another line, or that one has
 * left. */
INLINE bool stays(const Tags *tags, Lane *lane)
{
    if (lane->left == 0 || tags->words[lane->place] != lane->word)
        return false;
    if (G_UNLIKELY((*lane->order & 15) != lane->way))
        *lane->order = lru_word_touch(*lane->order, lane->way);
    return true;
}

/* ---- many units at once ---- */

/* Whether a line belongs into a set that some lane turns through. */
INLINE bool meets_any(const Walk *walk, uint64_t line)
{
    bool meets = false;

    for (const Lane *lane = walk->lanes; lane < walk->lanes + walk->unit; lane++)
        meets |= lane->far && does_meet(lane, line);
    return meets;
}

/* The access of a lane uses its line.  False, and nothing has changed: it is not there, or in a set that a lane turns through. */
INLINE bool use_near(const Tags *tags, Walk *walk, Lane *lane, const Access *access)
{
    const Home home = home_of(tags, access->addr >> tags->line_shift);

    if (meets_any(walk, home.line))
        return false;
    if (stays(tags, lane))
        return true;
    const size_t place = look_up(tags, home);

    if (place == TAGS_NONE)
        return false;
    tags->words[place] |= lane->write;
    enter(tags, walk, lane, access, home, place);
    return true;
}

INLINE void hit_units(Lane *lane, size_t units, uint32_t unit, FrontStep *steps)
{
    const uint32_t place = lane->place;
    const bool write = lane->write;

    for (size_t i = 0; i < units; i++, steps += unit)
        put_step(steps, place, 0, write);
    lane->left -= units;
}

/* The only lane that is not far goes through units, up to so many, from line to line. */
INLINE size_t hit_alone(const Tags *tags, Walk *walk, uint32_t k, size_t units)
{
    Lane *lane = &walk->lanes[k];
    size_t done = 0;

    while (done < units && use_near(tags, walk, lane, &walk->access[done * walk->unit + k])) {
        const size_t more = MIN(units - done, lane->left);

        hit_units(lane, more, walk->unit, walk->step + done * walk->unit + k);
        done += more;
    }
    return done;
}

/* Lanes that are not far go through units, up to so many, in which all stay in lines that are there. */
INLINE size_t hit_together(const Tags *tags, Walk *walk, size_t units)
{
    for (uint32_t k = 0; k < walk->unit; k++) {
        Lane *lane = &walk->lanes[k];

        if (lane->far)
            continue;
        if (!use_near(tags, walk, lane, &walk->access[k]))
            return 0;
        units = MIN(units, lane->left);
    }
    for (uint32_t k = 0; k < walk->unit; k++)
        if (!walk->lanes[k].far)
            hit_units(&walk->lanes[k], units, walk->unit, walk->step + k);
    return units;
}

/* Where what lanes leave of a unit goes. */
typedef struct {
    FrontStep *step;
    Down *out;
    uint32_t number; /* of the step */
} Trail;

/* Lines come to the set of one of them, and miss; no dirty line leaves.  Between two of them so many units pass. */
INLINE void miss_set(const Tags *tags, const Walk *walk, uint64_t line, uint64_t lines, size_t n,
                     Trail trail, uint32_t units)
{
    const uint64_t set = line & tags->set_mask, order_mask = tags->order_mask;
    const uint32_t shift = tags->order_shift, steps = units * walk->unit;
    const uint32_t outs = units * walk->n_far;
    const uint8_t levels = walk->levels;
    const size_t first = set * tags->ways;
    uint64_t *words = &tags->words[first], order = tags->lru[set];
    uint8_t *marks = &tags->marks[set * TAGS_MARKS_AT_ONCE];

    for (size_t i = 0; i < n; i++) {
        const uint64_t way = order >> shift;

        order = (order << 4 & order_mask) | way;
        words[way] = line << 1;
        marks[way] = tags_mark(line);
        put_step(trail.step, first + way, levels, false);
        *trail.out = (Down){ .line = line, .step = trail.number };
        trail.step += steps;
        trail.out += outs;
        trail.number += steps;
        line += lines;
    }
    tags->lru[set] = order;
}

/* A lane misses for so many units, from line on. */
INLINE void miss_units(const Tags *tags, const Walk *walk, Lane *lane, uint64_t line, size_t units,
                       Trail trail)
{
    for (uint32_t i = 0; i < lane->sets && i < units; i++) {
        miss_set(tags, walk, line, lane->lines * lane->sets, (units - i - 1) / lane->sets + 1,
                 trail, lane->sets);
        trail.step += walk->unit;
        trail.out += walk->n_far;
        trail.number += walk->unit;
        line += lane->lines;
    }
    lane->absent -= units;
    lane->misses += units;
}

/* Go through units in which lanes only stay in their lines, which are there, or miss, none in the sets of another one that does.
 * Returns whether there are some. */
INLINE bool skip_units(const Tags *tags, Walk *walk)
{
    const uint32_t from = (uint32_t)(walk->step - walk->steps), unit = walk->unit;
    size_t units = (size_t)(walk->end - walk->access) / unit;
    uint32_t at = 0;

    for (uint32_t k = 0; k < unit; k++)
        units = walk->lanes[k].far ? MIN(units, walk->lanes[k].absent) : units;
    if (units == 0)
        return false;
    units = unit - walk->n_far == 1 ? hit_alone(tags, walk, walk->near, units)
                                    : hit_together(tags, walk, units);
    for (uint32_t k = 0; k < unit && units > 0; k++)
        if (walk->lanes[k].far)
            miss_units(tags, walk, &walk->lanes[k], walk->access[k].addr >> tags->line_shift, units,
                       (Trail){ walk->step + k, walk->out + at++, from + k });
    walk->access += units * unit;
    walk->step += units * unit;
    walk->out += units * walk->n_far;
    return units > 0;
}

/* ---- one unit ---- */

/* Any set may have a dirty line. */
static inline void forget_absent(Walk *walk)
{
    for (Lane *lane = walk->lanes; lane < walk->lanes + walk->unit; lane++)
        lane->absent = 0;
}

INLINE void walk_unit(const Tags *shared, Walk *walk)
{
    const Tags tags = *shared;
    const uint8_t levels = walk->levels;
    const Access *access = walk->access;
    FrontStep *step = walk->step;
    Down *out = walk->out;
    uint64_t left;

    for (Lane *lane = walk->lanes; lane < walk->lanes + walk->unit; lane++, access++, step++) {
        const Home home = home_of(&tags, access->addr >> tags.line_shift);

        if (!lane->far && stays(&tags, lane)) {
            lane->left--;
            put_step(step, lane->place, 0, lane->write);
            continue;
        }
        size_t place = lane->absent > 0 ? TAGS_NONE : look_up(&tags, home);

        if (place == TAGS_NONE) {
            const uint32_t number = (uint32_t)(step - walk->steps);

            place = put_line(&tags, home, lane->write, &left);
            put_step(step, place, levels, lane->write);
            lane->misses++;
            *out++ = (Down){ .line = home.line, .step = number };
            out = send_left(out, left, number);
            if (lane->absent > 0)
                lane->absent--;
            else if (lane->sets > 0)
                plainlane_look_ahead(&tags, lane, home.line,
                                     (size_t)(walk->end - 1 - access) / walk->unit);
        } else {
            tags.words[place] |= lane->write;
            put_step(step, place, 0, lane->write);
        }
        if (!lane->far) {
            enter(&tags, walk, lane, access, home, place);
            lane->left--;
        } else if (lane->write) {
            forget_absent(walk);
        }
    }
    walk->access = access;
    walk->step = step;
    walk->out = out;
}

INLINE void go_through(const Cache *first, Walk *walk, bool skips)
{
    const Tags tags = first->tags;

    while (walk->access < walk->end) {
        if (!skips || !skip_units(&tags, walk))
            walk_unit(&tags, walk);
    }
}

static void go_base(const Cache *first, Walk *walk, bool skips)
{
    go_through(first, walk, skips);
}

FOR_AVX2 static void go_avx2(const Cache *first, Walk *walk, bool skips)
{
    go_through(first, walk, skips);
}

size_t cache_walk_run(Cache *first, const Access *accesses, size_t n, uint32_t unit,
                      FrontStep *steps)
{
    Down down[DOWN_MAX + PLAIN_AHEAD];
    WalkCounts counts = { .n = MIN(n, (size_t)FRONT_AHEAD) / unit * unit };
    Walk walk = { .unit = unit,
                  .line_bytes = first->line_bytes,
                  .levels = first->levels,
                  .access = accesses,
                  .end = accesses + counts.n,
                  .steps = steps,
                  .step = steps,
                  .out = down };

    plainwalk_init_lanes(&walk, first, counts.n);
    (first->avx2 ? go_avx2 : go_base)(first, &walk, plainwalk_turns_apart(&walk));
    for (const Lane *lane = walk.lanes; lane < walk.lanes + unit; lane++) {
        counts.misses += lane->misses;
        counts.writes += lane->write ? counts.n / unit : 0;
        counts.write_misses += lane->write ? lane->misses : 0;
    }
    first->last_line = accesses[counts.n - 1].addr >> first->tags.line_shift;
    first->last_place = steps[counts.n - 1].place;
    cache_end_walk(first, &counts, down, (size_t)(walk.out - down), steps);
    return counts.n;
}
