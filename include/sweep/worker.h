/*
 * worker - one worker process: forked, given numbers of points, asked for rows.
 *
 * The worker lives until its pipe closes; it dies with its parent.  It inherits the study, so only numbers and
 * encoded rows travel.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SWEEP_WORKER_H
#define SWEEP_WORKER_H

#include <sys/types.h>

#include "sweep/sweep.h"

typedef struct {
    const PointSpec *spec;
    uint32_t sweep, point; /* where it stands in the study */
    Target *commands;      /* of its DRAM channels; or NULL */
} Job;

typedef struct {
    pid_t pid;
    int fd;            /* of the parent; -1: not running */
    int64_t job;       /* index of the job in hand; -1: none */
    GByteArray *inbox; /* what has come of the next answer */
    char *last_words;  /* why it ends; NULL: it has not said */
} Worker;

typedef struct {
    Row *row;
    bool failed;
} Answer;

typedef enum { WORKER_MORE, WORKER_ANSWERED, WORKER_DIED } WorkerNews;

/* Start a process for worker number `self` of the pool.  Call with the signals of the parent blocked.
 * Returns false and sets error (IO) when the system has no process left. */
bool worker_start(Worker *pool, uint32_t n_workers, uint32_t self, const Job *jobs,
                  const SystemOptions *options, GError **error);
/* Hand over a job.  False when the worker is gone. */
bool worker_give(Worker *worker, uint32_t job);
/* Read what has come.  WORKER_ANSWERED: the answer to the job in hand is complete (caller frees the row). */
WorkerNews worker_read(Worker *worker, Answer *answer);
/* Reap a worker whose pipe is closed.  Returns why it died ("killed by signal 11 (Segmentation fault)"; caller frees). */
char *worker_reap(Worker *worker);
/* Kill the process, if it runs, and reap it. */
void worker_kill(Worker *worker);

#endif
