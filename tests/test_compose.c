/*
 * test_compose - sequences, mixes, shared streams and the counting of bytes, against models that are slow and obvious.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "rig.h"
#include "workload/compose.h"
#include "workload/footprint.h"

/* Accesses number from to from + n - 1: the address is the number. */
static GArray *numbered(uint64_t from, uint64_t n)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));

    for (uint64_t i = 0; i < n; i++) {
        const Access access = { .addr = from + i,
                                .bytes = 1 + (uint32_t)(i % 7),
                                .stream = (uint16_t)(from >> 32),
                                .op = (uint8_t)(i % 3) };

        g_array_append_val(all, access);
    }
    return all;
}

static AccessSource *source_of(const GArray *all, size_t batch)
{
    return rig_source((const Access *)(const void *)all->data, all->len, batch);
}

static bool same(const GArray *a, const GArray *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len * sizeof(Access)) == 0);
}

/* A source that gives n accesses and then fails. */
typedef struct {
    AccessSource source;
    uint64_t left;
} Failing;

static bool failing_next(AccessSource *source, Batch *batch, GError **error)
{
    Failing *failing = (Failing *)source;

    batch->count = 0;
    if (failing->left == 0) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE, "damaged");
        return false;
    }
    failing->left--;
    batch->access[batch->count++] = (Access){ .addr = 1, .bytes = 1 };
    return true;
}

static void failing_free(AccessSource *source)
{
    g_free(source);
}

static AccessSource *failing_source(uint64_t left)
{
    static const AccessSourceOps ops = { .next = failing_next, .free = failing_free };
    Failing *failing = g_new0(Failing, 1);

    *failing = (Failing){ .source = { .ops = &ops }, .left = left };
    return &failing->source;
}

/* The source ends with the error. */
static void check_fails(AccessSource *source)
{
    g_autofree Batch *batch = g_new0(Batch, 1);
    GError *error = NULL;

    while (source_next(source, batch, &error)) {
    }
    CU_ASSERT_EQUAL(batch->count, 0);
    CU_ASSERT(error && strcmp(error->message, "damaged") == 0);
    g_clear_error(&error);
    source_free(source);
}

/* ---- one after the other ---- */

static void a_sequence_is_its_parts_one_after_the_other(void)
{
    Rng rng = { .state = 1 };

    for (int round = 0; round < 50; round++) {
        GArray *parts[4], *expected = g_array_new(FALSE, FALSE, sizeof(Access));
        AccessSource *sources[4];

        for (uint64_t i = 0; i < 4; i++) {
            parts[i] =
                numbered(i << 32, rng_below(rng_next(&rng), 3) * rng_below(rng_next(&rng), 900));
            sources[i] = source_of(parts[i], 1 + rng_below(rng_next(&rng), 600));
            g_array_append_vals(expected, parts[i]->data, parts[i]->len);
        }
        GArray *got = rig_drain(concat_new(sources, 4));

        CU_ASSERT(same(got, expected));
        g_array_unref(got);
        g_array_unref(expected);
        for (int i = 0; i < 4; i++)
            g_array_unref(parts[i]);
    }
}

static void a_sequence_and_a_mix_end_with_the_error_of_a_part(void)
{
    GArray *ten = numbered(0, 10);
    AccessSource *first[] = { source_of(ten, 0), failing_source(5), source_of(ten, 0) };
    AccessSource *second[] = { source_of(ten, 0), failing_source(5) };

    check_fails(concat_new(first, 3));
    check_fails(mix_new(second, (const double[]){ 1, 1 }, 2, 1));
    g_array_unref(ten);
}

/* ---- mixed ---- */

/* Every part comes whole and in its order. */
static void check_shuffle(const GArray *mixed, GArray *const *parts, uint32_t n)
{
    guint next[4] = { 0 }, total = 0;
    bool good = true;

    for (guint i = 0; i < mixed->len; i++) {
        const Access *access = &g_array_index(mixed, Access, i);
        const uint64_t part = access->addr >> 32;

        good = good && part < n && next[part] < parts[part]->len;
        if (good)
            good = memcmp(access, &g_array_index(parts[part], Access, next[part]++),
                          sizeof *access) == 0;
    }
    for (uint32_t i = 0; i < n; i++)
        total += parts[i]->len;
    CU_ASSERT(good);
    CU_ASSERT_EQUAL(mixed->len, total);
}

static GArray *mix_of(GArray *const *parts, const double *weights, uint32_t n, uint64_t seed)
{
    AccessSource *sources[4];

    for (uint32_t i = 0; i < n; i++)
        sources[i] = source_of(parts[i], 1 + (seed + i) % 400);
    return rig_drain(mix_new(sources, weights, n, seed));
}

static void a_mix_has_every_part_whole_and_in_its_order(void)
{
    Rng rng = { .state = 2 };

    for (uint64_t seed = 0; seed < 50; seed++) {
        GArray *parts[4];
        double weights[4];

        for (uint64_t i = 0; i < 4; i++) {
            parts[i] =
                numbered(i << 32, rng_below(rng_next(&rng), 3) * rng_below(rng_next(&rng), 900));
            weights[i] = 0.01 + rng_unit(rng_next(&rng));
        }
        GArray *mixed = mix_of(parts, weights, 4, seed);

        check_shuffle(mixed, parts, 4);
        GArray *again = mix_of(parts, weights, 4, seed);

        CU_ASSERT(same(mixed, again));
        g_array_unref(mixed);
        g_array_unref(again);
        for (int i = 0; i < 4; i++)
            g_array_unref(parts[i]);
    }
}

static void a_mix_draws_by_the_weights_of_the_parts_that_are_left(void)
{
    GArray *parts[] = { numbered(0, 40000), numbered(UINT64_C(1) << 32, 1000),
                        numbered(UINT64_C(2) << 32, 40000) };
    const double weights[] = { 2, 4, 1 };
    GArray *mixed = mix_of(parts, weights, 3, 7);
    uint64_t seen[2][3] = { { 0 } };

    /* Before and after the small part's last access, which comes after about 1000 * 7 / 4. */
    for (guint i = 0; i < 30000; i++)
        seen[i >= 2500][g_array_index(mixed, Access, i).addr >> 32] += i < 1500 || i >= 2500;
    CU_ASSERT_DOUBLE_EQUAL(seen[0][0], 1500 * 2 / 7.0, 5 * sqrt(1500 * 2 / 7.0 * 5 / 7.0));
    CU_ASSERT_DOUBLE_EQUAL(seen[0][1], 1500 * 4 / 7.0, 5 * sqrt(1500 * 4 / 7.0 * 3 / 7.0));
    CU_ASSERT_EQUAL(seen[1][1], 0);
    CU_ASSERT_DOUBLE_EQUAL(seen[1][0], 27500 * 2 / 3.0, 5 * sqrt(27500 * 2 / 9.0));
    GArray *other = mix_of(parts, weights, 3, 8);

    CU_ASSERT_FALSE(same(mixed, other));
    g_array_unref(other);
    g_array_unref(mixed);
    for (int i = 0; i < 3; i++)
        g_array_unref(parts[i]);
}

/* ---- shared ---- */

static void views_of_a_tap_share_out_the_stream_in_the_order_of_asking(void)
{
    Rng rng = { .state = 3 };
    GArray *all = numbered(0, 5000);
    Tap *tap = tap_new(source_of(all, 333));
    AccessSource *views[] = { tap_view(tap, 1), tap_view(tap, 100), tap_view(tap, 5000) };
    static const size_t most[] = { 1, 100, BATCH_MAX };
    g_autofree Batch *batch = g_new0(Batch, 1);
    uint64_t next = 0;

    for (;;) {
        const uint64_t which = rng_below(rng_next(&rng), 3);

        if (!source_next(views[which], batch, NULL))
            break;
        CU_ASSERT(batch->count > 0 && batch->count <= most[which]);
        CU_ASSERT(memcmp(batch->access, &g_array_index(all, Access, next),
                         batch->count * sizeof(Access)) == 0);
        next += batch->count;
    }
    CU_ASSERT_EQUAL(next, 5000);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_FALSE(source_next(views[i], batch, NULL));
        source_free(views[i]);
    }
    tap_free(tap);
    tap_free(NULL);
    g_array_unref(all);
}

static uint64_t drain_count(AccessSource *view)
{
    g_autofree Batch *batch = g_new0(Batch, 1);
    uint64_t count = 0;

    while (source_next(view, batch, NULL))
        count += batch->count;
    return count;
}

static void a_tap_stops_at_its_limit_and_goes_on_after_the_next(void)
{
    static const uint64_t limits[] = { 0, 1, 511, 512, 513, 1000, 0, 3 };
    GArray *all = numbered(0, 4000);
    Tap *tap = tap_new(source_of(all, 0));
    AccessSource *view = tap_view(tap, BATCH_MAX);
    uint64_t total = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        tap_limit(tap, limits[i]);
        CU_ASSERT_EQUAL(drain_count(view), limits[i]);
        total += limits[i];
    }
    Footprint *footprint = footprint_new();

    tap_limit(tap, UINT64_MAX);
    tap_count(tap, footprint);
    CU_ASSERT_EQUAL(drain_count(view), 4000 - total);
    CU_ASSERT_EQUAL(footprint_counts(footprint).accesses, 4000 - total);
    footprint_free(footprint);
    source_free(view);
    tap_free(tap);
    g_array_unref(all);
}

/* A hundred accesses, 10 fs apart. */
typedef struct {
    AccessSource source;
    uint64_t next;
} Clockwork;

static bool clockwork_next(AccessSource *source, Batch *batch, GError **error)
{
    Clockwork *clockwork = (Clockwork *)source;

    (void)error;
    for (batch->count = 0; batch->count < 7 && clockwork->next < 100; batch->count++) {
        batch->access[batch->count] = (Access){ .addr = clockwork->next, .bytes = 1 };
        batch->not_before[batch->count] = 10 * clockwork->next++;
    }
    return batch->count > 0;
}

static void a_tap_hands_on_times_and_counts_them_from_what_has_elapsed(void)
{
    static const AccessSourceOps ops = { .next = clockwork_next, .free = failing_free };
    Clockwork *clockwork = g_new0(Clockwork, 1);
    g_autofree Batch *batch = g_new0(Batch, 1);

    clockwork->source = (AccessSource){ .ops = &ops, .timed = true };
    Tap *tap = tap_new(&clockwork->source);
    AccessSource *view = tap_view(tap, BATCH_MAX);

    CU_ASSERT(view->timed);
    for (uint64_t done = 0; source_next(view, batch, NULL); done += batch->count) {
        const Tick elapsed = done >= 49 ? 605 : 0;

        for (size_t i = 0; i < batch->count; i++) {
            const Tick when = 10 * (done + i);

            CU_ASSERT_EQUAL(batch->not_before[i], when > elapsed ? when - elapsed : 0);
        }
        if (done == 42)
            tap_elapse(tap, 605);
    }
    source_free(view);
    tap_free(tap);
}

/* ---- counting bytes ---- */

enum { REGIONS = 4, REGION_BYTES = 60000 };

/* A byte of memory each. */
typedef struct {
    bool read[REGIONS][REGION_BYTES], written[REGIONS][REGION_BYTES];
    FootprintCounts counts;
} ByteModel;

static void model_add(ByteModel *model, uint32_t region, uint64_t at, const Access *access)
{
    const bool write = access->op == ACCESS_WRITE;

    model->counts.accesses++;
    model->counts.reads += !write;
    model->counts.writes += write;
    model->counts.requested_bytes += access->bytes;
    for (uint64_t i = at; i < at + access->bytes; i++) {
        bool *read = &model->read[region][i], *written = &model->written[region][i];

        model->counts.written_bytes += write && !*written;
        model->counts.read_first_bytes += !write && !*written && !*read;
        *written |= write;
        *read |= !write;
    }
}

static void a_footprint_counts_every_byte_once_until_it_forgets(void)
{
    static const uint64_t bases[REGIONS] = { 0, UINT64_C(1) << 33, UINT64_C(1) << 47,
                                             UINT64_MAX - REGION_BYTES };
    Rng rng = { .state = 4 };
    ByteModel *model = g_new0(ByteModel, 1);
    Footprint *footprint = footprint_new();

    for (int i = 0; i < 1000; i++) {
        Access accesses[BATCH_MAX + 100];
        const size_t n = rng_below(rng_next(&rng), i % 100 ? 17 : G_N_ELEMENTS(accesses) + 1);

        if (i % 90 == 89) {
            footprint_forget(footprint);
            memset(model->read, 0, sizeof model->read);
            memset(model->written, 0, sizeof model->written);
        }

        for (size_t k = 0; k < n; k++) {
            const uint32_t region = (uint32_t)rng_below(rng_next(&rng), REGIONS);
            uint64_t bytes = 1 + rng_below(rng_next(&rng), UINT64_C(1) << (i % 13));
            uint64_t at = rng_below(rng_next(&rng), REGION_BYTES - bytes);

            if (i % 90 < 45) { /* blocks as a whole first, then parts of them, too */
                bytes = bytes / 64 % 64 * 64 + 64;
                at = at / 2 / 64 * 64 + (-bases[region] & 63);
            }

            accesses[k] = (Access){ .addr = bases[region] + at,
                                    .bytes = (uint32_t)bytes,
                                    .op = (uint8_t)rng_below(rng_next(&rng), 3) };
            model_add(model, region, at, &accesses[k]);
        }
        footprint_add(footprint, accesses, n);
        const FootprintCounts counts = footprint_counts(footprint);

        CU_ASSERT(memcmp(&counts, &model->counts, sizeof counts) == 0);
    }
    footprint_free(footprint);
    footprint_free(NULL);
    g_free(model);
}

static CU_TestInfo tests[] = {
    TEST(a_sequence_is_its_parts_one_after_the_other),
    TEST(a_sequence_and_a_mix_end_with_the_error_of_a_part),
    TEST(a_mix_has_every_part_whole_and_in_its_order),
    TEST(a_mix_draws_by_the_weights_of_the_parts_that_are_left),
    TEST(views_of_a_tap_share_out_the_stream_in_the_order_of_asking),
    TEST(a_tap_stops_at_its_limit_and_goes_on_after_the_next),
    TEST(a_tap_hands_on_times_and_counts_them_from_what_has_elapsed),
    TEST(a_footprint_counts_every_byte_once_until_it_forgets),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_compose = { .pName = "compose", .pTests = tests };
