/*
 * timing_share - channels of one kind look at the same plans.  See timing.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <string.h>

#include "dram/timing.h"

/* A list that is the same for both: they have one from now on. */
static void share(GArray **list, GArray *of, size_t size)
{
    assert((*list)->len == of->len && memcmp((*list)->data, of->data, of->len * size) == 0);
    g_array_unref(*list);
    *list = g_array_ref(of);
}

void timing_share(Timing *timing, const Timing *like)
{
    assert(timing->n_banks == like->n_banks);
    share(&timing->effects, like->effects, sizeof(Effect));
    share(&timing->recalls, like->recalls, sizeof(Recall));
    g_free(timing->plans);
    timing->plans = like->plans;
}

void timing_unshare(Timing *timing)
{
    timing->plans = NULL;
}
