/*
 * dram_checker - which commands there have been, the state of the banks, missing refreshes, files.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dram_past.h"

enum { CLOCKS_MAX = 4 }; /* of a command on its bus */

/* clang-format off */
static const Book books[] = {
    { .name = "ddr4",   .act_clocks = 1, .column_clocks = 1, .postponed = 8 },
    { .name = "ddr5",   .act_clocks = 2, .column_clocks = 2, .postponed = 4, .small = SAME_BANK },
    { .name = "gddr6",  .act_clocks = 1, .column_clocks = 1, .postponed = 8, .small = ONE_BANK },
    { .name = "hbm2",   .act_clocks = 2, .column_clocks = 1, .postponed = 8, .small = ONE_BANK, .two_buses = true, .stacked = true },
    { .name = "hbm3",   .rising = true, .act_clocks = 3, .column_clocks = 2, .postponed = 8, .small = ONE_BANK, .two_buses = true, .stacked = true },
    { .name = "lpddr5", .two_parts = true, .act_clocks = 1, .column_clocks = 1, .postponed = 8, .small = BANK_PAIR, .long_burst = true },
};
/* clang-format on */

/* ---- what a bank is ---- */

static int64_t bank_index(const DramConfig *config, int64_t pseudo, int64_t rank, int64_t group,
                          int64_t bank)
{
    return ((pseudo * config->ranks + rank) * config->bank_groups + group) * config->banks + bank;
}

static bool is_about(const Past *p, int64_t group, int64_t bank)
{
    return (meets(p->group[0], group) && meets(p->bank[0], bank)) ||
           (meets(p->group[1], group) && meets(p->bank[1], bank));
}

/* Call for each bank that the command is about. */
static void for_banks(DramChecker *c, ChannelPast *past, const Past *now,
                      void (*visit)(DramChecker *c, ChannelPast *past, const Past *now,
                                    int64_t bank))
{
    const DramConfig *config = c->config;

    for (int64_t rank = 0; rank < config->ranks; rank++)
        for (int64_t group = 0; group < config->bank_groups; group++)
            for (int64_t bank = 0; bank < config->banks; bank++)
                if (meets(now->rank, rank) && is_about(now, group, bank))
                    visit(c, past, now, bank_index(config, now->pseudo, rank, group, bank));
}

static void check_state(DramChecker *c, ChannelPast *past, const Past *now, int64_t bank)
{
    const int64_t open = past->open_row[bank];

    if (is_refresh(now) && open >= 0)
        dram_refuse(c, now, "refresh of an open bank", "its row has to be closed first");
    if (now->kind == ACT && open >= 0)
        dram_refuse(c, now, "activation of an open bank", "its row has to be closed first");
    if (is_column(now) && open < 0)
        dram_refuse(c, now, "transfer with a closed bank", "no row is open");
    if (is_column(now) && open >= 0 && open != now->row)
        dram_refuse(c, now, "transfer with another row open",
                    "it is not the row that was activated");
}

static void change_state(DramChecker *c, ChannelPast *past, const Past *now, int64_t bank)
{
    (void)c;
    if (now->kind == ACT)
        past->open_row[bank] = now->row;
    if (is_precharge(now) || now->kind == RDA || now->kind == WRA)
        past->open_row[bank] = -1;
    past->refreshed[bank] += is_refresh(now);
}

/* Each bank is refreshed once a tREFI; as many as may be postponed, and the one that is due, may be missing. */
static void check_debt(DramChecker *c, const ChannelPast *past, const Past *now)
{
    const DramConfig *config = c->config;
    const int64_t due = config->refresh == REFRESH_NONE ? 0 : now->first / config->timing.REFI;
    const int64_t missing = MIN((int64_t)config->refresh_postpone, c->book->postponed) + 1;

    for (int64_t b = 0; b < c->n_banks; b++)
        if (past->refreshed[b] + missing < due) {
            g_autofree char *why =
                g_strdup_printf("bank %" PRId64 " of the channel has had %" PRId64 " of %" PRId64
                                " refreshes; %" PRId64 " may be missing",
                                b, past->refreshed[b], due, missing);

            dram_refuse(c, now, "tREFI", why);
            return;
        }
}

/* ---- a command by itself ---- */

static bool in_range(int64_t value, bool applies, int64_t below)
{
    return applies ? value >= 0 && value < below : value == -1;
}

/* Which fields a command has, and whether they are of this machine. */
static bool check_fields(DramChecker *c, const CheckedCommand *command, const Past *p)
{
    const DramConfig *config = c->config;
    const bool whole = p->kind == PREA || p->kind == REFAB, moves = is_column(p);
    const bool all_groups = whole || (p->kind == REFPB && c->book->small == SAME_BANK);
    const struct {
        const char *name;
        bool good;
    } fields[] = {
        { "channel", in_range(command->channel, true, config->channels) },
        { "pseudo_channel", in_range(command->pseudo, true, config->pseudo_channels) },
        { "rank", in_range(command->rank, !whole || !c->book->stacked, config->ranks) },
        { "bank_group", in_range(command->group, !all_groups, config->bank_groups) },
        { "bank", in_range(command->bank, !whole, config->banks) },
        { "row", in_range(command->row, moves || p->kind == ACT || p->kind == ACT2, config->rows) },
        { "column", in_range(command->column, moves, config->columns) },
        { "column (the first of a burst)", !moves || command->column % config->burst_length == 0 },
        { "time_fs (a clock edge)", command->time_fs % config->tCK_fs == 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (!fields[i].good) {
            dram_refuse(c, p, "field", fields[i].name);
            return false;
        }
    return true;
}

/* The second bank of a pair. */
static void add_partner(const DramChecker *c, Past *p)
{
    const int64_t banks = c->config->banks, all = banks * c->config->bank_groups;
    const int64_t partner = (p->group[0] * banks + p->bank[0] + all / 2) % all;

    p->group[1] = partner / banks;
    p->bank[1] = partner % banks;
}

static bool read_command(DramChecker *c, const CheckedCommand *command, Past *p)
{
    int kind = 0;

    while (kind < N_KINDS && strcmp(dram_kind_names[kind], command->name) != 0)
        kind++;
    if (kind == N_KINDS || (kind == REFPB && c->book->small == NOT_KNOWN)) {
        c->message = g_strdup_printf("command: %s has no '%s'", c->config->standard, command->name);
        return false;
    }
    *p = (Past){ .kind = (Kind)kind,
                 .time_fs = command->time_fs,
                 .first = (int64_t)(command->time_fs / c->config->tCK_fs),
                 .channel = command->channel,
                 .pseudo = command->pseudo,
                 .rank = command->rank,
                 .group = { command->group, command->group },
                 .bank = { command->bank, command->bank },
                 .row = command->row };
    p->last = p->first;
    if (p->kind == ACT)
        p->last += c->book->act_clocks - 1;
    if (is_column(p))
        p->last += c->book->column_clocks - 1;
    if (!check_fields(c, command, p))
        return false;
    if (p->kind == REFPB && c->book->small == BANK_PAIR)
        add_partner(c, p);
    return true;
}

/* ---- all of it ---- */

static void check_against(DramChecker *c, const GArray *list, const Past *now, int64_t horizon)
{
    for (guint i = list->len; i-- > 0;) {
        const Past *e = &g_array_index(list, Past, i);

        if (now->last - e->last > horizon)
            return;
        dram_check_pair(c, e, now);
    }
}

static void check(DramChecker *c, const Past *now)
{
    ChannelPast *past = &c->channels[now->channel];

    for_banks(c, past, now, check_state);
    check_against(c, past->columns, now, c->column_horizon);
    check_against(c, past->rows, now, c->row_horizon);
    dram_check_four_activates(c, past, now);
    check_debt(c, past, now);
    dram_check_parts(c, past, now);
}

const char *dram_checker_refusal(DramChecker *checker, const CheckedCommand *command)
{
    Past now;

    g_clear_pointer(&checker->message, g_free);
    if (read_command(checker, command, &now))
        check(checker, &now);
    return checker->message;
}

const char *dram_checker_take(DramChecker *checker, const CheckedCommand *command)
{
    const char *refusal = dram_checker_refusal(checker, command);
    ChannelPast *past;
    Past now;

    if (refusal || !read_command(checker, command, &now))
        return refusal;
    past = &checker->channels[now.channel];
    for_banks(checker, past, &now, change_state);
    dram_change_parts(checker, past, &now);
    g_array_append_val(is_column(&now) ? past->columns : past->rows, now);
    return NULL;
}

static const Book *find_book(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(books); i++)
        if (strcmp(books[i].name, name) == 0)
            return &books[i];
    g_error("the checker has no book of the standard %s", name);
}

DramChecker *dram_checker_new(const DramConfig *config)
{
    const DramTiming *t = &config->timing;
    DramChecker *c = g_new0(DramChecker, 1);

    c->config = config;
    c->book = find_book(config->standard);
    c->n_banks = bank_index(config, config->pseudo_channels, 0, 0, 0);
    /* Nothing waits longer than the sum of all that it could wait for. */
    c->column_horizon = (int64_t)CLOCKS_MAX + t->CL + t->CWL + t->BL + t->BLmax + t->WR + t->RP +
                        t->RTP + t->RTW + t->WTR_L + t->WTR_S + t->RTRS + t->CCD_L + t->CCD_L_WR +
                        t->CCD_S + t->CCD_S_WR + t->CCD_R;
    c->row_horizon = (int64_t)CLOCKS_MAX + MAX(t->RFC, t->RFCpb) + t->RC + t->RAS + t->RP +
                     t->RPab + t->RCDRD + t->RCDWR + t->RRD_S + t->RRD_L + t->FAW + t->RREFD +
                     t->PBR2PBR + t->PPD;
    c->channels = g_new0(ChannelPast, config->channels);
    for (uint32_t i = 0; i < config->channels; i++) {
        ChannelPast *past = &c->channels[i];

        past->columns = g_array_new(FALSE, FALSE, sizeof(Past));
        past->rows = g_array_new(FALSE, FALSE, sizeof(Past));
        past->open_row = g_new(int64_t, c->n_banks);
        past->refreshed = g_new0(int64_t, c->n_banks);
        past->act.first = past->cas = -1;
        for (int64_t b = 0; b < c->n_banks; b++)
            past->open_row[b] = -1;
    }
    return c;
}

void dram_checker_waits_only(DramChecker *checker)
{
    checker->waits_only = true;
}

void dram_checker_free(DramChecker *c)
{
    for (uint32_t i = 0; c && i < c->config->channels; i++) {
        g_array_unref(c->channels[i].columns);
        g_array_unref(c->channels[i].rows);
        g_free(c->channels[i].open_row);
        g_free(c->channels[i].refreshed);
    }
    if (c)
        g_free(c->channels);
    if (c)
        g_free(c->message);
    g_free(c);
}

/* ---- files ---- */

bool dram_checker_parse(const char *line, CheckedCommand *command)
{
    int64_t *const numbers[] = { &command->channel, &command->pseudo, &command->rank,
                                 &command->group,   &command->bank,   &command->row,
                                 &command->column };
    char *at;

    command->time_fs = g_ascii_strtoull(line, &at, 10);
    if (at == line || *at != ',')
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const char *from = at + 1;

        *numbers[i] = g_ascii_strtoll(from, &at, 10);
        if (at == from)
            *numbers[i] = -1;
        if (*at != ',')
            return false;
    }
    return g_strlcpy(command->name, at + 1, sizeof command->name) < sizeof command->name;
}

char *dram_checker_file(const DramConfig *config, const char *text, uint64_t *n)
{
    DramChecker *checker = dram_checker_new(config);
    char **lines = g_strsplit(text, "\n", -1);
    const char *refusal = NULL;
    char *answer = NULL;

    *n = 0;
    if (strcmp(lines[0],
               "time_fs,channel,pseudo_channel,rank,bank_group,bank,row,column,command") != 0)
        refusal = "header: it is another one";
    for (char **line = lines + 1; !refusal && *line && **line; line++) {
        CheckedCommand command;

        refusal = dram_checker_parse(*line, &command) ? dram_checker_take(checker, &command)
                                                      : "line: it is no command";
        ++*n;
    }
    if (refusal)
        answer = g_strdup_printf("line %" PRIu64 ": %s", *n + 1, refusal);
    g_strfreev(lines);
    dram_checker_free(checker);
    return answer;
}
