/*
 * repl_drrip - dynamic re-reference interval prediction: SRRIP or BRRIP, whichever misses less, by set duelling.
 *
 * Some sets always use the one, as many the other; a counter of ten bits goes up with a miss of the first kind and down
 * with one of the second; the other sets follow the better.  Of 128 sets and more 32 lead each way, spread evenly; of
 * fewer every fourth does.  A cache of one set is SRRIP.
 * An exclusive level is filled with victims, as often by the one as by the other: there the hits are counted instead.
 * Source: Jaleel, Theobald, Steely, Emer, "High performance cache replacement using re-reference interval prediction
 * (RRIP)", ISCA 2010; the duel: Qureshi et al., "Adaptive insertion policies for high performance caching", ISCA 2007.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "cache/repl_rrip.h"

enum { LEADERS = 32, PSEL_MAX = 1023, PSEL_MIDDLE = 512 };

typedef struct {
    uint32_t fills;   /* by BRRIP */
    int32_t selector; /* from the middle: above, SRRIP has missed more */
} Duel;

typedef enum { LEADS_SRRIP, LEADS_BRRIP, FOLLOWS } Role;

static Role role_of(const ReplSet *set)
{
    const uint64_t period = set->sets >= 4 * LEADERS ? set->sets / LEADERS : 4;
    const uint64_t place = set->set % period;

    return place == 0 ? LEADS_SRRIP : place == period / 2 ? LEADS_BRRIP : FOLLOWS;
}

/* The one that leads set has done well or badly. */
static void vote(Duel *duel, Role role, bool well)
{
    const int32_t step = role == FOLLOWS ? 0 : (role == LEADS_SRRIP) == well ? -1 : 1;

    duel->selector = CLAMP(duel->selector + step, -PSEL_MIDDLE, PSEL_MAX - PSEL_MIDDLE);
}

static void drrip_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    Duel *duel = set->common;
    const Role role = role_of(set);

    (void)line;
    if (!set->exclusive) /* every fill follows a miss */
        vote(duel, role, false);
    const bool bimodal = role == LEADS_BRRIP || (role == FOLLOWS && duel->selector > 0);

    rrip_set(set->state, way, bimodal ? rrip_bimodal(&duel->fills) : RRPV_LONG);
}

static void drrip_hit(const ReplSet *set, uint32_t way)
{
    if (set->exclusive)
        vote(set->common, role_of(set), true);
    rrip_hit(set, way);
}

const ReplOps repl_drrip = {
    .name = "drrip",
    .set_bytes = rrip_set_bytes,
    .common_bytes = sizeof(Duel),
    .on_fill = drrip_fill,
    .on_hit = drrip_hit,
    .victim = rrip_victim,
};
