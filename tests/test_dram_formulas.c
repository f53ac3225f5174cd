/*
 * test_dram_formulas - what simple traffic takes in closed form, for every standard that it applies to.
 *
 * Rates are slopes: the time that the second half of the traffic takes, which is free of what the beginning costs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "dram/standard.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

/* One channel, one rank, no refresh; from the least significant bit pseudo-channel, bank group, bank, column, row. */
static DramConfig machine(int standard)
{
    DramConfig config = dram_rig_configs[standard]();

    config.channels = 1;
    config.ranks = 1;
    config.refresh = REFRESH_NONE;
    config.mapping = "RoCoRaBaBgPc";
    return config;
}

typedef struct {
    uint64_t pseudo, group, bank, column, row; /* column: in bursts */
} Spot;

static uint64_t address(const DramConfig *config, Spot spot)
{
    const uint64_t columns = config->columns / config->burst_length;
    const uint64_t bursts =
        (((spot.row * columns + spot.column) * config->banks + spot.bank) * config->bank_groups +
         spot.group) *
            config->pseudo_channels +
        spot.pseudo;

    return bursts * dram_burst_bytes(config);
}

typedef Spot (*Traffic)(uint64_t i, uint64_t n);

static Cycle read_end(const DramConfig *config, Traffic traffic, uint64_t width, uint64_t n,
                      bool chase)
{
    DramAccess *accesses = g_new0(DramAccess, n);

    for (uint64_t i = 0; i < n; i++)
        accesses[i].addr = address(config, traffic(i, width));
    const DramRun run = dram_run(config, accesses, n, dram_burst_bytes(config), chase);

    g_free(accesses);
    return run.read_end_fs / config->tCK_fs;
}

enum { HALF = 4096 };

/* Clocks an access. */
static double slope(const DramConfig *config, Traffic traffic, uint64_t width, bool chase)
{
    const Cycle half = read_end(config, traffic, width, HALF, chase);

    return (double)(read_end(config, traffic, width, 2 * HALF, chase) - half) / HALF;
}

/* ---- 4.1, 4.4: transfers of open rows ---- */

static Spot one_group(uint64_t i, uint64_t n)
{
    return (Spot){ .column = i % n };
}

static Spot two_groups(uint64_t i, uint64_t n)
{
    return (Spot){ .group = i % 2, .column = i / 2 % n };
}

static Spot two_pseudos(uint64_t i, uint64_t n)
{
    return (Spot){ .pseudo = i % 2, .group = i / 2 % 2, .column = i / 4 % n };
}

static void peak_is_rate_times_width(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);
        const double beats_per_s =
            config.burst_length / (tick_seconds(config.tCK_fs) * config.timing.BL);
        const double peak = beats_per_s * config.bus_bits / 8 * config.pseudo_channels;

        CU_ASSERT_DOUBLE_EQUAL(dram_peak_B_per_s(&config), peak, peak * 1e-12);
    }
}

static void open_rows_of_one_group_pay_tCCD_L(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);

        CU_ASSERT_EQUAL(slope(&config, one_group, 16, false), config.timing.CCD_L);
    }
}

static void open_rows_of_two_groups_pay_tCCD_S(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);

        CU_ASSERT_EQUAL(slope(&config, two_groups, 16, false), config.timing.CCD_S);
    }
}

static void pseudo_channels_have_a_data_bus_each(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);

        if (config.pseudo_channels == 2)
            CU_ASSERT_EQUAL(slope(&config, two_pseudos, 16, false), config.timing.CCD_S / 2.0);
    }
}

/* ---- 4.2, 4.3, 4.5: rows ---- */

/* Another row each time, in n banks of different groups. */
static Spot conflicts(uint64_t i, uint64_t n)
{
    return (Spot){ .group = i % n, .row = i / n % 4096 };
}

static Spot all_banks(uint64_t i, uint64_t groups)
{
    return (Spot){ .group = i % groups, .bank = i / groups % 4, .row = i / groups / 4 % 4096 };
}

static void conflicts_in_a_few_banks_pay_tRC(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++)
        for (uint32_t banks = 1; banks <= 4; banks *= 2) {
            const DramConfig config = machine(s);

            CU_ASSERT_EQUAL(slope(&config, conflicts, banks, false),
                            (double)config.timing.RC / banks);
        }
}

static uint32_t clocks_of(const DramConfig *config, Command command)
{
    return MAX(standard_find(config->standard)->cycles[command], 1);
}

/* LPDDR5: activation, read and precharge together take all of the command bus, which is never quite full. */
static void activations_pay_tRRD_or_tFAW(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);
        const DramTiming *t = &config.timing;
        const double bound = MAX(t->RRD_S, t->FAW / 4.0);
        const double is = slope(&config, all_banks, config.bank_groups, false);
        const bool bus_is_full =
            !standard_find(config.standard)->two_buses &&
            clocks_of(&config, CMD_ACT) + clocks_of(&config, CMD_RD) + 1 >= bound;

        CU_ASSERT(bus_is_full ? is >= bound && is <= bound * 1.07 : is == bound);
    }
}

/* The first clock from when on at which the command may begin. */
static Cycle edge(const DramConfig *config, Command command, Cycle when)
{
    return standard_find(config->standard)->rising >> command & 1 ? when | 1 : when;
}

/* A request at a time: it is seen a clock after it is sent, and the next one is sent when the data are there.  Waits are
 * from the last clock of a command to the last of the next; data come CL behind the first clock of the read. */
static void a_chain_pays_the_latency(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);
        const DramTiming *t = &config.timing;
        const uint32_t act = clocks_of(&config, CMD_ACT), read = clocks_of(&config, CMD_RD);
        const uint32_t cas = standard_find(config.standard)->two_parts; /* WCK is at rest */
        const uint32_t data = cas + t->CL + t->BL;
        const Cycle opened = edge(&config, CMD_RD, 1 + t->RCDRD + act - read);
        /* From the precharge, in the clock after the data of the read before came. */
        const Cycle from = 1 + data + 1;
        const Cycle activated = edge(&config, CMD_ACT, from + t->RP + 1 - act);
        const Cycle again = edge(&config, CMD_RD, activated + t->RCDRD + act - read);

        CU_ASSERT_EQUAL(read_end(&config, conflicts, 1, 1, true), opened + data);
        CU_ASSERT_EQUAL(slope(&config, one_group, 16, true),
                        (double)(edge(&config, CMD_RD, from) - 1));
        CU_ASSERT_EQUAL(slope(&config, conflicts, 1, true), (double)MAX(t->RC, again - 1));
    }
}

/* ---- 4.6: refresh ---- */

static DramRun stream(const DramConfig *config, uint64_t n)
{
    DramAccess *accesses = g_new0(DramAccess, n);

    for (uint64_t i = 0; i < n; i++)
        accesses[i].addr = address(config, one_group(i, 16));
    const DramRun run = dram_run(config, accesses, n, dram_burst_bytes(config), false);

    g_free(accesses);
    return run;
}

/* A stream of hits: a refresh costs tRFC and what closes the row and opens it again; up to a transfer more, as it is due
 * at any time between two transfers. */
static void a_refresh_takes_tRFC_and_a_row(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        DramConfig config = machine(s);
        const DramTiming *t = &config.timing;

        config.refresh = REFRESH_ALL_BANK;
        const DramRun half = stream(&config, 100000), all = stream(&config, 200000);
        const double clocks = (double)(all.read_end_fs - half.read_end_fs) / (double)config.tCK_fs -
                              100000.0 * t->CCD_L;
        const uint32_t units = standard_find(config.standard)->refresh_scope == SCOPE_PSEUDO
                                   ? config.pseudo_channels
                                   : config.ranks;
        const double each = clocks * units / (double)(all.stats.refreshes - half.stats.refreshes);
        const double least = (double)t->RTP + t->RPab + t->RFC + t->RCDRD - t->CCD_L;

        CU_ASSERT(each >= least && each <= least + t->CCD_L);
    }
}

typedef struct {
    Memory *memory;
    ReqPool pool;
    Event event;
    Tick sent, waited; /* the last request; all requests from being sent to their data */
} Visitor;

static void visitor_done(Req *req, Tick when)
{
    Visitor *visitor = req->owner;

    visitor->waited += when - visitor->sent;
    req_free(&visitor->pool, req);
}

static const ReqOps visitor_ops = { .done = visitor_done };

static void visitor_sends(Event *event, Tick now)
{
    Visitor *visitor = event->owner;
    Req *req = req_new(&visitor->pool, 0, 32, REQ_READ);

    req->ops = &visitor_ops;
    req->owner = visitor;
    visitor->sent = now;
    CU_ASSERT_EQUAL(visitor->memory->port.ops->arrive(&visitor->memory->port, req, now),
                    TICK_PENDING);
}

/* One read in four tREFI, at each clock of the interval in turn; mean clocks. */
static double mean_of_single_reads(const DramConfig *config)
{
    const Cycle n = config->timing.REFI;
    Visitor visitor = { .event = { .fire = visitor_sends } };
    Sim sim;

    sim_init(&sim);
    reqpool_init(&visitor.pool, 0);
    visitor.event.owner = &visitor;
    visitor.memory = dram_new(config, &sim, NULL);
    for (Cycle i = 0; i < n; i++)
        sim_at(&sim, (i * 4 * n + i) * config->tCK_fs, &visitor.event);
    while (sim_step(&sim))
        ;
    memory_free(visitor.memory);
    reqpool_clear(&visitor.pool);
    sim_clear(&sim);
    return (double)visitor.waited / (double)config->tCK_fs / (double)n;
}

/* With a closed page a read finds its bank closed, refreshed or not. */
static void random_arrivals_wait_for_refresh_as_long_as_they_should(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        DramConfig config = machine(s);
        const double rfc = config.timing.RFC, expected = rfc * rfc / (2.0 * config.timing.REFI);

        config.page = PAGE_CLOSED;
        const double without = mean_of_single_reads(&config);

        config.refresh = REFRESH_ALL_BANK;
        CU_ASSERT_DOUBLE_EQUAL(mean_of_single_reads(&config) - without, expected, expected * 0.02);
    }
}

/* ---- 4.7: turning the data bus ---- */

typedef struct {
    Tick first_fs, last_fs;
    uint64_t transfers, to_write, to_read;
    Command last;
} Turns;

static void count_turn(void *owner, Tick when, Command command, uint32_t bank, uint32_t row,
                       uint32_t column)
{
    Turns *turns = owner;

    (void)bank, (void)row, (void)column;
    if (command != CMD_RD && command != CMD_WR)
        return;
    if (turns->transfers++ == 0)
        turns->first_fs = when;
    else if (command != turns->last)
        *(command == CMD_WR ? &turns->to_write : &turns->to_read) += 1;
    turns->last = command;
    turns->last_fs = when;
}

static void watch_turns(void *user, Memory *memory)
{
    channel_set_log(dram_channel(memory, 0), count_turn, user);
}

/* Hits in two groups; reads and writes in banks of their own. */
static void mixed_hits(const DramConfig *config, DramAccess *accesses, uint64_t n)
{
    const uint64_t columns = config->columns / config->burst_length;
    Rng rng = { .state = 3 };

    for (uint64_t i = 0; i < n; i++) {
        const bool write = rng_next(&rng) % 2;
        const uint64_t k = i / 2;

        accesses[i].write = write;
        accesses[i].addr = address(config, (Spot){ .group = i % 2,
                                                   .bank = write ? 1 + k / columns % 3 : 0,
                                                   .column = k % columns });
    }
}

/* k transfers of BL between two turns, each of which leaves the bus idle for so many clocks. */
static void turning_the_bus_costs_its_gaps(void)
{
    enum { N = 20000 };
    DramAccess *accesses = g_new0(DramAccess, N);

    for (int s = 0; s < N_DRAM_RIGS; s++) {
        DramConfig config = machine(s);
        DramTiming *t = &config.timing;
        Turns turns = { 0 };
        const DramWatch watch = { watch_turns, &turns };

        /* The gaps are the same in all groups. */
        t->WTR_L = t->WTR_S;
        t->CCD_L = t->CCD_S;
        t->CCD_L_WR = t->CCD_S_WR;
        if (t->BLmax)
            t->BLmax = t->BL;
        mixed_hits(&config, accesses, N);
        dram_run_watched(&config, accesses, N, dram_burst_bytes(&config), false, watch);
        const double to_write = (double)t->RTW + t->CWL - t->CL - t->BL,
                     cas = standard_find(config.standard)->two_parts, /* WCK has stopped */
            to_read = (double)t->WTR_S + t->CL + cas;
        const double k = (double)turns.transfers / (double)(turns.to_write + turns.to_read);
        const double gap = (to_write + to_read) / 2;
        const double clocks = (double)(turns.last_fs - turns.first_fs) / (double)config.tCK_fs;

        CU_ASSERT(turns.to_write > 100);
        const double expected = k * t->BL / (k * t->BL + gap);

        CU_ASSERT_DOUBLE_EQUAL((double)turns.transfers * t->BL / clocks, expected,
                               expected * 0.001);
    }
    g_free(accesses);
}

/* ---- 4.8: row hits ---- */

static Spot in_order(uint64_t i, uint64_t columns)
{
    return (Spot){ .column = i % columns, .row = i / columns };
}

static void a_stream_misses_once_a_row(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);
        const uint64_t columns = config.columns / config.burst_length, n = columns * 20;
        DramAccess *accesses = g_new0(DramAccess, n);

        for (uint64_t i = 0; i < n; i++)
            accesses[i].addr = address(&config, in_order(i, columns));
        const DramRun run = dram_run(&config, accesses, n, dram_burst_bytes(&config), false);

        CU_ASSERT_EQUAL(run.stats.row_hits, n - n / columns);
        CU_ASSERT_EQUAL(run.stats.activates, n / columns);
        g_free(accesses);
    }
}

/* F bytes of whole rows in all banks: n * R / F of the random requests find their row open. */
static void random_requests_hit_as_many_rows_as_are_open(void)
{
    enum { ROWS = 4, N = 20000 };
    DramAccess *accesses = g_new0(DramAccess, N);

    for (int s = 0; s < N_DRAM_RIGS; s++) {
        const DramConfig config = machine(s);
        const uint64_t bytes = dram_burst_bytes(&config),
                       footprint = dram_channel_bytes(&config) / config.rows * ROWS;
        Rng rng = { .state = (uint64_t)s };

        for (uint64_t i = 0; i < N; i++)
            accesses[i].addr = rng_below(rng_next(&rng), footprint / bytes) * bytes;
        const DramRun run = dram_run(&config, accesses, N, (uint32_t)bytes, true);
        const double expected = (double)N / ROWS;

        /* four standard deviations of a binomial number */
        CU_ASSERT_DOUBLE_EQUAL((double)run.stats.row_hits, expected,
                               4 * sqrt(expected * (1 - 1.0 / ROWS)));
    }
    g_free(accesses);
}

static CU_TestInfo tests[] = {
    TEST(peak_is_rate_times_width),
    TEST(open_rows_of_one_group_pay_tCCD_L),
    TEST(open_rows_of_two_groups_pay_tCCD_S),
    TEST(pseudo_channels_have_a_data_bus_each),
    TEST(conflicts_in_a_few_banks_pay_tRC),
    TEST(activations_pay_tRRD_or_tFAW),
    TEST(a_chain_pays_the_latency),
    TEST(a_refresh_takes_tRFC_and_a_row),
    TEST(random_arrivals_wait_for_refresh_as_long_as_they_should),
    TEST(turning_the_bus_costs_its_gaps),
    TEST(a_stream_misses_once_a_row),
    TEST(random_requests_hit_as_many_rows_as_are_open),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_formulas = { .pName = "dram_formulas", .pTests = tests };
