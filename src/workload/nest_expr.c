/*
 * nest_expr - expressions of loop nests.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_expr.h"

#include <glib.h>
#include <string.h>

#define SCALE_MAX ((int64_t)1 << 62)

struct NestPool {
    GPtrArray *blocks;
    GPtrArray *arrays; /* references */
    bool overflown;
};

static void unref_array(void *array)
{
    nest_array_unref(array);
}

NestPool *nestpool_new(void)
{
    NestPool *pool = g_new0(NestPool, 1);

    pool->blocks = g_ptr_array_new_with_free_func(g_free);
    pool->arrays = g_ptr_array_new_with_free_func(unref_array);
    return pool;
}

void nestpool_free(NestPool *pool)
{
    if (pool == NULL)
        return;
    g_ptr_array_unref(pool->blocks);
    g_ptr_array_unref(pool->arrays);
    g_free(pool);
}

void *nestpool_alloc(NestPool *pool, size_t bytes)
{
    void *block = g_malloc0(MAX(bytes, 1));

    g_ptr_array_add(pool->blocks, block);
    return block;
}

char *nestpool_text(NestPool *pool, const char *text)
{
    const size_t bytes = strlen(text) + 1;

    return memcpy(nestpool_alloc(pool, bytes), text, bytes);
}

NestArray *nestpool_keep(NestPool *pool, NestArray *array)
{
    GPtrArray *kept = pool->arrays;

    if (kept->len == 0 || kept->pdata[kept->len - 1] != array) /* twice does no harm */
        g_ptr_array_add(kept, nest_array_ref(array));
    return array;
}

bool nestpool_overflown(const NestPool *pool)
{
    return pool->overflown;
}

/* a + b * c, or 0 and the mark when it leaves its range. */
static int64_t multiply_add(NestPool *pool, int64_t a, int64_t b, int64_t c)
{
    int64_t product, sum;

    if (!__builtin_mul_overflow(b, c, &product) && !__builtin_add_overflow(a, product, &sum) &&
        sum > -SCALE_MAX && sum < SCALE_MAX)
        return sum;
    pool->overflown = true;
    return 0;
}

NestExpr expr_constant(int64_t value)
{
    return (NestExpr){ .constant = value };
}

NestExpr expr_index(NestPool *pool, const char *index)
{
    NestTerm *term = nestpool_alloc(pool, sizeof *term);

    *term = (NestTerm){ nestpool_text(pool, index), 1 };
    return (NestExpr){ .terms = term, .n_terms = 1 };
}

NestExpr expr_lookup(NestPool *pool, NestArray *table, NestExpr at)
{
    NestLookup *lookup = nestpool_alloc(pool, sizeof *lookup);

    *lookup = (NestLookup){ 1, nestpool_keep(pool, table), at };
    return (NestExpr){ .lookups = lookup, .n_lookups = 1 };
}

/* Both lists are sorted by name. */
static void add_terms(NestPool *pool, NestExpr *sum, const NestExpr *a, int64_t b_scale,
                      const NestExpr *b)
{
    NestTerm *terms = nestpool_alloc(pool, (a->n_terms + b->n_terms) * sizeof *terms);
    uint32_t i = 0, j = 0, n = 0;

    while (i < a->n_terms || j < b->n_terms) {
        const int order = i == a->n_terms   ? 1
                          : j == b->n_terms ? -1
                                            : strcmp(a->terms[i].index, b->terms[j].index);
        NestTerm term = { order <= 0 ? a->terms[i].index : b->terms[j].index,
                          order <= 0 ? a->terms[i].scale : 0 };

        if (order >= 0)
            term.scale = multiply_add(pool, term.scale, b_scale, b->terms[j].scale);
        if (term.scale != 0)
            terms[n++] = term;
        i += order <= 0;
        j += order >= 0;
    }
    sum->terms = terms;
    sum->n_terms = n;
}

static bool same_lookup(const NestLookup *a, const NestLookup *b)
{
    return a->table == b->table && expr_equal(&a->at, &b->at);
}

/* Of two that look up the same the scales are added. */
static void add_lookups(NestPool *pool, NestExpr *sum, const NestExpr *a, int64_t b_scale,
                        const NestExpr *b)
{
    NestLookup *lookups = nestpool_alloc(pool, (a->n_lookups + b->n_lookups) * sizeof *lookups);
    uint32_t n = 0, left = 0;

    for (uint32_t i = 0; i < a->n_lookups; i++)
        lookups[n++] = a->lookups[i];
    for (uint32_t j = 0; j < b->n_lookups; j++) {
        uint32_t i = 0;

        while (i < n && !same_lookup(&lookups[i], &b->lookups[j]))
            i++;
        if (i == n)
            lookups[n++] = (NestLookup){ 0, b->lookups[j].table, b->lookups[j].at };
        lookups[i].scale = multiply_add(pool, lookups[i].scale, b_scale, b->lookups[j].scale);
    }
    for (uint32_t i = 0; i < n; i++)
        if (lookups[i].scale != 0)
            lookups[left++] = lookups[i];
    sum->lookups = lookups;
    sum->n_lookups = left;
}

NestExpr expr_add_scaled(NestPool *pool, NestExpr a, int64_t b_scale, NestExpr b)
{
    NestExpr sum = a;

    sum.constant = multiply_add(pool, a.constant, b_scale, b.constant);
    if (b.n_terms > 0)
        add_terms(pool, &sum, &a, b_scale, &b);
    if (b.n_lookups > 0)
        add_lookups(pool, &sum, &a, b_scale, &b);
    return sum;
}

NestExpr expr_add(NestPool *pool, NestExpr a, NestExpr b)
{
    return expr_add_scaled(pool, a, 1, b);
}

NestExpr expr_subtract(NestPool *pool, NestExpr a, NestExpr b)
{
    return expr_add_scaled(pool, a, -1, b);
}

NestExpr expr_scaled(NestPool *pool, NestExpr a, int64_t scale)
{
    return expr_add_scaled(pool, expr_constant(0), scale, a);
}

NestExpr expr_substitute(NestPool *pool, NestExpr a, const char *index, NestExpr by)
{
    NestExpr result = expr_constant(a.constant);

    for (uint32_t i = 0; i < a.n_terms; i++) {
        const NestExpr term =
            strcmp(a.terms[i].index, index) == 0
                ? by
                : (NestExpr){ .terms = &(NestTerm){ a.terms[i].index, 1 }, .n_terms = 1 };

        result = expr_add_scaled(pool, result, a.terms[i].scale, term);
    }
    for (uint32_t i = 0; i < a.n_lookups; i++) {
        const NestLookup *old = &a.lookups[i];
        const NestExpr at = expr_substitute(pool, old->at, index, by);

        result = expr_add_scaled(pool, result, old->scale, expr_lookup(pool, old->table, at));
    }
    return result;
}

NestExpr expr_copy(NestPool *pool, NestExpr a)
{
    NestTerm *terms = nestpool_alloc(pool, a.n_terms * sizeof *terms);
    NestLookup *lookups = nestpool_alloc(pool, a.n_lookups * sizeof *lookups);

    for (uint32_t i = 0; i < a.n_terms; i++)
        terms[i] = (NestTerm){ nestpool_text(pool, a.terms[i].index), a.terms[i].scale };
    for (uint32_t i = 0; i < a.n_lookups; i++)
        lookups[i] = (NestLookup){ a.lookups[i].scale, nestpool_keep(pool, a.lookups[i].table),
                                   expr_copy(pool, a.lookups[i].at) };
    a.terms = terms;
    a.lookups = lookups;
    return a;
}

bool expr_is_constant(const NestExpr *a)
{
    return a->n_terms == 0 && a->n_lookups == 0;
}

bool expr_equal(const NestExpr *a, const NestExpr *b)
{
    if (a->constant != b->constant || a->n_terms != b->n_terms || a->n_lookups != b->n_lookups)
        return false;
    for (uint32_t i = 0; i < a->n_terms; i++)
        if (a->terms[i].scale != b->terms[i].scale ||
            strcmp(a->terms[i].index, b->terms[i].index) != 0)
            return false;
    for (uint32_t i = 0; i < a->n_lookups; i++) {
        uint32_t j = 0; /* lookups have no order */

        while (j < b->n_lookups && !(same_lookup(&a->lookups[i], &b->lookups[j]) &&
                                     a->lookups[i].scale == b->lookups[j].scale))
            j++;
        if (j == b->n_lookups)
            return false;
    }
    return true;
}

int64_t expr_scale_of(const NestExpr *a, const char *index)
{
    for (uint32_t i = 0; i < a->n_terms; i++)
        if (strcmp(a->terms[i].index, index) == 0)
            return a->terms[i].scale;
    return 0;
}

bool expr_uses(const NestExpr *a, const char *index)
{
    return expr_scale_of(a, index) != 0 || expr_looks_up(a, index);
}

bool expr_looks_up(const NestExpr *a, const char *index)
{
    for (uint32_t i = 0; i < a->n_lookups; i++)
        if (expr_uses(&a->lookups[i].at, index))
            return true;
    return false;
}
