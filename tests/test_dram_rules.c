/*
 * test_dram_rules - every row of every standard's table: the model waits for it to the clock, and the checker sees it.
 *
 * One timing at a time is made long and all others short, so that it is what binds, whatever the grades are like.  Then
 * two commands that a row is about are issued: the later one is legal for the model from the same clock on as for the
 * checker, which knows nothing of the table.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "dram/standard.h"
#include "dram/timing.h"
#include "dram_checker.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

enum { N_TIMINGS = sizeof(DramTiming) / sizeof(uint32_t), LONG = 61, N_SPOTS = 5, START = 2000 };

typedef struct {
    uint32_t pseudo, rank, group, bank;
} Spot;

/* Where the later command is, seen from the earlier at the first of them. */
enum { SAME_BANK, SAME_GROUP, SAME_RANK, OTHER_RANK, OTHER_PSEUDO };
static const Spot spots[N_SPOTS] = {
    { 0, 0, 0, 0 }, { 0, 0, 0, 1 }, { 0, 0, 1, 0 }, { 0, 1, 0, 0 }, { 1, 0, 0, 0 }
};

/* The scopes reach to these. */
static bool in_scope(Scope scope, int spot)
{
    switch (scope) {
    case SCOPE_BANK:
        return spot == SAME_BANK;
    case SCOPE_GROUP:
        return spot <= SAME_GROUP;
    case SCOPE_RANK:
        return spot <= SAME_RANK;
    case SCOPE_OTHER_RANKS:
        return spot == OTHER_RANK;
    case SCOPE_PSEUDO:
        return spot <= OTHER_RANK;
    case SCOPE_CHANNEL:
        break;
    }
    return true;
}

/* A machine with every kind of neighbour that the standard knows, on which nothing takes long. */
static DramConfig quick_machine(int standard)
{
    DramConfig config = dram_rig_configs[standard]();
    const uint32_t max_ranks = standard_find(config.standard)->max_ranks;

    config.channels = 1;
    config.ranks = max_ranks ? MIN(max_ranks, 2) : 2;
    config.bank_groups = 2;
    config.banks = 4;
    memset(&config.timing, 0, sizeof config.timing);
    config.timing.BL = config.timing.BLmax = 1;
    config.timing.CL = config.timing.CWL = 1;
    config.timing.REFI = 1 << 20;
    return config;
}

static uint32_t *timing_field(DramConfig *config, int field)
{
    uint32_t *fields = (uint32_t *)(void *)&config->timing;

    return &fields[field];
}

/* ---- the model and the checker, side by side ---- */

typedef struct {
    const DramConfig *config;
    const DramStandard *standard;
    Timing timing;
    DramChecker *checker;
    Cycle bus_free[2]; /* row, column */
    Cycle last;        /* of the last command */
    bool open[64];
    bool refused; /* the checker did not take all */
} Stage;

static void stage_init(Stage *stage, const DramConfig *config)
{
    *stage = (Stage){ .config = config, .standard = standard_find(config->standard) };
    timing_init(&stage->timing, config, stage->standard, SET_ALL, NULL);
    stage->checker = dram_checker_new(config);
    dram_checker_waits_only(stage->checker);
}

static void stage_clear(Stage *stage)
{
    timing_clear(&stage->timing);
    dram_checker_free(stage->checker);
}

static uint32_t bank_of(const DramConfig *config, Spot s)
{
    return ((s.pseudo * config->ranks + s.rank) * config->bank_groups + s.group) * config->banks +
           s.bank;
}

static bool is_unit(Command command)
{
    return command >= N_BANK_COMMANDS;
}

static bool is_column(Command command)
{
    return SET_COLUMN >> command & 1;
}

static uint32_t clocks_of(const DramStandard *standard, Command command)
{
    return standard->cycles[command] ? standard->cycles[command] : 1;
}

/* The banks that a command is about: a refresh may be of more than one.  Returns their number. */
static uint32_t banks_of(const Stage *stage, Command command, Spot spot, uint32_t *banks)
{
    const DramConfig *config = stage->config;
    const RefreshBanks refresh =
        command == CMD_REFPB ? stage->standard->refresh_banks : REFRESH_ONE_BANK;
    const uint32_t groups = config->bank_groups, step = refresh == REFRESH_SAME_BANK ? 1
                                                        : refresh == REFRESH_PAIR    ? groups / 2
                                                                                     : groups;
    uint32_t n = 0;

    for (uint32_t i = 0; i < groups; i += step) {
        const Spot one = { spot.pseudo, spot.rank, (spot.group + i) % groups, spot.bank };

        banks[n++] = bank_of(config, one);
    }
    return n;
}

/* From when on the model would issue the command. */
static Cycle stage_ready(const Stage *stage, Command command, Spot spot)
{
    uint32_t banks[8], n = banks_of(stage, command, spot, banks);
    Cycle ready = stage->bus_free[is_column(command)];

    if (is_unit(command)) {
        const uint32_t unit = timing_unit_of(&stage->timing, banks[0]);

        return MAX(ready, timing_unit(&stage->timing, command, unit));
    }
    while (n-- > 0)
        ready = MAX(ready, timing_bank(&stage->timing, command, banks[n]));
    return ready;
}

static CheckedCommand as_checked(const Stage *stage, Command command, Spot spot, Cycle at)
{
    const bool unit = is_unit(command);
    CheckedCommand checked = { .time_fs = at * stage->config->tCK_fs,
                               .pseudo = spot.pseudo,
                               .rank = spot.rank,
                               .group = unit ? -1 : (int64_t)spot.group,
                               .bank = unit ? -1 : (int64_t)spot.bank,
                               .row = is_column(command) || command == CMD_ACT ? 3 : -1,
                               .column = is_column(command) ? 0 : -1 };

    if (unit && stage->standard->refresh_scope == SCOPE_PSEUDO)
        checked.rank = -1;
    if (command == CMD_REFPB && stage->standard->refresh_banks == REFRESH_SAME_BANK)
        checked.group = -1;
    g_strlcpy(checked.name, command_names[command], sizeof checked.name);
    return checked;
}

static void stage_issue(Stage *stage, Command command, Spot spot, Cycle at)
{
    uint32_t banks[8];
    const uint32_t bank = bank_of(stage->config, spot), n = banks_of(stage, command, spot, banks);
    const CheckedCommand checked = as_checked(stage, command, spot, at);
    const Cycle free = at + clocks_of(stage->standard, command);

    stage->refused = dram_checker_take(stage->checker, &checked) || stage->refused;
    if (is_unit(command))
        timing_issue(&stage->timing, command, timing_unit_of(&stage->timing, bank), at);
    for (uint32_t i = 0; i < n && !is_unit(command); i++)
        timing_issue(&stage->timing, command, banks[i], at);
    stage->last = at;
    stage->bus_free[is_column(command)] = free;
    if (!stage->standard->two_buses)
        stage->bus_free[0] = stage->bus_free[1] = free;
    if (command == CMD_ACT)
        stage->open[bank] = true;
    else if (command == CMD_PRE || command == CMD_RDA || command == CMD_WRA)
        stage->open[bank] = false;
    else if (command == CMD_PREA) /* of the first rank, or of all */
        memset(stage->open, 0, sizeof stage->open);
}

/* When it can be, after what has been. */
static Cycle soonest(const Stage *stage, Command command, Spot spot, Cycle from)
{
    return MAX(MAX(from, stage->last), stage_ready(stage, command, spot));
}

/* Close what has to be closed for the command. */
static void close_banks(Stage *stage, Command command, Spot spot, Cycle from)
{
    uint32_t banks[8], n = banks_of(stage, command, spot, banks);

    for (int i = 0; i < N_SPOTS; i++) {
        const uint32_t bank = bank_of(stage->config, spots[i]);
        bool about = command == CMD_REFAB;

        for (uint32_t k = 0; k < n; k++)
            about = about || banks[k] == bank;
        if (about && bank < stage->timing.n_banks && stage->open[bank])
            stage_issue(stage, CMD_PRE, spots[i], soonest(stage, CMD_PRE, spots[i], from));
    }
}

/* Bring the bank into the state that the command needs, as soon as it can be. */
static void make_ready(Stage *stage, Command command, Spot spot, Cycle from)
{
    if (is_column(command) && !stage->open[bank_of(stage->config, spot)])
        stage_issue(stage, CMD_ACT, spot, soonest(stage, CMD_ACT, spot, from));
    if (command == CMD_ACT || command == CMD_REFPB || command == CMD_REFAB)
        close_banks(stage, command, spot, from);
}

/* ---- pairs of commands ---- */

typedef struct {
    Command earlier, later;
    uint32_t nth;
    int spot;
} Pair;

typedef struct {
    Cycle first,
        ready;  /* of the first earlier command; from when on the model issues the later one */
    bool valid; /* the checker agreed with the way to it */
    bool taken; /* by the checker, at ready */
    bool early; /* and a clock before */
} Answer;

static Spot earlier_spot(const Pair *pair, uint32_t k)
{
    if (pair->nth == 1)
        return spots[SAME_BANK];
    return (Spot){ .group = k % 2, .bank = k / 2 };
}

static Spot later_spot(const Pair *pair)
{
    Spot spot = spots[pair->spot];

    if (pair->nth > 1)
        spot.bank = 3; /* where none of the earlier ones has been */
    return spot;
}

static bool is_taken(const Stage *stage, Command command, Spot spot, Cycle at)
{
    const CheckedCommand checked = as_checked(stage, command, spot, at);

    return !dram_checker_refusal(stage->checker, &checked);
}

/* Issue the earlier command (nth of them) and ask both from when on the later one may follow. */
static Answer ask(const DramConfig *config, const Pair *pair)
{
    const Spot to = later_spot(pair);
    Answer answer = { .first = START };
    Stage stage;
    Cycle now = START;

    stage_init(&stage, config);
    make_ready(&stage, pair->earlier, earlier_spot(pair, 0), 100);
    if (is_column(pair->later) && pair->spot != SAME_BANK)
        make_ready(&stage, pair->later, to, 300);
    for (uint32_t k = 0; k < pair->nth; k++, now += 4)
        stage_issue(&stage, pair->earlier, earlier_spot(pair, k), now);
    make_ready(&stage, pair->later, to, 0);
    answer.valid = !stage.refused;
    answer.ready = MAX(stage_ready(&stage, pair->later, to), stage.last);
    answer.taken = is_taken(&stage, pair->later, to, answer.ready);
    answer.early = answer.ready > stage.last && is_taken(&stage, pair->later, to, answer.ready - 1);
    stage_clear(&stage);
    return answer;
}

/* ---- every row ---- */

typedef struct {
    DramConfig config; /* with one long timing */
    const DramStandard *standard;
    Constraint rows[RULES_MAX], quick[RULES_MAX];
    uint32_t n_rows;
    bool bound[RULES_MAX][N_COMMANDS][N_COMMANDS][N_SPOTS];
} Table;

static bool spot_exists(const DramConfig *config, int spot)
{
    return (spot != OTHER_RANK || config->ranks > 1) &&
           (spot != OTHER_PSEUDO || config->pseudo_channels > 1);
}

static void try_pair(Table *table, uint32_t r, const Pair *pair)
{
    const Answer answer = ask(&table->config, pair);
    const int64_t wait = table->rows[r].wait + clocks_of(table->standard, pair->earlier) -
                         clocks_of(table->standard, pair->later);
    const bool good = answer.valid && answer.taken && !answer.early;

    CU_ASSERT(good);
    if (!good)
        printf("# %s row %u, %s then %s, spot %d: %" G_GINT64_FORMAT
               " clocks, valid %d, taken %d, early %d\n",
               table->config.standard, r, command_names[pair->earlier], command_names[pair->later],
               pair->spot, (int64_t)(answer.ready - answer.first), answer.valid, answer.taken,
               answer.early);
    if (in_scope(table->rows[r].scope, pair->spot) && answer.ready == answer.first + (Cycle)wait)
        table->bound[r][pair->earlier][pair->later][pair->spot] = true;
}

/* Not the banks of commands that are looked back to further.  Behind an auto-precharge the bank has to be activated
 * first, which takes longer than what the transfers alone would have to keep. */
static bool spot_applies(const Table *table, const Constraint *row, const Pair *pair)
{
    const bool closed = pair->earlier == CMD_RDA || pair->earlier == CMD_WRA;

    return spot_exists(&table->config, pair->spot) && (row->nth == 1 || pair->spot >= SAME_RANK) &&
           !(closed && is_column(pair->later) && pair->spot == SAME_BANK);
}

static void try_row(Table *table, uint32_t r)
{
    const Constraint *row = &table->rows[r];

    for (Command earlier = 0; earlier < N_COMMANDS; earlier++)
        for (Command later = 0; later < N_COMMANDS; later++)
            for (int spot = 0; spot < N_SPOTS; spot++) {
                const Pair pair = { earlier, later, row->nth, spot };

                if (row->earlier >> earlier & 1 && row->later >> later & 1 &&
                    spot_applies(table, row, &pair))
                    try_pair(table, r, &pair);
            }
}

/* No settings are accepted with which a write's data would begin before the read's have ended. */
static void turn_bus(DramTiming *t)
{
    t->RTW = MAX(t->RTW, t->CL + t->BL - MIN(t->CWL, t->CL + t->BL));
}

/* Each row that the timing has part in, where it is the one that waits. */
static void try_timing(Table *table, int standard, int field)
{
    table->config = quick_machine(standard);
    turn_bus(&table->config.timing);
    table->n_rows = table->standard->rules(&table->config.timing, table->quick);
    *timing_field(&table->config, field) += LONG;
    turn_bus(&table->config.timing);
    table->standard->rules(&table->config.timing, table->rows);
    for (uint32_t r = 0; r < table->n_rows; r++)
        if (table->rows[r].wait > table->quick[r].wait)
            try_row(table, r);
}

static void every_row_has_been_what_binds(const Table *table)
{
    for (uint32_t r = 0; r < table->n_rows; r++)
        for (Command earlier = 0; earlier < N_COMMANDS; earlier++)
            for (Command later = 0; later < N_COMMANDS; later++)
                for (int spot = 0; spot < N_SPOTS; spot++) {
                    const Constraint *row = &table->rows[r];
                    const Pair pair = { earlier, later, row->nth, spot };

                    if (!(row->earlier >> earlier & 1) || !(row->later >> later & 1) ||
                        !in_scope(row->scope, spot) || !spot_applies(table, row, &pair))
                        continue;
                    CU_ASSERT(table->bound[r][earlier][later][spot]);
                    if (!table->bound[r][earlier][later][spot])
                        printf("# %s row %u never binds: %s, %s, spot %d\n", table->config.standard,
                               r, command_names[earlier], command_names[later], spot);
                }
}

static void every_row_binds_to_the_clock_and_the_checker_sees_it(void)
{
    for (int s = 0; s < N_DRAM_RIGS; s++) {
        Table *table = g_new0(Table, 1);

        table->standard = standard_find(dram_rig_configs[s]().standard);
        for (int field = 0; field < N_TIMINGS; field++)
            try_timing(table, s, field);
        every_row_has_been_what_binds(table);
        g_free(table);
    }
}

static void every_standard_has_a_machine_here(void)
{
    for (const DramStandard *const *standard = standards; *standard; standard++) {
        bool found = false;

        for (int s = 0; s < N_DRAM_RIGS; s++)
            found = found || strcmp(dram_rig_configs[s]().standard, (*standard)->name) == 0;
        CU_ASSERT(found);
    }
}

static CU_TestInfo tests[] = {
    TEST(every_row_binds_to_the_clock_and_the_checker_sees_it),
    TEST(every_standard_has_a_machine_here),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_rules = { .pName = "dram_rules", .pTests = tests };
