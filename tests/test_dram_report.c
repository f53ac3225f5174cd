/*
 * test_dram_report - energy, what the buses do, counters from a reset on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/rng.h"
#include "dram/channel_state.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

/* ---- energy ---- */

/* A 2 Gb x8 DDR3-1600 device; the figures are those that the workbook of TN-41-01 (Micron, "DDR3 Power Calculator")
 * gives for it. */
static DramConfig ddr3_device(void)
{
    DramConfig config = dram_rig_ddr4();

    config.tCK_fs = 1250000;
    config.bus_bits = 8;
    config.timing.RAS = 28;
    config.timing.RC = 38;
    config.timing.RFC = 128;
    config.timing.REFI = 6240;
    config.currents = (DramCurrents){ .VDD_V = 1.5,
                                      .IDD0_A = 0.095,
                                      .IDD2N_A = 0.042,
                                      .IDD3N_A = 0.045,
                                      .IDD4R_A = 0.180,
                                      .IDD4W_A = 0.185,
                                      .IDD5B_A = 0.215,
                                      .device_bits = 8 };
    return config;
}

static void a_device_takes_what_the_workbook_of_Micron_says(void)
{
    const DramConfig config = ddr3_device();
    const double clock_s = 1.25e-9;
    const EnergyCounts one = { 1, 1, 1, 1, 1.0, 0.0, 0.0 }, idle = { .standby_s = 1.0 };
    const DramEnergy energy = energy_of(&config, &one), standby = energy_of(&config, &idle);

    CU_ASSERT_DOUBLE_EQUAL(standby.background_J, 0.0630, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(energy.background_J, 0.0675, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(energy.activate_J / (38 * clock_s), 0.0762, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(energy.read_J / (4 * clock_s), 0.2025, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(energy.write_J / (4 * clock_s), 0.2100, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(energy.refresh_J / (6240 * clock_s), 0.0052, 1e-4);
}

/* By hand: eight devices; VPP of 2.5 V with 3 mA less 2 mA for a tRC; no currents, no energy. */
static void devices_and_supplies_add_up(void)
{
    DramConfig config = ddr3_device();
    const EnergyCounts one = { .activates = 1 };
    const double alone = energy_of(&config, &one).activate_J;

    config.bus_bits = 64;
    config.currents.VPP_V = 2.5;
    config.currents.IPP0_A = 0.003;
    config.currents.IPP2N_A = config.currents.IPP3N_A = 0.002;
    CU_ASSERT_DOUBLE_EQUAL(energy_of(&config, &one).activate_J,
                           8 * (alone + 2.5 * 0.001 * 38 * 1.25e-9), 1e-15);
    config.currents.VDD_V = 0;
    CU_ASSERT_EQUAL(dram_energy_J(&(DramEnergy){ 1, 2, 3, 4, 5 }), 15);
    CU_ASSERT_EQUAL(energy_of(&config, &one).activate_J, 0);
}

/* IDD0 is the current of a device of which one bank is opened and closed each tRC, whoever draws IDD3N. */
static void one_bank_that_is_opened_and_closed_draws_IDD0(void)
{
    DramConfig config = ddr3_device();
    const double ras_s = 28 * 1.25e-9, rc_s = 38 * 1.25e-9;
    const EnergyCounts one = {
        .activates = 1, .active_s = ras_s, .standby_s = rc_s - ras_s, .open_s = ras_s
    };

    for (int standby = 0; standby < 2; standby++) {
        config.currents.standby = (Standby)standby;
        const DramEnergy energy = energy_of(&config, &one);

        CU_ASSERT_DOUBLE_EQUAL(dram_energy_J(&energy), 1.5 * 0.095 * rc_s, 1e-15);
    }
}

/* ---- a memory, its requests sent at times of their own ---- */

typedef struct {
    Sim sim;
    ReqPool pool;
    Memory *memory;
    Rng rng;
    bool reads;     /* only */
    CommandLog log; /* of the first channel; NULL: none */
    void *log_owner;
    uint32_t left;
    Tick gap_fs, reset_fs;
    DramReport before;
    Event send, reset;
    /* of each request when it was sent, and of those that are done how long it took; NULL: not wanted */
    GHashTable *sent;
    GArray *latencies;
} Bench;

static void request_done(Req *req, Tick when)
{
    Bench *bench = req->owner;

    if (bench->latencies) {
        const Tick latency = when - GPOINTER_TO_SIZE(g_hash_table_lookup(bench->sent, req));

        g_array_append_val(bench->latencies, latency);
    }
    req_free(&bench->pool, req);
}

static const ReqOps request_ops = { .done = request_done };

static void send_one(Event *event, Tick now)
{
    Bench *bench = event->owner;
    const uint64_t block = rng_next(&bench->rng) % 4096;
    const uint64_t addr = 64 * block << (rng_next(&bench->rng) % 2 ? 12 : 0);
    const ReqOp op = rng_next(&bench->rng) % 3 || bench->reads ? REQ_READ : REQ_WRITE;
    Req *req = req_new(&bench->pool, addr, 64, op);

    req->ops = &request_ops;
    req->owner = bench;
    if (bench->sent)
        g_hash_table_insert(bench->sent, req, GSIZE_TO_POINTER(now));
    const Tick when = bench->memory->port.ops->arrive(&bench->memory->port, req, now);

    if (when != TICK_PENDING)
        req_free(&bench->pool, req);
    if (--bench->left)
        sim_at(&bench->sim, now + rng_next(&bench->rng) % bench->gap_fs, &bench->send);
}

static void reset_now(Event *event, Tick now)
{
    Bench *bench = event->owner;

    bench->before = dram_report(bench->memory, now);
    dram_reset_stats(bench->memory, now);
}

/* Returns the report from the reset (0: none) to the end. */
static DramReport bench_run(Bench *bench, const DramConfig *config, Tick end)
{
    sim_init(&bench->sim);
    reqpool_init(&bench->pool, 0);
    bench->memory = dram_new(config, &bench->sim, NULL);
    g_assert(bench->memory);
    for (uint32_t i = 0; i < config->channels; i++) /* a report in the middle is of now */
        dram_channel(bench->memory, i)->ahead.possible = false;
    if (bench->log)
        channel_set_log(dram_channel(bench->memory, 0), bench->log, bench->log_owner);
    bench->send = (Event){ .fire = send_one, .owner = bench };
    bench->reset = (Event){ .fire = reset_now, .owner = bench };
    sim_at(&bench->sim, 0, &bench->send);
    if (bench->reset_fs)
        sim_at(&bench->sim, bench->reset_fs, &bench->reset);
    while (sim_step(&bench->sim))
        ;
    const DramReport report = dram_report(bench->memory, MAX(end, bench->sim.now));

    memory_free(bench->memory);
    reqpool_clear(&bench->pool);
    sim_clear(&bench->sim);
    return report;
}

/* One read: seen in cycle 1, ACT, RD in cycle 18, data in cycles 35 to 38. */
static void a_lonely_read_is_idle_then_row_then_data(void)
{
    const DramConfig config = dram_rig_ddr4();
    Bench bench = { .rng = { .state = 3 }, .reads = true, .left = 1, .gap_fs = 1 };
    const DramReport report = bench_run(&bench, &config, 40 * config.tCK_fs);

    CU_ASSERT_EQUAL(report.cycles, 40);
    CU_ASSERT_EQUAL(report.counts.reads, 1);
    CU_ASSERT_EQUAL(report.bus_cycles[USE_IDLE], 18 + 1);
    CU_ASSERT_EQUAL(report.bus_cycles[USE_ROW], 17);
    CU_ASSERT_EQUAL(report.bus_cycles[USE_DATA], 4);
    CU_ASSERT_DOUBLE_EQUAL(report.read_latency_max_s, 39 * 0.833e-9, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(report.read_queue_mean, 1.0 / 40, 1e-12);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const Tick *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* hist.h: quantiles are at most 1/32 above, the largest is exact. */
static void latencies_are_those_that_the_readers_see(void)
{
    for (uint32_t channels = 1; channels <= 2; channels++) {
        DramConfig config = dram_rig_ddr4();
        GArray *latencies = g_array_new(FALSE, FALSE, sizeof(Tick));
        Bench bench = { .rng = { .state = channels },
                        .reads = true,
                        .left = 2000,
                        .gap_fs = 20000000,
                        .sent = g_hash_table_new(NULL, NULL),
                        .latencies = latencies };

        config.channels = channels;
        const DramReport report = bench_run(&bench, &config, 0);

        CU_ASSERT_EQUAL_FATAL(latencies->len, 2000);
        g_array_sort(latencies, by_time);
        const double half = tick_seconds(g_array_index(latencies, Tick, 999));
        const double most = tick_seconds(g_array_index(latencies, Tick, 1899));

        CU_ASSERT(half < 0.7 * most);
        CU_ASSERT(report.read_latency_p50_s >= half && report.read_latency_p50_s < half * 33 / 32);
        CU_ASSERT(report.read_latency_p95_s >= most && report.read_latency_p95_s < most * 33 / 32);
        CU_ASSERT_EQUAL(report.read_latency_max_s,
                        tick_seconds(g_array_index(latencies, Tick, 1999)));
        g_array_unref(latencies);
        g_hash_table_unref(bench.sent);
    }
}

/* Ten rounds of refreshes, all banks at once or bank by bank, are ten refreshes of each rank. */
static void a_round_of_single_banks_takes_the_energy_of_one_of_all(void)
{
    DramConfig config = dram_rig_ddr5();

    config.currents = ddr3_device().currents;
    config.currents.device_bits = config.bus_bits;
    config.timing.RFCpb = 313;
    config.ranks = 2;
    const double one_J = 1.5 * (0.215 - 0.045) * config.timing.RFC * tick_seconds(config.tCK_fs);

    for (int single = 0; single < 2; single++) {
        Bench bench = { .rng = { .state = 1 }, .reads = true, .left = 1, .gap_fs = 1 };

        config.refresh = single ? REFRESH_PER_BANK : REFRESH_ALL_BANK;
        const DramReport report = bench_run(
            &bench, &config, 10 * config.timing.REFI * config.tCK_fs + 100 * config.tCK_fs);

        CU_ASSERT_DOUBLE_EQUAL(report.energy.refresh_J, 10 * 2 * one_J, 0.1 * one_J);
    }
}

/* Rows that the commands open and close. */
typedef struct {
    Tick opened_fs[16], open_fs; /* 0: not open; of all together */
} Rows;

static void close_row(Rows *rows, uint32_t bank, Tick when)
{
    if (rows->opened_fs[bank])
        rows->open_fs += when - rows->opened_fs[bank];
    rows->opened_fs[bank] = 0;
}

static void hear_rows(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                      uint32_t column)
{
    Rows *rows = owner;

    (void)row, (void)column;
    if (command == CMD_ACT)
        rows->opened_fs[place] = when;
    else if (command == CMD_PRE)
        close_row(rows, place, when);
    for (uint32_t bank = 0; command == CMD_PREA && bank < 16; bank++)
        close_row(rows, bank, when);
}

/* With standby by bank: by the commands, from ACT to PRE. */
static void each_open_row_draws_its_share_of_IDD3N(void)
{
    DramConfig config = dram_rig_ddr4();
    Rows rows = { .open_fs = 0 };
    Bench bench = { .rng = { .state = 5 },
                    .left = 2000,
                    .gap_fs = 60000000,
                    .log = hear_rows,
                    .log_owner = &rows };

    config.currents = ddr3_device().currents;
    config.currents.device_bits = config.bus_bits;
    config.currents.standby = STANDBY_BANK;
    const DramReport report = bench_run(&bench, &config, 0);
    const Tick end_fs = report.cycles * config.tCK_fs;

    for (uint32_t bank = 0; bank < 16; bank++)
        close_row(&rows, bank, end_fs);
    CU_ASSERT(rows.open_fs > 2 * end_fs);
    CU_ASSERT_DOUBLE_EQUAL(
        report.energy.background_J,
        1.5 * (0.042 * tick_seconds(end_fs) + 0.003 / 16 * tick_seconds(rows.open_fs)),
        1e-6 * report.energy.background_J);
}

static Cycle sum_of(const Cycle *cycles)
{
    Cycle sum = 0;

    for (int use = 0; use < N_BUS_USES; use++)
        sum += cycles[use];
    return sum;
}

static void parts_agree(const DramReport *a, const DramReport *b, const DramReport *whole)
{
    CU_ASSERT_EQUAL(sum_of(a->bus_cycles), a->cycles * a->n_buses);
    CU_ASSERT_EQUAL(sum_of(b->bus_cycles), b->cycles * b->n_buses);
    CU_ASSERT_EQUAL(a->cycles + b->cycles, whole->cycles);
    CU_ASSERT_EQUAL(a->bus_cycles[USE_DATA] + b->bus_cycles[USE_DATA], whole->bus_cycles[USE_DATA]);
    CU_ASSERT_EQUAL(a->counts.reads + b->counts.reads, whole->counts.reads);
    CU_ASSERT_EQUAL(a->counts.writes + b->counts.writes, whole->counts.writes);
    CU_ASSERT_EQUAL(a->counts.activates + b->counts.activates, whole->counts.activates);
    CU_ASSERT_EQUAL(a->counts.precharges + b->counts.precharges, whole->counts.precharges);
    CU_ASSERT_EQUAL(a->counts.refreshes + b->counts.refreshes, whole->counts.refreshes);
    CU_ASSERT_DOUBLE_EQUAL(a->read_queue_mean * (double)a->cycles +
                               b->read_queue_mean * (double)b->cycles,
                           whole->read_queue_mean * (double)whole->cycles, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(dram_energy_J(&a->energy) + dram_energy_J(&b->energy),
                           dram_energy_J(&whole->energy), 1e-9 * dram_energy_J(&whole->energy));
}

/* On all standards and page policies, with gaps and without. */
static void what_is_counted_before_and_after_a_reset_adds_up(void)
{
    for (uint32_t i = 0; i < 120; i++) {
        DramConfig config = dram_rig_configs[i % N_DRAM_RIGS]();

        config.channels = 1 + i % 2;
        config.page = (PagePolicy)(i / 6 % 3);
        config.page_timeout = config.page == PAGE_TIMEOUT ? 50 : 0;
        config.refresh = i % 6 > 0 && i % 7 < 3 ? REFRESH_PER_BANK : REFRESH_ALL_BANK;
        config.timing.RFCpb = config.timing.RFCpb ? config.timing.RFCpb : 313;
        config.currents = ddr3_device().currents;
        config.currents.standby = (Standby)(i / 18 % 2);
        Bench whole = { .rng = { .state = i },
                        .left = 400,
                        .gap_fs = i % 4 ? 20000000 : 300000000 };
        Bench parts = whole;

        parts.reset_fs = 1 + i * 37000003 % 4000000000;
        const Tick end = 200000000000;
        const DramReport all = bench_run(&whole, &config, end);
        const DramReport after = bench_run(&parts, &config, end);

        parts_agree(&parts.before, &after, &all);
    }
}

/* ---- maps ---- */

/* ---- settings ---- */

static void refused(const DramConfig *config, const char *why)
{
    g_autoptr(GError) error = NULL;

    CU_ASSERT_FALSE(dram_config_check(config, &error));
    CU_ASSERT_FATAL(error != NULL);
    if (!strstr(error->message, why))
        g_printerr("%s\n", error->message);
    CU_ASSERT_PTR_NOT_NULL(strstr(error->message, why));
}

static void what_cannot_be_is_refused_by_its_name(void)
{
    DramConfig c = dram_rig_ddr4();

    CU_ASSERT_TRUE(dram_config_check(&c, NULL));
    c.timing.CL = 0;
    refused(&c, "timing.CL: missing");
    c = dram_rig_ddr4();
    c.timing.RTW = 8;
    refused(&c, "timing.tRTW: 8 lets the data of a write run into those of the read");
    c = dram_rig_ddr4();
    c.read_queue = 20000;
    refused(&c, "read_queue: more than 16384");
    c = dram_rig_ddr4();
    c.write_high = 1.5;
    refused(&c, "write_low, write_high: 0.2 and 1.5");
    c = dram_rig_ddr4();
    c.scheduler = "lifo";
    refused(&c, "scheduler: there is no 'lifo'");
    c = dram_rig_ddr4();
    c.currents.VDD_V = 1.2;
    refused(&c, "device_width: missing");
    c.currents = ddr3_device().currents;
    CU_ASSERT_TRUE(dram_config_check(&c, NULL));
    c.currents.IDD4R_A = 0.001;
    refused(&c, "currents: IDD4R (1 mA) is below IDD3N (45 mA)");
    c.currents = ddr3_device().currents;
    c.currents.IDD3N_A = 0.13;
    refused(&c, "currents: IDD0 (95 mA) is below what standby takes of it");
    c.currents.standby = STANDBY_BANK;
    CU_ASSERT_TRUE(dram_config_check(&c, NULL));
    c.currents.VPP_V = 2.5;
    c.currents.IPP3N_A = 0.002;
    refused(&c, "currents: IPP5B (0 mA) is below IPP3N (2 mA)");
    c = dram_rig_gddr6();
    c.ranks = 2;
    refused(&c, "ranks: 2 are above 1: gddr6");
    c = dram_rig_ddr4();
    c.mapping = "RoRoBaBgRaCo";
    refused(&c, "twice");
    c.mapping = "Ro3BaBgRaCo";
    refused(&c, "Ro has 3 of the 16 bits");
}

static CU_TestInfo tests[] = {
    TEST(a_device_takes_what_the_workbook_of_Micron_says),
    TEST(devices_and_supplies_add_up),
    TEST(one_bank_that_is_opened_and_closed_draws_IDD0),
    TEST(a_lonely_read_is_idle_then_row_then_data),
    TEST(latencies_are_those_that_the_readers_see),
    TEST(a_round_of_single_banks_takes_the_energy_of_one_of_all),
    TEST(each_open_row_draws_its_share_of_IDD3N),
    TEST(what_is_counted_before_and_after_a_reset_adds_up),
    TEST(what_cannot_be_is_refused_by_its_name),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_report = { .pName = "dram_report", .pTests = tests };
