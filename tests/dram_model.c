/*
 * dram_model - the slow DRAM.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram_model_state.h"

uint32_t slow_banks_of(const Slow *s, Scope scope)
{
    const DramConfig *c = s->config;

    switch (scope) {
    case SCOPE_BANK:
        return 1;
    case SCOPE_GROUP:
        return c->banks;
    case SCOPE_RANK:
        return c->banks * c->bank_groups;
    case SCOPE_OTHER_RANKS:
    case SCOPE_PSEUDO:
        return c->banks * c->bank_groups * c->ranks;
    case SCOPE_CHANNEL:
        break;
    }
    return s->n_banks;
}

int64_t slow_clocks(const Slow *s, Command command)
{
    return s->standard->cycles[command] ? s->standard->cycles[command] : 1;
}

static void wait_until(Slow *s, Command command, uint32_t bank, Cycle when)
{
    s->ready[command][bank] = MAX(s->ready[command][bank], when);
}

static void slow_issue(Slow *s, Command command, uint32_t bank, Cycle now)
{
    for (uint32_t r = 0; r < s->n_rows; r++) {
        const Constraint *row = &s->rows[r];
        const uint32_t n = slow_banks_of(s, row->scope), first = bank / n * n;
        const uint32_t rank = slow_banks_of(s, SCOPE_RANK);
        Cycle from = now;

        if (!(row->earlier >> command & 1))
            continue;
        if (row->nth > 1) {
            Cycle *past = s->past[command][first];

            memmove(past + 1, past, (BACK - 1) * sizeof *past);
            past[0] = now;
            from = past[row->nth - 1];
            if (from == 0)
                continue;
        }
        for (Command later = 0; later < N_COMMANDS; later++)
            for (uint32_t b = first; b < first + n; b++) {
                const int64_t wait = row->wait + slow_clocks(s, command) - slow_clocks(s, later);

                if (!(row->later >> later & 1) || wait < 1 ||
                    (row->scope == SCOPE_OTHER_RANKS && b / rank == bank / rank))
                    continue;
                wait_until(s, later, b, from + (Cycle)wait);
                if (later == CMD_REFPB && row->scope == SCOPE_BANK)
                    s->refresh_ready[b] = MAX(s->refresh_ready[b], from + (Cycle)wait);
            }
    }
    for (Command later = 0; later < N_COMMANDS && slow_clocks(s, command) > 1; later++)
        for (uint32_t b = 0; b < s->n_banks; b++)
            if (!s->standard->two_buses || (command <= CMD_WRA) == (later <= CMD_WRA))
                wait_until(s, later, b, now + (Cycle)slow_clocks(s, command));
}

static Command next_of(const Slow *s, const SlowReq *req)
{
    if (!s->open[req->place.bank])
        return CMD_ACT;
    if (s->row[req->place.bank] != req->place.row)
        return CMD_PRE;
    return req->write ? CMD_WR : CMD_RD;
}

static bool bus_takes(const Slow *s, Command command, int bus)
{
    return !s->standard->two_buses || (command <= CMD_WRA) == (bus == 0);
}

static bool bank_is_active(const Slow *s, uint32_t first, uint32_t n)
{
    for (guint i = 0; i < s->active->len; i++) {
        const uint32_t bank = g_array_index(s->active, SlowReq, i).place.bank;

        if (bank >= first && bank < first + n)
            return true;
    }
    return false;
}

/* Legal for the bank now, and on this edge of the clock. */
static bool is_ready(const Slow *s, Command command, uint32_t bank, Cycle now)
{
    return s->ready[command][bank] <= now &&
           (now % 2 == 1 || !(s->standard->rising >> command & 1));
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

/* Refreshes in tREFI. */
static uint64_t round_size(const Slow *s)
{
    const uint32_t n = slow_banks_of(s, SCOPE_RANK);

    if (s->config->refresh != REFRESH_PER_BANK)
        return s->n_banks / slow_banks_of(s, s->standard->refresh_scope);
    switch (s->standard->refresh_banks) {
    case REFRESH_PAIR:
        return n > 1 ? s->n_banks / 2 : s->n_banks;
    case REFRESH_SAME_BANK:
        return s->n_banks / s->config->bank_groups;
    default:
        return s->n_banks;
    }
}

/* Whether the bank is one of those that are refreshed next. */
static bool in_target(const Slow *s, uint32_t bank)
{
    const uint32_t n = slow_banks_of(s, SCOPE_RANK), ranks = s->n_banks / n;
    const uint32_t target = (uint32_t)(s->done % round_size(s));
    const uint32_t sets = (uint32_t)(round_size(s) / ranks);

    return bank / n == target % ranks && bank % n % sets == target / ranks;
}

/* The next refresh may no longer be put off. */
static bool is_forced(const Slow *s)
{
    return s->due - s->done > s->config->refresh_postpone * round_size(s);
}

/* Whether the bank is kept free for its refresh. */
static bool is_held(const Slow *s, uint32_t bank)
{
    return s->config->refresh == REFRESH_PER_BANK && is_forced(s) && in_target(s, bank);
}

/* An activation would put off the refresh of banks of its unit that are ready for it. */
static bool puts_refresh_off(const Slow *s, uint32_t bank, Cycle now)
{
    const uint32_t n = slow_banks_of(s, s->standard->refresh_scope), first = bank / n * n;

    bool held = false;

    if (slow_clocks(s, CMD_ACT) <= slow_clocks(s, CMD_REFPB))
        return false;
    for (uint32_t b = first; b < first + n; b++) {
        if (!is_held(s, b))
            continue;
        held = true;
        if (s->open[b] || s->refresh_ready[b] > now)
            return false;
    }
    return held;
}

static bool may_be_picked(const Slow *s, const GArray *window, const SlowReq *req, int bus,
                          Cycle now)
{
    const uint32_t bank = req->place.bank;

    if (!bus_takes(s, req->next, bus) || !is_ready(s, req->next, bank, now))
        return false;
    if (req->next == CMD_ACT && (s->act2_due || puts_refresh_off(s, bank, now)))
        return false;
    if (window == s->active)
        return true;
    if (is_held(s, bank) || (req->next <= CMD_WRA && is_capped(s, window, bank)))
        return false;
    return req->next != CMD_PRE || (!bank_is_active(s, bank, 1) && !hit_before(s, window, req));
}

/* The oldest request whose next command is legal now; -1: none. */
static int pick(const Slow *s, GArray *window, int bus, Cycle now)
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
    return bank_is_active(s, req->place.bank, 1);
}

static void serve(Slow *s, GArray *window, int index, Cycle now)
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

static void note_refresh(Slow *s, uint32_t bank, Cycle from, Cycle now, Cycle length)
{
    s->refresh_from[bank] = MIN(from, now);
    s->refresh_until[bank] = now + length;
    s->standby_from[bank] = MAX(s->standby_from[bank], now + length);
}

/* The next unit.  Returns whether a command was issued. */
static bool refresh_unit(Slow *s, Cycle now)
{
    const DramTiming *t = &s->config->timing;
    const uint64_t units = round_size(s);
    const uint32_t n = slow_banks_of(s, s->standard->refresh_scope),
                   first = (uint32_t)(s->done % units) * n;
    const Cycle from = t->REFI * (s->done / units + 1 + s->config->refresh_postpone);
    Command command = CMD_REFAB;

    for (uint32_t b = first; b < first + n; b++)
        if (s->open[b])
            command = CMD_PREA;
    for (uint32_t b = first; b < first + n; b++)
        if (!is_ready(s, command, b, now))
            return false;
    if (bank_is_active(s, first, n))
        return false;
    slow_issue(s, command, first, now);
    for (uint32_t b = first; b < first + n; b++) {
        s->open[b] = false;
        if (command == CMD_REFAB)
            note_refresh(s, b, from, now, t->RFC);
    }
    s->run->precharges += command == CMD_PREA;
    s->run->refreshes += command == CMD_REFAB;
    s->done += command == CMD_REFAB;
    return true;
}

/* The next bank, or set of banks. */
static bool refresh_target(Slow *s, Cycle now)
{
    bool ready = true;

    for (uint32_t b = 0; b < s->n_banks; b++) {
        if (!in_target(s, b))
            continue;
        if (s->open[b] && is_ready(s, CMD_PRE, b, now) && !bank_is_active(s, b, 1)) {
            slow_issue(s, CMD_PRE, b, now);
            s->open[b] = false;
            s->run->precharges++;
            return true;
        }
        ready = ready && !s->open[b] && is_ready(s, CMD_REFPB, b, now);
    }
    if (!ready)
        return false;
    for (uint32_t b = 0; b < s->n_banks; b++)
        if (in_target(s, b)) {
            slow_issue(s, CMD_REFPB, b, now);
            note_refresh(s, b, s->held_since, now, s->config->timing.RFCpb);
        }
    s->run->refreshes++;
    s->done++;
    s->held_since = CYCLE_NEVER;
    return true;
}

static bool is_empty(const Slow *s)
{
    return s->window[0]->len + s->window[1]->len + s->active->len == 0;
}

static bool refresh(Slow *s, Cycle now)
{
    if (s->due == s->done || !(is_forced(s) || s->idle))
        return false;
    return s->config->refresh == REFRESH_PER_BANK ? refresh_target(s, now) : refresh_unit(s, now);
}

/* Close a row that nobody has used for the time that it may stay open. */
static bool time_out(Slow *s, Cycle now)
{
    for (uint32_t b = 0; b < s->n_banks; b++) {
        const SlowReq same = { .place = { .bank = b, .row = s->row[b] } };

        if (!s->open[b] || s->last_use[b] + s->config->page_timeout > now ||
            !is_ready(s, CMD_PRE, b, now) || is_held(s, b) || row_is_wanted(s, &same))
            continue;
        slow_issue(s, CMD_PRE, b, now);
        s->open[b] = false;
        s->run->precharges++;
        return true;
    }
    return false;
}

static void set_mode(Slow *s)
{
    const double writes = s->window[1]->len, size = s->config->write_queue;

    if (!s->write_mode)
        s->write_mode = writes > s->config->write_high * size || s->window[0]->len == 0;
    else
        s->write_mode = !(writes < s->config->write_low * size && s->window[0]->len > 0);
}

static void refreshes_become_due(Slow *s, Cycle now)
{
    const Cycle refi = s->config->timing.REFI;
    const uint64_t n = round_size(s);

    if (s->config->refresh == REFRESH_NONE)
        return;
    if (s->config->refresh == REFRESH_ALL_BANK)
        s->due = now / refi * n;
    else
        while (refi * (s->due + 1) / n <= now)
            s->due++;
    if (is_forced(s) && s->held_since == CYCLE_NEVER)
        s->held_since = now;
}

/* The request that goes first of those that are active or, when no refresh waits, in the window; NULL: none. */
static GArray *pick_any(Slow *s, int *index, Cycle now)
{
    *index = pick(s, s->active, 0, now);
    if (*index >= 0)
        return s->active;
    if (refresh(s, now))
        *index = -2; /* the clock is taken */
    if (*index == -2 || (s->config->refresh == REFRESH_ALL_BANK && is_forced(s)))
        return NULL;
    set_mode(s);
    *index = pick(s, s->window[s->write_mode], 0, now);
    if (*index >= 0)
        return s->window[s->write_mode];
    if (s->config->page == PAGE_TIMEOUT && time_out(s, now))
        *index = -2;
    return NULL;
}

/* One clock of a bus on which activations are two commands, and transfers may need a CAS before them. */
static void two_parts_tick(Slow *s, Cycle now)
{
    const bool late = s->act2_due && now >= s->act2_by;
    GArray *from = s->cas_for;
    int index = -1;

    if (from) {
        s->cas_for = NULL;
        serve(s, from, s->cas_index, now);
        return;
    }
    if (!late)
        from = pick_any(s, &index, now);
    if (index == -2)
        return;
    const bool cas =
        from && g_array_index(from, SlowReq, index).next <= CMD_WRA && now >= s->wck_until;

    if (!from || (cas && s->act2_due && now + 1 >= s->act2_by)) {
        s->act2_due = false;
    } else if (cas) {
        s->cas_for = from;
        s->cas_index = index;
    } else {
        serve(s, from, index, now);
    }
}

static void slow_tick(Slow *s, Cycle now)
{
    slow_count_cycle(s, now);
    s->idle = is_empty(s);
    refreshes_become_due(s, now);
    if (s->standard->two_parts)
        two_parts_tick(s, now);
    for (int bus = s->standard->two_parts; bus < (s->standard->two_buses ? 2 : 1); bus++) {
        int index = bus == 0 ? pick(s, s->active, bus, now) : -1;

        if (index >= 0) {
            serve(s, s->active, index, now);
            continue;
        }
        if (bus_takes(s, CMD_REFAB, bus) && refresh(s, now))
            continue;
        if (s->config->refresh == REFRESH_ALL_BANK && is_forced(s))
            continue;
        set_mode(s);
        index = pick(s, s->window[s->write_mode], bus, now);
        if (index >= 0)
            serve(s, s->window[s->write_mode], index, now);
        else if (s->config->page == PAGE_TIMEOUT && bus_takes(s, CMD_PRE, bus))
            time_out(s, now);
    }
    slow_count_lonely(s, now);
}

/* False: refused. */
static bool slow_send(Slow *s, const Place *place, bool write, Cycle now)
{
    const SlowReq req = { .place = *place, .write = write, .arrived = now };
    const uint32_t size = write ? s->config->write_queue : s->config->read_queue;

    for (guint i = 0; i < s->window[1]->len; i++) {
        const SlowReq *other = &g_array_index(s->window[1], SlowReq, i);

        if (other->place.bank == place->bank && other->place.row == place->row &&
            other->place.column == place->column) {
            if (!write) {
                s->run->last_data = MAX(s->run->last_data, now + 1);
                s->run->latency++;
            }
            return true;
        }
    }
    if (s->window[write]->len == size)
        return false;
    g_array_append_val(s->window[write], req);
    return true;
}

static Slow *slow_new(const DramConfig *config, SlowRun *run)
{
    Slow *s = g_new0(Slow, 1);

    s->config = config;
    s->standard = standard_find(config->standard);
    s->n_rows = s->standard->rules(&config->timing, s->rows);
    s->n_banks = config->pseudo_channels * config->ranks * config->bank_groups * config->banks;
    s->window[0] = g_array_new(FALSE, FALSE, sizeof(SlowReq));
    s->window[1] = g_array_new(FALSE, FALSE, sizeof(SlowReq));
    s->active = g_array_new(FALSE, FALSE, sizeof(SlowReq));
    s->held_since = CYCLE_NEVER;
    slow_count_init(s);
    s->run = run;
    return s;
}

static void slow_free(Slow *s)
{
    g_array_unref(s->window[0]);
    g_array_unref(s->window[1]);
    g_array_unref(s->active);
    slow_count_clear(s);
    g_free(s);
}

SlowRun dram_model_run(const DramConfig *config, const SlowAccess *accesses, uint64_t n)
{
    SlowRun run = { 0 };
    Slow **channels = g_new(Slow *, config->channels);
    AddrMap map;
    uint64_t at = 0;
    bool busy = true;
    Cycle end = 0;

    g_assert(addrmap_init(
        &map, config, config->mapping ? config->mapping : standard_find(config->standard)->mapping,
        NULL));
    for (uint32_t c = 0; c < config->channels; c++)
        channels[c] = slow_new(config, &run);
    for (Cycle now = 0; at < n || busy; now++) {
        busy = false;
        end = now + 1;
        for (; at < n; at++) {
            const Place place = addrmap_place(&map, accesses[at].addr);

            if (!slow_send(channels[place.channel], &place, accesses[at].write, now))
                break;
        }
        for (uint32_t c = 0; c < config->channels; c++) {
            Slow *s = channels[c];

            slow_tick(s, now + 1);
            busy = busy || !is_empty(s);
        }
    }
    for (uint32_t c = 0; c < config->channels; c++) {
        slow_count_end(channels[c], end);
        slow_free(channels[c]);
    }
    g_free(channels);
    return run;
}
