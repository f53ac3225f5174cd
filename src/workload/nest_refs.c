/*
 * nest_refs - the accesses of a statement as refs of a program: addresses, lanes, slots, and the work that they carry.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <string.h>

#include "workload/nest_compile.h"
#include "workload/scratch.h"

/* ---- expressions ---- */

static uint32_t number_of(const Compiler *compiler, const char *index)
{
    uint32_t i = 0;

    while (strcmp(compiler->path.loops[i]->index, index) != 0)
        i++;
    return compiler->numbers[i];
}

static ProgExpr compile_expr(Compiler *compiler, const NestExpr *expr)
{
    ProgTerm *terms = nestpool_alloc(compiler->pool, expr->n_terms * sizeof *terms);
    ProgLookup *lookups = nestpool_alloc(compiler->pool, expr->n_lookups * sizeof *lookups);

    for (uint32_t i = 0; i < expr->n_terms; i++)
        terms[i] =
            (ProgTerm){ number_of(compiler, expr->terms[i].index), (uint64_t)expr->terms[i].scale };
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        lookups[i] = (ProgLookup){ (uint64_t)expr->lookups[i].scale, expr->lookups[i].table,
                                   compile_expr(compiler, &expr->lookups[i].at) };
    return (ProgExpr){ (uint64_t)expr->constant, terms, lookups, expr->n_terms, expr->n_lookups };
}

const ProgExpr *nestcompiler_exprs(Compiler *compiler, const NestExpr *exprs, uint32_t n)
{
    ProgExpr *compiled = nestpool_alloc(compiler->pool, n * sizeof *compiled);

    for (uint32_t i = 0; i < n; i++)
        compiled[i] = compile_expr(compiler, &exprs[i]);
    return compiled;
}

static uint64_t base_of(const Compiler *compiler, const NestArray *array)
{
    return compiler->bases[GPOINTER_TO_UINT(g_hash_table_lookup(compiler->array_numbers, array))];
}

/* The address of the access in bits. */
static NestExpr address_bits(Compiler *compiler, const NestAccess *access)
{
    const NestArray *array = access->array;
    const uint32_t bits = element_bits(array->type);
    NestExpr sum = expr_constant((int64_t)base_of(compiler, array) * 8);

    for (uint32_t i = 0; i < array->n_dims; i++)
        sum = expr_add_scaled(compiler->pool, sum, (int64_t)(array->strides[i] * bits),
                              access->subscripts[i]);
    return sum;
}

/* ---- accesses ---- */

uint16_t nestcompiler_stream(Compiler *compiler, ProgStream wanted)
{
    for (uint32_t i = 0; i < compiler->streams->len; i++) {
        const ProgStream *stream = &g_array_index(compiler->streams, ProgStream, i);

        if (stream->flops_per_byte == wanted.flops_per_byte &&
            stream->rows_per_byte == wanted.rows_per_byte && stream->computes == wanted.computes &&
            stream->slot_bytes == wanted.slot_bytes)
            return (uint16_t)i;
    }
    assert(compiler->streams->len < UINT16_MAX && "streams have 16 bits");
    *(ProgStream *)nestcompiler_append(compiler->streams) = wanted;
    return (uint16_t)(compiler->streams->len - 1);
}

/* The loop whose iterations a ref counts: the innermost. */
static const NestLoop *loop_around(const Compiler *compiler)
{
    return compiler->path.n_loops ? compiler->path.loops[compiler->path.n_loops - 1] : NULL;
}

static uint32_t vector_around(const Compiler *compiler)
{
    const NestLoop *loop = loop_around(compiler);

    return loop ? loop->vector : 1;
}

static uint32_t vector_bytes(uint32_t bits, uint32_t n)
{
    return (uint32_t)(((uint64_t)bits * n + 7) / 8);
}

static ProgRef compile_access(Compiler *compiler, const NestAccess *access)
{
    const NestLoop *loop = loop_around(compiler);
    const uint32_t vector = vector_around(compiler), bits = element_bits(access->array->type);
    const NestExpr address = address_bits(compiler, access);
    ProgRef ref = { .kind = REF_LANE,
                    .element_bits = bits,
                    .bits = compile_expr(compiler, &address),
                    .blank = { .bytes = vector_bytes(bits, 1),
                               .op = access->write ? ACCESS_WRITE : ACCESS_READ } };

    if (loop) {
        ref.stride_bits = (uint64_t)expr_scale_of(&address, loop->index) * (uint64_t)loop->step;
        ref.gathers = expr_looks_up(&address, loop->index);
    }
    if (!nest_stays_inside(&compiler->path, access)) {
        ref.checked = access;
        ref.subscripts = nestcompiler_exprs(compiler, access->subscripts, access->array->n_dims);
    }
    if (vector > 1 && !ref.gathers && ref.stride_bits == 0) {
        ref.kind = REF_ONCE;
    } else if (vector > 1 && !ref.gathers && ref.stride_bits == bits &&
               nest_begins_on_bytes(&compiler->path, access)) {
        ref.kind = REF_WIDE;
        ref.blank.bytes = vector_bytes(bits, vector);
    }
    return ref;
}

/* One ref, or one for each iteration of a vector. */
static void add_ref(Compiler *compiler, const ProgRef *ref)
{
    const uint32_t lanes = ref->kind == REF_LANE ? vector_around(compiler) : 1;

    for (uint32_t lane = 0; lane < lanes; lane++) {
        ProgRef *added = nestcompiler_append(compiler->refs);

        *added = *ref;
        added->lane = lane;
    }
}

/* Whether the bytes of the ref count iterations. */
static bool can_carry(const Compiler *compiler, const ProgRef *ref)
{
    return ref->kind == REF_LANE || (ref->kind == REF_WIDE && ref->element_bits % 8 == 0) ||
           vector_around(compiler) == 1;
}

/* Which of the refs, of which those of scratch arrays are left out, carries the operations; n: none can. */
static uint32_t find_carrier(const Compiler *compiler, const ProgRef *refs, uint32_t n)
{
    uint32_t carrier = n;

    for (uint32_t i = 0; i < n; i++) {
        const bool read = refs[i].blank.op == ACCESS_READ;

        if (can_carry(compiler, &refs[i]) &&
            (read || carrier == n || refs[carrier].blank.op != ACCESS_READ))
            carrier = i;
    }
    return carrier;
}

/* What an iteration does beside its accesses to the caches. */
typedef struct {
    double flops, rows; /* of the scratchpad's banks */
} Work;

static ProgRef compute_ref(Compiler *compiler, Work work)
{
    const ProgStream stream = { .flops_per_byte = work.flops,
                                .rows_per_byte = work.rows,
                                .computes = true };

    return (ProgRef){ .kind = REF_COMPUTE,
                      .blank = { .bytes = vector_around(compiler),
                                 .op = ACCESS_OPERATE,
                                 .stream = nestcompiler_stream(compiler, stream) } };
}

/* Whether the threads of a warp ask for the ref together. */
static bool is_of_warp(const Compiler *compiler, const ProgRef *ref)
{
    const NestLoop *loop = loop_around(compiler);

    return loop && loop->per_thread > 0 && ref->kind == REF_WIDE;
}

/* Copies of a statement that stand one behind the other in the code of a thread. */
static uint64_t copies_around(const Compiler *compiler)
{
    uint64_t copies = 1;

    for (uint32_t i = 0; i < compiler->path.n_loops; i++)
        copies = MIN(copies * MAX(compiler->path.loops[i]->copies, 1), UINT32_MAX);
    return copies;
}

/* Of a ref whose elements feed so much work each.  What a thread reads in a statement, in all copies of it, is in
 * flight together: each of its so many reads, and what it writes then, takes that share of its slot. */
static uint16_t stream_of_ref(Compiler *compiler, const ProgRef *ref, Work work, uint32_t n_reads)
{
    const uint32_t bytes = vector_bytes(ref->element_bits, 1);
    const uint64_t together = copies_around(compiler) * MAX(n_reads, 1);
    uint64_t slot_bytes = 0;

    if (is_of_warp(compiler, ref))
        slot_bytes = together * vector_bytes(ref->element_bits, loop_around(compiler)->per_thread);

    return nestcompiler_stream(compiler,
                               (ProgStream){ .flops_per_byte = work.flops / bytes,
                                             .rows_per_byte = work.rows / bytes,
                                             .slot_bytes = (uint32_t)MIN(slot_bytes, UINT32_MAX) });
}

/* Copies of the access in the code of a thread, of neighbouring elements, that it makes at once: up to 16 B.  Source: CUDA
 * Programming Guide, sizes of accesses; compilers join what unrolled loops read of shared memory. */
static double copies_at_once(Compiler *compiler, const NestAccess *access)
{
    enum { AT_ONCE_BITS = 128 };
    const uint32_t bits = element_bits(access->array->type);
    const NestExpr address = address_bits(compiler, access);

    for (uint32_t i = 0; i < compiler->path.n_loops; i++) {
        const NestLoop *loop = compiler->path.loops[i];

        if (loop->copies > 1 && expr_scale_of(&address, loop->index) * loop->step == bits)
            return MIN(loop->copies, AT_ONCE_BITS / bits);
    }
    return 1;
}

/* Rows of the scratchpad's banks that an iteration of the statement takes. */
static double rows_of(Compiler *compiler, const NestStatement *statement)
{
    const uint32_t threads = vector_around(compiler);
    double rows = 0;

    for (uint32_t i = 0; compiler->scratch && i < statement->n_accesses; i++) {
        const NestArray *array = statement->accesses[i].array;

        if (array->scratch && !array->registers) {
            const ProgRef ref = compile_access(compiler, &statement->accesses[i]);

            rows += scratch_rows(compiler->scratch, &ref, threads) /
                    (ref.kind == REF_ONCE ? copies_at_once(compiler, &statement->accesses[i]) : 1);
        }
    }
    return rows / threads;
}

bool nestcompiler_refs(Compiler *compiler, const NestStatement *statement)
{
    g_autofree ProgRef *refs = g_new0(ProgRef, statement->n_accesses + 1);
    const Work work = { statement->flops, rows_of(compiler, statement) }, none = { 0 };
    const bool works = work.flops > 0 || work.rows > 0;
    uint32_t n = 0, n_reads = 0;

    for (uint32_t i = 0; i < statement->n_accesses; i++)
        if (!statement->accesses[i].array->scratch)
            refs[n++] = compile_access(compiler, &statement->accesses[i]);
    for (uint32_t i = 0; i < n; i++)
        n_reads += refs[i].blank.op == ACCESS_READ && is_of_warp(compiler, &refs[i]);
    const uint32_t carrier = works ? find_carrier(compiler, refs, n) : n;
    const bool alone = n == 0 && works;

    for (uint32_t i = 0; i < n; i++)
        refs[i].blank.stream =
            stream_of_ref(compiler, &refs[i], i == carrier ? work : none, n_reads);
    if (carrier == n && works)
        refs[n++] = compute_ref(compiler, work);
    for (uint32_t i = 0; i < n; i++)
        add_ref(compiler, &refs[i]);
    return alone;
}
