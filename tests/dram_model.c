/*
 * dram_model - the slow DRAM: a tick of the clock, requests, a run.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_model_state.h"

static bool is_empty(const Slow *s)
{
    return s->window[0]->len + s->window[1]->len + s->active->len == 0;
}

/* One clock of a bus on which activations are two commands, and transfers may need a CAS before them. */
static void two_parts_tick(Slow *s, Cycle now)
{
    const bool late = s->act2_due && now >= s->act2_by;
    GArray *from = s->cas_for;
    int index = -1;

    if (from) {
        s->cas_for = NULL;
        slow_serve(s, from, s->cas_index, now);
        return;
    }
    if (!late)
        from = slow_pick_any(s, &index, now);
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
        slow_serve(s, from, index, now);
    }
}

static void slow_tick(Slow *s, Cycle now)
{
    slow_count_cycle(s, now);
    s->idle = is_empty(s);
    slow_refreshes_become_due(s, now);
    if (s->standard->two_parts)
        two_parts_tick(s, now);
    for (int bus = s->standard->two_parts; bus < (s->standard->two_buses ? 2 : 1); bus++) {
        int index = bus == 0 ? slow_pick(s, s->active, bus, now) : -1;

        if (index >= 0) {
            slow_serve(s, s->active, index, now);
            continue;
        }
        if (slow_bus_takes(s, CMD_REFAB, bus) && slow_refresh(s, now))
            continue;
        if (s->config->refresh == REFRESH_ALL_BANK && slow_is_forced(s))
            continue;
        slow_set_mode(s);
        index = slow_pick(s, s->window[s->write_mode], bus, now);
        if (index >= 0)
            slow_serve(s, s->window[s->write_mode], index, now);
        else if (s->config->page == PAGE_TIMEOUT && slow_bus_takes(s, CMD_PRE, bus))
            slow_time_out(s, now);
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
