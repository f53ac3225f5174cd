/*
 * dram_pairs - the rules between two commands, one by one.  See dram_checker.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "dram_past.h"

const char *const dram_kind_names[N_KINDS] = { "RD",   "WR",    "RDA",   "WRA",  "ACT", "PRE",
                                               "PREA", "REFPB", "REFAB", "ACT2", "CAS" };

/* ---- messages ---- */

static char *text_of(const Past *p)
{
    GString *text = g_string_new(dram_kind_names[p->kind]);

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

void dram_refuse(DramChecker *c, const Past *now, const char *rule, const char *why)
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
    else if (e->kind == ACT && is_write(l))
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

void dram_check_four_activates(DramChecker *c, const ChannelPast *past, const Past *now)
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

/* ---- all of them ---- */

void dram_check_pair(DramChecker *c, const Past *e, const Past *l)
{
    if (l->first < e->first)
        dram_refuse(c, l, "order", "a later command stands before it");
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
