/*
 * trace_champsim - the instruction traces of ChampSim: 64 bytes an instruction, or 96 in the CloudSuite form.
 *
 * An instruction has a program counter and slots for the addresses that it reads and writes; 0 is an empty slot.
 * It becomes a fetch of one byte at the program counter, its reads, its writes.  There are no sizes: an access is the
 * block of 8 bytes that holds the address (the user may say otherwise), and so never crosses a line.
 * Nothing in the file says what it is.  The shorter form is recognised when all instructions at its beginning make
 * sense: flags of branches are 0 or 1, addresses have at most 48 bits or are the kernel's.  CloudSuite has to be named.
 * Source: ChampSim, inc/trace_instruction.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_binary.h"

enum {
    RECORD_BYTES = 64,
    CLOUDSUITE_BYTES = 96,
    WORD_BYTES = 8,
    PROBED_MAX = 256,
    SLOTS_MAX = 9 /* the fetch, four reads, four writes */
};

typedef struct {
    unsigned bytes;
    unsigned writes_at, writes, reads_at, reads;
} Layout;

static const Layout champsim = { RECORD_BYTES, 16, 2, 32, 4 };
static const Layout cloudsuite = { CLOUDSUITE_BYTES, 24, 4, 56, 4 };

/* The accesses of the instruction at the record: those of its slots from slot on that are in use. */
static void add_slots(const TraceParser *p, Batch *batch, unsigned slot, unsigned slots,
                      AccessOp op)
{
    const uint8_t site = access_site(binary_u64(p->at));

    for (unsigned i = 0; i < slots; i++) {
        const uint64_t addr = binary_u64(p->at + slot + 8 * i);

        if (addr == 0)
            continue;
        batch->access[batch->count] = trace_request(p, addr, op);
        batch->access[batch->count++].site = site;
    }
}

static bool parse(TraceParser *p, Batch *batch, const Layout *layout, GError **error)
{
    for (; p->at < p->end && batch->count <= BATCH_MAX - SLOTS_MAX; p->at += layout->bytes) {
        if ((unsigned char)p->at[8] > 1 || (unsigned char)p->at[9] > 1)
            return binary_error(p, p->at + 8, error,
                                "the flags of a branch are %u and %u, not 0 or 1: no instruction "
                                "of a ChampSim trace",
                                (unsigned char)p->at[8], (unsigned char)p->at[9]);
        if (p->fetches)
            batch->access[batch->count++] = (Access){
                .addr = binary_u64(p->at), .bytes = 1, .stream = p->stream, .op = ACCESS_FETCH
            };
        p->fetches_skipped += !p->fetches;
        add_slots(p, batch, layout->reads_at, layout->reads, ACCESS_READ);
        add_slots(p, batch, layout->writes_at, layout->writes, ACCESS_WRITE);
    }
    return true;
}

static bool champsim_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    return binary_frame(p, data, bytes, last, RECORD_BYTES, error);
}

static bool champsim_parse(TraceParser *p, Batch *batch, GError **error)
{
    return parse(p, batch, &champsim, error);
}

static bool cloudsuite_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    return binary_frame(p, data, bytes, last, CLOUDSUITE_BYTES, error);
}

static bool cloudsuite_parse(TraceParser *p, Batch *batch, GError **error)
{
    return parse(p, batch, &cloudsuite, error);
}

static bool is_address(uint64_t addr)
{
    return addr >> 47 == 0 || addr >> 47 == UINT64_MAX >> 47;
}

static bool is_instruction(const char *at)
{
    bool good = (unsigned char)at[8] <= 1 && (unsigned char)at[9] <= 1 && binary_u64(at) != 0;

    for (unsigned i = 0; i < 8; i++)
        good = good && (i == 1 || is_address(binary_u64(at + 8 * i)));
    return good;
}

static unsigned champsim_probe(const char *head, size_t bytes)
{
    const size_t whole = MIN(bytes / RECORD_BYTES, PROBED_MAX);

    for (size_t i = 0; i < whole; i++)
        if (!is_instruction(head + i * RECORD_BYTES))
            return 0;
    return whole > 0;
}

static unsigned cloudsuite_probe(const char *head, size_t bytes)
{
    (void)head;
    (void)bytes;
    return 0;
}

const TraceFormat trace_champsim = {
    .name = "champsim",
    .times = TIMES_NONE,
    .requests = true,
    .record_bytes = WORD_BYTES,
    .probe = champsim_probe,
    .frame = champsim_frame,
    .parse = champsim_parse,
};

const TraceFormat trace_cloudsuite = {
    .name = "cloudsuite",
    .times = TIMES_NONE,
    .requests = true,
    .record_bytes = WORD_BYTES,
    .probe = cloudsuite_probe,
    .frame = cloudsuite_frame,
    .parse = cloudsuite_parse,
};
