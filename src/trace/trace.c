/*
 * trace - reading memory traces: the list of formats, recognition, and the source of accesses.
 *
 * One buffer: what is left of a record at its end is moved to its front before the next read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace.h"

#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "trace/trace_format.h"
#include "trace/trace_input.h"

/* clang-format off */
#define FORMATS(X) /* the one list: add yours here */ \
    X(din) X(lackey) X(csv) X(dramsim3) X(ramulator) X(mst) X(xdin) X(ramulator1) X(stl) X(gem5) \
    X(gem5ascii) X(drmemtrace) X(champsim) X(cloudsuite) X(oracleGeneral) X(accelsim)
/* clang-format on */
#define DECLARE(f) extern const TraceFormat trace_##f;
#define ENTRY(f) &trace_##f,
#define NAME(f) #f,
FORMATS(DECLARE)
static const TraceFormat *const formats[] = { FORMATS(ENTRY) NULL };
static const char *const names[] = { FORMATS(NAME) NULL };

typedef struct {
    AccessSource source;
    TraceInput *input;
    const TraceFormat *format;
    TraceParser parser;
    size_t bytes;    /* in data */
    bool input_end;  /* nothing is left to read */
    bool delivered;  /* a batch */
    GError *failure; /* of reading or parsing: reported when all before it is delivered */
    char data[TRACE_BLOCK_BYTES + TRACE_PAD_BYTES];
} TraceReader;

/* Read until the buffer is full or the input has ended. */
static void fill(TraceReader *r)
{
    size_t got;

    if (r->input_end)
        return;
    if (!trace_input_read(r->input, r->data + r->bytes, TRACE_BLOCK_BYTES - r->bytes, &got,
                          &r->failure) ||
        got < TRACE_BLOCK_BYTES - r->bytes)
        r->input_end = true;
    r->bytes += got;
}

/* Nothing more is parsed, and what comes behind (damage in the rest of the buffer) is not reported. */
static void fail(TraceReader *r, GError *failure)
{
    g_clear_error(&r->failure);
    r->failure = failure;
    r->input_end = true;
    r->parser.at = r->parser.end;
}

/* Frame what the buffer holds.  Behind damage the half record at the end is not taken for a whole one. */
static bool frame(TraceReader *r)
{
    const bool last = r->input_end && !r->failure;
    GError *failure = NULL;

    if (r->format->frame(&r->parser, r->data, r->bytes, last, &failure))
        return true;
    fail(r, failure);
    return false;
}

/* Get more whole records; false when there are none.  At the very end the format sees that nothing is left. */
static bool refill(TraceReader *r)
{
    while (r->parser.at == r->parser.end) {
        const size_t used = MIN((size_t)(r->parser.end - r->data), r->bytes);

        if (r->input_end && (r->failure || r->bytes == 0))
            return false;
        r->bytes -= used;
        r->parser.offset += used;
        memmove(r->data, r->data + used, r->bytes);
        fill(r);
        if (!frame(r))
            return false;
    }
    return true;
}

static void set_no_records(const TraceReader *r, GError **error)
{
    if (r->parser.fetches_skipped > 0)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
                    "%s: no records but %" G_GUINT64_FORMAT
                    " instruction fetches, which are replayed only when asked for",
                    r->parser.name, r->parser.fetches_skipped);
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE, "%s: no records; expected a %s trace",
                    r->parser.name, r->format->name);
}

static bool reader_next(AccessSource *source, Batch *batch, GError **error)
{
    TraceReader *r = (TraceReader *)source;
    GError *failure = NULL;

    batch->count = 0;
    while (r->parser.at < r->parser.end || refill(r)) {
        if (!r->format->parse(&r->parser, batch, &failure))
            fail(r, failure);
        if (r->parser.at < r->parser.end)
            break; /* the batch is full */
    }
    if (batch->count > 0) {
        r->delivered = true;
        source->timed = r->parser.timed;
        return true;
    }
    if (r->failure)
        g_propagate_error(error, g_error_copy(r->failure));
    else if (!r->delivered)
        set_no_records(r, error);
    return false;
}

static void reader_free(AccessSource *source)
{
    TraceReader *r = (TraceReader *)source;

    trace_input_free(r->input);
    g_clear_error(&r->failure);
    g_free(r->parser.state);
    g_string_free(r->parser.damage, TRUE);
    g_free(r);
}

static const AccessSourceOps reader_ops = { .next = reader_next, .free = reader_free };

static char *known_formats(void)
{
    return g_strjoinv(" ", (char **)names);
}

static const TraceFormat *find_format(const char *name)
{
    for (size_t i = 0; formats[i]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

/* The format that is surest of the first bytes; the first of the list among equals. */
static const TraceFormat *recognise(const TraceReader *r, GError **error)
{
    const TraceFormat *best = NULL;
    g_autofree char *known = known_formats();
    unsigned best_score = 0;

    for (size_t i = 0; formats[i]; i++) {
        const unsigned score = formats[i]->probe(r->data, r->bytes);
        if (score > best_score) {
            best = formats[i];
            best_score = score;
        }
    }
    if (!best && r->bytes == 0)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE, "%s: no records: the file is empty",
                    r->parser.name);
    else if (!best)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
                    "%s: not a trace in a known format (%s), or it does not begin with a record;"
                    " --trace-format names the format",
                    r->parser.name, known);
    return best;
}

/* Times that are taken if there are any: none where the format has none, or none that we understand. */
static void find_times(TraceReader *r)
{
    const TraceTimes times = r->format->times;

    if (times == TIMES_NONE || (times == TIMES_CYCLES && r->parser.cycle_fs == 0))
        r->parser.times_if_any = false;
    else if (r->parser.times_if_any && times == TIMES_CYCLES)
        r->parser.timed = true;
}

static bool check_timed(const TraceReader *r, GError **error)
{
    const TraceTimes times = r->format->times;

    if (r->parser.timed && times == TIMES_NONE)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
                    "%s: a timed replay needs records with times, and the %s format has none",
                    r->parser.name, r->format->name);
    else if (r->parser.timed && times == TIMES_CYCLES && r->parser.cycle_fs == 0)
        g_set_error(
            error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
            "%s: the times of the %s format are cycles of a DRAM's clock, and this machine's"
            " memory has none: give the machine a DRAM, or replay without times",
            r->parser.name, r->format->name);
    else
        return true;
    return false;
}

static bool check_request_bytes(const TraceReader *r, const TraceConfig *config, GError **error)
{
    if (!config->request_bytes || r->format->requests)
        return true;
    g_set_error(
        error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
        "%s: the size of a request is for traces of requests; the records of the %s format have"
        " their own",
        r->parser.name, r->format->name);
    return false;
}

AccessSource *trace_open(const TraceConfig *config, uint16_t stream, Tick cycle_fs, GError **error)
{
    TraceReader *r;
    TraceInput *input;

    if (!trace_format_check(config->format, error))
        return NULL;
    input = trace_input_open(config->path, error);
    if (!input)
        return NULL;
    r = g_new0(TraceReader, 1);
    r->source = (AccessSource){ .ops = &reader_ops, .timed = config->timed };
    r->input = input;
    r->parser = (TraceParser){ .name = trace_input_name(input),
                               .data = r->data,
                               .at = r->data,
                               .end = r->data,
                               .line = 1,
                               .cycle_fs = cycle_fs,
                               .request_bytes = config->request_bytes ? config->request_bytes
                                                                      : TRACE_REQUEST_BYTES,
                               .fetches = config->fetches,
                               .salvage = config->salvage,
                               .damage = g_string_new(NULL),
                               .timed = config->timed,
                               .times_if_any = config->times_if_any && !config->timed,
                               .stream = stream };
    fill(r);
    if (r->bytes == 0 && r->failure)
        g_propagate_error(error, g_steal_pointer(&r->failure));
    else
        r->format = config->format ? find_format(config->format) : recognise(r, error);
    if (r->format && check_timed(r, error) && check_request_bytes(r, config, error)) {
        find_times(r);
        if (!config->request_bytes && r->format->record_bytes)
            r->parser.request_bytes = r->format->record_bytes;
        if (r->format->state_bytes > 0)
            r->parser.state = g_malloc0(r->format->state_bytes);
        frame(r);
        return &r->source;
    }
    reader_free(&r->source);
    return NULL;
}

const char *trace_source_format(const AccessSource *source)
{
    return ((const TraceReader *)source)->format->name;
}

const char *trace_source_compression(const AccessSource *source)
{
    return trace_input_compression(((const TraceReader *)source)->input);
}

bool trace_source_has_cycles(const AccessSource *source)
{
    return ((const TraceReader *)source)->format->times == TIMES_CYCLES;
}

const char *trace_source_damage(const AccessSource *source, uint64_t *lost)
{
    const TraceParser *parser = &((const TraceReader *)source)->parser;

    if (lost)
        *lost = parser->lost;
    return parser->damage->str;
}

const char *const *trace_formats(void)
{
    return names;
}

bool trace_format_check(const char *format, GError **error)
{
    const char *near;
    g_autofree char *known = known_formats();

    if (!format || find_format(format))
        return true;
    near = suggest_nearest(format, names);
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "no trace format '%s'; known: %s%s%s%s",
                format, known, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return false;
}
