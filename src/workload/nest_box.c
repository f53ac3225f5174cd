/*
 * nest_box - the box of an array's elements that the body of a loop touches.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_box.h"
#include "base/error.h"

#include <string.h>

#include "workload/nest_edit.h"

/* One access, in terms of the loops outside. */
typedef struct {
    const NestAccess *access;
    GArray *lowest[NEST_DIMS_MAX], *highest[NEST_DIMS_MAX]; /* of NestExpr: candidates, inclusive */
    bool covers;                                            /* it touches each element of its box */
} Reach;

typedef struct {
    NestPool *pool;
    const NestArray *array;
    GPtrArray *inside; /* NestLoop around the node that is looked at */
    GPtrArray *reaches;
    GError **error;
} Survey;

static void reach_free(void *data)
{
    Reach *reach = data;

    for (uint32_t d = 0; d < NEST_DIMS_MAX; d++) {
        g_clear_pointer(&reach->lowest[d], g_array_unref);
        g_clear_pointer(&reach->highest[d], g_array_unref);
    }
    g_free(reach);
}

/* The extreme of the subscript over the loops inside. */
static GArray *extreme(Survey *survey, NestExpr subscript, BoundKind kind)
{
    GArray *bounds = g_array_new(FALSE, FALSE, sizeof(NestExpr));

    g_array_append_val(bounds, subscript);
    for (guint i = survey->inside->len; i-- > 0;) {
        const NestLoop *loop = survey->inside->pdata[i];

        if (!edit_eliminate(survey->pool, bounds, kind, loop)) {
            refuse_config(
                survey->error,
                "stage: a subscript of '%s' looks up a table by '%s': what the loops inside "
                "touch is no box",
                survey->array->name, loop->index);
            break;
        }
    }
    return bounds;
}

/* In how many subscripts the index stands; 2 also for one where another index inside stands, too. */
static uint32_t uses_of(const Survey *survey, const NestAccess *access, const char *index)
{
    uint32_t uses = 0;

    for (uint32_t d = 0; d < access->array->n_dims; d++) {
        if (expr_scale_of(&access->subscripts[d], index) == 0)
            continue;
        uses++;
        for (guint i = 0; i < survey->inside->len; i++) {
            const NestLoop *loop = survey->inside->pdata[i];

            if (strcmp(loop->index, index) != 0 &&
                expr_scale_of(&access->subscripts[d], loop->index) != 0)
                uses++;
        }
    }
    return uses;
}

/* Each loop inside moves one subscript of its own, by every step of it, over bounds that no other loop inside moves. */
static bool covers_box(const Survey *survey, const NestAccess *access)
{
    for (guint i = 0; i < survey->inside->len; i++) {
        const NestLoop *loop = survey->inside->pdata[i];

        if (loop->step != 1 || uses_of(survey, access, loop->index) != 1)
            return false;
        for (guint j = 0; j < survey->inside->len; j++)
            if (nest_bounds_use(loop, ((NestLoop *)survey->inside->pdata[j])->index))
                return false;
    }
    return true;
}

static void add_reach(Survey *survey, const NestAccess *access)
{
    Reach *reach = g_new0(Reach, 1);

    reach->access = access;
    reach->covers = covers_box(survey, access);
    g_ptr_array_add(survey->reaches, reach);
    for (uint32_t d = 0; d < access->array->n_dims && *survey->error == NULL; d++) {
        reach->lowest[d] = extreme(survey, access->subscripts[d], BOUND_FROM);
        if (*survey->error == NULL)
            reach->highest[d] = extreme(survey, access->subscripts[d], BOUND_BELOW);
    }
}

static void survey_body(Survey *survey, const NestBody *body);

static void survey_node(Survey *survey, const NestNode *node)
{
    if (node->kind == NEST_LOOP) {
        survey_body(survey, &node->loop.before);
        g_ptr_array_add(survey->inside, (void *)(uintptr_t)&node->loop);
        survey_body(survey, &node->loop.body);
        g_ptr_array_set_size(survey->inside, (gint)survey->inside->len - 1);
        survey_body(survey, &node->loop.after);
        return;
    }
    for (uint32_t i = 0; i < node->statement.n_accesses && *survey->error == NULL; i++)
        if (node->statement.accesses[i].array == survey->array)
            add_reach(survey, &node->statement.accesses[i]);
}

static void survey_body(Survey *survey, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes && *survey->error == NULL; i++)
        survey_node(survey, body->nodes[i]);
}

/* By how much the candidates of b exceed those of a, where it is the same for all. */
static bool constant_distance(NestPool *pool, const GArray *a, const GArray *b, int64_t *distance)
{
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        const NestExpr between =
            expr_subtract(pool, g_array_index(b, NestExpr, i), g_array_index(a, NestExpr, i));

        if (!expr_is_constant(&between) || (i > 0 && between.constant != *distance))
            return false;
        *distance = between.constant;
    }
    return true;
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* The greatest common divisor of what the loops inside move the subscript by in a step of one. */
static int64_t unit_of(const NestExpr *subscript, const GPtrArray *outside)
{
    int64_t unit = 0;

    for (uint32_t i = 0; i < subscript->n_terms; i++) {
        bool outer = false;

        for (guint j = 0; j < outside->len; j++)
            outer |= strcmp(((NestLoop *)outside->pdata[j])->index, subscript->terms[i].index) == 0;
        if (!outer)
            unit = gcd(unit, subscript->terms[i].scale);
    }
    return unit;
}

NestExpr nestbox_in_units(NestPool *pool, NestExpr expr, int64_t unit)
{
    NestExpr result = expr_constant(expr.constant / unit);

    for (uint32_t i = 0; i < expr.n_terms; i++)
        result = expr_add_scaled(pool, result, expr.terms[i].scale / unit,
                                 expr_index(pool, expr.terms[i].index));
    for (uint32_t i = 0; i < expr.n_lookups; i++)
        result = expr_add_scaled(pool, result, expr.lookups[i].scale / unit,
                                 expr_lookup(pool, expr.lookups[i].table, expr.lookups[i].at));
    return result;
}

/* The largest value that the expression takes over the loops outside, or -1 where only a run can tell. */
static int64_t largest(NestPool *pool, NestExpr expr, const GPtrArray *outside)
{
    g_autoptr(GArray) bounds = g_array_new(FALSE, FALSE, sizeof(NestExpr));
    int64_t least = INT64_MAX;

    if (expr_is_constant(&expr))
        return MAX(expr.constant, 0);
    g_array_append_val(bounds, expr);
    for (guint i = outside->len; i-- > 0;)
        if (!edit_eliminate(pool, bounds, BOUND_BELOW, outside->pdata[i]))
            return -1;
    for (guint i = 0; i < bounds->len; i++) {
        const NestExpr *bound = &g_array_index(bounds, NestExpr, i);

        if (!expr_is_constant(bound))
            return -1;
        least = MIN(least, bound->constant);
    }
    return MAX(least, 0);
}

/* The extent of the side from this origin: of the tightest upper bound. */
static int64_t extent_from(NestPool *pool, NestExpr origin, const GArray *highest, int64_t most,
                           const GPtrArray *outside)
{
    int64_t extent = -1;

    for (guint i = 0; i < highest->len; i++) {
        const NestExpr reach = expr_subtract(
            pool, expr_add(pool, g_array_index(highest, NestExpr, i), expr_constant(most)), origin);
        const int64_t value = largest(pool, reach, outside);

        if (value >= 0 && (extent < 0 || value < extent))
            extent = value;
    }
    return extent;
}

/* Offsets of the accesses from the first, in this dimension. */
typedef struct {
    int64_t least, most, unit;
} Spread;

static bool spread_of(Survey *survey, const GPtrArray *outside, uint32_t d, Spread *spread)
{
    const Reach *first = survey->reaches->pdata[0];

    *spread = (Spread){ 0, 0, unit_of(&first->access->subscripts[d], outside) };
    for (guint i = 1; i < survey->reaches->len; i++) {
        const Reach *reach = survey->reaches->pdata[i];
        int64_t low = 0, high = 0;

        if (!constant_distance(survey->pool, first->lowest[d], reach->lowest[d], &low) ||
            !constant_distance(survey->pool, first->highest[d], reach->highest[d], &high) ||
            low != high ||
            unit_of(&reach->access->subscripts[d], outside) !=
                unit_of(&first->access->subscripts[d], outside))
            return refuse_config(
                survey->error,
                "stage: accesses to '%s' inside the loop reach different boxes: their "
                "subscripts may differ by constants only",
                survey->array->name);
        spread->unit = gcd(spread->unit, low);
        spread->least = MIN(spread->least, low);
        spread->most = MAX(spread->most, low);
    }
    spread->unit = MAX(spread->unit, 1);
    return true;
}

static bool side_new(Survey *survey, const GPtrArray *outside, uint32_t d, NestSide *side)
{
    const Reach *first = survey->reaches->pdata[0];
    const GArray *lowest = first->lowest[d], *highest = first->highest[d];
    NestPool *pool = survey->pool;
    int64_t extent = -1;
    Spread spread;

    if (!spread_of(survey, outside, d, &spread))
        return false;
    for (guint i = 0; i < lowest->len; i++) { /* the origin from which the box is shortest */
        const NestExpr origin =
            expr_add(pool, g_array_index(lowest, NestExpr, i), expr_constant(spread.least));
        const int64_t value = extent_from(pool, origin, highest, spread.most, outside);

        if (value >= 0 && (extent < 0 || value < extent)) {
            extent = value;
            side->origin = origin;
        }
    }
    if (extent < 0)
        return refuse_config(survey->error,
                             "stage: how much of '%s' the loops inside touch depends on a table",
                             survey->array->name);
    side->unit = spread.unit;
    side->extent = (uint64_t)(extent / spread.unit) + 1;
    side->from = g_array_new(FALSE, FALSE, sizeof(NestExpr));
    side->below = g_array_new(FALSE, FALSE, sizeof(NestExpr));
    for (guint i = 0; i < lowest->len; i++) {
        const NestExpr low =
            expr_add(pool, g_array_index(lowest, NestExpr, i), expr_constant(spread.least));

        edit_add_bound(side->from,
                       nestbox_in_units(pool, expr_subtract(pool, low, side->origin), side->unit));
    }
    for (guint i = 0; i < highest->len; i++) {
        const NestExpr high = expr_add(pool, g_array_index(highest, NestExpr, i),
                                       expr_constant(spread.most + side->unit));

        edit_add_bound(side->below,
                       nestbox_in_units(pool, expr_subtract(pool, high, side->origin), side->unit));
    }
    return true;
}

/* Whether the first access writes all of the box before another reads of it: all accesses are to its elements. */
static bool written_first(const Survey *survey)
{
    const Reach *first = survey->reaches->pdata[0];

    if (!first->access->write || !first->covers)
        return false;
    for (guint i = 1; i < survey->reaches->len; i++) {
        const Reach *reach = survey->reaches->pdata[i];

        for (uint32_t d = 0; d < survey->array->n_dims; d++) {
            int64_t distance = 1;

            if (!constant_distance(survey->pool, first->lowest[d], reach->lowest[d], &distance) ||
                distance != 0)
                return false;
        }
    }
    return true;
}

static bool fill_box(Survey *survey, const GPtrArray *outside, NestBox *box)
{
    for (uint32_t d = 0; d < box->array->n_dims; d++)
        if (!side_new(survey, outside, d, &box->sides[d]))
            return false;
    for (guint i = 0; i < survey->reaches->len; i++)
        box->any_write |= ((Reach *)survey->reaches->pdata[i])->access->write;
    box->copy_in = !written_first(survey);
    return true;
}

bool nestbox_new(NestPool *pool, const GPtrArray *loops, NestArray *array, NestBox **out,
                 GError **error)
{
    GError *failed = NULL;
    Survey survey = { pool, array, g_ptr_array_new(), g_ptr_array_new_with_free_func(reach_free),
                      &failed };
    const NestLoop *last = loops->pdata[loops->len - 1];

    *out = NULL;
    survey_body(&survey, &last->body);
    if (failed == NULL && survey.reaches->len > 0) {
        *out = g_new0(NestBox, 1);
        (*out)->array = array;
        if (!fill_box(&survey, loops, *out))
            g_clear_pointer(out, nestbox_free);
    }
    g_ptr_array_unref(survey.inside);
    g_ptr_array_unref(survey.reaches);
    if (failed)
        g_propagate_error(error, failed);
    return failed == NULL;
}

void nestbox_free(NestBox *box)
{
    if (box == NULL)
        return;
    for (uint32_t d = 0; d < NEST_DIMS_MAX; d++) {
        g_clear_pointer(&box->sides[d].from, g_array_unref);
        g_clear_pointer(&box->sides[d].below, g_array_unref);
    }
    g_free(box);
}
