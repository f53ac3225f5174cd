/*
 * dram_model_pick - the slow DRAM: which request goes first, and what its command does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram_model_state.h"

static Command next_of(const Slow *s, const SlowReq *req)
{
    if (!s->open[req->place.bank])
        return CMD_ACT;
    if (s->row[req->place.bank] != req->place.row)
        return CMD_PRE;
    return req->write ? CMD_WR : CMD_RD;
}

bool slow_bank_is_active(const Slow *s, uint32_t first, uint32_t n)
{
    for (guint i = 0; i < s->active->len; i++) {
        const uint32_t bank = g_array_index(s->active, SlowReq, i).place.bank;

        if (bank >= first && bank < first + n)
            return true;
    }
    return false;
}

static bool has_scheduler(const Slow *s, const char *name)
{
    return s->config->scheduler && strcmp(s->config->scheduler, name) == 0;
}

static bool in_order(const Slow *s)
{
    return has_scheduler(s, "fcfs");
}

/* The row has had its share of hits and another one waits. */
static bool is_capped(const Slow *s, const GArray *window, uint32_t bank)
{
    if (s->config->row_hit_cap == 0 || in_order(s) || s->hits[bank] < s->config->row_hit_cap)
        return false;
    for (guint i = 0; i < window->len; i++) {
        const Place *place = &g_array_index(window, SlowReq, i).place;

        if (place->bank == bank && place->row != s->row[bank])
            return true;
    }
    return false;
}

/* A hit that is at least as old keeps the row open. */
static bool hit_before(const Slow *s, const GArray *window, const SlowReq *req)
{
    if (in_order(s) || has_scheduler(s, "frfcfs-plain") || is_capped(s, window, req->place.bank))
        return false;
    for (guint i = 0; i < window->len; i++) {
        const SlowReq *other = &g_array_index(window, SlowReq, i);

        if (other->place.bank == req->place.bank && next_of(s, other) <= CMD_WRA &&
            other->arrived <= req->arrived)
            return true;
    }
    return false;
}

static bool may_be_picked(const Slow *s, const GArray *window, const SlowReq *req, int bus,
                          Cycle now)
{
    const uint32_t bank = req->place.bank;

    if (!slow_bus_takes(s, req->next, bus) || !slow_is_ready(s, req->next, bank, now))
        return false;
    if (req->next == CMD_ACT && (s->act2_due || slow_puts_refresh_off(s, bank, now)))
        return false;
    if (window == s->active)
        return true;
    if (slow_is_held(s, bank) || (req->next <= CMD_WRA && is_capped(s, window, bank)))
        return false;
    return req->next != CMD_PRE ||
           (!slow_bank_is_active(s, bank, 1) && !hit_before(s, window, req));
}

int slow_pick(const Slow *s, GArray *window, int bus, Cycle now)
{
    int best = -1;

    if (in_order(s) && window != s->active && s->active->len > 0)
        return -1;
    for (guint i = 0; i < window->len; i++) {
        SlowReq *req = &g_array_index(window, SlowReq, i);

        req->next = next_of(s, req);
        if (may_be_picked(s, window, req, bus, now) &&
            (best < 0 || req->arrived < g_array_index(window, SlowReq, best).arrived))
            best = (int)i;
        if (in_order(s) && window != s->active)
            break;
    }
    return best;
}

/* With a closed page a row is closed along with the last transfer that anybody waits for. */
static bool row_is_wanted(const Slow *s, const SlowReq *req)
{
    for (int w = 0; w < 2; w++)
        for (guint i = 0; i < s->window[w]->len; i++) {
            const SlowReq *other = &g_array_index(s->window[w], SlowReq, i);

            if (other->place.bank == req->place.bank && other->place.row == req->place.row)
                return true;
        }
    return slow_bank_is_active(s, req->place.bank, 1);
}

void slow_serve(Slow *s, GArray *window, int index, Cycle now)
{
    SlowReq req = g_array_index(window, SlowReq, index);
    const uint32_t bank = req.place.bank;
    const DramTiming *timing = &s->config->timing;

    if (!req.begun) {
        s->run->hits += req.next <= CMD_WRA;
        s->run->misses += req.next == CMD_ACT;
        s->run->conflicts += req.next == CMD_PRE;
    }
    req.begun = true;
    g_array_index(window, SlowReq, index) = req;
    if (req.next > CMD_WRA)
        slow_issue(s, req.next, bank, now);
    if (req.next == CMD_PRE) {
        s->open[bank] = false;
        s->run->precharges++;
    } else if (req.next == CMD_ACT) {
        s->run->activates++;
        s->activated[bank] = now + 1;
        s->hits[bank] = 0;
        s->last_use[bank] = now;
        s->open[bank] = true;
        s->row[bank] = req.place.row;
        g_array_append_val(s->active, req);
        g_array_remove_index(window, (guint)index);
        s->act2_due = s->standard->two_parts;
        s->act2_by = now + MIN(timing->AAD, MAX(MIN(timing->RCDRD, timing->RCDWR), 2) - 1);
    } else {
        const Cycle data = now + s->config->timing.CL + s->config->timing.BL;

        s->wck_until =
            MAX(s->wck_until, (req.write ? now + timing->CWL + timing->BL : data) + timing->WCKPST);
        slow_count_transfer(s, &req, now);
        s->hits[bank]++;
        s->last_use[bank] = now;
        if (req.write)
            s->run->last_write = MAX(s->run->last_write, now);
        else {
            s->run->last_data = MAX(s->run->last_data, data);
            s->run->latency += data - req.arrived;
        }
        g_array_remove_index(window, (guint)index);
        if (s->config->page == PAGE_CLOSED && !row_is_wanted(s, &req)) {
            const DramTiming *t = &s->config->timing;

            req.next = req.write ? CMD_WRA : CMD_RDA;
            s->open[bank] = false;
            s->standby_from[bank] =
                MAX(s->ready[CMD_PRE][bank], now + (req.write ? t->CWL + t->BL + t->WR : t->RTP));
        }
        slow_issue(s, req.next, bank, now);
    }
}

bool slow_time_out(Slow *s, Cycle now)
{
    for (uint32_t b = 0; b < s->n_banks; b++) {
        const SlowReq same = { .place = { .bank = b, .row = s->row[b] } };

        if (!s->open[b] || s->last_use[b] + s->config->page_timeout > now ||
            !slow_is_ready(s, CMD_PRE, b, now) || slow_is_held(s, b) || row_is_wanted(s, &same))
            continue;
        slow_issue(s, CMD_PRE, b, now);
        s->open[b] = false;
        s->run->precharges++;
        return true;
    }
    return false;
}

void slow_set_mode(Slow *s)
{
    const double writes = s->window[1]->len, size = s->config->write_queue;

    if (!s->write_mode)
        s->write_mode = writes > s->config->write_high * size || s->window[0]->len == 0;
    else
        s->write_mode = !((writes < s->config->write_low * size || s->window[1]->len == 0) &&
                          s->window[0]->len > 0);
}

GArray *slow_pick_any(Slow *s, int *index, Cycle now)
{
    *index = slow_pick(s, s->active, 0, now);
    if (*index >= 0)
        return s->active;
    if (slow_refresh(s, now))
        *index = -2; /* the clock is taken */
    if (*index == -2 || (s->config->refresh == REFRESH_ALL_BANK && slow_is_forced(s)))
        return NULL;
    slow_set_mode(s);
    *index = slow_pick(s, s->window[s->write_mode], 0, now);
    if (*index >= 0)
        return s->window[s->write_mode];
    if (s->config->page == PAGE_TIMEOUT && slow_time_out(s, now))
        *index = -2;
    return NULL;
}
