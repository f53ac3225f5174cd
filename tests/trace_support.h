/*
 * trace_support - what the tests of traces share: reading all of a trace, and random accesses as text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_TRACE_SUPPORT_H
#define TESTS_TRACE_SUPPORT_H

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "tap.h"
#include "temporary.h"
#include "trace/trace.h"
#include "trace/trace_writer.h"

/* The formats that print_accesses can print. */
static const char *const printed_formats[] = {
    "din", "lackey", "csv", "dramsim3", "ramulator", NULL
};

enum { STREAM = 7, CYCLE_FS = 833334 /* of DDR4-2400 */ };

/* What a trace gave: its accesses, their times, and the message it ended with, if any. */
typedef struct {
    GArray *accesses;
    GArray *times_fs;
    GError *error;
} Result;

static inline void result_clear(Result *result)
{
    g_array_unref(result->accesses);
    g_array_unref(result->times_fs);
    g_clear_error(&result->error);
}

static inline Access at(const Result *result, unsigned index)
{
    return index < result->accesses->len ? g_array_index(result->accesses, Access, index)
                                         : (Access){ .op = UINT8_MAX };
}

static inline bool is_access(Access access, AccessOp op, uint64_t addr, uint32_t bytes)
{
    return access.op == op && access.addr == addr && access.bytes == bytes &&
           access.stream == STREAM;
}

/* cycle_fs: of the memory's clock, in which some formats count. */
static inline Result read_trace_at(const TraceConfig *config, Tick cycle_fs)
{
    Result result = { .accesses = g_array_new(FALSE, FALSE, sizeof(Access)),
                      .times_fs = g_array_new(FALSE, FALSE, sizeof(Tick)) };
    AccessSource *source = trace_open(config, STREAM, cycle_fs, &result.error);
    g_autofree Batch *batch = g_new0(Batch, 1);

    CU_ASSERT((source == NULL) == (result.error != NULL));
    while (source && source_next(source, batch, &result.error)) {
        CU_ASSERT(batch->count > 0 && batch->count <= BATCH_MAX);
        g_array_append_vals(result.accesses, batch->access, (guint)batch->count);
        if (source->timed)
            g_array_append_vals(result.times_fs, batch->not_before, (guint)batch->count);
    }
    if (source) {
        CU_ASSERT(!source_next(source, batch, NULL)); /* the end, and an error, stay */
        CU_ASSERT(batch->count == 0);
    }
    source_free(source);
    return result;
}

static inline Result read_trace(const TraceConfig *config)
{
    return read_trace_at(config, CYCLE_FS);
}

/* got is the first part of accesses, or all of it. */
static inline bool begins_like(const GArray *accesses, const GArray *got)
{
    return got->len == 0 || (got->len <= accesses->len &&
                             memcmp(got->data, accesses->data, got->len * sizeof(Access)) == 0);
}

static inline uint64_t draw(Rng *rng, uint64_t below)
{
    return rng_below(rng_next(rng), below);
}

static inline Result read_bytes(const void *bytes, size_t count, TraceConfig config)
{
    Result result;

    config.path = temporary_file("", bytes, count);
    result = read_trace(&config);
    if (result.error) { /* every message says which file */
        CU_ASSERT(g_str_has_prefix(result.error->message, config.path));
        CU_ASSERT(result.error->domain == MEMSIM_ERROR && result.error->code == MEMSIM_ERROR_TRACE);
    }
    g_remove(config.path);
    g_free(config.path);
    return result;
}

static inline Result read_text(const char *text, TraceConfig config)
{
    return read_bytes(text, strlen(text), config);
}

/* A trace without an error and with so many accesses. */
static inline void check_count(const Result *result, unsigned count)
{
    if (result->error)
        CU_FAIL(result->error->message);
    CU_ASSERT_EQUAL(result->accesses->len, count);
}

static inline bool error_has(const Result *result, const char *part)
{
    return result->error && strstr(result->error->message, part);
}

/* A record is a request to memory: a read or a write of 64 bytes. */
static inline bool has_requests(const char *format)
{
    static const char *const formats[] = { "dramsim3", "ramulator",  "ramulator1",   "stl",
                                           "champsim", "cloudsuite", "oracleGeneral" };

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(format, formats[i]) == 0)
            return true;
    return false;
}

static inline void print_request(GString *text, const char *format, const Access *access, Rng *rng)
{
    static const char *const ops[][2] = { { "READ", "WRITE" }, { "P_MEM_RD", "boff" } };
    const uint64_t spelling = draw(rng, 2), addr = access->addr + draw(rng, 64);

    if (strcmp(format, "dramsim3") == 0)
        g_string_append_printf(text,
                               spelling ? "0x%" PRIx64 " %s %zu\n" : " %" PRIX64 "\t%s  %zu\r\n",
                               addr, ops[draw(rng, 2)][access->op], text->len);
    else
        g_string_append_printf(text, spelling ? "%s %" PRIu64 "\n" : "%s 0x%" PRIx64 "\n",
                               access->op == ACCESS_WRITE ? "ST" : "LD", addr);
}

static inline void print_record(GString *text, const char *format, const Access *access, Rng *rng)
{
    static const char lackey[] = { 'L', 'S', 'I' };
    static const char *const csv[][3] = { { "R", "W", "I" }, { "read", "Write", "FETCH" } };
    const uint64_t spelling = draw(rng, 2);

    if (has_requests(format))
        print_request(text, format, access, rng);
    else if (strcmp(format, "din") == 0)
        g_string_append_printf(text, spelling ? "%d %" PRIx64 "\n" : " %d 0x%016" PRIX64 " c\r\n",
                               access->op, access->addr);
    else if (strcmp(format, "lackey") == 0)
        g_string_append_printf(
            text, "%c%c %08" PRIx64 ",%u\n", access->op == ACCESS_FETCH ? 'I' : ' ',
            access->op == ACCESS_FETCH ? ' ' : lackey[access->op], access->addr, access->bytes);
    else
        g_string_append_printf(text, spelling ? "%s,%" PRIu64 ",%u\n" : "%s, 0x%" PRIx64 " , %u\n",
                               csv[spelling][access->op], access->addr, access->bytes);
}

static inline GArray *random_accesses(Rng *rng, unsigned count, const char *format)
{
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    const bool sized = strcmp(format, "din") != 0;

    for (unsigned i = 0; i < count; i++) {
        const uint32_t bytes = sized ? 1 + (uint32_t)draw(rng, UINT64_C(1) << draw(rng, 21)) : 1;
        uint64_t addr = rng_next(rng) >> draw(rng, 64);
        if (addr > UINT64_MAX - (bytes - 1))
            addr = UINT64_MAX - (bytes - 1);
        const Access access = {
            .addr = addr, .bytes = bytes, .stream = STREAM, .op = (uint8_t)draw(rng, 3)
        };
        g_array_append_val(accesses, access);
    }
    for (unsigned i = 0; i < count && has_requests(format); i++) {
        Access *access = &g_array_index(accesses, Access, i);

        *access = (Access){ .addr = access->addr & ~UINT64_C(63),
                            .bytes = 64,
                            .stream = STREAM,
                            .op = access->op == ACCESS_WRITE };
    }
    return accesses;
}

static inline GString *print_accesses(const GArray *accesses, const char *format, Rng *rng)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < accesses->len; i++)
        print_record(text, format, &g_array_index(accesses, Access, i), rng);
    return text;
}

/* The accesses as a file of a format; times_fs may be NULL.  Returns its path (caller removes and frees). */
static inline char *write_trace(const char *format, const GArray *accesses, const GArray *times_fs)
{
    g_autofree char *plain = temporary_text("", "");
    char *path = g_strconcat(plain, ".", format, NULL);
    g_autofree Batch *batch = g_new0(Batch, 1);
    GError *error = NULL;
    TraceWriter *writer = trace_writer_open(path, format, times_fs != NULL, CYCLE_FS, &error);

    g_remove(plain);
    CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
    for (guint done = 0; done < accesses->len; done += (guint)batch->count) {
        batch->count = MIN(accesses->len - done, 1 + done % BATCH_MAX);
        memcpy(batch->access, &g_array_index(accesses, Access, done),
               batch->count * sizeof(Access));
        if (times_fs)
            memcpy(batch->not_before, &g_array_index(times_fs, Tick, done),
                   batch->count * sizeof(Tick));
        CU_ASSERT(trace_writer_put(writer, batch, &error));
    }
    CU_ASSERT(trace_writer_finish(writer, &error));
    CU_ASSERT_PTR_NULL(error);
    CU_ASSERT_EQUAL(trace_writer_loss(writer).records, accesses->len);
    trace_writer_free(writer);
    return path;
}

static inline GArray *random_times(Rng *rng, unsigned count)
{
    GArray *times_fs = g_array_new(FALSE, FALSE, sizeof(Tick));
    Tick now_fs = 0;

    for (unsigned i = 0; i < count; i++) {
        now_fs += draw(rng, UINT64_C(1) << draw(rng, 40));
        g_array_append_val(times_fs, now_fs);
    }
    return times_fs;
}

#endif
