/*
 * test_repl_models - each replacement policy against a model of it that is slow and obvious, on random hits and misses.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_model_parts.h"
#include "repl_rig.h"
#include "rig.h"

/* When each way was filled and used last. */
typedef struct {
    uint64_t filled[100], used[100];
    uint64_t clock;
} Stamps;

static uint32_t oldest(const uint64_t *stamps, uint32_t ways)
{
    uint32_t best = 0;

    for (uint32_t way = 1; way < ways; way++)
        if (stamps[way] < stamps[best])
            best = way;
    return best;
}

/* Random hits and misses; misses are hits with a victim in model, too. */
static void compare_with_stamps(const ReplOps *ops, uint32_t ways, bool by_use)
{
    ReplRig *rig = replrig_new(ops, ways);
    Stamps stamps = { .clock = 1 };
    Rng rng = { .state = ways };

    for (uint32_t way = 0; way < ways; way++) {
        replrig_fill(rig, way);
        stamps.filled[way] = stamps.used[way] = stamps.clock++;
    }
    for (int i = 0; i < 3000; i++) {
        uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

        if (rng_below(rng_next(&rng), 3)) {
            replrig_hit(rig, way);
        } else {
            way = oldest(by_use ? stamps.used : stamps.filled, ways);
            CU_ASSERT_EQUAL(replrig_victim(rig), way);
            replrig_fill(rig, way);
            stamps.filled[way] = stamps.clock;
        }
        stamps.used[way] = stamps.clock++;
    }
    replrig_free(rig);
}

static void lru_is_the_least_recent_stamp(void)
{
    for (uint32_t ways = 1; ways <= 35; ways++)
        compare_with_stamps(replrig_ops("lru"), ways, true);
    compare_with_stamps(replrig_ops("lru"), 64, true);
    compare_with_stamps(replrig_ops("lru"), 100, true);
}

static void fifo_is_the_oldest_fill(void)
{
    for (uint32_t ways = 1; ways <= 17; ways++)
        compare_with_stamps(replrig_ops("fifo"), ways, false);
    compare_with_stamps(replrig_ops("fifo"), 64, false);
}

static void plru_is_the_tree_of_bits(void)
{
    for (uint32_t ways = 1; ways <= 128; ways *= 2) {
        ReplRig *rig = replrig_new(replrig_ops("plru"), ways);
        bool right[128] = { false };
        Rng rng = { .state = ways };

        for (int i = 0; i < 2000; i++) {
            uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

            if (rng_below(rng_next(&rng), 2)) {
                way = modeltree_victim(right, 0, ways, ways);
                CU_ASSERT_EQUAL(replrig_victim(rig), way);
                replrig_fill(rig, way);
            } else {
                replrig_hit(rig, way);
            }
            modeltree_touch(right, 0, ways, way);
        }
        replrig_free(rig);
    }
}

/* A row of values, one a way; what the RRIP policies do to it, word for word of the paper. */
typedef struct {
    uint32_t rrpv[20];
} RripModel;

static uint32_t rrip_model_victim(RripModel *model, uint32_t ways)
{
    for (;;) {
        for (uint32_t way = 0; way < ways; way++)
            if (model->rrpv[way] == 3)
                return way;
        for (uint32_t way = 0; way < ways; way++)
            model->rrpv[way]++;
    }
}

static void srrip_and_brrip_are_the_values_of_the_paper(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++)
        for (int bimodal = 0; bimodal < 2; bimodal++) {
            ReplRig *rig = replrig_new(replrig_ops(bimodal ? "brrip" : "srrip"), ways);
            RripModel model = { { 0 } };
            Rng rng = { .state = ways };
            uint32_t fills = 0;

            for (uint32_t i = 0; i < 3000; i++) {
                uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

                if (i >= ways && rng_below(rng_next(&rng), 3)) {
                    replrig_hit(rig, way);
                    model.rrpv[way] = 0;
                    continue;
                }
                way = i < ways ? i : rrip_model_victim(&model, ways);
                CU_ASSERT(i < ways || replrig_victim(rig) == way);
                replrig_fill(rig, way);
                model.rrpv[way] = bimodal && ++fills % 32 ? 3 : 2;
            }
            replrig_free(rig);
        }
}

/* A list of ways, the next victim first. */
static void lip_and_bip_are_a_list_that_is_filled_at_its_cold_end(void)
{
    for (uint32_t ways = 1; ways <= 40; ways++)
        for (int bimodal = 0; bimodal < 2; bimodal++) {
            ReplRig *rig = replrig_new(replrig_ops(bimodal ? "bip" : "lip"), ways);
            GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            Rng rng = { .state = ways };
            uint32_t fills = 0;

            for (uint32_t i = 0; i < 3000; i++) {
                const bool is_hit = i >= ways && rng_below(rng_next(&rng), 3);
                uint32_t way = i < ways ? i : g_array_index(list, uint32_t, 0);

                if (is_hit)
                    way = (uint32_t)rng_below(rng_next(&rng), ways);
                for (guint at = 0; at < list->len; at++)
                    if (g_array_index(list, uint32_t, at) == way)
                        g_array_remove_index(list, at--);
                CU_ASSERT(i < ways || is_hit || replrig_victim(rig) == way);
                if (is_hit)
                    replrig_hit(rig, way);
                else
                    replrig_fill(rig, way);
                if (is_hit || (bimodal && ++fills % 32 == 0))
                    g_array_append_val(list, way);
                else
                    g_array_prepend_val(list, way);
            }
            g_array_unref(list);
            replrig_free(rig);
        }
}

static void lfu_is_the_fewest_uses_and_of_equals_the_oldest(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++) {
        ReplRig *rig = replrig_new(replrig_ops("lfu"), ways);
        uint64_t uses[20], used[20];
        Rng rng = { .state = ways };

        for (uint32_t i = 0; i < 3000; i++) {
            uint32_t way = i < ways ? i : 0;

            if (i >= ways && rng_below(rng_next(&rng), 3)) {
                way = (uint32_t)(rng_below(rng_next(&rng), ways) * rng_below(rng_next(&rng), ways) /
                                 ways);
                replrig_hit(rig, way);
                uses[way]++;
            } else {
                for (uint32_t w = 1; i >= ways && w < ways; w++)
                    if (uses[w] < uses[way] || (uses[w] == uses[way] && used[w] < used[way]))
                        way = w;
                CU_ASSERT(i < ways || replrig_victim(rig) == way);
                replrig_fill(rig, way);
                uses[way] = 1;
            }
            used[way] = i;
        }
        replrig_free(rig);
    }
}

/* nru: all bits are cleared when a victim is wanted; bit_plru: all others, when the last one would be set. */
static void nru_and_bit_plru_are_a_row_of_bits(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++)
        for (int plru = 0; plru < 2; plru++) {
            ReplRig *rig = replrig_new(replrig_ops(plru ? "bit-plru" : "nru"), ways);
            bool used[20] = { false };
            Rng rng = { .state = ways };

            for (uint32_t i = 0; i < 3000; i++) {
                uint32_t way = i < ways ? i : (uint32_t)rng_below(rng_next(&rng), ways), n = 0;
                const bool is_hit = i >= ways && rng_below(rng_next(&rng), 2);

                if (i >= ways && !is_hit) {
                    for (way = 0; way < ways && used[way]; way++)
                        ;
                    if (way == ways) {
                        memset(used, 0, sizeof used);
                        way = 0;
                    }
                    CU_ASSERT_EQUAL(replrig_victim(rig), way);
                }
                if (is_hit)
                    replrig_hit(rig, way);
                else
                    replrig_fill(rig, way);
                used[way] = true;
                for (uint32_t w = 0; w < ways; w++)
                    n += used[w];
                if (plru && n == ways) {
                    memset(used, 0, sizeof used);
                    used[way] = ways > 1;
                }
            }
            replrig_free(rig);
        }
}

/* ---- policies that learn: what a cache has in common for all its sets ---- */

/* The sets that always follow one kind: of 128 and more 32 each way, of fewer every fourth. */
static bool leads(uint64_t set, uint64_t sets, bool bimodal)
{
    const uint64_t period = sets < 128 ? 4 : sets / 32;

    return set % period == (bimodal ? period / 2 : 0);
}

enum { DUEL_WAYS = 4, DUEL_SETS = 256 };

typedef struct {
    RripModel sets[DUEL_SETS];
    uint32_t filled[DUEL_SETS]; /* ways */
    uint32_t bimodal_fills;
    int selector; /* -512 .. 511; above 0: SRRIP misses more */
} Duel;

static uint32_t duel_fill(Duel *duel, uint64_t set, uint64_t sets)
{
    if (leads(set, sets, false))
        duel->selector = MIN(duel->selector + 1, 511);
    else if (leads(set, sets, true))
        duel->selector = MAX(duel->selector - 1, -512);
    if (leads(set, sets, false) || (!leads(set, sets, true) && duel->selector <= 0))
        return 2;
    return ++duel->bimodal_fills % 32 ? 3 : 2;
}

/* Any set, then those that lead the one way, then the other: long enough for the selector to reach its ends. */
static uint64_t duel_set(Rng *rng, uint32_t step, uint64_t sets)
{
    for (;;) {
        const uint64_t set = rng_below(rng_next(rng), sets);
        const uint32_t phase = step / 3000 % 3;

        if (phase == 0 || sets == 1 || leads(set, sets, phase == 2))
            return set;
    }
}

static void drrip_is_a_duel_of_the_two(void)
{
    static const uint64_t set_counts[] = { 1, 8, 64, 128, DUEL_SETS };
    int most = 0, least = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(set_counts); i++) {
        const uint64_t sets = set_counts[i];
        ReplRig *rig = replrig_new_sets(replrig_ops("drrip"), DUEL_WAYS, sets);
        Duel *duel = g_new0(Duel, 1);
        Rng rng = { .state = sets };

        for (uint32_t step = 0; step < 27000; step++) {
            const uint64_t set = duel_set(&rng, step, sets);
            RripModel *model = &duel->sets[set];
            uint32_t way = (uint32_t)rng_below(rng_next(&rng), DUEL_WAYS);

            replrig_choose_set(rig, set);
            if (duel->filled[set] == DUEL_WAYS && rng_below(rng_next(&rng), 3) == 0) {
                replrig_hit(rig, way);
                model->rrpv[way] = 0;
                continue;
            }
            if (duel->filled[set] < DUEL_WAYS) {
                way = duel->filled[set]++;
            } else {
                way = rrip_model_victim(model, DUEL_WAYS);
                CU_ASSERT_EQUAL(replrig_victim(rig), way);
            }
            replrig_fill(rig, way);
            model->rrpv[way] = duel_fill(duel, set, sets);
            most = MAX(most, duel->selector);
            least = MIN(least, duel->selector);
        }
        g_free(duel);
        replrig_free(rig);
    }
    CU_ASSERT(most == 511 && least == -512);
}

enum { REGIONS = 24, SHIP_WAYS = 16 };

typedef struct {
    RripModel values;
    uint32_t region[SHIP_WAYS];
    bool filled[SHIP_WAYS], reused[SHIP_WAYS];
    uint32_t counter[REGIONS];
} ShipModel;

static void ship_model_fill(ShipModel *model, uint32_t way, uint32_t region)
{
    uint32_t *leaving = &model->counter[model->region[way]];

    if (model->filled[way] && !model->reused[way] && *leaving > 0)
        --*leaving;
    model->filled[way] = true;
    model->reused[way] = false;
    model->region[way] = region;
    model->values.rrpv[way] = model->counter[region] == 0 ? 3 : 2;
}

static void ship_model_hit(ShipModel *model, uint32_t way)
{
    uint32_t *counter = &model->counter[model->region[way]];

    model->values.rrpv[way] = 0;
    model->reused[way] = true;
    *counter = MIN(*counter + 1, 7);
}

/* Lines of 24 regions of 256 lines, those of the first ones hit often: counters of each go up to 7 and down to 0. */
static void ship_counts_how_lines_of_a_region_have_fared(void)
{
    uint32_t distant = 0, full = 0;

    for (uint32_t ways = 1; ways <= SHIP_WAYS; ways++) {
        ReplRig *rig = replrig_new(replrig_ops("ship"), ways);
        ShipModel model = { .filled = { false } };
        Rng rng = { .state = ways };

        for (uint32_t region = 0; region < REGIONS; region++)
            model.counter[region] = 1;
        for (uint32_t i = 0; i < 5000; i++) {
            uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);
            const uint32_t region = (uint32_t)rng_below(rng_next(&rng), REGIONS);

            if (i >= ways && rng_below(rng_next(&rng), REGIONS) > model.region[way]) {
                replrig_hit(rig, way);
                ship_model_hit(&model, way);
                full += model.counter[model.region[way]] == 7;
                continue;
            }
            way = i < ways ? i : rrip_model_victim(&model.values, ways);
            CU_ASSERT(i < ways || replrig_victim(rig) == way);
            replrig_fill_line(rig, way, region * 256 + rng_below(rng_next(&rng), 256));
            ship_model_fill(&model, way, region);
            distant += model.values.rrpv[way] == 3;
        }
        replrig_free(rig);
    }
    CU_ASSERT(distant > 1000 && full > 1000);
}

static CU_TestInfo tests[] = {
    TEST(lru_is_the_least_recent_stamp),
    TEST(fifo_is_the_oldest_fill),
    TEST(plru_is_the_tree_of_bits),
    TEST(srrip_and_brrip_are_the_values_of_the_paper),
    TEST(lip_and_bip_are_a_list_that_is_filled_at_its_cold_end),
    TEST(lfu_is_the_fewest_uses_and_of_equals_the_oldest),
    TEST(nru_and_bit_plru_are_a_row_of_bits),
    TEST(drrip_is_a_duel_of_the_two),
    TEST(ship_counts_how_lines_of_a_region_have_fared),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_repl_models = { .pName = "repl_models", .pTests = tests };
