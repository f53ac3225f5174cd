/*
 * test_dram_refresh - refreshes of single banks keep to their interval, and commands to their edges.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "dram/channel_state.h"
#include "dram_audit.h"
#include "rig.h"
#include "tap.h"

enum { N_ACCESSES = 2500 };

typedef struct {
    const char *name;
    size_t offset; /* in DramTiming */
} Turn;

static const Turn turns[] = { { "tRTRS", offsetof(DramTiming, RTRS) },
                              { "tRTW", offsetof(DramTiming, RTW) },
                              { "tWTR_S", offsetof(DramTiming, WTR_S) },
                              { "tWTR_L", offsetof(DramTiming, WTR_L) } };

/* Of two ranks where the standard has them, refreshed bank by bank every tREFI, in which many reads fit. */
static DramConfig machine(int standard)
{
    DramConfig config = dram_rig_configs[standard]();

    config.ranks = strcmp(config.standard, "gddr6") == 0 ? 1 : 2;
    config.refresh = REFRESH_PER_BANK;
    config.timing.RFCpb = config.timing.RC;
    config.timing.REFI = 64 * config.timing.RFCpb;
    return config;
}

static bool has(const DramConfig *config, const Turn *turn)
{
    return strcmp(turn->name, "tRTRS") != 0 ||
           (config->ranks > 1 && strncmp(config->standard, "hbm", 3) != 0);
}

static void set(DramConfig *config, const Turn *turn, uint32_t cycles)
{
    *(uint32_t *)(void *)((char *)&config->timing + turn->offset) = cycles;
    config->timing.WTR_L = MAX(config->timing.WTR_L, config->timing.WTR_S);
}

/* The largest value with which the configuration is accepted; the next one is refused by this name. */
static uint32_t largest(const DramConfig *config, const Turn *turn)
{
    uint32_t cycles = config->timing.REFI;
    g_autoptr(GError) error = NULL;

    for (;; cycles--) {
        DramConfig tried = *config;
        g_autoptr(GError) refused = NULL;

        set(&tried, turn, cycles);
        if (dram_config_check(&tried, &refused))
            break;
        g_clear_error(&error);
        error = g_steal_pointer(&refused);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "for the bus to turn"));
    return cycles;
}

static void fill(DramAccess *accesses, uint32_t bytes, uint64_t seed)
{
    Rng rng = { .state = seed };

    for (uint64_t i = 0; i < N_ACCESSES; i++)
        accesses[i] = (DramAccess){ (rng_next(&rng) & 0xffffff) * bytes, rng_next(&rng) % 2 };
}

/* With more a bank may have to wait for rounds: the checker would refuse it. */
static void no_accepted_turn_of_the_bus_makes_a_refresh_a_round_late(void)
{
    g_autofree DramAccess *accesses = g_new(DramAccess, N_ACCESSES);

    for (int s = 0; s < N_DRAM_RIGS; s++)
        for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) {
            DramConfig config = machine(s);

            if (strcmp(config.standard, "ddr4") == 0 || !has(&config, &turns[i]))
                continue;
            set(&config, &turns[i], largest(&config, &turns[i]));
            fill(accesses, dram_burst_bytes(&config), i);
            DramAudit audit = dram_audit(&config, accesses, N_ACCESSES, false);

            CU_ASSERT(audit.of[CMD_REFPB] > 50);
            CU_ASSERT_EQUAL(audit.refused, 0);
            if (audit.refused)
                printf("# %s, %s: %s\n", config.standard, turns[i].name, audit.first);
            dram_audit_clear(&audit);
        }
}

/* ---- requests at certain edges ---- */

typedef struct {
    Cycle edge;
    bool write;
    uint32_t bank, row;
} Sent;

typedef struct {
    Event event;
    Memory *memory;
    Req *req;
} Sender;

static void send(Event *event, Tick now)
{
    Sender *sender = event->owner;

    sender->memory->port.ops->arrive(&sender->memory->port, sender->req, now);
}

static void is_done(Req *req, Tick when)
{
    (void)req;
    (void)when;
}

/* When banks are first opened. */
static void hear(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                 uint32_t column)
{
    Tick *opened_fs = owner;

    (void)row;
    (void)column;
    if (command == CMD_ACT && opened_fs[place] == 0)
        opened_fs[place] = when;
}

/* A channel of 16 banks, each refreshed by itself; two writes are served before reads. */
static DramConfig refreshed_by_bank(void)
{
    DramConfig config = dram_rig_hbm2();

    config.channels = config.pseudo_channels = 1;
    config.refresh = REFRESH_PER_BANK;
    config.mapping = "RoBgBaRaPcCoCh"; /* of 1 KiB */
    config.write_queue = 4;
    config.write_high = config.write_low = 0.25;
    return config;
}

static void open_banks(const DramConfig *config, Memory *memory, Sim *sim, const Sent *sent,
                       size_t n)
{
    static const ReqOps ops = { .done = is_done };
    Sender *senders = g_new0(Sender, n);
    ReqPool pool;

    reqpool_init(&pool, 0);
    for (size_t i = 0; i < n; i++) {
        Req *req = req_new(&pool, (uint64_t)sent[i].row << 14 | sent[i].bank << 10,
                           dram_burst_bytes(config), sent[i].write ? REQ_WRITE : REQ_READ);

        req->ops = &ops;
        senders[i] = (Sender){ .event = { send, &senders[i] }, .memory = memory, .req = req };
        sim_at(sim, sent[i].edge * config->tCK_fs, &senders[i].event);
    }
    while (sim_step(sim))
        ;
    reqpool_clear(&pool);
    g_free(senders);
}

/* A read waits for the row of its bank, which is to be refreshed, and a write while there is a read.  With another write, which
 * comes as the bank is held, writes are next: the first of them could have been begun long before. */
static void a_write_that_enters_as_a_bank_is_held_turns_the_channel_at_the_next_edge(void)
{
    const DramConfig config = refreshed_by_bank();
    Tick opened_fs[16] = { 0 };
    Sim sim;

    sim_init(&sim);
    Memory *memory = dram_new(&config, &sim, NULL);
    const Cycle held = dram_channel(memory, 0)->rotation.hold_at;
    const Sent sent[] = {
        { held - 6, false, 0, 0 },
        { held - 6, false, 0, 1 },
        { held - 4, true, 5, 0 },
        { held, true, 6, 0 },
    };

    channel_set_log(dram_channel(memory, 0), hear, opened_fs);
    open_banks(&config, memory, &sim, sent, G_N_ELEMENTS(sent));
    CU_ASSERT_EQUAL(opened_fs[0] / config.tCK_fs, held - 5);
    CU_ASSERT_EQUAL(opened_fs[5] / config.tCK_fs, held + 1);
    CU_ASSERT_EQUAL(opened_fs[6] / config.tCK_fs, held + 1 + config.timing.RRD_S);
    memory_free(memory);
    sim_clear(&sim);
}

static CU_TestInfo tests[] = {
    TEST(a_write_that_enters_as_a_bank_is_held_turns_the_channel_at_the_next_edge),
    TEST(no_accepted_turn_of_the_bus_makes_a_refresh_a_round_late),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_refresh = { .pName = "dram_refresh", .pTests = tests };
