/*
 * cache_plain_run - walks ahead of time through a plain first level by the accesses of a run.
 *
 * Each access of a unit is a lane that moves evenly.  Where lanes stay in their lines, and these are still there after a unit,
 * the units that follow leave them as they are.  A lane that goes on by whole lines turns through some sets; where these are few
 * and hold none of the lines that are to come, all of them are known to miss.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain_set.h"

enum {
    SETS_MOST = 4, /* through which lines turn that are worth being looked for */
    REST = 16      /* units until they are looked for again */
};

typedef struct {
    bool write;
    bool far;        /* each unit is in another line */
    uint64_t line;   /* of one that is not far, in the unit before */
    uint64_t word;   /* in its place */
    uint64_t left;   /* units for which it stays there */
    uint64_t *order; /* of its set */
    uint32_t way, place;
    uint32_t sets;   /* through which it turns; 0: it does not */
    uint64_t stride, lines; /* from one unit to the next */
    uint64_t apart;         /* its sets are equal modulo this, a power of two */
    uint64_t low, span; /* its lines are from low to low + span */
    size_t absent;   /* units for which it is known to miss */
    size_t rest;     /* misses before it is worth finding that out */
    size_t misses;
} Lane;

/* Where a walk is. */
typedef struct {
    Lane lanes[EVEN_MAX];
    uint32_t unit, n_far;
    uint32_t line_bytes;
    uint8_t levels;
    const Access *access, *end;
    FrontStep *steps, *step; /* the first one, and the one of access */
    Down *out;
} Walk;

/* A step, field by field: the host is slow to read in one go what it has just written in parts. */
static inline void put_step(FrontStep *step, size_t place, uint8_t depth, bool write)
{
    step->posted = NULL;
    step->place = (uint32_t)place;
    step->depth = depth;
    step->write = write;
}

/* ---- which lanes ---- */

/* Whether all its accesses lie in lines, and are walked if they miss. */
static bool is_plain_lane(const Cache *cache, const Access *access, uint64_t stride)
{
    const uint64_t bytes = access->bytes;
    const bool aligned =
        (bytes & (bytes - 1)) == 0 && ((access->addr | stride) & (bytes - 1)) == 0;

    if (access->op == ACCESS_WRITE)
        return cache->write_back && cache->allocate && aligned && bytes < cache->line_bytes;
    return access->op == ACCESS_READ && aligned && bytes <= cache->line_bytes;
}

bool cache_can_walk_run(const Cache *first, const Access *accesses, size_t n, uint32_t unit)
{
    bool can = first->walks_misses && unit > 0 && n >= 2 * (size_t)unit;

    for (uint32_t i = 0; can && i < unit; i++)
        can = is_plain_lane(first, &accesses[i], accesses[i + unit].addr - accesses[i].addr);
    return can;
}

/* Of accesses that are a unit apart from first to last. */
static Lane lane_of(const Cache *cache, const Access *first, const Access *last, uint64_t stride)
{
    const uint32_t shift = cache->tags.line_shift;
    const uint64_t from = first->addr >> shift, to = last->addr >> shift;
    Lane lane = { .line = TAGS_INVALID,
                  .write = first->op == ACCESS_WRITE,
                  .far = MIN(stride, -stride) >= cache->line_bytes,
                  .stride = stride,
                  .lines = (uint64_t)((int64_t)stride >> shift),
                  .apart = cache->tags.sets,
                  .low = MIN(from, to) };

    lane.span = MAX(from, to) - lane.low;
    if (lane.far && !lane.write && (stride & (cache->line_bytes - 1)) == 0 &&
        (to > from) == ((int64_t)stride > 0)) {
        lane.apart = MIN(lane.lines & -lane.lines, cache->tags.sets);
        lane.sets = (uint32_t)MIN(cache->tags.sets / lane.apart, SETS_MOST + 1) % (SETS_MOST + 1);
    }
    return lane;
}

/* Lanes that others may bring lines of are not known to miss. */
static void keep_apart(Lane *lanes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++)
            if (i != k && (lanes[k].low - lanes[i].low <= lanes[i].span ||
                           lanes[i].low - lanes[k].low <= lanes[k].span))
                lanes[i].sets = 0;
}

/* ---- what is known to miss ---- */

/* Whether a set may hold lines from low to low + span, or does hold a dirty one. */
static inline bool may_hold(const Tags *tags, uint64_t set, uint64_t low, uint64_t span)
{
    const uint64_t *words = &tags->words[set * tags->ways];
    bool there = false;

    for (uint32_t way = 0; way < tags->ways; way++)
        there |= (words[way] >> 1) - low <= span || is_dirty_word(words[way]);
    return there;
}

/* For how many units, up to so many, the lane, which is in line, is known to miss from the next one on. */
static size_t absent_units(const Tags *tags, const Lane *lane, uint64_t line, size_t units)
{
    const uint64_t first = line + lane->lines, last = line + units * lane->lines;
    const uint64_t low = MIN(first, last), span = MAX(first, last) - low;
    bool there = units == 0;

    for (uint32_t i = 0; i < lane->sets && !there; i++)
        there = may_hold(tags, (first + i * lane->lines) & tags->set_mask, low, span);
    return there ? 0 : units;
}

/* ---- the walk ---- */

/* Whether two lanes come to the same sets. */
static inline bool do_meet(const Lane *a, uint64_t line_a, const Lane *b, uint64_t line_b)
{
    return ((line_a ^ line_b) & (MIN(a->apart, b->apart) - 1)) == 0;
}

/* The access of a lane is in another line, at place. */
static inline void enter(const Tags *tags, Walk *walk, Lane *lane, const Access *access, Home home,
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
        if (other->far && do_meet(lane, home.line, other, other->low))
            other->absent = 0; /* one of its sets has a dirty line */
}

/* The access is where the one before it in its lane was; then that line is used.  False: it is in another line, or that one has
 * left. */
static inline bool stays(const Tags *tags, Lane *lane)
{
    if (lane->left == 0 || tags->words[lane->place] != lane->word)
        return false;
    if (G_UNLIKELY((*lane->order & 15) != lane->way))
        *lane->order = lru_word_touch(*lane->order, lane->way);
    return true;
}

/* A lane has missed: is it known to go on so? */
static G_GNUC_NO_INLINE void look_ahead(const Tags *tags, Lane *lane, uint64_t line, size_t units)
{
    if (lane->rest > 0) {
        lane->rest--;
        return;
    }
    lane->absent = absent_units(tags, lane, line, units);
    lane->rest = lane->absent > 0 ? 0 : REST;
}

/* ---- many units at once ---- */

/* Whether a lane that turns comes to the sets of another one. */
static bool does_meet(const Walk *walk, uint32_t k, uint32_t shift)
{
    const uint64_t line = walk->access[k].addr >> shift;

    for (uint32_t i = 0; i < walk->unit; i++)
        if (i != k && do_meet(&walk->lanes[k], line, &walk->lanes[i], walk->access[i].addr >> shift))
            return true;
    return false;
}

/* How many units all lanes only stay in their lines, which are there, or miss, none in the sets of another one; in the first of
 * these lines have been used. */
static size_t same_units(const Tags *tags, Walk *walk)
{
    size_t units = (size_t)(walk->end - walk->access) / walk->unit;

    for (uint32_t k = 0; k < walk->unit; k++) {
        Lane *lane = &walk->lanes[k];

        if (lane->far) {
            units = MIN(units, lane->absent);
            if (units == 0 || does_meet(walk, k, tags->line_shift))
                return 0;
            continue;
        }
        if (!stays(tags, lane)) {
            const Access *access = &walk->access[k];
            const Home home = home_of(tags, access->addr >> tags->line_shift);
            const size_t place = look_up(tags, home);

            if (place == TAGS_NONE)
                return 0;
            tags->words[place] |= lane->write;
            enter(tags, walk, lane, access, home, place);
        }
        units = MIN(units, lane->left);
    }
    return units;
}

/* A lane misses for so many units, from line on; no dirty line leaves. */
static inline void miss_units(const Tags *shared, Lane *lane, uint64_t line, size_t units,
                              uint8_t depth, uint32_t unit, uint32_t from, uint32_t misses,
                              FrontStep *steps, Down *out)
{
    const Tags tags = *shared;
    const uint64_t lines = lane->lines;

    for (size_t i = 0; i < units; i++) {
        uint64_t left;

        put_step(steps, put_line(&tags, home_of(&tags, line), false, &left), depth, false);
        *out = (Down){ .line = line, .step = from };
        steps += unit;
        out += misses;
        from += unit;
        line += lines;
    }
    lane->absent -= units;
    lane->misses += units;
}

static inline void hit_units(Lane *lane, size_t units, uint32_t unit, FrontStep *steps)
{
    const uint32_t place = lane->place;
    const bool write = lane->write;

    for (size_t i = 0; i < units; i++, steps += unit)
        put_step(steps, place, 0, write);
    lane->left -= units;
}

/* Go through units, as same_units has told. */
static inline void skip_units(const Tags *tags, Walk *walk, size_t units)
{
    const uint32_t from = (uint32_t)(walk->step - walk->steps);
    uint32_t at = 0;

    for (uint32_t k = 0; k < walk->unit; k++) {
        Lane *lane = &walk->lanes[k];

        if (lane->far)
            miss_units(tags, lane, walk->access[k].addr >> tags->line_shift, units, walk->levels,
                       walk->unit, from + k, walk->n_far, walk->step + k, walk->out + at++);
        else
            hit_units(lane, units, walk->unit, walk->step + k);
    }
    walk->access += units * walk->unit;
    walk->step += units * walk->unit;
    walk->out += units * walk->n_far;
}

/* ---- one unit ---- */

/* Any set may have a dirty line. */
static inline void forget_absent(Walk *walk)
{
    for (Lane *lane = walk->lanes; lane < walk->lanes + walk->unit; lane++)
        lane->absent = 0;
}

static inline void walk_unit(const Tags *shared, Walk *walk)
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
                look_ahead(&tags, lane, home.line,
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

/* The lanes of accesses.  Returns whether those that are far turn through few sets. */
static bool init_lanes(const Cache *first, Walk *walk, size_t n)
{
    const Access *accesses = walk->access;
    const uint32_t unit = walk->unit;
    bool turn = true;

    for (uint32_t k = 0; k < unit; k++)
        walk->lanes[k] = lane_of(first, &accesses[k], &accesses[n - unit + k],
                                 accesses[k + unit].addr - accesses[k].addr);
    keep_apart(walk->lanes, unit);
    for (uint32_t k = 0; k < unit; k++) {
        walk->n_far += walk->lanes[k].far;
        turn = turn && (!walk->lanes[k].far || walk->lanes[k].sets > 0);
    }
    return turn;
}

static void go_through(const Cache *first, Walk *walk, bool skips)
{
    const Tags tags = first->tags;

    while (walk->access < walk->end) {
        const size_t units = skips ? same_units(&tags, walk) : 0;

        if (units > 0)
            skip_units(&tags, walk, units);
        else
            walk_unit(&tags, walk);
    }
}

size_t cache_walk_run(Cache *first, const Access *accesses, size_t n, uint32_t unit,
                      FrontStep *steps)
{
    Down down[DOWN_MAX];
    WalkCounts counts = { .n = MIN(n, (size_t)FRONT_AHEAD) / unit * unit };
    Walk walk = { .unit = unit,
                  .line_bytes = first->line_bytes,
                  .levels = first->levels,
                  .access = accesses,
                  .end = accesses + counts.n,
                  .steps = steps,
                  .step = steps,
                  .out = down };
    const bool skips = init_lanes(first, &walk, counts.n);

    go_through(first, &walk, skips);
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
