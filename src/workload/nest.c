/*
 * nest - the tree of a loop nest.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

Nest *nest_new(void)
{
    Nest *nest = g_new0(Nest, 1);

    nest->pool = nestpool_new();
    nest->references = 1;
    return nest;
}

Nest *nest_ref(Nest *nest)
{
    nest->references++;
    return nest;
}

void nest_unref(Nest *nest)
{
    if (nest == NULL || --nest->references > 0)
        return;
    nestpool_free(nest->pool);
    g_free(nest);
}

static const NestExpr *one_bound(NestPool *pool, NestExpr expr)
{
    NestExpr *bounds = nestpool_alloc(pool, sizeof *bounds);

    bounds[0] = expr_copy(pool, expr);
    return bounds;
}

NestNode *nest_loop(NestPool *pool, const char *index, NestExpr from, NestExpr below, int64_t step)
{
    NestNode *node = nestpool_alloc(pool, sizeof *node);

    node->kind = NEST_LOOP;
    node->loop = (NestLoop){ .index = nestpool_text(pool, index),
                             .from = one_bound(pool, from),
                             .below = one_bound(pool, below),
                             .n_from = 1,
                             .n_below = 1,
                             .step = step,
                             .vector = 1 };
    return node;
}

NestNode *nest_statement(NestPool *pool, double flops)
{
    NestNode *node = nestpool_alloc(pool, sizeof *node);

    node->kind = NEST_STATEMENT;
    node->statement.flops = flops;
    return node;
}

/* The n bounds and one more. */
static const NestExpr *more_bounds(NestPool *pool, const NestExpr *bounds, uint32_t n,
                                   NestExpr more)
{
    NestExpr *all = nestpool_alloc(pool, (n + 1) * sizeof *all);

    memcpy(all, bounds, n * sizeof *all);
    all[n] = expr_copy(pool, more);
    return all;
}

void nest_also_from(NestPool *pool, NestLoop *loop, NestExpr from)
{
    loop->from = more_bounds(pool, loop->from, loop->n_from, from);
    loop->n_from++;
}

void nest_also_below(NestPool *pool, NestLoop *loop, NestExpr below)
{
    loop->below = more_bounds(pool, loop->below, loop->n_below, below);
    loop->n_below++;
}

static const NestExpr *copy_exprs(NestPool *pool, const NestExpr *exprs, uint32_t n)
{
    NestExpr *copies = nestpool_alloc(pool, n * sizeof *copies);

    for (uint32_t i = 0; i < n; i++)
        copies[i] = expr_copy(pool, exprs[i]);
    return copies;
}

void nest_access(NestPool *pool, NestStatement *statement, NestArray *array,
                 const NestExpr *subscripts, bool write)
{
    const uint32_t n = statement->n_accesses;

    if (n >= statement->room) {
        NestAccess *all = nestpool_alloc(pool, (2 * (size_t)n + 1) * sizeof *all);

        if (n > 0)
            memcpy(all, statement->accesses, n * sizeof *all);
        statement->accesses = all;
        statement->room = 2 * n + 1;
    }
    statement->accesses[n] = (NestAccess){ nestpool_keep(pool, array),
                                           copy_exprs(pool, subscripts, array->n_dims), write };
    statement->n_accesses = n + 1;
}

void nest_insert(NestPool *pool, NestBody *body, uint32_t at, NestNode *node)
{
    NestNode **all = nestpool_alloc(pool, (body->n_nodes + 1) * sizeof *all);

    assert(at <= body->n_nodes);
    for (uint32_t i = 0; i < body->n_nodes; i++)
        all[i + (i >= at)] = body->nodes[i];
    all[at] = node;
    body->nodes = all;
    body->n_nodes++;
}

void nest_append(NestPool *pool, NestBody *body, NestNode *node)
{
    nest_insert(pool, body, body->n_nodes, node);
}

static NestBody copy_body(NestPool *pool, const NestBody *body)
{
    NestBody copy = { nestpool_alloc(pool, body->n_nodes * sizeof *copy.nodes), body->n_nodes };

    for (uint32_t i = 0; i < body->n_nodes; i++)
        copy.nodes[i] = nest_copy_node(pool, body->nodes[i]);
    return copy;
}

static void copy_loop(NestPool *pool, NestLoop *loop)
{
    loop->index = nestpool_text(pool, loop->index);
    loop->from = copy_exprs(pool, loop->from, loop->n_from);
    loop->below = copy_exprs(pool, loop->below, loop->n_below);
    loop->before = copy_body(pool, &loop->before);
    loop->body = copy_body(pool, &loop->body);
    loop->after = copy_body(pool, &loop->after);
}

static void copy_statement(NestPool *pool, NestStatement *statement)
{
    const NestStatement old = *statement;

    *statement = (NestStatement){ .flops = old.flops };
    for (uint32_t i = 0; i < old.n_accesses; i++)
        nest_access(pool, statement, old.accesses[i].array, old.accesses[i].subscripts,
                    old.accesses[i].write);
}

NestNode *nest_copy_node(NestPool *pool, const NestNode *node)
{
    NestNode *copy = nestpool_alloc(pool, sizeof *copy);

    *copy = *node;
    if (copy->kind == NEST_LOOP)
        copy_loop(pool, &copy->loop);
    else
        copy_statement(pool, &copy->statement);
    return copy;
}

Nest *nest_copy(const Nest *nest)
{
    Nest *copy = nest_new();

    copy->body = copy_body(copy->pool, &nest->body);
    copy->where = nest->where ? nestpool_text(copy->pool, nest->where) : NULL;
    return copy;
}

typedef struct {
    NestPool *pool;
    const char *index;
    NestExpr by;
} Substitution;

static const NestExpr *substitute_all(const Substitution *what, const NestExpr *exprs, uint32_t n)
{
    NestExpr *changed = nestpool_alloc(what->pool, n * sizeof *changed);

    for (uint32_t i = 0; i < n; i++)
        changed[i] = expr_substitute(what->pool, exprs[i], what->index, what->by);
    return changed;
}

static void substitute_in(NestNode *node, void *data)
{
    const Substitution *what = data;

    if (node->kind == NEST_LOOP) {
        node->loop.from = substitute_all(what, node->loop.from, node->loop.n_from);
        node->loop.below = substitute_all(what, node->loop.below, node->loop.n_below);
        return;
    }
    for (uint32_t i = 0; i < node->statement.n_accesses; i++) {
        NestAccess *access = &node->statement.accesses[i];

        access->subscripts = substitute_all(what, access->subscripts, access->array->n_dims);
    }
}

void nest_substitute(NestPool *pool, NestNode *node, const char *index, NestExpr by)
{
    Substitution what = { pool, index, expr_copy(pool, by) };
    const NestBody only = { &node, 1 };

    nest_visit(&only, substitute_in, &what);
}

void nest_visit(const NestBody *body, NestVisit visit, void *data)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        visit(node, data);
        if (node->kind == NEST_LOOP) {
            nest_visit(&node->loop.before, visit, data);
            nest_visit(&node->loop.body, visit, data);
            nest_visit(&node->loop.after, visit, data);
        }
    }
}

typedef struct {
    const char *index;
    NestLoop *found;
} Search;

static void find_in(NestNode *node, void *data)
{
    Search *search = data;

    if (node->kind == NEST_LOOP && !search->found && strcmp(node->loop.index, search->index) == 0)
        search->found = &node->loop;
}

static void note_deal(NestNode *node, void *data)
{
    bool *dealt = data;

    *dealt = *dealt || (node->kind == NEST_LOOP && node->loop.deal != DEAL_NONE);
}

bool nest_is_dealt(NestNode *node)
{
    bool dealt = false;

    nest_visit(&(NestBody){ &node, 1 }, note_deal, &dealt);
    return dealt;
}

NestLoop *nest_find(const Nest *nest, const char *index)
{
    Search search = { index, NULL };

    nest_visit(&nest->body, find_in, &search);
    return search.found;
}

bool nest_bounds_use(const NestLoop *loop, const char *index)
{
    for (uint32_t i = 0; i < loop->n_from; i++)
        if (expr_uses(&loop->from[i], index))
            return true;
    for (uint32_t i = 0; i < loop->n_below; i++)
        if (expr_uses(&loop->below[i], index))
            return true;
    return false;
}

typedef struct {
    GPtrArray *arrays; /* in order of first mention */
    GHashTable *known;
} Mentions;

static void mention(Mentions *mentions, NestArray *array)
{
    if (g_hash_table_add(mentions->known, array))
        g_ptr_array_add(mentions->arrays, array);
}

static void mention_lookups(Mentions *mentions, const NestExpr *exprs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < exprs[i].n_lookups; j++) {
            mention(mentions, exprs[i].lookups[j].table);
            mention_lookups(mentions, &exprs[i].lookups[j].at, 1);
        }
}

static void mention_all(NestNode *node, void *data)
{
    Mentions *mentions = data;

    if (node->kind == NEST_LOOP) {
        mention_lookups(mentions, node->loop.from, node->loop.n_from);
        mention_lookups(mentions, node->loop.below, node->loop.n_below);
        return;
    }
    for (uint32_t i = 0; i < node->statement.n_accesses; i++) {
        const NestAccess *access = &node->statement.accesses[i];

        mention(mentions, access->array);
        mention_lookups(mentions, access->subscripts, access->array->n_dims);
    }
}

NestArray **nest_arrays(const Nest *nest, uint32_t *n_arrays)
{
    Mentions mentions = { g_ptr_array_new(), g_hash_table_new(NULL, NULL) };

    nest_visit(&nest->body, mention_all, &mentions);
    g_hash_table_destroy(mentions.known);
    *n_arrays = mentions.arrays->len;
    return (NestArray **)g_ptr_array_free(mentions.arrays, FALSE);
}

GHashTable *nest_numbers(NestArray *const *arrays, uint32_t n_arrays)
{
    GHashTable *numbers = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < n_arrays; i++)
        g_hash_table_insert(numbers, arrays[i], GUINT_TO_POINTER(i));
    return numbers;
}
