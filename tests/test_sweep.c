/*
 * test_sweep - the pool: order, failures, dead workers, interrupts.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "rig.h"
#include "sweep/sweep.h"

static const uint64_t ENDLESS = UINT64_C(1000000000000000);

static MachineSpec *machine_new(void)
{
    MachineSpec *machine = rig_machine();

    machine->compute.peaks[0].flop_per_s = 1e9;
    machine->compute.issue = 1;
    machine->memory.simple.bandwidth_B_per_s = 1e9;
    return machine;
}

static PointSpec *point_new(double n, uint64_t accesses)
{
    PointSpec *point = g_new0(PointSpec, 1);

    point->n_axes = 1;
    point->axes = g_new0(AxisValue, 1);
    point->axes[0] = (AxisValue){ g_strdup("n"), AXIS_NUMBER, n, NULL };
    point->machine = machine_new();
    point->workload = workload_new(WORKLOAD_PATTERN);
    point->workload->pattern.footprint_bytes = 1 << 16;
    point->workload->pattern.accesses = accesses;
    point->workload->seed = 1;
    workload_layout(point->workload);
    return point;
}

/* A study of one sweep a list of accesses; 0 is a point that cannot run. */
static Study *study_new(const uint64_t *accesses, uint32_t n)
{
    Study *study = g_new0(Study, 1);
    SweepSpec *sweep = g_new0(SweepSpec, 1);

    study->sweeps = g_new0(SweepSpec *, 1);
    study->sweeps[0] = sweep;
    study->n_sweeps = 1;
    sweep->title = g_strdup("test");
    sweep->points = g_new0(PointSpec *, n);
    sweep->n_points = n;
    for (uint32_t i = 0; i < n; i++) {
        sweep->points[i] = point_new(i, MAX(accesses[i], 1));
        if (accesses[i] == 0) {
            workload_unref(sweep->points[i]->workload);
            sweep->points[i]->workload = workload_new(WORKLOAD_TRACE);
            sweep->points[i]->workload->trace.path = g_strdup("no such file.din");
        }
    }
    return study;
}

typedef struct {
    GPtrArray *rows;
    uint32_t stop_after; /* 0: never */
    int raise_after_first;
    uint32_t most_children;
    bool in_order;
} Taken;

static Taken taken_new(void)
{
    return (Taken){ .rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free),
                    .in_order = true };
}

/* The children of a process, as the system lists them. */
static uint32_t children_of(pid_t parent, pid_t *list, uint32_t most)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", (int)parent, (int)parent);
    g_autofree char *text = NULL;
    g_auto(GStrv) words = NULL;
    uint32_t n = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    words = g_strsplit(g_strstrip(text), " ", -1);
    for (char **word = words; *word && n < most; word++)
        if (**word)
            list[n++] = (pid_t)atoi(*word);
    return n;
}

static bool take(void *user, uint32_t sweep, uint32_t point, Row *row)
{
    Taken *taken = user;
    pid_t children[64];
    const uint32_t n = children_of(getpid(), children, G_N_ELEMENTS(children));

    taken->in_order = taken->in_order && sweep == 0 && point == taken->rows->len;
    taken->most_children = MAX(taken->most_children, n);
    g_ptr_array_add(taken->rows, row);
    if (taken->raise_after_first && taken->rows->len == 1)
        kill(getpid(), taken->raise_after_first);
    return taken->rows->len != taken->stop_after;
}

static const char *status_of(const Taken *taken, guint i)
{
    return row_find(taken->rows->pdata[i], "status")->text;
}

static SweepOutcome run(const Study *study, uint32_t jobs, Taken *taken)
{
    const SweepOptions options = { .jobs = jobs };
    GError *error = NULL;
    const SweepOutcome outcome = sweep_run(study, &options, take, taken, &error);

    CU_ASSERT_PTR_NULL(error);
    CU_ASSERT_TRUE(taken->in_order);
    return outcome;
}

/* Without what the wall clock says. */
static bool same_rows(const Taken *a, const Taken *b)
{
    if (a->rows->len != b->rows->len)
        return false;
    for (guint i = 0; i < a->rows->len; i++) {
        const Row *x = a->rows->pdata[i], *y = b->rows->pdata[i];

        for (guint j = 0; j < x->values->len; j++) {
            const Value *left = &g_array_index(x->values, Value, j),
                        *right = &g_array_index(y->values, Value, j);

            if (left->name != right->name || left->kind != right->kind)
                return false;
            if (g_str_has_prefix(left->name, "wall_"))
                continue;
            if (left->kind == VALUE_TEXT   ? strcmp(left->text, right->text) != 0
                : left->kind == VALUE_BOOL ? left->truth != right->truth
                                           : left->count != right->count)
                return false;
        }
    }
    return true;
}

static void rows_come_in_order_and_are_the_same_for_any_number_of_workers(void)
{
    static const uint64_t accesses[] = { 60000, 1, 30000, 10, 10, 20000, 5, 5, 5, 5, 5, 40000 };
    Study *study = study_new(accesses, G_N_ELEMENTS(accesses));
    Taken one = taken_new(), four = taken_new(), many = taken_new();

    CU_ASSERT_EQUAL(run(study, 1, &one), SWEEP_DONE);
    CU_ASSERT_EQUAL(run(study, 4, &four), SWEEP_DONE);
    CU_ASSERT_EQUAL(run(study, 60, &many), SWEEP_DONE);
    CU_ASSERT_EQUAL(one.rows->len, G_N_ELEMENTS(accesses));
    CU_ASSERT_TRUE(same_rows(&one, &four));
    CU_ASSERT_TRUE(same_rows(&one, &many));
    CU_ASSERT(one.most_children <= 1 && four.most_children <= 4);
    CU_ASSERT(many.most_children <= G_N_ELEMENTS(accesses));
    for (guint i = 0; i < one.rows->len; i++)
        CU_ASSERT_STRING_EQUAL(status_of(&one, i), "ok");
    g_ptr_array_unref(one.rows);
    g_ptr_array_unref(four.rows);
    g_ptr_array_unref(many.rows);
    study_free(study);
}

static void a_point_that_cannot_run_fails_alone(void)
{
    static const uint64_t accesses[] = { 10, 0, 10 };
    Study *study = study_new(accesses, 3);
    Taken taken = taken_new();

    CU_ASSERT_EQUAL(run(study, 2, &taken), SWEEP_FAILED_POINTS);
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 0), "ok");
    CU_ASSERT_PTR_NOT_NULL(strstr(status_of(&taken, 1), "failed: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(status_of(&taken, 1), "no such file.din"));
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 2), "ok");
    g_ptr_array_unref(taken.rows);
    study_free(study);
}

/* A process that kills the workers of this one after a while. */
static pid_t start_killer(int number)
{
    const pid_t parent = getpid(), killer = fork();
    pid_t children[64];

    if (killer != 0)
        return killer;
    for (int round = 0; round < 100; round++) {
        uint32_t n;

        g_usleep(200000);
        n = children_of(parent, children, G_N_ELEMENTS(children));
        for (uint32_t i = 0; i < n; i++)
            if (children[i] != getpid())
                kill(children[i], number);
        if (n > 1)
            break;
    }
    _exit(0);
}

static void killed_by(int number, const char *wanted)
{
    static const uint64_t accesses[] = { 0, 0, 10, 10 };
    uint64_t with_endless[G_N_ELEMENTS(accesses)];
    Taken taken = taken_new();
    Study *study;
    pid_t killer;

    memcpy(with_endless, accesses, sizeof accesses);
    with_endless[0] = 10;
    with_endless[1] = ENDLESS;
    study = study_new(with_endless, G_N_ELEMENTS(accesses));
    killer = start_killer(number);
    CU_ASSERT_EQUAL(run(study, 1, &taken), SWEEP_FAILED_POINTS);
    waitpid(killer, NULL, 0);
    CU_ASSERT_EQUAL_FATAL(taken.rows->len, G_N_ELEMENTS(accesses));
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 0), "ok");
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 1), wanted);
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 2), "ok");
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 3), "ok");
    g_ptr_array_unref(taken.rows);
    study_free(study);
}

static void a_worker_that_crashes_costs_its_point_only(void)
{
    killed_by(SIGSEGV, "failed: killed by signal 11 (Segmentation fault)");
}

static void a_worker_that_is_killed_costs_its_point_only(void)
{
    killed_by(SIGKILL, "failed: killed by signal 9 (Killed)");
}

static void an_interrupt_keeps_what_is_done(void)
{
    static const uint64_t accesses[] = { 10, ENDLESS, ENDLESS };
    struct sigaction before;
    Study *study = study_new(accesses, 3);
    Taken taken = taken_new();

    sigaction(SIGTERM, NULL, &before);
    signal(SIGTERM, SIG_DFL); /* whoever runs the tests may ignore it */
    taken.raise_after_first = SIGTERM;
    CU_ASSERT_EQUAL(run(study, 2, &taken), SWEEP_INTERRUPTED);
    sigaction(SIGTERM, &before, NULL);
    CU_ASSERT_EQUAL_FATAL(taken.rows->len, 3);
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 0), "ok");
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 1), "failed: interrupted");
    CU_ASSERT_STRING_EQUAL(status_of(&taken, 2), "failed: interrupted");
    g_ptr_array_unref(taken.rows);
    study_free(study);
}

static void the_sink_can_stop(void)
{
    static const uint64_t accesses[] = { 10, 10, ENDLESS, ENDLESS };
    Study *study = study_new(accesses, 4);
    Taken taken = taken_new();

    taken.stop_after = 2;
    CU_ASSERT_EQUAL(run(study, 2, &taken), SWEEP_STOPPED);
    CU_ASSERT_EQUAL(taken.rows->len, 2);
    g_ptr_array_unref(taken.rows);
    study_free(study);
}

static uint32_t open_descriptors(void)
{
    GDir *folder = g_dir_open("/proc/self/fd", 0, NULL);
    uint32_t n = 0;

    while (folder && g_dir_read_name(folder))
        n++;
    if (folder)
        g_dir_close(folder);
    return n;
}

static void nothing_is_left_behind(void)
{
    static const uint64_t accesses[] = { 10, 10, 10 };
    const uint32_t before = open_descriptors();
    Study *study = study_new(accesses, 3);
    Taken taken = taken_new();
    sigset_t mask;

    CU_ASSERT_EQUAL(run(study, 3, &taken), SWEEP_DONE);
    CU_ASSERT_EQUAL(open_descriptors(), before);
    CU_ASSERT_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
    CU_ASSERT_EQUAL(errno, ECHILD);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    CU_ASSERT_FALSE(sigismember(&mask, SIGINT));
    g_ptr_array_unref(taken.rows);
    study_free(study);
}

static CU_TestInfo tests[] = {
    TEST(rows_come_in_order_and_are_the_same_for_any_number_of_workers),
    TEST(a_point_that_cannot_run_fails_alone),
    TEST(a_worker_that_crashes_costs_its_point_only),
    TEST(a_worker_that_is_killed_costs_its_point_only),
    TEST(an_interrupt_keeps_what_is_done),
    TEST(the_sink_can_stop),
    TEST(nothing_is_left_behind),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_sweep = { .pName = "sweep", .pTests = tests };
