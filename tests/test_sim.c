/*
 * test_sim - the clock and the event queue against a list, servers against exact arithmetic.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>

#include "base/rng.h"
#include "rig.h"
#include "sim/server_row.h"
#include "sim/sim.h"

__extension__ typedef unsigned __int128 Wide;

/* ---- the queue against a list that is searched for its first entry ---- */

typedef struct {
    Tick when;
    uint64_t seq;
    size_t event;
} Planned;

typedef struct {
    Sim sim;
    GArray *list; /* of Planned: what has not fired */
    uint64_t next_seq;
    Event events[64];
    Rng rng;
    uint64_t to_plan; /* still to be scheduled from inside fire */
    uint64_t fired, wrong;
    Tick range; /* how far ahead; a small one makes ties */
    Tick far;   /* but one in eight so much further */
    bool kinds; /* each event is of one, with a delay of its own, more or less */
} QueueModel;

static void plan(QueueModel *model, Tick when, size_t event)
{
    const Planned planned = { .when = when, .seq = model->next_seq++, .event = event };

    g_array_append_val(model->list, planned);
    if (model->kinds && event % 8 < SIM_KINDS)
        sim_at_in(&model->sim, (SimKind)(event % 8), when, &model->events[event]);
    else
        sim_at(&model->sim, when, &model->events[event]);
}

static Tick draw_delay(QueueModel *model, size_t event)
{
    const Tick far = rng_below(rng_next(&model->rng), 8) ? 0 : model->far;
    const Tick of_kind = model->kinds ? event % 8 * 4 * model->range : 0;

    return far + of_kind + rng_below(rng_next(&model->rng), model->range);
}

static guint first_planned(const QueueModel *model)
{
    guint best = 0;

    for (guint i = 1; i < model->list->len; i++) {
        const Planned *a = &g_array_index(model->list, Planned, i);
        const Planned *b = &g_array_index(model->list, Planned, best);

        if (a->when < b->when || (a->when == b->when && a->seq < b->seq))
            best = i;
    }
    return best;
}

static void model_fires(Event *event, Tick now)
{
    QueueModel *model = event->owner;
    const guint first = first_planned(model);
    const Planned planned = g_array_index(model->list, Planned, first);

    model->wrong += planned.when != now || planned.event != (size_t)(event - model->events) ||
                    model->sim.now != now;
    model->fired++;
    g_array_remove_index_fast(model->list, first);
    for (uint64_t n = rng_below(rng_next(&model->rng), 4); n > 0 && model->to_plan > 0; n--) {
        const size_t another = rng_below(rng_next(&model->rng), G_N_ELEMENTS(model->events));

        model->to_plan--;
        plan(model, now + draw_delay(model, another), another);
    }
}

static void run_queue(uint64_t seed, uint64_t before, uint64_t inside, Tick range, Tick far,
                      bool kinds)
{
    QueueModel model = { .list = g_array_new(FALSE, FALSE, sizeof(Planned)),
                         .rng = { .state = seed },
                         .to_plan = inside,
                         .range = range,
                         .far = far,
                         .kinds = kinds };
    uint32_t piped = 0;

    sim_init(&model.sim);
    for (size_t i = 0; i < G_N_ELEMENTS(model.events); i++)
        model.events[i] = (Event){ .fire = model_fires, .owner = &model };
    for (uint64_t i = 0; i < before; i++) {
        const size_t event = rng_below(rng_next(&model.rng), G_N_ELEMENTS(model.events));

        plan(&model, draw_delay(&model, event), event);
    }
    while (model.list->len > 0) {
        const Planned *next = &g_array_index(model.list, Planned, first_planned(&model));

        model.wrong +=
            sim_next(&model.sim) != next->when || sim_events(&model.sim) != model.list->len;
        sim_check(&model.sim);
        piped = MAX(piped, model.sim.piped);
        model.wrong += !sim_step(&model.sim);
    }
    CU_ASSERT_EQUAL(model.wrong, 0);
    CU_ASSERT_EQUAL(piped > 0, kinds); /* of many events they are used */
    CU_ASSERT_EQUAL(model.fired, before + inside - model.to_plan);
    CU_ASSERT_EQUAL(model.sim.fired, model.fired);
    CU_ASSERT_EQUAL(sim_next(&model.sim), TICK_PENDING);
    CU_ASSERT_FALSE(sim_step(&model.sim));
    sim_clear(&model.sim);
    g_array_unref(model.list);
}

static void events_fire_in_the_order_of_a_sorted_list(void)
{
    static const Tick ranges[] = { 1, 2, 10, 1000, UINT64_C(1) << 40 };

    for (uint64_t seed = 0; seed < 40; seed++)
        run_queue(seed, 1 + rng_below(rng_at(seed, 0), 200), 200, ranges[seed % 5], 0, false);
}

/* More than the heap takes: ties, days of many lengths, rounds of the calendar that are empty, times that grow denser. */
static void so_do_thousands(void)
{
    static const Tick ranges[] = { 1, 30, 5000, UINT64_C(1) << 40 };
    static const Tick fars[] = { 0, 100000, UINT64_C(1) << 50 };

    for (uint64_t i = 0; i < 12; i++)
        run_queue(i, 300 + 100 * i, 2000, ranges[i % 4], fars[i / 4], false);
}

/* In pipes, beside them and in the calendar at once: ties across all of them, and times that do not go into their pipe. */
static void so_do_events_of_kinds(void)
{
    static const Tick ranges[] = { 1, 2, 30, 5000, UINT64_C(1) << 40 };
    static const Tick fars[] = { 0, 1000, UINT64_C(1) << 50 };

    for (uint64_t i = 0; i < 15; i++)
        run_queue(i, 100 + 50 * i, 1500, ranges[i % 5], fars[i / 5], true);
}

typedef struct {
    Event event;
    int *next;
    int order;
} Numbered;

static void numbered_fires(Event *event, Tick now)
{
    Numbered *numbered = event->owner;

    (void)now;
    numbered->order = (*numbered->next)++;
}

static void at_one_time_the_first_scheduled_fires_first(void)
{
    Sim sim;
    Numbered events[100];
    int next = 0;

    sim_init(&sim);
    for (int i = 0; i < 100; i++) {
        events[i] =
            (Numbered){ .event = { numbered_fires, &events[i] }, .next = &next, .order = -1 };
        sim_at(&sim, 7, &events[i].event);
    }
    while (sim_step(&sim)) {
    }
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(events[i].order, i);
    CU_ASSERT_EQUAL(sim.now, 7);
    sim_clear(&sim);
}

static void one_event_may_stand_several_times(void)
{
    Sim sim;
    int next = 0;
    Numbered twice = { .next = &next };

    twice.event = (Event){ numbered_fires, &twice };
    sim_init(&sim);
    sim_at(&sim, 5, &twice.event);
    sim_at(&sim, 3, &twice.event);
    CU_ASSERT(sim_step(&sim));
    CU_ASSERT_EQUAL(sim.now, 3);
    CU_ASSERT(sim_step(&sim));
    CU_ASSERT_EQUAL(sim.now, 5);
    CU_ASSERT_EQUAL(next, 2);
    sim_clear(&sim);
}

static void what_nothing_precedes_may_be_decided_at_once(void)
{
    Sim sim;
    int next = 0;
    Numbered one = { .next = &next };

    one.event = (Event){ numbered_fires, &one };
    sim_init(&sim);
    CU_ASSERT(sim_can_decide(&sim, UINT64_C(1) << 50));
    sim_at(&sim, 10, &one.event);
    CU_ASSERT(sim_can_decide(&sim, 9));
    CU_ASSERT_FALSE(sim_can_decide(&sim, 10));
    CU_ASSERT_FALSE(sim_can_decide(&sim, 11));
    sim_at(&sim, 12, &one.event);
    sim_step(&sim);
    CU_ASSERT(sim_can_decide(&sim, 10));
    CU_ASSERT(sim_can_decide(&sim, 11));
    CU_ASSERT_FALSE(sim_can_decide(&sim, 12));
    sim_clear(&sim);
}

/* ---- servers ---- */

/* rate = mantissa * 2^-shift exactly; the shift is not negative for rates below 2^53. */
static void split_rate(double rate, uint64_t *mantissa, int *shift)
{
    int exponent;
    const double fraction = frexp(rate, &exponent);

    *mantissa = (uint64_t)(fraction * 0x1p53);
    *shift = 53 - exponent;
    while (*shift > 0 && *mantissa % 2 == 0) {
        *mantissa /= 2;
        --*shift;
    }
}

/* Whether amount in so many femtoseconds is no more than rate allows: exactly. */
static bool within_peak(Wide amount, Tick fs, double rate)
{
    uint64_t mantissa;
    int shift;

    split_rate(rate, &mantissa, &shift);
    return (Wide)fs * mantissa >= (amount * TICKS_PER_SECOND) << shift;
}

static void check_server(double rate, Rng *rng)
{
    Server server;
    Wide amount = 0;
    Tick start, end = 0;

    server_init(&server, rate);
    for (int i = 0; i < 300; i++) {
        const uint32_t bytes = 1 + (uint32_t)rng_below(rng_next(rng), 4096);

        end = server_reserve(&server, 0, bytes, &start);
        amount += bytes;
        CU_ASSERT(within_peak(amount, end, rate));
    }
    /* No more than a femtosecond and 2^-60 of the time later than the peak allows. */
    CU_ASSERT((long double)(end - 1) <=
              (long double)amount * 1e15L / (long double)rate * (1 + 0x1p-59L));
}

static void a_server_never_beats_its_peak_and_is_hardly_slower(void)
{
    Rng rng = { .state = 1 };

    for (int i = 0; i < 300; i++) {
        const double scale = exp2(20 + 30 * rng_unit(rng_next(&rng)));

        check_server(scale, &rng);        /* any double */
        check_server(floor(scale), &rng); /* whole bytes per second */
    }
    check_server(1e9, &rng);
    check_server(25.6e9, &rng);
    check_server(0x1p52, &rng);
}

static void whole_rates_are_exact_to_the_femtosecond(void)
{
    static const uint64_t rates[] = { 1, 8, 125, 1000000000, 25600000000, 1000000000000000 };
    Rng rng = { .state = 2 };

    for (size_t r = 0; r < G_N_ELEMENTS(rates); r++) {
        Server server;
        Tick start;
        Wide amount = 0;

        server_init(&server, (double)rates[r]);
        for (int i = 0; i < 200; i++) {
            const uint32_t bytes = 1 + (uint32_t)rng_below(rng_next(&rng), 20);
            const Tick end = server_reserve(&server, 0, bytes, &start);

            amount += bytes;
            CU_ASSERT_EQUAL(end, (Tick)((amount * TICKS_PER_SECOND + rates[r] - 1) / rates[r]));
        }
    }
}

static void equal_servers_together_never_beat_the_peak_that_they_share(void)
{
    Rng rng = { .state = 3 };

    for (uint32_t n = 1; n <= 64; n++) {
        const double rate = floor(exp2(20 + 30 * rng_unit(rng_next(&rng))));
        const uint32_t each = 1 + (uint32_t)rng_below(rng_next(&rng), 1 << 20);
        Server server;
        Tick start;

        server_init_share(&server, rate, n);
        const Tick end = server_reserve(&server, 0, each, &start);

        CU_ASSERT(within_peak((Wide)n * each, end, rate));
        CU_ASSERT((long double)(end - 1) <= 1e15L * n * each / (long double)rate * (1 + 0x1p-59L));
    }
}

/* Whichever are reserved, against each one's own time. */
static void check_row(uint32_t n, Rng *rng)
{
    enum { FS_PER_BYTE = 1000 };
    Tick own[80] = { 0 }, at = 0, start;
    ServerRow row;

    server_row_init(&row, 1e15 / FS_PER_BYTE * n, n);
    for (int i = 0; i < 3000; i++) {
        const uint32_t first = (uint32_t)rng_below(rng_next(rng), n);
        const uint32_t count = 1 + (uint32_t)rng_below(rng_next(rng), n);
        const uint32_t bytes = (uint32_t)rng_below(rng_next(rng), 30);
        Tick begin = at;

        for (uint32_t k = 0; k < count; k++)
            begin = MAX(begin, own[(first + k) % n]);
        const Tick end = begin + fine_ceil(fine_scale(row.per_byte, bytes));

        for (uint32_t k = 0; k < count; k++)
            own[(first + k) % n] = end;
        CU_ASSERT_EQUAL(server_row_reserve(&row, first, count, at, bytes, &start), end);
        CU_ASSERT_EQUAL(start, begin);
        at += rng_below(rng_next(rng), 20 * FS_PER_BYTE);
    }
    server_row_clear(&row);
}

static void servers_reserved_together_begin_together_each_behind_its_own_work(void)
{
    Rng rng = { .state = 11 };

    for (uint32_t n = 1; n <= 80; n += 1 + n / 8)
        check_row(n, &rng);
}

static void work_shorter_than_a_femtosecond_adds_up(void)
{
    Server server;
    Tick start, end = 0;

    server_init(&server, 4.096e18); /* 4096 units a femtosecond */
    for (int i = 0; i < 4096 * 10; i++)
        end = server_reserve(&server, 0, 1, &start);
    CU_ASSERT_EQUAL(end, 10);
    end = server_reserve(&server, 0, 1, &start);
    CU_ASSERT_EQUAL(start, 10);
    CU_ASSERT_EQUAL(end, 11);
    CU_ASSERT(fine_cost(1, 1e30) > 0);
    CU_ASSERT((double)fine_cost(1, 1e30) <= 0x1p64 * 1e-15 + 2);
}

static void work_waits_for_the_work_before_it_and_for_its_time(void)
{
    Server server;
    Tick start;

    server_init(&server, 1e9); /* a byte a nanosecond */
    CU_ASSERT_EQUAL(server_reserve(&server, NS(10), 5, &start), NS(15));
    CU_ASSERT_EQUAL(start, NS(10));
    CU_ASSERT_EQUAL(server_reserve(&server, NS(12), 5, &start), NS(20));
    CU_ASSERT_EQUAL(start, NS(15));
    CU_ASSERT_EQUAL(server_reserve(&server, NS(30), 1, &start), NS(31));
    CU_ASSERT_EQUAL(start, NS(30));
}

static void a_server_without_limit_takes_no_time(void)
{
    Server server;
    Tick start;

    server_init(&server, 0);
    CU_ASSERT_EQUAL(server_reserve(&server, 77, UINT32_MAX, &start), 77);
    CU_ASSERT_EQUAL(start, 77);
}

static void past_the_range_of_the_clock_time_stays_at_its_limit(void)
{
    Server server;
    Tick start;

    server_init(&server, 1); /* a byte a second */
    for (int i = 0; i < 10; i++)
        CU_ASSERT_EQUAL(server_reserve(&server, 0, UINT32_MAX, &start), TICK_LIMIT);
    CU_ASSERT_EQUAL(server_reserve(&server, 0, 1, &start), TICK_LIMIT);
    CU_ASSERT_EQUAL(fine_ceil(fine_scale(fine_from_tick(TICK_LIMIT), UINT32_MAX)), TICK_LIMIT);
    CU_ASSERT_EQUAL(fine_cost(1e300, 1), fine_from_tick(TICK_LIMIT));
}

static void a_cost_is_the_time_of_so_many_units(void)
{
    CU_ASSERT_EQUAL(fine_cost(0, 1e9), 0);
    CU_ASSERT_EQUAL(fine_cost(1, 1e9), fine_from_tick(NS(1)));
    CU_ASSERT_EQUAL(fine_cost(2, 1e9), fine_from_tick(NS(2)));
    CU_ASSERT_EQUAL(fine_cost(0.5, 1e9), fine_from_tick(NS(1)) / 2);
    CU_ASSERT_EQUAL(fine_ceil(fine_from_tick(3)), 3);
    CU_ASSERT_EQUAL(fine_ceil(fine_from_tick(3) + 1), 4);
    CU_ASSERT_EQUAL(fine_floor(fine_from_tick(4) - 1), 3);
}

static CU_TestInfo tests[] = {
    TEST(events_fire_in_the_order_of_a_sorted_list),
    TEST(so_do_thousands),
    TEST(so_do_events_of_kinds),
    TEST(at_one_time_the_first_scheduled_fires_first),
    TEST(one_event_may_stand_several_times),
    TEST(what_nothing_precedes_may_be_decided_at_once),
    TEST(a_server_never_beats_its_peak_and_is_hardly_slower),
    TEST(whole_rates_are_exact_to_the_femtosecond),
    TEST(equal_servers_together_never_beat_the_peak_that_they_share),
    TEST(servers_reserved_together_begin_together_each_behind_its_own_work),
    TEST(work_shorter_than_a_femtosecond_adds_up),
    TEST(work_waits_for_the_work_before_it_and_for_its_time),
    TEST(a_server_without_limit_takes_no_time),
    TEST(past_the_range_of_the_clock_time_stays_at_its_limit),
    TEST(a_cost_is_the_time_of_so_many_units),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_sim = { .pName = "sim", .pTests = tests };
