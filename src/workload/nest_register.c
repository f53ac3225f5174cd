/*
 * nest_register - accesses that an innermost loop repeats are made once, before or after it.
 *
 * What is moved out of a loop is a copy of its body in which only these accesses are left, so that copies of an unrolled
 * loop around them stay around them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "base/error.h"
#include "workload/nest_edit.h"

typedef struct {
    NestPool *pool;
    NestArray *const *arrays; /* [n]; n 0: all */
    uint32_t n;
} Registers;

/* Accesses to one place, known by array and subscripts. */
typedef struct {
    const NestAccess *first, *last_write; /* last_write NULL: only read */
} Place;

/* The places that a loop does not move. */
typedef struct {
    const Registers *registers;
    GArray *places;   /* of Place */
    GPtrArray *moved; /* indices: of the loop, and of loops inside whose bounds it moves */
} Hoist;

static bool is_wanted(const Registers *registers, const NestArray *array)
{
    for (uint32_t i = 0; i < registers->n; i++)
        if (registers->arrays[i] == array)
            return true;
    return registers->n == 0;
}

static bool is_moved(const Hoist *hoist, const NestAccess *access)
{
    for (guint i = 0; i < hoist->moved->len; i++)
        for (uint32_t d = 0; d < access->array->n_dims; d++)
            if (expr_uses(&access->subscripts[d], hoist->moved->pdata[i]))
                return true;
    return false;
}

static bool same_place(const NestAccess *a, const NestAccess *b)
{
    if (a->array != b->array)
        return false;
    for (uint32_t d = 0; d < a->array->n_dims; d++)
        if (!expr_equal(&a->subscripts[d], &b->subscripts[d]))
            return false;
    return true;
}

static Place *place_of(const Hoist *hoist, const NestAccess *access)
{
    for (guint i = 0; i < hoist->places->len; i++) {
        Place *place = &g_array_index(hoist->places, Place, i);

        if (same_place(place->first, access))
            return place;
    }
    return NULL;
}

static void add_moved(Hoist *hoist, const NestLoop *loop)
{
    for (guint i = 0; i < hoist->moved->len; i++)
        if (nest_bounds_use(loop, hoist->moved->pdata[i])) {
            g_ptr_array_add(hoist->moved, (void *)(uintptr_t)loop->index);
            return;
        }
}

static void add_places(NestNode *node, void *data)
{
    Hoist *hoist = data;

    if (node->kind == NEST_LOOP) {
        add_moved(hoist, &node->loop);
        return;
    }
    for (uint32_t i = 0; i < node->statement.n_accesses; i++) {
        const NestAccess *access = &node->statement.accesses[i];
        Place *place = place_of(hoist, access);

        if (!is_wanted(hoist->registers, access->array) || is_moved(hoist, access))
            continue;
        if (place == NULL) {
            g_array_append_val(hoist->places, ((Place){ access, NULL }));
            place = place_of(hoist, access);
        }
        if (access->write)
            place->last_write = access;
    }
}

/* Which accesses a copy of the body keeps. */
typedef bool (*Keeps)(const Hoist *hoist, const NestAccess *access);

static bool keeps_first_read(const Hoist *hoist, const NestAccess *access)
{
    const Place *place = place_of(hoist, access);

    return place && place->first == access && !access->write;
}

static bool keeps_last_write(const Hoist *hoist, const NestAccess *access)
{
    const Place *place = place_of(hoist, access);

    return place && place->last_write == access;
}

static void copy_kept(const Hoist *hoist, const NestBody *body, Keeps keeps, NestBody *to);

static void copy_kept_loop(const Hoist *hoist, const NestLoop *loop, Keeps keeps, NestBody *to)
{
    NestPool *pool = hoist->registers->pool;
    NestNode head = { .kind = NEST_LOOP, .loop = *loop };
    NestBody body = { 0 };

    /* copies run at least once: what stands around them is executed once, too */
    copy_kept(hoist, &loop->before, keeps, to);
    copy_kept(hoist, &loop->body, keeps, &body);
    if (body.n_nodes > 0) {
        head.loop.before = head.loop.after = (NestBody){ 0 };
        head.loop.body = body;
        nest_append(pool, to, nest_copy_node(pool, &head));
    }
    copy_kept(hoist, &loop->after, keeps, to);
}

static void copy_kept(const Hoist *hoist, const NestBody *body, Keeps keeps, NestBody *to)
{
    NestPool *pool = hoist->registers->pool;

    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];
        NestNode *kept;

        if (node->kind == NEST_LOOP) {
            copy_kept_loop(hoist, &node->loop, keeps, to);
            continue;
        }
        kept = nest_statement(pool, 0);
        for (uint32_t j = 0; j < node->statement.n_accesses; j++) {
            const NestAccess *access = &node->statement.accesses[j];

            if (keeps(hoist, access))
                nest_access(pool, &kept->statement, access->array, access->subscripts,
                            access->write);
        }
        if (kept->statement.n_accesses > 0)
            nest_append(pool, to, kept);
    }
}

/* Take what has been moved out of a statement of the loop. */
static void drop_moved(NestNode *node, void *data)
{
    const Hoist *hoist = data;
    uint32_t left = 0;

    if (node->kind != NEST_STATEMENT)
        return;
    NestStatement *statement = &node->statement;
    NestAccess *accesses =
        nestpool_alloc(hoist->registers->pool, statement->n_accesses * sizeof *accesses);

    for (uint32_t i = 0; i < statement->n_accesses; i++)
        if (place_of(hoist, &statement->accesses[i]) == NULL)
            accesses[left++] = statement->accesses[i];
    statement->accesses = accesses;
    statement->n_accesses = statement->room = left;
}

static void append_all(NestPool *pool, NestBody *body, const NestBody *more)
{
    for (uint32_t i = 0; i < more->n_nodes; i++)
        nest_append(pool, body, more->nodes[i]);
}

static void hoist_from(const Registers *registers, NestLoop *loop)
{
    Hoist hoist = { registers, g_array_new(FALSE, FALSE, sizeof(Place)), g_ptr_array_new() };
    NestBody reads = { 0 }, writes = { 0 };

    g_ptr_array_add(hoist.moved, (void *)(uintptr_t)loop->index);
    nest_visit(&loop->body, add_places, &hoist);
    copy_kept(&hoist, &loop->body, keeps_first_read, &reads);
    copy_kept(&hoist, &loop->body, keeps_last_write, &writes);
    nest_visit(&loop->body, drop_moved, &hoist);
    append_all(registers->pool, &loop->before, &reads);
    append_all(registers->pool, &writes, &loop->after);
    loop->after = writes;
    g_array_unref(hoist.places);
    g_ptr_array_unref(hoist.moved);
}

static void find_other_loop(NestNode *node, void *data)
{
    bool *found = data;

    if (node->kind == NEST_LOOP && node->loop.copies == 0)
        *found = true;
}

/* Innermost first: what a copy does not move may be what the loop around the copies does not move. */
static void register_body(const Registers *registers, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];
        bool others = false;

        if (node->kind != NEST_LOOP)
            continue;
        register_body(registers, &node->loop.body);
        nest_visit(&node->loop.body, find_other_loop, &others);
        if (!others)
            hoist_from(registers, &node->loop);
    }
}

static void find_array(NestNode *node, void *data)
{
    const NestArray **wanted = data;

    if (node->kind != NEST_STATEMENT || *wanted == NULL)
        return;
    for (uint32_t i = 0; i < node->statement.n_accesses; i++)
        if (node->statement.accesses[i].array == *wanted) {
            *wanted = NULL;
            return;
        }
}

Nest *nest_register(const Nest *nest, NestArray *const *arrays, uint32_t n, GError **error)
{
    for (uint32_t i = 0; i < n; i++) {
        const NestArray *missing = arrays[i];

        nest_visit(&nest->body, find_array, &missing);
        if (missing) {
            refuse_config(error, "register: the nest does not touch array '%s'", missing->name);
            return NULL;
        }
    }
    Nest *registered = nest_copy(nest);
    const Registers registers = { registered->pool, arrays, n };

    register_body(&registers, &registered->body);
    return edit_finish(registered, true, "register", error);
}
