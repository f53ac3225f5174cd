/*
 * pf_best_offset - the one offset that would have been in time most often lately.
 *
 * A table of recent requests remembers for which demanded lines prefetches have arrived.  Each demand of a line X tests one
 * offset d of the list: X - d in the table means that a prefetch of offset d, asked for when X - d was demanded, would be
 * there by now, and scores.  A phase of learning ends when an offset has scored `score_max`, or after `round_max` rounds
 * through the list; the best one, the first of equals, is used in the next phase.  When it has not scored more than
 * `bad_score`, nothing is prefetched in that phase, and the table gets the demanded lines themselves, at once: without
 * prefetches there are no arrivals to learn from.
 * Source: Michaud, "Best-offset hardware prefetching", HPCA 2016: its offsets and its values; the whole line number is
 * the tag where the paper keeps 12 bits of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cache/prefetch.h"

/* Up to 256 with no prime factor above 5. */
static const uint16_t offsets[] = {
    1,   2,   3,   4,   5,   6,   8,   9,   10,  12,  15,  16,  18,  20,  24,  25,  27,  30,
    32,  36,  40,  45,  48,  50,  54,  60,  64,  72,  75,  80,  81,  90,  96,  100, 108, 120,
    125, 128, 135, 144, 150, 160, 162, 180, 192, 200, 216, 225, 240, 243, 250, 256
};
enum { N_OFFSETS = sizeof offsets / sizeof offsets[0] };

/* clang-format off */
static const Field fields[] = {
    { "score_max", FIELD_COUNT, offsetof(PrefetchConfig, score_max), 1, 65535, 31, NULL, NULL, "a score that ends a phase of learning" },
    { "round_max", FIELD_COUNT, offsetof(PrefetchConfig, round_max), 1, 65535, 100, NULL, NULL, "rounds of a phase of learning" },
    { "bad_score", FIELD_COUNT, offsetof(PrefetchConfig, bad_score), 0, 65535, 1, NULL, NULL, "a best score up to which nothing is prefetched" },
    { "recent", FIELD_COUNT, offsetof(PrefetchConfig, recent), 1, 65536, 256, NULL, NULL, "entries of the table of recent requests, a power of two" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

typedef struct {
    uint32_t used;   /* index of the offset in use */
    bool off;        /* none is */
    uint32_t tested; /* index of the next one to test */
    uint32_t rounds; /* complete ones of this phase */
    uint32_t score[N_OFFSETS];
    uint64_t recent[]; /* line + 1; 0: empty */
} BestOffset;

static size_t best_offset_state_bytes(const PrefetchConfig *config)
{
    return sizeof(BestOffset) + config->recent * sizeof(uint64_t);
}

/* Where a line is in the table: its bits folded. */
static uint64_t *place(BestOffset *state, const PrefetchConfig *config, uint64_t line)
{
    const uint64_t mask = config->recent - 1;
    const unsigned bits = (unsigned)__builtin_popcountll(mask);

    return &state->recent[(line ^ line >> bits) & mask];
}

static void remember(BestOffset *state, const PrefetchConfig *config, uint64_t line)
{
    *place(state, config, line) = line + 1;
}

static uint32_t best(const BestOffset *state)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < N_OFFSETS; i++)
        if (state->score[i] > state->score[best])
            best = i;
    return best;
}

static void next_phase(BestOffset *state, const PrefetchConfig *config)
{
    state->used = best(state);
    state->off = state->score[state->used] <= config->bad_score;
    state->tested = state->rounds = 0;
    for (uint32_t i = 0; i < N_OFFSETS; i++)
        state->score[i] = 0;
}

/* Test one offset with a demanded line. */
static void learn(BestOffset *state, const PrefetchConfig *config, uint64_t line)
{
    const uint32_t tested = state->tested;
    const uint64_t base = line - offsets[tested];

    if (line >= offsets[tested] && *place(state, config, base) == base + 1)
        state->score[tested]++;
    if (++state->tested == N_OFFSETS) {
        state->tested = 0;
        state->rounds++;
    }
    if (state->score[tested] >= config->score_max || state->rounds >= config->round_max)
        next_phase(state, config);
}

static void best_offset_demand(void *block, const PrefetchConfig *config,
                               const PrefetchDemand *demand, PrefetchLines *lines)
{
    BestOffset *state = block;

    learn(state, config, demand->line);
    if (state->off)
        remember(state, config, demand->line);
    else
        prefetch_add(lines, demand->line + offsets[state->used]);
}

static void best_offset_arrived(void *state, const PrefetchConfig *config, uint64_t demanded)
{
    remember(state, config, demanded);
}

const PrefetchOps pf_best_offset = {
    .name = "best-offset",
    .fields = fields,
    .state_bytes = best_offset_state_bytes,
    .demand = best_offset_demand,
    .arrived = best_offset_arrived,
};
