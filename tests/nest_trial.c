/*
 * nest_trial - trials of a transformation on random nests.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_trial.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "nest_walk.h"

RandomNest nesttrial_kind(Rng *rng)
{
    return (RandomNest){ .perfect = draw_below(rng, 2) == 0,
                         .rectangular = draw_below(rng, 3) == 0,
                         .steps = draw_below(rng, 3) == 0,
                         .lookups = draw_below(rng, 5) == 0,
                         .depth = 1 + (uint32_t)draw_below(rng, 4) };
}

bool nesttrial_made(NestTally *tally, const Nest *made, GError **error)
{
    tally->made += made != NULL;
    tally->refused += made == NULL;
    if (made == NULL) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(*error);
        CU_ASSERT(g_error_matches(*error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
        g_clear_error(error);
    }
    CU_ASSERT_PTR_NULL(*error);
    return made != NULL;
}

bool nesttrial_replace(Nest **nest, Nest *made, NestTally *tally, GError **error)
{
    if (!nesttrial_made(tally, made, error))
        return false;
    nest_unref(*nest);
    *nest = made;
    return true;
}

static void add_name(NestNode *node, void *data)
{
    NestNames *names = data;

    if (node->kind != NEST_LOOP || names->n == NEST_NAMES_MAX)
        return;
    for (uint32_t i = 0; i < names->n; i++)
        if (strcmp(names->names[i], node->loop.index) == 0)
            return;
    names->names[names->n++] = node->loop.index;
}

NestNames nesttrial_names(const Nest *nest)
{
    NestNames names = { .n = 0 };

    nest_visit(&nest->body, add_name, &names);
    return names;
}

const char *nesttrial_any(Rng *rng, const NestNames *names)
{
    return names->n ? names->names[draw_below(rng, names->n)] : "none";
}

uint32_t nesttrial_factors(Rng *rng, const NestNames *names, NestFactor *factors, uint64_t most)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < names->n; i++)
        if (draw_below(rng, 2) == 0)
            factors[n++] = (NestFactor){ names->names[i], 1 + (int64_t)draw_below(rng, most) };
    return n;
}

void nesttrial_same(const Nest *before, const Nest *after, int trial)
{
    Touches a = touches_of(before), b = touches_of(after);

    if (!touches_equal(&a, &b))
        fprintf(stderr, "# trial %d: %u accesses, %u after\n", trial, a.touches->len,
                b.touches->len);
    CU_ASSERT(touches_equal(&a, &b));
    touches_clear(&a);
    touches_clear(&b);
}

NestTally nesttrial_keeps(uint64_t seed, NestEdit edit, uint64_t most)
{
    Rng rng = { seed };
    NestTally tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const NestNames names = nesttrial_names(drawn.nest);
        NestFactor factors[NEST_NAMES_MAX];
        const uint32_t n = nesttrial_factors(&rng, &names, factors, most);
        GError *error = NULL;
        Nest *edited = n > 0 ? edit(drawn.nest, factors, n, &error) : NULL;

        if (n > 0 && nesttrial_made(&tally, edited, &error))
            nesttrial_same(drawn.nest, edited, trial);
        nest_unref(edited);
        random_nest_clear(&drawn);
    }
    return tally;
}
