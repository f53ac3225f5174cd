/*
 * fuzz_trace - libFuzzer's target for the trace readers: fuzz_FORMAT reads its input as that format, fuzz_any as
 * what it looks like.
 *
 * What must hold besides: accesses are within the address space and not empty, times do not decrease, and a trace
 * without records is an error.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/trace.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static char format[32]; /* "any": by content */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strrchr((*argv)[0], '_');

    (void)argc;
    g_strlcpy(format, name ? name + 1 : "any", sizeof format);
    if (strcmp(format, "any") != 0 && !trace_format_check(format, NULL))
        abort();
    return 0;
}

static void require(bool good)
{
    if (!good)
        abort();
}

/* The records of a batch; *last_fs is the time of the one before it. */
static void check_batch(const Batch *batch, bool timed, Tick *last_fs)
{
    require(batch->count > 0 && batch->count <= BATCH_MAX);
    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];

        require(access->bytes > 0 && access->op <= ACCESS_FETCH);
        require(access->addr <= UINT64_MAX - (access->bytes - 1));
        require(!timed || (batch->not_before[i] >= *last_fs && batch->not_before[i] < TICK_LIMIT));
        *last_fs = timed ? batch->not_before[i] : 0;
    }
}

static void read_all(char *path, bool salvage)
{
    const TraceConfig config = { .path = path,
                                 .format = strcmp(format, "any") == 0 ? NULL : format,
                                 .fetches = true,
                                 .times_if_any = true,
                                 .salvage = salvage };
    static Batch batch;
    g_autoptr(GError) error = NULL;
    AccessSource *source = trace_open(&config, 0, 1000, &error);
    Tick last_fs = 0;
    uint64_t records = 0;

    for (; source && source_next(source, &batch, &error); records += batch.count)
        check_batch(&batch, source->timed, &last_fs);
    require(error || records > 0);
    source_free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const int fd = memfd_create("trace", 0);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    require(fd >= 0 && write(fd, data, bytes) == (ssize_t)bytes);
    read_all(path, false);
    read_all(path, true);
    close(fd);
    return 0;
}
