/*
 * test_dram_checker - every standard, map and policy through the checker; and that the checker sees what is wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "dram_audit.h"
#include "rig.h"
#include "tap.h"

enum { N_ACCESSES = 300 };

static const char *const maps[] = { NULL, "RoCoRaBaBgPcCh", "RoBaCoPcRaBgCh", "CoBgRaBaRoPcChCo1" };

/* A few hot rows, and anything. */
static void mixed(DramAccess *accesses, uint32_t bytes, uint64_t seed)
{
    Rng rng = { .state = seed };

    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        const uint64_t draw = rng_next(&rng), hot = draw % 100 < 40;

        accesses[i].addr = (hot ? draw >> 8 & 0x3fff : draw >> 8 & 0xfffffff) * bytes;
        accesses[i].write = rng_next(&rng) % 100 < 35;
    }
}

static void sequential(DramAccess *accesses, uint32_t bytes, uint64_t seed)
{
    for (uint64_t i = 0; i < N_ACCESSES; i++)
        accesses[i] = (DramAccess){ (seed * 4096 + i) * bytes, i % 8 == 7 };
}

/* A machine of the standard on which much happens in little time. */
static DramConfig machine(int standard, const char *map, uint32_t ranks)
{
    DramConfig config = dram_rig_configs[standard]();
    DramTiming *t = &config.timing;

    config.channels = 2;
    config.ranks = ranks;
    config.mapping = map;
    t->REFI = t->RFC * 3;
    t->RFCpb = t->RC;
    t->RREFD = t->RRD_L + 1;
    t->PBR2PBR = t->RC - 3;
    config.page_timeout = 0;
    return config;
}

static void passes(const DramConfig *config, uint64_t seed, uint64_t *of)
{
    static void (*const fills[])(DramAccess *, uint32_t, uint64_t) = { mixed, sequential };
    DramAccess accesses[N_ACCESSES];

    for (size_t f = 0; f < G_N_ELEMENTS(fills); f++) {
        fills[f](accesses, dram_burst_bytes(config), seed);
        DramAudit audit = dram_audit(config, accesses, N_ACCESSES, false);

        CU_ASSERT(audit.commands >= N_ACCESSES / 2);
        for (int command = 0; command < N_COMMANDS; command++)
            of[command] += audit.of[command];
        CU_ASSERT_EQUAL(audit.refused, 0);
        if (audit.refused)
            printf("# %s, map %s, %u ranks, page %d, refresh %d, traffic %zu: %s\n",
                   config->standard, config->mapping ? config->mapping : "default", config->ranks,
                   config->page, config->refresh, f, audit.first);
        dram_audit_clear(&audit);
    }
}

static bool has(const char *standard, uint32_t ranks, RefreshPolicy refresh)
{
    return !(strcmp(standard, "gddr6") == 0 && ranks > 1) &&
           !(strcmp(standard, "ddr4") == 0 && refresh == REFRESH_PER_BANK);
}

/* What does not get a loop of its own comes with every so many machines. */
static void pass_policies(int standard, const char *map, uint32_t ranks, uint32_t *seed,
                          uint64_t *of)
{
    for (PagePolicy page = PAGE_OPEN; page <= PAGE_TIMEOUT; page++)
        for (RefreshPolicy refresh = REFRESH_ALL_BANK; refresh <= REFRESH_NONE; refresh++) {
            DramConfig config = machine(standard, map, ranks);

            if (!has(config.standard, ranks, refresh))
                continue;
            config.page = page;
            config.page_timeout = page == PAGE_TIMEOUT ? config.timing.RC : 0;
            config.refresh = refresh;
            if (refresh == REFRESH_PER_BANK)
                config.timing.REFI = 20 * config.timing.RFCpb * config.banks;
            ++*seed;
            config.refresh_postpone = *seed % 3 && refresh != REFRESH_NONE ? *seed % 5 : 0;
            config.scheduler = *seed % 7 == 0 ? "fcfs" : NULL;
            config.row_hit_cap = *seed % 4 == 0 ? 3 : 0;
            config.bank_hash = *seed % 2;
            config.channel_hash = *seed % 3 == 1;
            passes(&config, *seed, of);
        }
}

/* Whether the standard knows the command. */
static bool knows(const char *standard, Command command)
{
    if (command == CMD_REFPB)
        return strcmp(standard, "ddr4") != 0;
    return (command != CMD_ACT2 && command != CMD_CAS) || standard_find(standard)->two_parts;
}

static void every_standard_map_and_policy_keeps_the_rules(void)
{
    uint32_t seed = 0;

    for (int s = 0; s < N_DRAM_RIGS; s++) {
        uint64_t of[N_COMMANDS] = { 0 };

        for (size_t m = 0; m < G_N_ELEMENTS(maps); m++)
            for (uint32_t ranks = 1; ranks <= 4; ranks *= 2)
                pass_policies(s, maps[m], ranks, &seed, of);
        /* Every command has been there to be judged. */
        for (int command = 0; command < N_COMMANDS; command++)
            CU_ASSERT(of[command] > 20 || !knows(dram_rig_configs[s]().standard, (Command)command));
    }
}

static void saw(const DramAudit *audit, const char *const *rules)
{
    for (; *rules; rules++)
        if (!g_hash_table_contains(audit->rules, *rules)) {
            CU_FAIL("a rule that held nothing back");
            printf("# %s\n", *rules);
        }
}

/* A channel that never lacks requests issues each command as soon as the rules allow: all but the first ones would be
 * refused a clock earlier. */
static void a_busy_channel_waits_for_nothing_but_the_rules(void)
{
    static const char *const open[] = { "tRCD (read)", "tRCD (write)", "tRAS",
                                        "tRP",         "tWR",          "tRTW",
                                        "tWTR_S",      "tRRD_S",       "command bus",
                                        NULL };
    static const char *const closed[] = { "tRC", "tRCD (read)", "tRCD (write)", "tRRD_S", NULL };
    DramAccess accesses[N_ACCESSES];

    for (int s = 0; s < N_DRAM_RIGS; s++)
        for (PagePolicy page = PAGE_OPEN; page <= PAGE_CLOSED; page++) {
            DramConfig config = machine(s, "RoCoRaBaBgPcCh", 2);

            if (strcmp(config.standard, "gddr6") == 0)
                config.ranks = 1;
            config.page = page;
            mixed(accesses, dram_burst_bytes(&config), 12);
            DramAudit audit = dram_audit(&config, accesses, N_ACCESSES, true);

            CU_ASSERT(audit.tight >= audit.commands - audit.commands / 64);
            saw(&audit, page == PAGE_OPEN ? open : closed);
            dram_audit_clear(&audit);
        }
}

/* ---- what is wrong is refused ---- */

typedef struct {
    uint64_t clock;
    const char *line; /* behind the time and the channel */
} Step;

/* The last step is refused by the rule; NULL: it is not. */
static void last_is(DramConfig config, bool parts, const Step *steps, size_t n, const char *rule)
{
    DramChecker *checker = dram_checker_new(&config);

    if (!parts)
        dram_checker_waits_only(checker);
    for (size_t i = 0; i < n; i++) {
        g_autofree char *line = g_strdup_printf("%" G_GUINT64_FORMAT ",0,%s",
                                                steps[i].clock * config.tCK_fs, steps[i].line);
        CheckedCommand command;

        CU_ASSERT_FATAL(dram_checker_parse(line, &command));
        const char *refusal = dram_checker_take(checker, &command);

        if (i + 1 < n || !rule)
            CU_ASSERT_PTR_NULL(refusal);
        if (i + 1 == n && rule) {
            CU_ASSERT_PTR_NOT_NULL_FATAL(refusal);
            CU_ASSERT(g_str_has_prefix(refusal, rule) && refusal[strlen(rule)] == ':');
            if (!g_str_has_prefix(refusal, rule))
                printf("# %s instead of %s\n", refusal, rule);
        }
    }
    dram_checker_free(checker);
}

#define LAST_IS(rule, ...) LAST_IS_ON(dram_rig_ddr4(), rule, __VA_ARGS__)
#define LAST_IS_ON(config, rule, ...)                                 \
    do {                                                              \
        const Step steps[] = { __VA_ARGS__ };                         \
        last_is((config), false, steps, G_N_ELEMENTS(steps), (rule)); \
    } while (0)
#define PARTS_ON(config, rule, ...)                                  \
    do {                                                             \
        const Step steps[] = { __VA_ARGS__ };                        \
        last_is((config), true, steps, G_N_ELEMENTS(steps), (rule)); \
    } while (0)

static void a_bank_in_the_wrong_state_is_refused(void)
{
    LAST_IS("transfer with a closed bank", { 10, "0,0,0,0,7,8,RD" });
    LAST_IS("transfer with a closed bank", { 10, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,,,PRE" },
            { 900, "0,0,0,0,7,8,WR" });
    LAST_IS("transfer with a closed bank", { 10, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,7,8,RDA" },
            { 900, "0,0,0,0,7,8,RD" });
    LAST_IS("transfer with another row open", { 10, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,6,8,RD" });
    LAST_IS("activation of an open bank", { 10, "0,0,0,0,7,,ACT" }, { 900, "0,0,0,0,7,,ACT" });
    LAST_IS("refresh of an open bank", { 10, "0,0,3,3,7,,ACT" }, { 900, "0,0,,,,,REFAB" });
    LAST_IS(NULL, { 10, "0,0,3,3,7,,ACT" }, { 800, "0,0,,,,,PREA" }, { 900, "0,0,,,,,REFAB" });
}

static void a_field_that_does_not_fit_is_refused(void)
{
    LAST_IS("field", { 10, "0,0,4,0,7,,ACT" });
    LAST_IS("field", { 10, "0,0,0,4,7,,ACT" });
    LAST_IS("field", { 10, "0,1,0,0,7,,ACT" });
    LAST_IS("field", { 10, "1,0,0,0,7,,ACT" });
    LAST_IS("field", { 10, "0,0,0,0,65536,,ACT" });
    LAST_IS("field", { 10, "0,0,0,0,,,ACT" });
    LAST_IS("field", { 10, "0,0,0,0,7,8,ACT" });
    LAST_IS("field", { 10, "0,0,0,,,,REFAB" });
    LAST_IS("field", { 10, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,7,9,RD" });
    LAST_IS("field", { 10, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,7,1024,RD" });
    LAST_IS("command", { 10, "0,0,0,0,7,,NOP" });
    LAST_IS("command", { 10, "0,0,0,0,,,REFPB" }); /* DDR4 has none */
}

static void a_time_between_two_clock_edges_is_refused(void)
{
    const DramConfig config = dram_rig_ddr4();
    DramChecker *checker = dram_checker_new(&config);
    CheckedCommand command;

    CU_ASSERT(dram_checker_parse("8330001,0,0,0,0,0,7,,ACT", &command));
    CU_ASSERT_PTR_NOT_NULL(dram_checker_take(checker, &command));
    dram_checker_free(checker);
}

/* DDR4-2400 of dram_rig: each wait of this kind, a clock short, and as long as it has to be. */
static void a_wait_that_is_too_short_is_refused(void)
{
    static const struct {
        const char *rule, *before, *earlier, *later;
        uint64_t wait;
    } waits[] = {
        { "tRCD (read)", NULL, "0,0,0,0,7,,ACT", "0,0,0,0,7,8,RD", 17 },
        { "tRCD (write)", NULL, "0,0,0,0,7,,ACT", "0,0,0,0,7,8,WRA", 17 },
        { "tRAS", NULL, "0,0,0,0,7,,ACT", "0,0,0,0,,,PRE", 39 },
        { "tRAS", NULL, "0,0,0,0,7,,ACT", "0,0,,,,,PREA", 39 },
        { "tRP", "0,0,0,0,7,,ACT", "0,0,0,0,,,PRE", "0,0,0,0,9,,ACT", 17 },
        { "tRP", "0,0,0,0,7,,ACT", "0,0,0,0,,,PRE", "0,0,,,,,REFAB", 17 },
        { "tRTP", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,RD", "0,0,0,0,,,PRE", 9 },
        { "tRTP + tRP", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,RDA", "0,0,0,0,7,,ACT", 26 },
        { "tWR", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,WR", "0,0,0,0,,,PRE", 34 },
        { "tWR + tRP", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,WRA", "0,0,0,0,7,,ACT", 51 },
        { "tRRD_S", NULL, "0,0,0,0,7,,ACT", "0,0,1,0,7,,ACT", 4 },
        { "tRRD_L", NULL, "0,0,0,0,7,,ACT", "0,0,0,1,7,,ACT", 6 },
        { "tCCD_L", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,RD", "0,0,0,0,7,16,RD", 6 },
        { "tCCD_L_WR", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,WR", "0,0,0,0,7,16,WR", 6 },
        { "tWTR_L", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,WR", "0,0,0,0,7,16,RD", 25 },
        { "tRTW", "0,0,0,0,7,,ACT", "0,0,0,0,7,8,RD", "0,0,0,0,7,16,WR", 11 },
        { "tRFC", NULL, "0,0,,,,,REFAB", "0,0,2,1,7,,ACT", 433 },
        { "tRFC", NULL, "0,0,,,,,REFAB", "0,0,,,,,REFAB", 433 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(waits); i++) {
        const Step all[] = { { 100, waits[i].before },
                             { 1000, waits[i].earlier },
                             { 1000 + waits[i].wait - 1, waits[i].later },
                             { 1000 + waits[i].wait, waits[i].later } };
        const size_t from = waits[i].before ? 0 : 1;
        const Step late[] = { all[0], all[1], all[3] };

        last_is(dram_rig_ddr4(), false, all + from, 3 - from, waits[i].rule);
        last_is(dram_rig_ddr4(), false, late + from, 3 - from, NULL);
    }
}

static void a_fifth_activation_within_tFAW_is_refused(void)
{
    LAST_IS("tFAW", { 100, "0,0,0,0,7,,ACT" }, { 104, "0,0,1,0,7,,ACT" }, { 108, "0,0,2,0,7,,ACT" },
            { 112, "0,0,3,0,7,,ACT" }, { 125, "0,0,0,1,7,,ACT" });
    LAST_IS(NULL, { 100, "0,0,0,0,7,,ACT" }, { 104, "0,0,1,0,7,,ACT" }, { 108, "0,0,2,0,7,,ACT" },
            { 112, "0,0,3,0,7,,ACT" }, { 126, "0,0,0,1,7,,ACT" });
}

static void a_second_command_in_a_clock_is_refused(void)
{
    LAST_IS("command bus", { 100, "0,0,0,0,7,,ACT" }, { 200, "0,0,0,0,7,8,RD" },
            { 200, "0,0,1,0,7,,ACT" });
    LAST_IS("order", { 100, "0,0,0,0,7,,ACT" }, { 99, "0,0,1,0,7,,ACT" });
}

/* HBM2: an activation keeps the row bus for two clocks, of both pseudo-channels; columns have a bus of their own. */
static void pseudo_channels_share_their_command_buses(void)
{
    LAST_IS_ON(dram_rig_hbm2(), "command bus", { 100, "0,0,0,0,7,,ACT" },
               { 101, "1,0,0,0,7,,ACT" });
    LAST_IS_ON(dram_rig_hbm2(), NULL, { 100, "0,0,0,0,7,,ACT" }, { 102, "1,0,0,0,7,,ACT" });
    LAST_IS_ON(dram_rig_hbm2(), "command bus", { 100, "0,0,0,0,7,,ACT" }, { 102, "1,0,0,0,7,,ACT" },
               { 200, "0,0,0,0,7,8,RD" }, { 200, "1,0,0,0,7,8,RD" });
    LAST_IS_ON(dram_rig_hbm2(), NULL, { 100, "0,0,0,0,7,,ACT" }, { 102, "1,0,0,0,7,,ACT" },
               { 200, "0,0,0,0,7,8,RD" }, { 201, "1,0,0,0,7,8,RD" });
    LAST_IS_ON(dram_rig_hbm2(), NULL, { 100, "0,0,0,0,7,,ACT" }, { 200, "0,0,0,0,7,8,RD" },
               { 200, "0,0,2,0,7,,ACT" });
}

/* DDR4 with two ranks: a burst of four clocks, and two clocks for the bus to change hands; writes begin five clocks
 * sooner after their command than reads. */
static void ranks_share_the_data_bus(void)
{
    DramConfig two = dram_rig_ddr4();

    two.ranks = 2;
#define OPEN { 100, "0,0,0,0,7,,ACT" }, { 110, "0,1,0,0,7,,ACT" }
    LAST_IS_ON(two, "data bus, tRTRS", OPEN, { 200, "0,0,0,0,7,8,RD" }, { 205, "0,1,0,0,7,8,RD" });
    LAST_IS_ON(two, NULL, OPEN, { 200, "0,0,0,0,7,8,RD" }, { 206, "0,1,0,0,7,8,RD" });
    LAST_IS_ON(two, "data bus, tRTRS", OPEN, { 200, "0,0,0,0,7,8,RD" }, { 210, "0,1,0,0,7,8,WR" });
    LAST_IS_ON(two, NULL, OPEN, { 200, "0,0,0,0,7,8,RD" }, { 211, "0,1,0,0,7,8,WR" });
    LAST_IS_ON(two, "data bus", OPEN, { 200, "0,0,0,0,7,8,WR" }, { 203, "0,1,0,0,7,8,WR" });
    LAST_IS_ON(two, NULL, OPEN, { 200, "0,0,0,0,7,8,WR" }, { 204, "0,1,0,0,7,8,WR" });
    LAST_IS_ON(two, "command bus", { 200, "0,0,0,0,7,,ACT" }, { 200, "0,1,0,0,7,,ACT" });
    LAST_IS_ON(two, NULL, { 200, "0,0,0,0,7,,ACT" }, { 201, "0,1,0,0,7,,ACT" });
#undef OPEN
}

/* DDR5: the bank of every bank group.  LPDDR5: also the bank two bank groups further. */
static void a_refresh_is_of_all_the_banks_that_it_stands_for(void)
{
    DramConfig ddr5 = dram_rig_ddr5(), lpddr5 = dram_rig_lpddr5();

    ddr5.timing.RFCpb = 300;
    LAST_IS_ON(ddr5, "field", { 900, "0,0,3,1,,,REFPB" });
    LAST_IS_ON(ddr5, "refresh of an open bank", { 100, "0,0,3,1,7,,ACT" },
               { 900, "0,0,,1,,,REFPB" });
    LAST_IS_ON(ddr5, NULL, { 100, "0,0,3,2,7,,ACT" }, { 900, "0,0,,1,,,REFPB" });
    LAST_IS_ON(ddr5, "tRFCpb", { 900, "0,0,,1,,,REFPB" }, { 1198, "0,0,5,1,7,,ACT" });
    LAST_IS_ON(ddr5, NULL, { 900, "0,0,,1,,,REFPB" }, { 1199, "0,0,5,1,7,,ACT" });
    LAST_IS_ON(lpddr5, "refresh of an open bank", { 100, "0,0,3,1,7,,ACT" },
               { 900, "0,0,1,1,,,REFPB" });
    LAST_IS_ON(lpddr5, NULL, { 100, "0,0,2,1,7,,ACT" }, { 900, "0,0,1,1,,,REFPB" });
}

static void refreshes_that_are_missing_are_refused(void)
{
    LAST_IS(NULL, { 9364 * 2 - 1, "0,0,0,0,7,,ACT" });
    LAST_IS("tREFI", { 9364 * 2, "0,0,0,0,7,,ACT" });
    LAST_IS(NULL, { 9364, "0,0,,,,,REFAB" }, { 9364 * 3 - 1, "0,0,0,0,7,,ACT" });
    LAST_IS("tREFI", { 9364, "0,0,,,,,REFAB" }, { 9364 * 3, "0,0,0,0,7,,ACT" });
}

static void a_line_that_is_no_command_is_refused(void)
{
    CheckedCommand command;

    CU_ASSERT_FALSE(dram_checker_parse("", &command));
    CU_ASSERT_FALSE(dram_checker_parse("12", &command));
    CU_ASSERT_FALSE(dram_checker_parse("12,0,0,0,0", &command));
    CU_ASSERT_FALSE(dram_checker_parse("x,0,0,0,0,0,7,,ACT", &command));
    CU_ASSERT_FALSE(dram_checker_parse("8330001,0,0,0,0,0,7,,ACTIVATE", &command));
}

static void an_activation_in_two_commands_needs_both(void)
{
    const DramConfig config = dram_rig_lpddr5();

    PARTS_ON(config, "ACT-2", { 10, "0,0,0,0,7,,ACT" }, { 15, "0,0,1,0,7,,ACT" });
    PARTS_ON(config, "ACT-2", { 10, "0,0,0,0,7,,ACT" }, { 12, "0,0,1,0,7,,ACT2" });
    PARTS_ON(config, NULL, { 10, "0,0,0,0,7,,ACT" }, { 18, "0,0,0,0,7,,ACT2" });
    PARTS_ON(config, "tAAD", { 10, "0,0,0,0,7,,ACT" }, { 19, "0,0,0,0,7,,ACT2" });
    PARTS_ON(config, "ACT-2", { 10, "0,0,0,0,7,,ACT" }, { 11, "0,0,0,0,7,,ACT2" },
             { 12, "0,0,0,0,7,,ACT2" });
}

static void a_transfer_needs_its_clock(void)
{
    const DramConfig config = dram_rig_lpddr5();
#define OPENED { 10, "0,0,0,0,7,,ACT" }, { 11, "0,0,0,0,7,,ACT2" }

    PARTS_ON(config, "CAS", OPENED, { 30, "0,0,0,0,7,0,RD" });
    PARTS_ON(config, NULL, OPENED, { 30, "0,0,0,0,,,CAS" }, { 31, "0,0,0,0,7,0,RD" });
    PARTS_ON(config, "CAS", OPENED, { 30, "0,0,0,0,,,CAS" }, { 32, "0,0,0,0,7,0,RD" });
    PARTS_ON(config, "CAS", OPENED, { 90, "0,0,0,0,,,CAS" }, { 91, "0,0,0,0,,,PRE" });
    /* CL + BL + tWCKPST = 20 clocks behind a read. */
    PARTS_ON(config, NULL, OPENED, { 30, "0,0,0,0,,,CAS" }, { 31, "0,0,0,0,7,0,RD" },
             { 50, "0,0,0,0,7,16,RD" });
    PARTS_ON(config, "CAS", OPENED, { 30, "0,0,0,0,,,CAS" }, { 31, "0,0,0,0,7,0,RD" },
             { 51, "0,0,0,0,7,16,RD" });
#undef OPENED
}

static void only_precharges_begin_with_a_falling_edge(void)
{
    const DramConfig config = dram_rig_hbm3();

    PARTS_ON(config, "rising edge", { 10, "0,0,0,0,7,,ACT" });
    PARTS_ON(config, "rising edge", { 11, "0,0,0,0,7,,ACT" }, { 90, "0,0,0,0,7,0,RD" });
    PARTS_ON(config, NULL, { 11, "0,0,0,0,7,,ACT" }, { 91, "0,0,0,0,7,0,RD" });
    PARTS_ON(config, NULL, { 11, "0,0,0,0,7,,ACT" }, { 200, "0,0,0,0,,,PRE" });
}

static CU_TestInfo tests[] = {
    TEST(every_standard_map_and_policy_keeps_the_rules),
    TEST(a_busy_channel_waits_for_nothing_but_the_rules),
    TEST(a_bank_in_the_wrong_state_is_refused),
    TEST(a_field_that_does_not_fit_is_refused),
    TEST(a_time_between_two_clock_edges_is_refused),
    TEST(a_wait_that_is_too_short_is_refused),
    TEST(a_fifth_activation_within_tFAW_is_refused),
    TEST(a_second_command_in_a_clock_is_refused),
    TEST(pseudo_channels_share_their_command_buses),
    TEST(ranks_share_the_data_bus),
    TEST(an_activation_in_two_commands_needs_both),
    TEST(a_transfer_needs_its_clock),
    TEST(only_precharges_begin_with_a_falling_edge),
    TEST(a_refresh_is_of_all_the_banks_that_it_stands_for),
    TEST(refreshes_that_are_missing_are_refused),
    TEST(a_line_that_is_no_command_is_refused),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_checker = { .pName = "dram_checker", .pTests = tests };
