/*
 * test_dram_shortcuts - a channel that takes the short way with its only request, or with requests for one bank, or with runs of
 * hits, or decides ahead of time, does what one does that never does so.
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

typedef enum { ALONE, ONE_BANK, AHEAD, RUNS } Shortcut;

/* A command, an acceptance, a completion, or a count. */
typedef struct {
    uint64_t when, what[4];
} Note;

enum { CHANNELS_MAX = 4, TOLD = CHANNELS_MAX, N_NOTES };

typedef struct Traffic Traffic;
typedef struct {
    Traffic *traffic;
    Channel *channel;
    uint32_t number;
} Ear;

struct Traffic {
    Sim sim;
    ReqPool pool;
    Memory *memory;
    const DramConfig *config;
    Shortcut shortcut;
    Rng rng;
    Event event;
    uint32_t sent, gap;  /* gap: at most, in cycles */
    uint32_t pace;       /* gap at most, mostly, in cycles */
    uint64_t streams[3]; /* with runs: where each of them goes on */
    uint32_t n_streams;
    ReqOp op;               /* of the last one */
    uint64_t taken;         /* commands issued on the short way */
    GArray *notes[N_NOTES]; /* of the commands of each channel, and of what is told */
    Ear ears[CHANNELS_MAX];
};

static void hear(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                 uint32_t column)
{
    const Ear *ear = owner;
    Traffic *t = ear->traffic;
    const Note note = { when, { command, place, row, column } };

    g_array_append_val(t->notes[ear->number], note);
    const Channel *channel = ear->channel;
    const bool taken[] = { [ALONE] = channel->lone.on && channel->lone.only,
                           [ONE_BANK] = channel->lone.on && !channel->lone.only,
                           [AHEAD] = channel->ahead.deciding,
                           [RUNS] = channel->streak.step > 0 };

    t->taken += taken[t->shortcut];
}

static void tell(Traffic *t, uint64_t when, uint64_t what, uint64_t addr, uint64_t more)
{
    const Note note = { when, { what, addr, more, 0 } };

    g_array_append_val(t->notes[TOLD], note);
}

static void send_one(Traffic *t, Tick now);

/* Who is told may send more at once. */
static void is_accepted(Waiter *waiter, Tick when)
{
    Traffic *t = waiter->owner;

    tell(t, when, 2, t->sim.now, 0);
    if (t->shortcut == AHEAD && t->sent < N_REQUESTS && dram_rig_draw(&t->rng, 0, 3) == 0)
        send_one(t, t->sim.now);
}

static void is_done(Req *req, Tick when)
{
    Traffic *t = req->owner;

    tell(t, when, req->op, req->addr, t->sim.now);
    req_free(&t->pool, req);
}

static const ReqOps ops = { .done = is_done };

/* Of rows side by side, burst after burst; now and then one begins elsewhere. */
static uint64_t next_of_streams(Traffic *t)
{
    uint64_t *stream = &t->streams[dram_rig_draw(&t->rng, 0, t->n_streams - 1)];

    if (dram_rig_draw(&t->rng, 0, 59) == 0)
        *stream = rng_below(rng_next(&t->rng), 64) << 13;
    *stream += dram_burst_bytes(t->config);
    return *stream;
}

static uint64_t next_anywhere(Traffic *t)
{
    const uint64_t row = rng_below(rng_next(&t->rng), 64);

    return row << 13 | rng_below(rng_next(&t->rng), 2) << 7;
}

/* Of a few rows of a bank, mostly: rows are the upper part of an address. */
static uint64_t next_of_bank(Traffic *t)
{
    const uint64_t rows = dram_channel_bytes(t->config) * t->config->channels / t->config->rows;
    const uint64_t row = rng_below(rng_next(&t->rng), 4);

    return row * rows + (dram_rig_draw(&t->rng, 0, 399) == 0 ? next_anywhere(t) : 0);
}

static uint64_t next_addr(Traffic *t)
{
    return t->shortcut == RUNS       ? next_of_streams(t)
           : t->shortcut == ONE_BANK ? next_of_bank(t)
                                     : next_anywhere(t);
}

static ReqOp next_op(Traffic *t)
{
    if (dram_rig_draw(&t->rng, 0, t->shortcut == RUNS ? 60 : 1) == 0)
        t->op = t->op == REQ_READ ? REQ_WRITE : REQ_READ;
    return t->op;
}

/* Ahead: of several bursts in one channel or several. */
static void send_one(Traffic *t, Tick now)
{
    const uint32_t bursts = t->shortcut == AHEAD ? dram_rig_draw(&t->rng, 1, 6) : 1;
    Req *req = req_new(&t->pool, next_addr(t), dram_burst_bytes(t->config) * bursts, next_op(t));

    t->sent++;
    req->ops = &ops;
    req->owner = t;
    req->waiter = (Waiter){ .wake = is_accepted, .owner = t };
    if (dram_rig_draw(&t->rng, 0, 1))
        waiters_add(&req->accepted, &req->waiter);
    const Tick when = t->memory->port.ops->arrive(&t->memory->port, req, now);

    if (when != TICK_PENDING)
        is_done(req, when);
}

static void tell_report(Traffic *t)
{
    const DramReport r = dram_report(t->memory, t->sim.now);
    const ChannelStats *c = &r.counts;

    tell(t, r.cycles, c->row_hits, c->row_misses, c->row_conflicts);
    tell(t, c->decisions, c->forwarded, c->merged, c->refreshes);
    tell(t, c->last_write_fs, r.read_queue_max, r.write_queue_max, t->memory->end_fs);
    for (BusUse use = 0; use < N_BUS_USES; use++)
        tell(t, r.bus_cycles[use], 0, 0, 0);
}

static void look(Traffic *t)
{
    tell_report(t);
    if (dram_rig_draw(&t->rng, 0, 1))
        memory_reset_stats(t->memory, t->sim.now);
}

/* Alone: the next one comes at once, or after a time in which this one may get any part of its commands.  Else: so dense that
 * they wait; ahead: never at an edge, where who comes first is open.  With runs somebody looks at the counters in between. */
static void send(Event *event, Tick now)
{
    Traffic *t = event->owner;

    send_one(t, now);
    if (t->sent >= N_REQUESTS)
        return;
    if (t->shortcut == RUNS && dram_rig_draw(&t->rng, 0, 19) == 0)
        look(t);
    const uint32_t rarely = t->shortcut == ALONE ? 1 : 40;
    const uint32_t most = dram_rig_draw(&t->rng, 0, rarely) == 1 ? t->gap : t->pace;

    sim_at(&t->sim, now + dram_rig_draw(&t->rng, 0, most) * t->config->tCK_fs, event);
}

static void listen(Traffic *t, bool possible)
{
    for (uint32_t i = 0; i < t->config->channels; i++) {
        Channel *channel = dram_channel(t->memory, i);

        t->ears[i] = (Ear){ t, channel, i };
        channel_set_log(channel, hear, &t->ears[i]);
        channel->lone.possible = channel->lone.possible && (possible || t->shortcut != ALONE);
        channel->lone.many = channel->lone.many && (possible || t->shortcut > ONE_BANK);
        channel->ahead.possible = possible && t->shortcut == AHEAD;
        channel->streak.runs = channel->streak.runs && (possible || t->shortcut != RUNS);
        if (t->shortcut == RUNS)
            channel->next_order = (1 << ORDER_BITS) - dram_rig_draw(&t->rng, 1, N_REQUESTS);
    }
}

/* What has happened goes into notes (caller frees).  Returns how many commands were issued on the short way. */
static uint64_t run(const DramConfig *config, Shortcut shortcut, uint64_t seed, bool possible,
                    GArray **notes)
{
    Traffic t = { .config = config, .shortcut = shortcut, .rng = { .state = seed } };

    for (int i = 0; i < N_NOTES; i++)
        notes[i] = t.notes[i] = g_array_new(FALSE, FALSE, sizeof(Note));
    sim_init(&t.sim);
    reqpool_init(&t.pool, 0);
    t.memory = dram_new(config, &t.sim, NULL);
    listen(&t, possible);
    t.gap = 1u << dram_rig_draw(&t.rng, 2, 9);
    t.pace = shortcut == RUNS ? dram_rig_draw(&t.rng, 0, 2 * (uint32_t)config->timing.BL) : 0;
    t.n_streams = dram_rig_draw(&t.rng, 1, G_N_ELEMENTS(t.streams));
    t.event = (Event){ .fire = send, .owner = &t };
    sim_at(&t.sim, shortcut == AHEAD, &t.event);
    while (sim_step(&t.sim))
        ;
    for (uint32_t i = 0; i < config->channels; i++)
        CU_ASSERT(!t.ears[i].channel->first && !t.ears[i].channel->ahead.on);
    tell_report(&t);
    memory_free(t.memory);
    reqpool_clear(&t.pool);
    sim_clear(&t.sim);
    return t.taken;
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

/* Long windows and the scheduler that serves hits first, and any wait between the transfers of a bank group. */
static void draw_for_runs(Rng *rng, DramConfig *config)
{
    DramTiming *t = &config->timing;

    config->page = PAGE_OPEN;
    config->page_timeout = 0;
    config->scheduler = NULL;
    config->read_queue = dram_rig_draw(rng, 4, 48);
    config->write_queue = dram_rig_draw(rng, 4, 48);
    config->controller_latency_fs = dram_rig_draw(rng, 0, 20) * config->tCK_fs;
    t->CCD_S = t->CCD_S_WR = dram_rig_draw(rng, 1, t->BL + 1);
    t->CCD_L = dram_rig_draw(rng, t->CCD_S, 2 * t->BL + 1);
    t->CCD_L_WR = dram_rig_draw(rng, t->CCD_S_WR, 2 * t->BL + 1);
}

static DramConfig random_config(Rng *rng, Shortcut shortcut, int i)
{
    static const char *const schedulers[] = { NULL, "frfcfs-plain", "fcfs" };
    DramConfig config = dram_rig_configs[i % N_DRAM_RIGS]();

    config.channels =
        shortcut == AHEAD ? dram_rig_draw(rng, 2, CHANNELS_MAX) : dram_rig_draw(rng, 1, 2);
    config.ranks =
        strcmp(config.standard, "gddr6") == 0 ? 1 : UINT32_C(1) << dram_rig_draw(rng, 0, 1);
    config.page = dram_rig_draw(rng, 0, 2);
    config.page_timeout = config.page == PAGE_TIMEOUT ? 100 : 0;
    config.scheduler = schedulers[dram_rig_draw(rng, 0, 2)];
    config.read_queue = dram_rig_draw(rng, 1, 12);
    config.write_queue = dram_rig_draw(rng, 1, 12);
    config.controller_latency_fs = dram_rig_draw(rng, 0, 3) * config.tCK_fs / 2;
    if (shortcut == RUNS)
        draw_for_runs(rng, &config);
    if (shortcut == ONE_BANK)
        config.row_hit_cap = dram_rig_draw(rng, 0, 3);
    draw_refresh(rng, &config);
    return config;
}

static bool is_same(const GArray *a, const GArray *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len * sizeof(Note)) == 0);
}

/* The notes are freed. */
static bool are_same(GArray **a, GArray **b)
{
    bool same = true;

    for (int i = 0; i < N_NOTES; i++) {
        same = same && is_same(a[i], b[i]);
        g_array_unref(a[i]);
        g_array_unref(b[i]);
    }
    return same;
}

/* least: commands on the short way, of a machine in the mean. */
static void compare(Shortcut shortcut, uint64_t least)
{
    Rng rng = { .state = 5 };
    uint64_t taken = 0;

    for (int i = 0; i < N_MACHINES; i++) {
        const DramConfig config = random_config(&rng, shortcut, i);
        GArray *with[N_NOTES], *without[N_NOTES];

        CU_ASSERT_FATAL(dram_config_check(&config, NULL));
        taken += run(&config, shortcut, (uint64_t)i, true, with);
        CU_ASSERT_EQUAL(run(&config, shortcut, (uint64_t)i, false, without), 0);
        const bool same = are_same(with, without);

        CU_ASSERT(same);
        if (!same)
            printf("# machine %d, %s\n", i, config.standard);
    }
    CU_ASSERT(taken > least * N_MACHINES);
}

static void the_only_request_gets_the_commands_of_one_among_others(void)
{
    compare(ALONE, 2);
}

static void requests_for_one_bank_get_the_commands_of_those_for_several(void)
{
    compare(ONE_BANK, 15);
}

static void what_is_decided_ahead_is_told_at_its_time(void)
{
    compare(AHEAD, 100);
}

static void runs_of_hits_are_single_transfers(void)
{
    compare(RUNS, 25);
}

static CU_TestInfo tests[] = {
    TEST(the_only_request_gets_the_commands_of_one_among_others),
    TEST(requests_for_one_bank_get_the_commands_of_those_for_several),
    TEST(what_is_decided_ahead_is_told_at_its_time),
    TEST(runs_of_hits_are_single_transfers),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_shortcuts = { .pName = "dram_shortcuts", .pTests = tests };
