/*
 * sweep - the pool: gives points to workers, puts their rows in order.
 *
 * One loop over poll: signals come through a descriptor, answers through the workers' pipes.  A worker has one
 * point in hand, so when it dies it is known which one it was.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sweep/sweep.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sweep/progress.h"
#include "sweep/worker.h"

enum { REDRAW_MS = 500 };

typedef struct {
    const SweepOptions *options;
    SystemOptions system; /* the options', and whether to keep traces */
    SweepSink sink;
    void *user;
    Job *jobs;  /* [n_jobs], in order */
    Row **rows; /* [n_jobs]: done and not yet handed on */
    uint32_t n_jobs, given, delivered;
    uint64_t done;
    Worker *workers; /* [n_workers] */
    uint32_t n_workers;
    int signals; /* descriptor; -1: none */
    sigset_t blocked, before;
    Progress progress;
    bool any_failed, interrupted, stopped;
} Pool;

static void list_jobs(Pool *pool, const Study *study)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        pool->n_jobs += study->sweeps[i]->n_points;
    pool->jobs = g_new0(Job, MAX(pool->n_jobs, 1));
    pool->rows = g_new0(Row *, MAX(pool->n_jobs, 1));
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++, next++)
            pool->jobs[next] =
                (Job){ study->sweeps[i]->points[j], i, j,
                       pool->options->commands ? pool->options->commands[next] : NULL };
}

/* Signals that end a sweep come through a descriptor, but those that whoever started us had ignored. */
static void hold_signals(Pool *pool)
{
    static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

    sigemptyset(&pool->blocked);
    for (size_t i = 0; i < G_N_ELEMENTS(ending); i++) {
        struct sigaction now;

        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&pool->blocked, ending[i]);
    }
    sigprocmask(SIG_BLOCK, &pool->blocked, &pool->before);
    pool->signals = signalfd(-1, &pool->blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void check_signals(Pool *pool)
{
    struct signalfd_siginfo info;

    while (pool->signals >= 0 && read(pool->signals, &info, sizeof info) == (ssize_t)sizeof info)
        pool->interrupted = true;
}

static void release_signals(Pool *pool)
{
    check_signals(pool); /* one more of the same would end us now */
    if (pool->signals >= 0)
        close(pool->signals);
    sigprocmask(SIG_SETMASK, &pool->before, NULL);
}

static void store(Pool *pool, int64_t job, Row *row, bool failed)
{
    pool->rows[job] = row;
    pool->any_failed = pool->any_failed || failed;
    pool->done++;
}

/* Hand on the rows whose turn it is. */
static void deliver(Pool *pool)
{
    while (!pool->stopped && pool->delivered < pool->n_jobs && pool->rows[pool->delivered]) {
        const uint32_t at = pool->delivered++;
        const Job *job = &pool->jobs[at];
        Row *row = pool->rows[at];

        pool->rows[at] = NULL;
        progress_erase(&pool->progress);
        if (!pool->sink(pool->user, job->sweep, job->point, row))
            pool->stopped = true;
    }
}

static void fail_job(Pool *pool, Worker *worker)
{
    const int64_t job = worker->job;
    g_autofree char *reason = worker_reap(worker);

    worker->job = -1;
    if (job >= 0)
        store(pool, job, system_failed_row(pool->jobs[job].spec, reason), true);
}

static void take_answer(Pool *pool, Worker *worker)
{
    Answer answer = { 0 };

    switch (worker_read(worker, &answer)) {
    case WORKER_ANSWERED:
        store(pool, worker->job, answer.row, answer.failed);
        worker->job = -1;
        break;
    case WORKER_DIED:
        check_signals(pool); /* killed along with us, or alone? */
        if (!pool->interrupted)
            fail_job(pool, worker);
        break;
    case WORKER_MORE:
        break;
    }
}

static bool start(Pool *pool, uint32_t self, GError **error)
{
    return worker_start(pool->workers, pool->n_workers, self, pool->jobs, &pool->system, error);
}

/* Give a worker the next job.  One that was found dead had nothing in hand, so another gets a try. */
static void give_job(Pool *pool, uint32_t self)
{
    Worker *worker = &pool->workers[self];
    const uint32_t job = pool->given++;

    if (worker_give(worker, job))
        return;
    g_free(worker_reap(worker));
    if (!start(pool, self, NULL) || !worker_give(worker, job)) {
        worker->job = -1;
        store(pool, job, system_failed_row(pool->jobs[job].spec, "no worker process takes it"),
              true);
    }
}

/* Start workers that are missing and give every idle one a job.  Returns false and sets error when jobs are left
 * and no process can be had to do them. */
static bool employ(Pool *pool, GError **error)
{
    uint32_t running = 0;
    g_autoptr(GError) why = NULL;

    for (uint32_t i = 0; i < pool->n_workers; i++) {
        Worker *worker = &pool->workers[i];

        if (worker->fd < 0 && pool->given < pool->n_jobs && !why)
            start(pool, i, &why);
        if (worker->fd < 0)
            continue;
        if (worker->job < 0 && pool->given < pool->n_jobs)
            give_job(pool, i);
        running += worker->fd >= 0;
    }
    if (running > 0 || !why)
        return true;
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

static void wait_for_news(Pool *pool)
{
    struct pollfd *fds = g_new0(struct pollfd, pool->n_workers + 1);
    int ready;

    for (uint32_t i = 0; i < pool->n_workers; i++)
        fds[i] = (struct pollfd){ .fd = pool->workers[i].fd, .events = POLLIN };
    fds[pool->n_workers] = (struct pollfd){ .fd = pool->signals, .events = POLLIN };
    ready = poll(fds, pool->n_workers + 1, pool->progress.shown ? REDRAW_MS : -1);
    if (ready > 0 && fds[pool->n_workers].revents)
        check_signals(pool);
    for (uint32_t i = 0; ready > 0 && !pool->interrupted && i < pool->n_workers; i++)
        if (fds[i].revents)
            take_answer(pool, &pool->workers[i]);
    g_free(fds);
}

static bool run_pool(Pool *pool, GError **error)
{
    while (pool->delivered < pool->n_jobs && !pool->interrupted && !pool->stopped) {
        if (!employ(pool, error))
            return false;
        progress_draw(&pool->progress, pool->done);
        if (pool->done < pool->n_jobs)
            wait_for_news(pool);
        deliver(pool);
    }
    return true;
}

static void fail_unfinished(Pool *pool)
{
    for (uint32_t i = pool->delivered; i < pool->n_jobs; i++)
        if (!pool->rows[i])
            pool->rows[i] = system_failed_row(pool->jobs[i].spec, "interrupted");
    deliver(pool);
}

/* Whether more than one job reads traces. */
static bool share_traces(const Pool *pool)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < pool->n_jobs; i++)
        n += workload_has(pool->jobs[i].spec->workload, WORKLOAD_TRACE);
    return n > 1;
}

static void open_pool(Pool *pool, const Study *study)
{
    const uint32_t wanted = pool->options->jobs > 0 ? pool->options->jobs : g_get_num_processors();

    list_jobs(pool, study);
    pool->system = pool->options->system;
    pool->system.keep_traces = share_traces(pool);
    pool->n_workers = MIN(wanted, pool->n_jobs);
    pool->workers = g_new0(Worker, MAX(pool->n_workers, 1));
    for (uint32_t i = 0; i < pool->n_workers; i++)
        pool->workers[i] = (Worker){ .fd = -1, .job = -1, .inbox = g_byte_array_new() };
    hold_signals(pool);
    progress_start(&pool->progress, pool->options->progress, pool->n_jobs);
}

static void close_pool(Pool *pool)
{
    progress_erase(&pool->progress);
    for (uint32_t i = 0; i < pool->n_workers; i++) {
        worker_kill(&pool->workers[i]);
        g_byte_array_unref(pool->workers[i].inbox);
        g_free(pool->workers[i].last_words);
    }
    if (pool->interrupted)
        fail_unfinished(pool);
    release_signals(pool);
    for (uint32_t i = 0; i < pool->n_jobs; i++)
        row_free(pool->rows[i]);
    g_free(pool->workers);
    g_free(pool->rows);
    g_free(pool->jobs);
}

SweepOutcome sweep_run(const Study *study, const SweepOptions *options, SweepSink sink, void *user,
                       GError **error)
{
    Pool pool = { .options = options, .sink = sink, .user = user };
    bool running;

    open_pool(&pool, study);
    running = run_pool(&pool, error);
    close_pool(&pool);
    if (!running || pool.stopped)
        return SWEEP_STOPPED;
    if (pool.interrupted)
        return SWEEP_INTERRUPTED;
    return pool.any_failed ? SWEEP_FAILED_POINTS : SWEEP_DONE;
}
