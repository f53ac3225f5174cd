/*
 * dram_model_count - what the slow DRAM counts cycle by cycle: queues, open ranks, what each bus does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_model_state.h"

static uint32_t n_buses(const Slow *s)
{
    return s->n_banks / slow_banks_of(s, SCOPE_PSEUDO);
}

void slow_count_init(Slow *s)
{
    s->columns = g_array_new(FALSE, FALSE, sizeof(SlowColumn));
    for (uint32_t bus = 0; bus < n_buses(s); bus++) {
        s->lonely_until[bus] = 1; /* a request of cycle 0 is seen in the next one */
        s->uses[bus] = g_array_new(FALSE, FALSE, sizeof(uint8_t));
    }
}

void slow_count_clear(Slow *s)
{
    g_array_unref(s->columns);
    for (uint32_t bus = 0; bus < n_buses(s); bus++)
        g_array_unref(s->uses[bus]);
}

static bool has_request(const Slow *s, uint32_t bus)
{
    const GArray *lists[] = { s->window[0], s->window[1], s->active };

    for (int l = 0; l < 3; l++)
        for (guint i = 0; i < lists[l]->len; i++)
            if (g_array_index(lists[l], SlowReq, i).place.bank / slow_banks_of(s, SCOPE_PSEUDO) ==
                bus)
                return true;
    return false;
}

static bool rank_is_active(const Slow *s, uint32_t first, uint32_t n, Cycle at)
{
    for (uint32_t b = first; b < first + n; b++)
        if (s->open[b] || s->standby_from[b] > at)
            return true;
    return false;
}

void slow_count_cycle(Slow *s, Cycle now)
{
    const uint32_t n = slow_banks_of(s, SCOPE_RANK);

    for (int dir = 0; dir < 2; dir++) {
        s->run->queued[dir] += s->window[dir]->len;
        s->run->queued_max[dir] = MAX(s->run->queued_max[dir], s->window[dir]->len);
    }
    for (uint32_t first = 0; first < s->n_banks; first += n)
        s->run->active += rank_is_active(s, first, n, now - 1);
}

void slow_count_lonely(Slow *s, Cycle now)
{
    for (uint32_t bus = 0; bus < n_buses(s); bus++)
        if (!has_request(s, bus))
            s->lonely_until[bus] = now + 1;
}

static bool same(const Slow *s, Scope scope, uint32_t a, uint32_t b)
{
    const uint32_t n = slow_banks_of(s, scope), rank = slow_banks_of(s, SCOPE_RANK);

    return a / n == b / n && (scope != SCOPE_OTHER_RANKS || a / rank != b / rank);
}

/* When the rule allows the command; 0: it says nothing. */
static Cycle allowed(const Slow *s, const Constraint *row, const SlowReq *req,
                     const SlowColumn *before)
{
    const Command earlier = before->write ? CMD_WR : CMD_RD, later = req->write ? CMD_WR : CMD_RD;
    const int64_t wait = row->wait + slow_clocks(s, earlier) - slow_clocks(s, later);

    if (!(row->earlier >> earlier & 1) || !(row->later >> later & 1) || wait < 1 ||
        !same(s, row->scope, before->bank, req->place.bank))
        return 0;
    return before->at + (Cycle)wait;
}

/* When the row allows the command. */
static Cycle row_allows(const Slow *s, const SlowReq *req)
{
    const DramTiming *t = &s->config->timing;
    const int64_t later = slow_clocks(s, req->write ? CMD_WR : CMD_RD);
    const int64_t wait = (req->write ? t->RCDWR : t->RCDRD) + slow_clocks(s, CMD_ACT) - later;

    return s->activated[req->place.bank] - 1 + (Cycle)wait;
}

/* What allowed the command last, of all that did so after from. */
static BusUse cause(const Slow *s, const SlowReq *req, int64_t from)
{
    const Cycle row = row_allows(s, req);
    Cycle turn = 0, group = 0;

    for (guint i = 0; i < s->columns->len; i++)
        for (uint32_t r = 0; r < s->n_rows; r++) {
            const SlowColumn *before = &g_array_index(s->columns, SlowColumn, i);
            const bool turns = before->write != req->write || s->rows[r].scope == SCOPE_OTHER_RANKS;
            Cycle *latest = turns ? &turn : &group;

            *latest = MAX(*latest, allowed(s, &s->rows[r], req, before));
        }
    if ((int64_t)MAX(turn, group) <= from || row >= MAX(turn, group))
        return USE_ROW;
    return turn >= group ? USE_TURNAROUND : USE_GROUP;
}

static void remember(Slow *s, const SlowReq *req, Cycle now)
{
    const SlowColumn column = { .at = now, .write = req->write, .bank = req->place.bank };

    g_array_append_val(s->columns, column);
    if (s->columns->len > COLUMNS_BACK)
        g_array_remove_index(s->columns, 0);
}

void slow_count_transfer(Slow *s, const SlowReq *req, Cycle now)
{
    const DramTiming *t = &s->config->timing;
    const uint32_t bank = req->place.bank, bus = bank / slow_banks_of(s, SCOPE_PSEUDO);
    const int64_t latency = req->write ? t->CWL : t->CL;
    const int64_t lonely = (int64_t)s->lonely_until[bus];
    GArray *uses = s->uses[bus];
    const BusUse rest = cause(s, req, MAX((int64_t)uses->len - latency, lonely));

    g_assert_cmpuint(uses->len, <=, now + (Cycle)latency);
    while (uses->len < now + (Cycle)latency) {
        const int64_t at = (int64_t)uses->len - latency;
        const bool refresh =
            at >= (int64_t)s->refresh_from[bank] && at < (int64_t)s->refresh_until[bank];
        const uint8_t use = (uint8_t)(at < lonely ? USE_IDLE : refresh ? USE_REFRESH : rest);

        g_array_append_val(uses, use);
    }
    for (uint32_t i = 0; i < t->BL; i++) {
        const uint8_t use = USE_DATA;

        g_array_append_val(uses, use);
    }
    remember(s, req, now);
}

void slow_count_end(Slow *s, Cycle now)
{
    s->run->end = now;
    for (uint32_t bus = 0; bus < n_buses(s); bus++)
        for (Cycle at = 0; at < now; at++)
            s->run->uses[at < s->uses[bus]->len ? g_array_index(s->uses[bus], uint8_t, at)
                                                : USE_IDLE]++;
}
