/*
 * test_dram_lone - a channel that takes the short way with its only request does what one does that never takes it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "dram/channel_state.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

enum { N_MACHINES = RIG_ROUNDS(1800, 180), N_REQUESTS = 300 };

/* A command, a completion, or a count. */
typedef struct {
    uint64_t when, what[4];
} Note;

typedef struct {
    Sim sim;
    ReqPool pool;
    Memory *memory;
    const DramConfig *config;
    Rng rng;
    Event event;
    uint32_t sent, gap; /* gap: at most, in cycles */
    uint64_t alone;     /* commands issued on the short way */
    GArray *notes;
    Channel *channels[4];
} Traffic;

static void note(Traffic *t, const Note *noted)
{
    g_array_append_vals(t->notes, noted, 1);
}

static void hear(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                 uint32_t column)
{
    Traffic *t = owner;

    note(t, &(Note){ when, { command, place, row, column } });
    for (uint32_t i = 0; i < t->config->channels; i++)
        t->alone += t->channels[i]->lone.entry != NULL;
}

static void is_done(Req *req, Tick when)
{
    Traffic *t = req->owner;

    note(t, &(Note){ when, { req->addr, req->op, 0, 0 } });
    req_free(&t->pool, req);
}

static const ReqOps ops = { .done = is_done };

/* One request, and the next one at once, or after a time in which this one may get any part of its commands. */
static void send(Event *event, Tick now)
{
    Traffic *t = event->owner;
    Req *req = req_new(&t->pool);

    req->addr = rng_below(rng_next(&t->rng), 64) << 13 | rng_below(rng_next(&t->rng), 2) << 7;
    req->bytes = dram_burst_bytes(t->config);
    req->op = dram_rig_draw(&t->rng, 0, 1) ? REQ_WRITE : REQ_READ;
    req->ops = &ops;
    req->owner = t;
    const Tick when = t->memory->port.ops->arrive(&t->memory->port, req, now);

    if (when != TICK_PENDING)
        is_done(req, when);
    if (++t->sent == N_REQUESTS)
        return;
    const uint32_t most = dram_rig_draw(&t->rng, 0, 1) ? t->gap : 0;

    sim_at(&t->sim, now + dram_rig_draw(&t->rng, 0, most) * t->config->tCK_fs, event);
}

static void note_report(Traffic *t)
{
    const DramReport r = dram_report(t->memory, t->sim.now);
    const ChannelStats *c = &r.counts;

    note(t, &(Note){ r.cycles, { c->row_hits, c->row_misses, c->row_conflicts, c->decisions } });
    note(t, &(Note){ t->sim.fired, { c->forwarded, c->merged, c->refreshes, c->last_write_fs } });
    for (BusUse use = 0; use < N_BUS_USES; use++)
        note(t, &(Note){ r.bus_cycles[use], { 0 } });
}

/* Returns what has happened (caller frees). */
static GArray *run(const DramConfig *config, uint64_t seed, bool possible, uint64_t *alone)
{
    Traffic t = { .config = config,
                  .rng = { .state = seed },
                  .notes = g_array_new(FALSE, FALSE, sizeof(Note)) };

    sim_init(&t.sim);
    reqpool_init(&t.pool, 0);
    t.memory = dram_new(config, &t.sim, NULL);
    for (uint32_t i = 0; i < config->channels; i++) {
        t.channels[i] = dram_channel(t.memory, i);
        t.channels[i]->lone.possible = t.channels[i]->lone.possible && possible;
        channel_set_log(t.channels[i], hear, &t);
    }
    t.gap = 1u << dram_rig_draw(&t.rng, 2, 9);
    t.event = (Event){ .fire = send, .owner = &t };
    sim_at(&t.sim, 0, &t.event);
    while (sim_step(&t.sim))
        ;
    note_report(&t);
    *alone += t.alone;
    memory_free(t.memory);
    reqpool_clear(&t.pool);
    sim_clear(&t.sim);
    return t.notes;
}

/* Often: in the way of many a request. */
static void draw_refresh(Rng *rng, DramConfig *config)
{
    const uint32_t banks = config->ranks * config->bank_groups * config->banks;
    DramTiming *t = &config->timing;

    config->refresh = dram_rig_draw(rng, 0, 2);
    if (config->refresh == REFRESH_PER_BANK && strcmp(config->standard, "ddr4") == 0)
        config->refresh = REFRESH_ALL_BANK;
    config->refresh_postpone = config->refresh == REFRESH_NONE ? 0 : dram_rig_draw(rng, 0, 1);
    t->RFCpb = t->RC;
    t->RREFD = t->PBR2PBR = 10;
    t->REFI = config->refresh == REFRESH_PER_BANK ? 2 * banks * t->RFCpb
                                                  : t->RFC + dram_rig_draw(rng, 100, 1000);
}

static DramConfig random_config(Rng *rng, int i)
{
    static const char *const schedulers[] = { NULL, "frfcfs-plain", "fcfs" };
    DramConfig config = dram_rig_configs[i % N_DRAM_RIGS]();

    config.channels = dram_rig_draw(rng, 1, 2);
    config.ranks =
        strcmp(config.standard, "gddr6") == 0 ? 1 : UINT32_C(1) << dram_rig_draw(rng, 0, 1);
    config.page = dram_rig_draw(rng, 0, 2);
    config.page_timeout = config.page == PAGE_TIMEOUT ? 100 : 0;
    config.scheduler = schedulers[dram_rig_draw(rng, 0, 2)];
    config.read_queue = dram_rig_draw(rng, 1, 12);
    config.write_queue = dram_rig_draw(rng, 1, 12);
    config.controller_latency_fs = dram_rig_draw(rng, 0, 3) * config.tCK_fs / 2;
    draw_refresh(rng, &config);
    return config;
}

static void the_only_request_gets_the_commands_of_one_among_others(void)
{
    Rng rng = { .state = 5 };
    uint64_t alone = 0, never = 0;

    for (int i = 0; i < N_MACHINES; i++) {
        const DramConfig config = random_config(&rng, i);

        CU_ASSERT_FATAL(dram_config_check(&config, NULL));
        g_autoptr(GArray) with = run(&config, (uint64_t)i, true, &alone);
        g_autoptr(GArray) without = run(&config, (uint64_t)i, false, &never);
        const bool same = with->len == without->len &&
                          memcmp(with->data, without->data, with->len * sizeof(Note)) == 0;

        CU_ASSERT(same);
        if (!same)
            printf("# machine %d, %s\n", i, config.standard);
    }
    CU_ASSERT(alone > 2 * N_MACHINES);
    CU_ASSERT_EQUAL(never, 0);
}

static CU_TestInfo tests[] = {
    TEST(the_only_request_gets_the_commands_of_one_among_others),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_lone = { .pName = "dram_lone", .pTests = tests };
