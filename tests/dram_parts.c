/*
 * dram_parts - what the checker has to say of commands in two parts, and of edges of the clock.
 *
 * LPDDR5 (JESD209-5): ACT-2 comes within tAAD of ACT-1, with no other ACT-1 between, and before anything is read or
 * written; a transfer comes while WCK runs, or in the clock after its CAS.  HBM3 (JESD238): only precharges begin with a
 * falling edge of CK.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_past.h"

static void check_act2(DramChecker *c, const ChannelPast *past, const Past *now)
{
    const bool due = past->act.first >= 0, its_own = due && same_bank(&past->act, now);

    if (now->kind == ACT2 && !its_own)
        dram_refuse(c, now, "ACT-2", "no ACT-1 of the bank came before it");
    if (now->kind == ACT && due)
        dram_refuse(c, now, "ACT-2", "the ACT-1 before has not had its ACT-2");
    if (is_column(now) && its_own)
        dram_refuse(c, now, "ACT-2", "the bank has had no more than ACT-1");
    if (due && now->first - past->act.first > c->config->timing.AAD)
        dram_refuse(c, now, "tAAD", "ACT-2 is overdue");
}

static void check_cas(DramChecker *c, const ChannelPast *past, const Past *now)
{
    const bool just_sent = past->cas >= 0 && now->first == past->cas + 1;

    if (is_column(now) && !just_sent && now->first >= past->wck_until)
        dram_refuse(c, now, "CAS", "WCK is at rest");
    if (!is_column(now) && just_sent)
        dram_refuse(c, now, "CAS", "its transfer has to come in the next clock");
}

void dram_check_parts(DramChecker *c, const ChannelPast *past, const Past *now)
{
    if (c->waits_only)
        return;
    if (c->book->rising && !is_precharge(now) && now->first % 2 == 0)
        dram_refuse(c, now, "rising edge", "it may not begin with a falling edge of CK");
    if (!c->book->two_parts)
        return;
    check_act2(c, past, now);
    check_cas(c, past, now);
}

void dram_change_parts(const DramChecker *c, ChannelPast *past, const Past *now)
{
    const DramTiming *t = &c->config->timing;

    if (now->kind == ACT && c->book->two_parts)
        past->act = *now;
    if (now->kind == ACT2)
        past->act.first = -1;
    if (now->kind == CAS)
        past->cas = now->first;
    if (is_column(now))
        past->wck_until =
            MAX(past->wck_until, now->last + (is_read(now) ? t->CL : t->CWL) + t->BL + t->WCKPST);
}
