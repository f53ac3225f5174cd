/*
 * trace_examples - traces by hand of the formats of others: what each holds, and what becomes of it when it is damaged.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_TRACE_EXAMPLES_H
#define TESTS_TRACE_EXAMPLES_H

#include "trace_support.h"

typedef struct {
    const char *format;
    const char *text;
    unsigned count;
    Access access[7];
} Example;

#define R(a, n)                                                        \
    {                                                                  \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_READ \
    }
#define W(a, n)                                                         \
    {                                                                   \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_WRITE \
    }
#define I(a, n)                                                         \
    {                                                                   \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_FETCH \
    }

static inline void check_example(const Example *example, const Result *r)
{
    check_count(r, example->count);
    for (unsigned i = 0; i < r->accesses->len && i < example->count; i++) {
        const Access *wanted = &example->access[i];

        CU_ASSERT(is_access(at(r, i), (AccessOp)wanted->op, wanted->addr, wanted->bytes));
    }
}

/* An access is by the instruction at pc. */
static inline void check_site(const Result *r, unsigned i, uint64_t pc)
{
    CU_ASSERT_EQUAL(at(r, i).site, access_site(pc));
}

static inline void mutate(GByteArray *bytes, Rng *rng)
{
    for (uint64_t n = 1 + draw(rng, 4); n > 0 && bytes->len > 0; n--) {
        const guint at = (guint)draw(rng, bytes->len);

        if (draw(rng, 5) == 0)
            g_byte_array_set_size(bytes, at);
        else
            bytes->data[at] = (guint8)(rng_next(rng) >> draw(rng, 60));
    }
}

/* Of how many damaged files records were read, and how many were refused. */
typedef struct {
    unsigned read, refused;
} Noise;

/* As the format that it is, as what it looks like, and as every other format. */
static inline void check_noise(const GByteArray *sample, const char *const *formats, Rng *rng,
                               unsigned rounds, Noise *noise)
{
    for (unsigned round = 0; round < rounds; round++) {
        g_autoptr(GByteArray) bytes =
            g_byte_array_append(g_byte_array_new(), sample->data, sample->len);
        const char *format = formats[draw(rng, g_strv_length((char **)formats))];
        Result r;

        mutate(bytes, rng);
        r = read_bytes(
            bytes->data, bytes->len,
            (TraceConfig){ .fetches = true, .format = round % 3 ? (char *)format : NULL });
        CU_ASSERT(r.error || r.accesses->len > 0);
        noise->read += r.accesses->len > 0;
        noise->refused += r.error != NULL;
        for (unsigned i = 0; i < r.accesses->len; i++)
            CU_ASSERT(at(&r, i).bytes > 0 && at(&r, i).op <= ACCESS_FETCH &&
                      at(&r, i).addr <= UINT64_MAX - (at(&r, i).bytes - 1));
        result_clear(&r);
    }
}

#endif
