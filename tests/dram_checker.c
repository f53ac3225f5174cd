/*
 * dram_checker - the rules, one by one.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_checker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCKS_MAX = 4 }; /* of a command on its bus */

typedef enum { RD, WR, RDA, WRA, ACT, PRE, PREA, REFPB, REFAB, N_KINDS } Kind;

static const char *const kind_names[N_KINDS] = { "RD",  "WR",   "RDA",   "WRA",  "ACT",
                                                 "PRE", "PREA", "REFPB", "REFAB" };

/* What a refresh that is not of all banks is for. */
typedef enum {
    NOT_KNOWN,
    ONE_BANK,
    BANK_PAIR, /* the bank, and the one half the banks of the rank above it */
    SAME_BANK, /* the bank of every bank group */
} SmallRefresh;

/* What the standards differ in, besides their numbers. */
typedef struct {
    const char *name;
    int64_t act_clocks, column_clocks; /* on the command bus; all others take one */
    bool two_buses;                    /* row commands have a bus of their own */
    bool
        stacked; /* ranks are stack IDs: what others count for a rank counts for the pseudo-channel */
    bool long_burst; /* a burst keeps its bank group for BLmax */
    SmallRefresh small;
    int64_t postponed; /* refreshes, at most */
} Book;

/* clang-format off */
static const Book books[] = {
    { .name = "ddr4",   .act_clocks = 1, .column_clocks = 1, .postponed = 8 },
    { .name = "ddr5",   .act_clocks = 2, .column_clocks = 2, .postponed = 4, .small = SAME_BANK },
    { .name = "gddr6",  .act_clocks = 1, .column_clocks = 1, .postponed = 8, .small = ONE_BANK },
    { .name = "hbm2",   .act_clocks = 2, .column_clocks = 1, .postponed = 8, .small = ONE_BANK, .two_buses = true, .stacked = true },
    { .name = "hbm3",   .act_clocks = 3, .column_clocks = 2, .postponed = 8, .small = ONE_BANK, .two_buses = true, .stacked = true },
    { .name = "lpddr5", .act_clocks = 2, .column_clocks = 1, .postponed = 8, .small = BANK_PAIR, .long_burst = true },
};
/* clang-format on */

/* A command that has come. */
typedef struct {
    Kind kind;
    uint64_t time_fs;
    int64_t first, last;  /* clocks on the bus */
    int64_t pseudo, rank; /* -1: all of them */
    int64_t group[2],
        bank[2]; /* likewise; the second is another one only where a refresh is of a pair */
    int64_t channel, row;
} Past;

typedef struct {
    GArray *columns, *rows; /* of Past: RD, WR and the like; all others */
    int64_t *open_row;      /* [n_banks]; -1: closed */
    int64_t *refreshed;     /* [n_banks]: how often */
} ChannelPast;

struct DramChecker {
    const DramConfig *config;
    const Book *book;
    ChannelPast *channels;
    int64_t n_banks;                     /* of a channel */
    int64_t column_horizon, row_horizon; /* clocks after which a command does not matter any more */
    char *message;
};

/* ---- what the commands are ---- */

static bool is_read(const Past *p)
{
    return p->kind == RD || p->kind == RDA;
}

static bool is_write(const Past *p)
{
    return p->kind == WR || p->kind == WRA;
}

static bool is_column(const Past *p)
{
    return is_read(p) || is_write(p);
}

static bool is_refresh(const Past *p)
{
    return p->kind == REFAB || p->kind == REFPB;
}

static bool is_precharge(const Past *p)
{
    return p->kind == PRE || p->kind == PREA;
}

static bool meets(int64_t a, int64_t b)
{
    return a < 0 || b < 0 || a == b;
}

static bool same_pseudo(const Past *a, const Past *b)
{
    return meets(a->pseudo, b->pseudo);
}

static bool same_rank(const Past *a, const Past *b)
{
    return same_pseudo(a, b) && meets(a->rank, b->rank);
}

static bool same_group(const Past *a, const Past *b)
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (same_rank(a, b) && meets(a->group[i], b->group[j]))
                return true;
    return false;
}

static bool same_bank(const Past *a, const Past *b)
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (same_rank(a, b) && meets(a->group[i], b->group[j]) && meets(a->bank[i], b->bank[j]))
                return true;
    return false;
}

/* Of a device that others call a rank; in a stack all of a pseudo-channel. */
static bool same_device(const DramChecker *c, const Past *a, const Past *b)
{
    return c->book->stacked ? same_pseudo(a, b) : same_rank(a, b);
}

/* ---- messages ---- */

static char *text_of(const Past *p)
{
    GString *text = g_string_new(kind_names[p->kind]);

    g_string_append_printf(text,
                           " at clock %" PRId64 " (%" PRIu64 " fs) to channel %" PRId64
                           ", pseudo-channel %" PRId64,
                           p->first, p->time_fs, p->channel, p->pseudo);
    if (p->rank >= 0)
        g_string_append_printf(text, ", rank %" PRId64, p->rank);
    if (p->group[0] >= 0)
        g_string_append_printf(text, ", bank group %" PRId64, p->group[0]);
    if (p->bank[0] >= 0)
        g_string_append_printf(text, ", bank %" PRId64, p->bank[0]);
    return g_string_free(text, FALSE);
}

static void refuse(DramChecker *c, const Past *now, const char *rule, const char *why)
{
    g_autofree char *text = text_of(now);

    if (!c->message)
        c->message = g_strdup_printf("%s: %s: %s", rule, text, why);
}

/* From the earlier to the later command at least so many clocks. */
static void need(DramChecker *c, const char *rule, const Past *earlier, const Past *now,
                 int64_t clocks)
{
    const int64_t had = now->last - earlier->last;

    if (had >= clocks || c->message)
        return;
    g_autofree char *one = text_of(earlier), *other = text_of(now);

    c->message = g_strdup_printf("%s: %s, then %s: %" PRId64 " clocks where %" PRId64
                                 " are needed, %" PRId64 " clocks (%" PRIu64 " fs) too early",
                                 rule, one, other, had, clocks, clocks - had,
                                 (uint64_t)(clocks - had) * c->config->tCK_fs);
}

/* ---- two transfers ---- */

static int64_t data_begin(const DramChecker *c, const Past *p)
{
    const DramTiming *t = &c->config->timing;

    return p->last + (is_read(p) ? t->CL : t->CWL);
}

/* One burst at a time on a data bus; between two ranks a gap, but when the controller drives both.  The dies of a stack
 * keep tCCD_R instead. */
static void check_data_bus(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;
    const bool gap = !c->book->stacked && !same_rank(e, l) && !(is_write(e) && is_write(l));
    const int64_t free = data_begin(c, e) + t->BL + (gap ? t->RTRS : 0);

    need(c, gap ? "data bus, tRTRS" : "data bus", e, l,
         free - data_begin(c, l) + l->last - e->last);
}

static void check_reads(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (same_device(c, e, l))
        need(c, "tCCD_S", e, l, t->CCD_S);
    if (same_group(e, l))
        need(c, "tCCD_L", e, l, t->CCD_L);
    if (c->book->stacked && !same_rank(e, l))
        need(c, "tCCD_R", e, l, t->CCD_R);
}

static void check_writes(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (same_device(c, e, l))
        need(c, "tCCD_S_WR", e, l, t->CCD_S_WR);
    if (same_group(e, l))
        need(c, "tCCD_L_WR", e, l, t->CCD_L_WR);
}

static void check_write_to_read(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;
    const int64_t in_group = c->book->long_burst ? t->BLmax : t->BL;

    if (same_device(c, e, l))
        need(c, "tWTR_S", e, l, (int64_t)t->CWL + t->BL + t->WTR_S);
    if (same_group(e, l))
        need(c, "tWTR_L", e, l, t->CWL + in_group + t->WTR_L);
}

static void check_transfers(DramChecker *c, const Past *e, const Past *l)
{
    if (is_read(e) && is_read(l))
        check_reads(c, e, l);
    else if (is_write(e) && is_write(l))
        check_writes(c, e, l);
    else if (is_write(e))
        check_write_to_read(c, e, l);
    else if (same_device(c, e, l))
        need(c, "tRTW", e, l, c->config->timing.RTW);
    check_data_bus(c, e, l);
}

/* ---- one bank ---- */

/* The row of the earlier command closes: how long until the bank has its charge again. */
static void check_precharged(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (e->kind == PRE)
        need(c, "tRP", e, l, t->RP);
    if (e->kind == PREA)
        need(c, "tRPab", e, l, t->RPab);
    if (e->kind == RDA)
        need(c, "tRTP + tRP", e, l, (int64_t)t->RTP + t->RP);
    if (e->kind == WRA)
        need(c, "tWR + tRP", e, l, (int64_t)t->CWL + t->BL + t->WR + t->RP);
    if (e->kind == ACT)
        need(c, "tRC", e, l, t->RC);
    if (e->kind == REFAB)
        need(c, "tRFC", e, l, t->RFC);
    if (e->kind == REFPB)
        need(c, "tRFCpb", e, l, t->RFCpb);
}

static void check_may_close(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (e->kind == ACT)
        need(c, "tRAS", e, l, t->RAS);
    if (e->kind == RD)
        need(c, "tRTP", e, l, t->RTP);
    if (e->kind == WR)
        need(c, "tWR", e, l, (int64_t)t->CWL + t->BL + t->WR);
    if (e->kind == REFAB)
        need(c, "tRFC", e, l, t->RFC);
}

static void check_bank(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (l->kind == ACT || is_refresh(l))
        check_precharged(c, e, l);
    else if (is_precharge(l))
        check_may_close(c, e, l);
    else if (e->kind == ACT && is_read(l))
        need(c, "tRCD (read)", e, l, t->RCDRD);
    else if (e->kind == ACT)
        need(c, "tRCD (write)", e, l, t->RCDWR);
}

/* ---- banks of one device ---- */

/* Two refreshes of banks in one device. */
static void check_small_refreshes(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (c->book->small == ONE_BANK)
        need(c, "tRREFD", e, l, t->RREFD);
    if (c->book->small == BANK_PAIR)
        need(c, "tpbR2pbR", e, l, t->PBR2PBR);
    if (c->book->small == SAME_BANK)
        need(c, "tRFCsb", e, l, t->RFCpb);
}

static void check_rows(DramChecker *c, const Past *e, const Past *l)
{
    const DramTiming *t = &c->config->timing;

    if (e->kind == ACT && l->kind == ACT) {
        need(c, "tRRD_S", e, l, t->RRD_S);
        if (same_group(e, l))
            need(c, "tRRD_L", e, l, t->RRD_L);
    }
    /* A refresh of a bank of every group keeps the distance of a bank of the same group. */
    if (e->kind == ACT && l->kind == REFPB && c->book->small == SAME_BANK)
        need(c, "tRRD_L", e, l, t->RRD_L);
    if (e->kind == ACT && l->kind == REFPB)
        need(c, "tRRD_S", e, l, t->RRD_S);
    if (e->kind == REFPB && l->kind == ACT)
        need(c, "tRREFD", e, l, t->RREFD);
    if (e->kind == REFPB && l->kind == REFPB)
        check_small_refreshes(c, e, l);
    if (is_precharge(e) && is_precharge(l))
        need(c, "tPPD", e, l, t->PPD);
}

static void check_four_activates(DramChecker *c, const ChannelPast *past, const Past *now)
{
    uint32_t n = 0;

    if (now->kind != ACT)
        return;
    for (guint i = past->rows->len; i-- > 0;) {
        const Past *e = &g_array_index(past->rows, Past, i);

        if (e->kind != ACT || !same_device(c, e, now))
            continue;
        if (++n == 4) {
            need(c, "tFAW", e, now, c->config->timing.FAW);
            return;
        }
    }
}

/* ---- the command bus ---- */

static void check_command_bus(DramChecker *c, const Past *e, const Past *l)
{
    if (c->book->two_buses && is_column(e) != is_column(l))
        return;
    if (l->first > e->last || c->message)
        return;
    g_autofree char *one = text_of(e), *other = text_of(l);

    c->message = g_strdup_printf("command bus: %s keeps it until clock %" PRId64
                                 ", %s comes %" PRId64 " clocks too early",
                                 one, e->last, other, e->last + 1 - l->first);
}

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
        refuse(c, now, "refresh of an open bank", "its row has to be closed first");
    if (now->kind == ACT && open >= 0)
        refuse(c, now, "activation of an open bank", "its row has to be closed first");
    if (is_column(now) && open < 0)
        refuse(c, now, "transfer with a closed bank", "no row is open");
    if (is_column(now) && open >= 0 && open != now->row)
        refuse(c, now, "transfer with another row open", "it is not the row that was activated");
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

            refuse(c, now, "tREFI", why);
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
        { "row", in_range(command->row, moves || p->kind == ACT, config->rows) },
        { "column", in_range(command->column, moves, config->columns) },
        { "column (the first of a burst)", !moves || command->column % config->burst_length == 0 },
        { "time_fs (a clock edge)", command->time_fs % config->tCK_fs == 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (!fields[i].good) {
            refuse(c, p, "field", fields[i].name);
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

    while (kind < N_KINDS && strcmp(kind_names[kind], command->name) != 0)
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

static void check_pair(DramChecker *c, const Past *e, const Past *l)
{
    if (l->first < e->first)
        refuse(c, l, "order", "a later command stands before it");
    check_command_bus(c, e, l);
    if (!same_pseudo(e, l))
        return;
    if (is_column(e) && is_column(l))
        check_transfers(c, e, l);
    if (!is_column(e) && !is_column(l) && same_device(c, e, l))
        check_rows(c, e, l);
    if (same_bank(e, l))
        check_bank(c, e, l);
}

static void check_against(DramChecker *c, const GArray *list, const Past *now, int64_t horizon)
{
    for (guint i = list->len; i-- > 0;) {
        const Past *e = &g_array_index(list, Past, i);

        if (now->last - e->last > horizon)
            return;
        check_pair(c, e, now);
    }
}

static void check(DramChecker *c, const Past *now)
{
    ChannelPast *past = &c->channels[now->channel];

    for_banks(c, past, now, check_state);
    check_against(c, past->columns, now, c->column_horizon);
    check_against(c, past->rows, now, c->row_horizon);
    check_four_activates(c, past, now);
    check_debt(c, past, now);
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
        for (int64_t b = 0; b < c->n_banks; b++)
            past->open_row[b] = -1;
    }
    return c;
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
