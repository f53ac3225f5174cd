/*
 * trace_memory - the trace read last, decoded.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_memory.h"

#include <glib/gstdio.h>
#include <string.h>

struct TraceMemory {
    uint64_t bytes_max;
    char *key;        /* what is kept: the file as it is, and how it is read; NULL: nothing */
    GArray *accesses; /* of Access */
    GArray *times_fs; /* of Tick; empty unless timed */
    bool timed;
    bool whole;     /* all of it is there */
    uint32_t users; /* sources that read or fill it */
};

TraceMemory *trace_memory_new(uint64_t bytes_max)
{
    TraceMemory *memory = g_new0(TraceMemory, 1);

    memory->bytes_max = bytes_max;
    memory->accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    memory->times_fs = g_array_new(FALSE, FALSE, sizeof(Tick));
    return memory;
}

void trace_memory_free(TraceMemory *memory)
{
    if (!memory)
        return;
    g_array_unref(memory->accesses);
    g_array_unref(memory->times_fs);
    g_free(memory->key);
    g_free(memory);
}

/* Keep nothing; the room is given back. */
static void forget(TraceMemory *memory)
{
    g_array_unref(memory->accesses);
    g_array_unref(memory->times_fs);
    memory->accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    memory->times_fs = g_array_new(FALSE, FALSE, sizeof(Tick));
    memory->whole = false;
    g_clear_pointer(&memory->key, g_free);
}

/* Returns (caller frees), or NULL when the file can be read only once. */
static char *key_of(const TraceConfig *config, Tick cycle_fs)
{
    GStatBuf info;

    if (strcmp(config->path, "-") == 0 || g_stat(config->path, &info) != 0 ||
        !S_ISREG(info.st_mode))
        return NULL;
    return g_strdup_printf("%s|%s|%u|%d|%d|%d|%d|%" G_GUINT64_FORMAT "|%" G_GINT64_FORMAT
                           "|%" G_GINT64_FORMAT ".%09ld",
                           config->path, config->format ? config->format : "",
                           config->request_bytes, config->fetches, config->timed,
                           config->times_if_any, config->salvage, cycle_fs, (gint64)info.st_size,
                           (gint64)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
}

/* ---- from memory ---- */

typedef struct {
    AccessSource source; /* first */
    TraceMemory *memory;
    guint at;
    uint16_t stream;
} Replay;

static bool replay_next(AccessSource *source, Batch *batch, GError **error)
{
    Replay *replay = (Replay *)source;
    const TraceMemory *memory = replay->memory;
    const guint n = MIN((guint)BATCH_MAX, memory->accesses->len - replay->at);

    (void)error;
    batch->count = n;
    if (n == 0)
        return false;
    memcpy(batch->access, &g_array_index(memory->accesses, Access, replay->at), n * sizeof(Access));
    for (guint i = 0; i < n; i++)
        batch->access[i].stream = replay->stream;
    if (memory->timed)
        memcpy(batch->not_before, &g_array_index(memory->times_fs, Tick, replay->at),
               n * sizeof(Tick));
    replay->at += n;
    return true;
}

static void replay_free(AccessSource *source)
{
    ((Replay *)source)->memory->users--;
    g_free(source);
}

static const AccessSourceOps replay_ops = { .next = replay_next, .free = replay_free };

static AccessSource *replay_new(TraceMemory *memory, uint16_t stream)
{
    Replay *replay = g_new0(Replay, 1);

    replay->source = (AccessSource){ .ops = &replay_ops, .timed = memory->timed };
    replay->memory = memory;
    replay->stream = stream;
    memory->users++;
    return &replay->source;
}

/* ---- into memory ---- */

typedef struct {
    AccessSource source; /* first */
    AccessSource *reader;
    TraceMemory *memory; /* NULL: it has become too much, or is whole */
} Recorder;

static void keep(Recorder *recorder, const Batch *batch)
{
    TraceMemory *memory = recorder->memory;
    const bool timed = recorder->reader->timed;
    const uint64_t bytes = (uint64_t)(memory->accesses->len + batch->count) *
                           (sizeof(Access) + (timed ? sizeof(Tick) : 0));

    const bool begun = memory->accesses->len > 0;

    if (bytes > memory->bytes_max || (begun && timed != memory->timed)) {
        recorder->memory = NULL;
        memory->users--;
        forget(memory);
        return;
    }
    memory->timed = timed;
    g_array_append_vals(memory->accesses, batch->access, (guint)batch->count);
    if (timed)
        g_array_append_vals(memory->times_fs, batch->not_before, (guint)batch->count);
}

static bool recorder_next(AccessSource *source, Batch *batch, GError **error)
{
    Recorder *recorder = (Recorder *)source;
    GError *failure = NULL;
    const bool more = source_next(recorder->reader, batch, &failure);

    source->timed = recorder->reader->timed;
    if (more && recorder->memory)
        keep(recorder, batch);
    if (!more && !failure && recorder->memory)
        recorder->memory->whole = true;
    if (failure)
        g_propagate_error(error, failure);
    return more;
}

static void recorder_free(AccessSource *source)
{
    Recorder *recorder = (Recorder *)source;
    TraceMemory *memory = recorder->memory;

    if (memory) {
        memory->users--;
        if (!memory->whole)
            forget(memory);
    }
    source_free(recorder->reader);
    g_free(recorder);
}

static const AccessSourceOps recorder_ops = { .next = recorder_next, .free = recorder_free };

static AccessSource *recorder_new(TraceMemory *memory, AccessSource *reader, char *key)
{
    Recorder *recorder = g_new0(Recorder, 1);

    forget(memory);
    memory->key = key;
    memory->users++;
    recorder->source = (AccessSource){ .ops = &recorder_ops, .timed = reader->timed };
    recorder->reader = reader;
    recorder->memory = memory;
    return &recorder->source;
}

AccessSource *trace_memory_open(TraceMemory *memory, const TraceConfig *config, uint16_t stream,
                                Tick cycle_fs, GError **error)
{
    g_autofree char *key = memory ? key_of(config, cycle_fs) : NULL;

    if (key && memory->whole && g_strcmp0(memory->key, key) == 0)
        return replay_new(memory, stream);
    AccessSource *reader = trace_open(config, stream, cycle_fs, error);

    if (!reader || !key || memory->users > 0)
        return reader;
    return recorder_new(memory, reader, g_steal_pointer(&key));
}
