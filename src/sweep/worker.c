/*
 * worker - the process that runs points, and the parent's side of the talk with it.
 *
 * To the worker: the index of a job, 4 bytes.  From it: a length, what follows, and the encoded row, or why it ends at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sweep/worker.h"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/large_pages.h"

/* Of a decoded trace in a worker: 16 million accesses. */
#define KEPT_BYTES (UINT64_C(256) << 20)

typedef enum { ROW_DONE, ROW_FAILED, LAST_WORDS } Kind;

typedef struct {
    uint64_t length; /* of what follows */
    uint64_t kind;
} Head;

static bool send_all(int fd, const void *data, size_t length)
{
    const char *next = data;

    while (length > 0) {
        const ssize_t sent = send(fd, next, length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        next += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t length)
{
    char *next = data;

    while (length > 0) {
        const ssize_t got = recv(fd, next, length, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        next += got;
        length -= (size_t)got;
    }
    return true;
}

#ifdef COVERAGE
void __gcov_dump(void); /* libgcov's */
void __gcov_reset(void);

/* A worker is killed when there is nothing left to do: it writes the counts of each job before it answers. */
static void write_coverage(void)
{
    __gcov_dump();
    __gcov_reset();
}
#else
static void write_coverage(void) {}
#endif

static bool run_job(int fd, const Job *job, SystemOptions options)
{
    g_autoptr(GError) error = NULL;

    options.commands = job->commands;
    Row *row = system_run(job->spec, &options, &error);
    Head head = { .kind = ROW_DONE };
    GBytes *bytes;
    bool sent;

    if (!row) {
        head.kind = ROW_FAILED;
        row = system_failed_row(job->spec, error ? error->message : "no reason given");
    }
    bytes = row_encode(row);
    head.length = g_bytes_get_size(bytes);
    write_coverage();
    sent = send_all(fd, &head, sizeof head) &&
           send_all(fd, g_bytes_get_data(bytes, NULL), head.length);
    g_bytes_unref(bytes);
    row_free(row);
    return sent;
}

/* Signals as a fresh process has them, but an interrupt of the terminal is the parent's to answer, and a file that may
 * not grow is a failed write. */
static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP)
            signal(number, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A worker writes nowhere but to its parent and, when something is very wrong, to standard error. */
static void silence_output(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0 && nowhere != STDOUT_FILENO) {
        dup2(nowhere, STDOUT_FILENO);
        close(nowhere);
    }
}

/* GLib ends a process that gets no memory: it says why.  user: the socket. */
static void G_GNUC_NORETURN say_last_words(const char *domain, GLogLevelFlags level,
                                           const char *message, void *user)
{
    const int *fd = user;
    g_autofree char *words = error_last_words(message);
    const Head head = { .length = strlen(words), .kind = LAST_WORDS };

    (void)domain, (void)level;
    if (send_all(*fd, &head, sizeof head))
        send_all(*fd, words, head.length);
    _exit(1);
}

/* _exit: what the parent has registered or buffered is not the worker's to run or to write. */
static void G_GNUC_NORETURN worker_main(int fd, pid_t parent, const Job *jobs,
                                        const SystemOptions *options)
{
    SystemOptions own = *options;
    uint32_t job;

    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above */
        _exit(1);
    silence_output();
    g_log_set_handler("GLib", G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION,
                      say_last_words, &fd);
    large_pages_use();
    if (own.keep_traces)
        own.traces = trace_memory_new(KEPT_BYTES);
    while (receive_all(fd, &job, sizeof job))
        if (!run_job(fd, &jobs[job], own))
            break;
    trace_memory_free(own.traces);
    _exit(0);
}

static bool no_process(GError **error, int number)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot start a worker process: %s",
                g_strerror(number));
    return false;
}

bool worker_start(Worker *pool, uint32_t n_workers, uint32_t self, const Job *jobs,
                  const SystemOptions *options, GError **error)
{
    const pid_t parent = getpid();
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return no_process(error, errno);
    pid = fork();
    if (pid < 0) {
        const int number = errno;

        close(pair[0]);
        close(pair[1]);
        return no_process(error, number);
    }
    if (pid == 0) {
        close(pair[0]);
        for (uint32_t i = 0; i < n_workers; i++)
            if (pool[i].fd >= 0)
                close(pool[i].fd);
        worker_main(pair[1], parent, jobs, options);
    }
    close(pair[1]);
    pool[self].pid = pid;
    pool[self].fd = pair[0];
    pool[self].job = -1;
    g_byte_array_set_size(pool[self].inbox, 0);
    return true;
}

bool worker_give(Worker *worker, uint32_t job)
{
    worker->job = job;
    return send_all(worker->fd, &job, sizeof job);
}

/* The answer in the inbox, if it is whole. */
static WorkerNews open_inbox(Worker *worker, Answer *answer)
{
    GByteArray *inbox = worker->inbox;
    Head head;
    GBytes *bytes;

    if (inbox->len < sizeof head)
        return WORKER_MORE;
    memcpy(&head, inbox->data, sizeof head);
    if (inbox->len < sizeof head + head.length)
        return WORKER_MORE;
    const char *rest = (const char *)inbox->data + sizeof head;

    if (head.kind == LAST_WORDS) {
        worker->last_words = g_strndup(rest, head.length);
        g_byte_array_set_size(inbox, 0);
        return WORKER_DIED;
    }
    bytes = g_bytes_new(rest, head.length);
    answer->row = row_decode(bytes);
    answer->failed = head.kind == ROW_FAILED;
    g_bytes_unref(bytes);
    g_byte_array_set_size(inbox, 0);
    return answer->row ? WORKER_ANSWERED : WORKER_DIED;
}

WorkerNews worker_read(Worker *worker, Answer *answer)
{
    guint8 piece[1 << 14];
    const ssize_t got = recv(worker->fd, piece, sizeof piece, MSG_DONTWAIT);

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return WORKER_MORE;
    if (got <= 0)
        return WORKER_DIED;
    g_byte_array_append(worker->inbox, piece, (guint)got);
    return open_inbox(worker, answer);
}

static bool reap(Worker *worker, int *status)
{
    pid_t reaped;

    close(worker->fd);
    worker->fd = -1;
    do
        reaped = waitpid(worker->pid, status, 0);
    while (reaped < 0 && errno == EINTR);
    worker->pid = 0;
    return reaped > 0;
}

char *worker_reap(Worker *worker)
{
    int status;

    /* Its end of the pipe is closed, so it is dead or dying; if it is neither, it has lost its way. */
    if (worker->inbox->len > 0)
        kill(worker->pid, SIGKILL);
    if (!reap(worker, &status))
        return g_strdup("the worker process is gone");
    if (worker->last_words)
        return g_steal_pointer(&worker->last_words);
    if (WIFSIGNALED(status))
        return g_strdup_printf("killed by signal %d (%s)", WTERMSIG(status),
                               strsignal(WTERMSIG(status)));
    return g_strdup_printf("the worker process ended with status %d", WEXITSTATUS(status));
}

void worker_kill(Worker *worker)
{
    int status;

    if (worker->fd < 0)
        return;
    kill(worker->pid, SIGKILL);
    reap(worker, &status);
}
