/*
 * combine - a core's buffer for non-temporal writes.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/combine.h"

#include <string.h>

static const FrontOps combine_front_ops;

static uint32_t words_of(uint32_t line_bytes)
{
    return (line_bytes + 63) / 64;
}

void combine_init(Combine *combine, const CombineWiring *wiring)
{
    const uint32_t line_bytes = wiring->first->line_bytes;
    const uint32_t words = words_of(line_bytes);

    *combine = (Combine){ .front = { .ops = &combine_front_ops, .line_bytes = line_bytes },
                          .first = wiring->first,
                          .memory = wiring->memory,
                          .pool = wiring->pool,
                          .levels = wiring->levels,
                          .line_shift = wiring->first->tags.line_shift,
                          .n_lines = wiring->n_lines };
    combine->lines = g_new0(CombineLine, wiring->n_lines + 1);
    combine->bits = g_new0(uint64_t, (size_t)wiring->n_lines * words);
    for (uint32_t i = 0; i <= wiring->n_lines; i++) {
        combine->lines[i].combine = combine;
        combine->lines[i].written = &combine->bits[(size_t)i * words];
    }
    slots_init(&combine->slots, wiring->n_lines);
}

void combine_clear(Combine *combine)
{
    g_clear_pointer(&combine->lines, g_free);
    g_clear_pointer(&combine->bits, g_free);
    g_clear_pointer(&combine->tally.counts, g_free);
    slots_clear(&combine->slots);
}

static Combine *combine_of(Front *front)
{
    return (Combine *)(void *)front;
}

/* ---- what memory is sent ---- */

/* One of the requests of a line, or their making, is over.  After the last the place is free. */
static void end_one(CombineLine *line, Tick when)
{
    Combine *combine = line->combine;
    const uint32_t number = (uint32_t)(line - combine->lines);

    line->free_fs = tick_later(line->free_fs, when);
    line->outstanding--;
    if (line->outstanding > 0 || number == combine->n_lines)
        return;
    slots_give(&combine->slots, line->free_fs, number);
    waiters_wake(&combine->waiters, line->free_fs);
}

static void write_done(Req *req, Tick when)
{
    CombineLine *line = req->owner;

    req_free(line->combine->pool, req);
    end_one(line, when);
}

static const ReqOps write_ops = { .done = write_done };

static void send_write(CombineLine *line, uint64_t addr, uint32_t bytes, Tick when)
{
    Combine *combine = line->combine;

    combine->stats.writes++;
    combine->stats.bytes += bytes;
    if (combine->tally.counts)
        regiontally_add(&combine->tally, addr, bytes, true);
    if (!combine->pool)
        return;
    Req *req = req_new(combine->pool, addr, bytes, REQ_WRITE);

    req->level = req->depth = combine->levels;
    req->ops = &write_ops;
    req->owner = line;
    line->outstanding++;
    cache_follow(combine->first, req, when);
}

/* ---- lines ---- */

static bool is_written(const CombineLine *line, uint32_t byte)
{
    return line->written[byte / 64] >> byte % 64 & 1;
}

/* Send each run of written bytes. */
static void send_runs(CombineLine *line, Tick when)
{
    const Combine *combine = line->combine;
    const uint32_t bytes = combine->front.line_bytes;

    for (uint32_t from = 0, to; from < bytes; from = to) {
        to = from + 1;
        if (!is_written(line, from))
            continue;
        while (to < bytes && is_written(line, to))
            to++;
        send_write(line, (line->line << combine->line_shift) + from, to - from, when);
    }
}

/* A line goes to memory at when. */
static void close_line(CombineLine *line, Tick when)
{
    Combine *combine = line->combine;

    combine->n_open--;
    combine->stats.full_lines += line->left == 0;
    combine->stats.partial_lines += line->left > 0;
    line->turn = 0;
    line->outstanding = 1;
    line->free_fs = 0;
    if (line->left == 0)
        send_write(line, line->line << combine->line_shift, combine->front.line_bytes, when);
    else
        send_runs(line, when);
    end_one(line, combine->pool ? when : 0);
}

static CombineLine *find_open(Combine *combine, uint64_t number)
{
    for (uint32_t i = 0; i < combine->n_lines; i++)
        if (combine->lines[i].turn > 0 && combine->lines[i].line == number)
            return &combine->lines[i];
    return NULL;
}

static CombineLine *oldest_open(Combine *combine)
{
    CombineLine *oldest = NULL;

    for (uint32_t i = 0; i < combine->n_lines; i++)
        if (combine->lines[i].turn > 0 && (!oldest || combine->lines[i].turn < oldest->turn))
            oldest = &combine->lines[i];
    return oldest;
}

void combine_flush(Combine *combine, Tick when)
{
    while (combine->n_open > 0)
        close_line(oldest_open(combine), when);
}

typedef struct {
    CombineLine *line;
    Tick when;
} Flush;

static void flush_write(void *to, uint64_t addr, uint32_t bytes)
{
    const Flush *flush = to;

    send_write(flush->line, addr, bytes, flush->when);
}

/* A place is free: gather a line in it from now on. */
static CombineLine *open_line(Combine *combine, uint64_t number, Tick when)
{
    CombineLine *line = &combine->lines[slots_take(&combine->slots).note];
    Flush flush = { &combine->lines[combine->n_lines], when };

    line->line = number;
    line->turn = ++combine->turns;
    line->left = combine->front.line_bytes;
    memset(line->written, 0, words_of(line->left) * sizeof *line->written);
    combine->n_open++;
    combine->stats.cache_lines +=
        cache_walk_flush(combine->first, number << combine->line_shift, flush_write, &flush);
    return line;
}

/* The bits of a word of the line that bytes from an offset on have. */
static uint64_t bits_of(uint32_t word, uint32_t offset, uint32_t end)
{
    const uint32_t first = MAX(offset, word * 64) - word * 64;
    const uint32_t last = MIN(end, word * 64 + 64) - word * 64 - 1;

    return UINT64_MAX >> (63 - (last - first)) << first;
}

/* Bytes of an access that would be new in the line; write: they are there now. */
static uint32_t new_bytes(CombineLine *line, const Access *access, bool write)
{
    const uint32_t line_bytes = line->combine->front.line_bytes;
    const uint32_t offset = (uint32_t)access->addr & (line_bytes - 1);
    const uint32_t end = MIN(offset + access->bytes, line_bytes); /* what is not split ends there */
    uint32_t fresh = 0;

    for (uint32_t word = offset / 64; word * 64 < end; word++) {
        const uint64_t bits = bits_of(word, offset, end) & ~line->written[word];

        fresh += (uint32_t)__builtin_popcountll(bits);
        if (write)
            line->written[word] |= bits;
    }
    return fresh;
}

static void gather(CombineLine *line, const Access *access, Tick when)
{
    line->combine->stats.accesses++;
    line->left -= new_bytes(line, access, true);
    if (line->left == 0)
        close_line(line, when);
}

/* ---- the core's side ---- */

static FrontStatus combine_access(Front *front, const Access *access, Tick now, Grant grant,
                                  Waiter *waiter, FrontAnswer *answer)
{
    Combine *combine = combine_of(front);
    const Sim *sim = combine->memory->sim;
    const uint64_t number = access->addr >> combine->line_shift;
    CombineLine *line = find_open(combine, number);

    *answer = (FrontAnswer){ .issued_fs = now, .data_fs = now };
    if (line && new_bytes(line, access, false) < line->left) { /* nobody could notice */
        gather(line, access, now);
        return FRONT_TAKEN;
    }
    if (port_is_crowded(combine->memory)) {
        waiters_add(&combine->memory->relief, waiter);
        return FRONT_BLOCKED;
    }
    if (!front_may_decide(sim, now, grant))
        return FRONT_YIELD;
    if (!line) {
        if (combine->n_open == combine->n_lines)
            close_line(oldest_open(combine), now);
        const Tick free_at = slots_free_at(&combine->slots);

        if (free_at == TICK_PENDING) {
            waiters_add(&combine->waiters, waiter);
            return FRONT_BLOCKED;
        }
        answer->issued_fs = answer->data_fs = tick_later(now, free_at);
        if (!front_may_decide(sim, answer->issued_fs, grant))
            return FRONT_YIELD;
        line = open_line(combine, number, answer->issued_fs);
    }
    gather(line, access, answer->issued_fs);
    return FRONT_TAKEN;
}

static void combine_count(Front *front, const Access *access)
{
    Combine *combine = combine_of(front);
    const uint64_t number = access->addr >> combine->line_shift;
    CombineLine *line = find_open(combine, number);

    if (!line) {
        if (combine->n_open == combine->n_lines)
            close_line(oldest_open(combine), 0);
        line = open_line(combine, number, 0);
    }
    gather(line, access, 0);
}

static const FrontOps combine_front_ops = { .access = combine_access, .count = combine_count };
