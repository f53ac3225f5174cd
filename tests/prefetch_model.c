/*
 * prefetch_model - slow, obvious models of the prefetchers.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "prefetch_model.h"

#include <stdlib.h>
#include <string.h>

/* Something with a history: an instruction, a region, a stream. */
typedef struct {
    char *owner;   /* its name; of streams "" */
    GArray *lines; /* demanded, of int64_t, without repetitions in a row */
    guint turned;  /* where in lines the last direction begins */
    int64_t ahead; /* of a stream: named last */
    guint place;   /* of a stream: among the others */
} History;

static void history_free(void *data)
{
    History *history = data;

    g_free(history->owner);
    g_array_unref(history->lines);
    g_free(history);
}

PrefetchModel *prefetchmodel_new(const PrefetchConfig *config, uint32_t line_bytes)
{
    PrefetchModel *model = g_new0(PrefetchModel, 1);

    model->config = config;
    model->name = prefetch_names()[config->type];
    model->line_bytes = line_bytes;
    model->recent = g_hash_table_new(NULL, NULL);
    model->offsets = g_array_new(FALSE, TRUE, sizeof(int64_t));
    model->scores = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    for (int64_t n = 1; n <= 256; n++) {
        int64_t rest = n;

        for (int64_t p = 2; p <= 5; p++)
            while (rest % p == 0)
                rest /= p;
        if (rest == 1)
            g_array_append_val(model->offsets, n);
    }
    g_array_set_size(model->scores, model->offsets->len);
    model->best = 1;
    return model;
}

void prefetchmodel_free(PrefetchModel *model)
{
    if (!model)
        return;
    g_queue_clear_full(&model->used, history_free);
    g_hash_table_unref(model->recent);
    g_array_unref(model->offsets);
    g_array_unref(model->scores);
    g_free(model);
}

static void name(GArray *lines, int64_t line)
{
    g_array_append_val(lines, line);
}

/* The line that was demanded back accesses ago (0: last). */
static int64_t demanded(const History *history, guint back)
{
    return g_array_index(history->lines, int64_t, history->lines->len - 1 - back);
}

/* A new history; the least recently used gives way when there are more than most. */
static History *begin(PrefetchModel *model, const char *owner, int64_t line, guint most)
{
    History *history = g_new0(History, 1);

    history->owner = g_strdup(owner);
    history->lines = g_array_new(FALSE, FALSE, sizeof(int64_t));
    history->place = g_queue_get_length(&model->used);
    g_array_append_val(history->lines, line);
    if (history->place == most) {
        History *oldest = g_queue_pop_tail(&model->used);

        history->place = oldest->place;
        history_free(oldest);
    }
    g_queue_push_head(&model->used, history);
    return history;
}

static void use(PrefetchModel *model, History *history)
{
    g_queue_remove(&model->used, history);
    g_queue_push_head(&model->used, history);
}

static int by_owner(const void *history, const void *owner)
{
    return strcmp(((const History *)history)->owner, owner);
}

static void stride(PrefetchModel *model, int64_t line, uint8_t site, GArray *lines)
{
    const bool by_pc = model->config->by == STRIDE_BY_PC && site;
    g_autofree char *owner =
        by_pc ? g_strdup_printf("instruction %u", site)
              : g_strdup_printf("region %" G_GINT64_FORMAT, line * model->line_bytes / 4096);
    GList *found = g_queue_find_custom(&model->used, owner, by_owner);

    if (!found) {
        begin(model, owner, line, model->config->entries);
        return;
    }
    History *history = found->data;

    use(model, history);
    if (demanded(history, 0) == line)
        return;
    g_array_append_val(history->lines, line);
    if (history->lines->len < 3)
        return;
    const int64_t step = line - demanded(history, 1);

    if (step == demanded(history, 1) - demanded(history, 2))
        for (int64_t i = 1; i <= model->config->degree; i++)
            name(lines, line + i * step);
}

/* The stream nearest to line within 16 lines, or NULL. */
static History *nearest(PrefetchModel *model, int64_t line)
{
    History *best = NULL;

    for (GList *link = model->used.head; link; link = link->next) {
        History *history = link->data;
        const int64_t away = llabs(demanded(history, 0) - line);
        const int64_t best_away = best ? llabs(demanded(best, 0) - line) : 17;

        if (away < best_away || (best && away == best_away && history->place < best->place))
            best = history;
    }
    return best;
}

static void stream(PrefetchModel *model, int64_t line, GArray *lines)
{
    History *history = nearest(model, line);

    if (!history) {
        begin(model, "", line, model->config->streams);
        return;
    }
    use(model, history);
    const int64_t from = demanded(history, 0);

    if (line != from) {
        const guint n = history->lines->len;
        const bool straight =
            n - history->turned < 2 || (line > from) == (from > demanded(history, 1));

        g_array_append_val(history->lines, line);
        if (!straight)
            history->turned = n - 1;
        if (!straight || n == 1)
            history->ahead = line;
    }
    if (history->lines->len - history->turned < 3)
        return;
    const int64_t one = demanded(history, 0) > demanded(history, 1) ? 1 : -1;

    if ((history->ahead - line) * one < 0)
        history->ahead = line;
    for (uint32_t i = 0; i < model->config->degree; i++)
        if ((history->ahead - line) * one < model->config->distance && history->ahead + one >= 0)
            name(lines, history->ahead += one);
}

static void *place_of(const PrefetchModel *model, int64_t line)
{
    const int64_t size = model->config->recent;

    return GINT_TO_POINTER((line ^ line / size) % size + 1);
}

static void remember(PrefetchModel *model, int64_t line)
{
    g_hash_table_insert(model->recent, place_of(model, line), GSIZE_TO_POINTER((gsize)line + 1));
}

static bool is_recent(const PrefetchModel *model, int64_t line)
{
    return line >= 0 &&
           GPOINTER_TO_SIZE(g_hash_table_lookup(model->recent, place_of(model, line))) ==
               (gsize)line + 1;
}

static void end_phase(PrefetchModel *model)
{
    uint32_t most = 0;

    for (guint i = 0; i < model->offsets->len; i++) {
        const uint32_t score = g_array_index(model->scores, uint32_t, i);

        if (score > most || i == 0) {
            most = score;
            model->best = g_array_index(model->offsets, int64_t, i);
        }
        g_array_index(model->scores, uint32_t, i) = 0;
    }
    if (most <= model->config->bad_score)
        model->best = 0;
    model->next = model->rounds = 0;
}

static void best_offset(PrefetchModel *model, int64_t line, GArray *lines)
{
    uint32_t *score = &g_array_index(model->scores, uint32_t, model->next);

    *score += is_recent(model, line - g_array_index(model->offsets, int64_t, model->next));
    model->next = (model->next + 1) % model->offsets->len;
    model->rounds += model->next == 0;
    if (*score == model->config->score_max || model->rounds == model->config->round_max)
        end_phase(model);
    if (model->best)
        name(lines, line + model->best);
    else
        remember(model, line);
}

void prefetchmodel_arrived(PrefetchModel *model, int64_t line)
{
    if (strcmp(model->name, "best-offset") == 0)
        remember(model, line);
}

void prefetchmodel_demand(PrefetchModel *model, int64_t line, uint8_t site, GArray *lines)
{
    if (strcmp(model->name, "next-line") == 0)
        for (int64_t i = 1; i <= model->config->degree; i++)
            name(lines, line + i);
    if (strcmp(model->name, "adjacent") == 0)
        name(lines, line % 2 ? line - 1 : line + 1);
    if (strcmp(model->name, "stride") == 0)
        stride(model, line, site, lines);
    if (strcmp(model->name, "stream") == 0)
        stream(model, line, lines);
    if (strcmp(model->name, "best-offset") == 0)
        best_offset(model, line, lines);
}
