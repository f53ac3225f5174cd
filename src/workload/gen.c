/*
 * gen - the list of address patterns, and the source that all of them share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen.h"

#include <assert.h>
#include <math.h>

#include "base/error.h"
#include "base/rng.h"
#include "workload/gen_ops.h"

/* The one list: add yours here, and to the enumeration in gen.h. */
#define PATTERNS(X) X(sequential) X(strided) X(random) X(zipf) X(chase) X(copy) X(triad)

#define DECLARE(p) extern const GenOps gen_##p;
#define ENTRY(p) &gen_##p,
#define NAME(p) #p,
PATTERNS(DECLARE)

static const GenOps *const patterns[] = { PATTERNS(ENTRY) };
static const char *const names[] = { PATTERNS(NAME) NULL };

_Static_assert(sizeof patterns / sizeof patterns[0] == GEN_COUNT, "gen.h lists every pattern");

const char *const *gen_names(void)
{
    return names;
}

#define AT(member) offsetof(PatternConfig, member)
#define TIB 1099511627776.0

const Field gen_fields[] = { { "pattern", FIELD_WORD, AT(pattern), 0, 0, NAN, NULL, names,
                               "what the addresses look like" },
                             { "footprint", FIELD_BYTES, AT(footprint_bytes), 1, 1024 * TIB, NAN,
                               NULL, NULL, "all arrays of the pattern together, e.g. \"2MiB\"" },
                             { "accesses", FIELD_COUNT64, AT(accesses), 1, 1e15, 0, NULL, NULL,
                               "how many; default: one pass over the footprint" },
                             { "size", FIELD_BYTES32, AT(size_bytes), 1, 1 << 20, 8, NULL, NULL,
                               "of one access, e.g. \"8B\"" },
                             { "stride", FIELD_BYTES, AT(stride_bytes), 1, 1024 * TIB, 0, NULL,
                               NULL, "strided: from one access to the next, e.g. \"256B\"" },
                             { "exponent", FIELD_REAL, AT(exponent), 0, 10, 0.99, NULL, NULL,
                               "zipf: the weight of rank r is r^-exponent" },
                             { "write_fraction", FIELD_REAL, AT(write_fraction), 0, 1, 0, NULL,
                               NULL, "of the accesses, by a seeded draw" },
                             { 0 } };

static const GenOps *ops_of(const PatternConfig *config)
{
    assert(config->pattern < GEN_COUNT);
    return patterns[config->pattern];
}

bool gen_check(const PatternConfig *config, GError **error)
{
    const GenOps *ops = ops_of(config);
    const uint64_t least = (uint64_t)ops->arrays * config->size_bytes;

    if (config->footprint_bytes < least) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "footprint: %" G_GUINT64_FORMAT " B is below the %" G_GUINT64_FORMAT
                    " B of one access in each array of '%s'",
                    config->footprint_bytes, least, ops->name);
        return false;
    }
    return true;
}

uint32_t gen_arrays(const PatternConfig *config)
{
    return ops_of(config)->arrays;
}

uint64_t gen_elements(const PatternConfig *config)
{
    return config->footprint_bytes / ops_of(config)->arrays / config->size_bytes;
}

uint64_t gen_pass_accesses(const PatternConfig *config)
{
    return ops_of(config)->pass(config, gen_elements(config));
}

bool gen_dependent(const PatternConfig *config)
{
    return ops_of(config)->dependent;
}

uint64_t gen_pass_elements(const PatternConfig *config, uint64_t elements)
{
    return elements * ops_of(config)->arrays;
}

void *gen_no_table(const PatternConfig *config, uint64_t elements)
{
    (void)config;
    (void)elements;
    return NULL;
}

void gen_no_seek(GenState *state, uint64_t first)
{
    (void)state;
    (void)first;
}

void *gen_table_new(const PatternConfig *config)
{
    return ops_of(config)->table(config, gen_elements(config));
}

typedef struct {
    AccessSource source;
    const GenOps *ops;
    GenState state;
    uint64_t position, end;
    uint64_t write_seed;
    uint64_t write_below; /* a draw below this is a write */
    Access blank;
} Gen;

/* Without a branch on the draw: a quarter of the time. */
static void draw_writes(const Gen *gen, Access *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool write = rng_at(gen->write_seed, gen->position + i) < gen->write_below;

        out[i].op = (uint8_t)(write ? ACCESS_WRITE : ACCESS_READ);
    }
}

static bool gen_next(AccessSource *source, Batch *batch, GError **error)
{
    Gen *gen = (Gen *)source;
    const uint64_t left = gen->end - gen->position;
    const size_t n = left < BATCH_MAX ? (size_t)left : BATCH_MAX;

    (void)error;
    batch->count = n;
    for (size_t i = 0; i < n; i++)
        batch->access[i] = gen->blank;
    if (n > 0)
        gen->ops->fill(&gen->state, gen->position, batch->access, n);
    if (gen->write_below == UINT64_MAX)
        for (size_t i = 0; i < n; i++)
            batch->access[i].op = ACCESS_WRITE;
    else if (gen->write_below > 0)
        draw_writes(gen, batch->access, n);
    gen->position += n;
    return n > 0;
}

/* The rest of the pass, or of the stream. */
static bool gen_next_even(AccessSource *source, uint64_t least, EvenRun *run)
{
    Gen *gen = (Gen *)source;
    const uint32_t n = gen->ops->arrays;
    const uint64_t in_pass = gen->position % gen->state.pass;
    const uint64_t left = MIN(gen->end - gen->position, gen->state.pass - in_pass);
    const bool drawn = gen->write_below > 0 && gen->write_below < UINT64_MAX;
    Access units[2 * EVEN_MAX];

    if (!gen->ops->even || drawn || in_pass % n != 0 || left < MAX(least, n))
        return false;
    for (uint32_t i = 0; i < 2 * n; i++)
        units[i] = gen->blank;
    gen->ops->fill(&gen->state, gen->position, units, 2 * n);
    *run = (EvenRun){ .units = left / n, .n = n };
    for (uint32_t i = 0; i < n; i++) {
        run->access[i] = units[i];
        run->stride[i] = units[n + i].addr - units[i].addr;
        if (gen->write_below == UINT64_MAX)
            run->access[i].op = ACCESS_WRITE;
    }
    gen->position += run->units * n;
    gen->ops->seek(&gen->state, gen->position);
    return true;
}

static void gen_free(AccessSource *source)
{
    g_free(source);
}

static const AccessSourceOps source_ops = { .next = gen_next,
                                            .next_even = gen_next_even,
                                            .free = gen_free };

static uint64_t write_threshold(const PatternConfig *config)
{
    if (ops_of(config)->own_writes || config->write_fraction <= 0)
        return 0;
    return config->write_fraction >= 1 ? UINT64_MAX : (uint64_t)(config->write_fraction * 0x1p64);
}

AccessSource *gen_new(const PatternConfig *config, const void *table, uint64_t first,
                      uint64_t count, uint16_t stream)
{
    Gen *gen = g_new0(Gen, 1);
    const uint64_t elements = gen_elements(config);

    gen->source.ops = &source_ops;
    gen->ops = ops_of(config);
    gen->state = (GenState){ .config = config,
                             .table = table,
                             .elements = elements,
                             .array_bytes = elements * config->size_bytes,
                             .pass = gen_pass_accesses(config) };
    gen->position = first;
    gen->end = first + count;
    gen->write_seed = rng_derive(config->seed, 1);
    gen->write_below = write_threshold(config);
    gen->blank = (Access){ .bytes = config->size_bytes, .stream = stream, .op = ACCESS_READ };
    gen->ops->seek(&gen->state, first);
    return &gen->source;
}
