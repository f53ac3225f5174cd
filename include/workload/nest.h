/*
 * nest - a loop nest: a tree of loops and statements over arrays.
 *
 * Plain data.  A nest is built once, with what it consists of in its pool, then never changes; a transformation copies it
 * (nest_copy) and edits the copy.  Loops are known by the name of their index, which stands once on each way from the
 * root to a statement; loops side by side may have the same index.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_H
#define WORKLOAD_NEST_H

#include <glib.h>

#include "workload/nest_expr.h"

typedef struct NestNode NestNode;

/* Nodes in the order in which they run. */
typedef struct {
    NestNode **nodes; /* [n_nodes] */
    uint32_t n_nodes;
} NestBody;

typedef enum {
    DEAL_NONE,
    DEAL_AS_MACHINE, /* as nest_for_threads has it for this machine, else in blocks */
    DEAL_BLOCK,
    DEAL_CYCLIC,
    DEAL_GRID, /* one by one, too; when the loop is entered again it goes on with the core after the last */
} NestDeal;

/*
 * for (index = max(from[]); index < min(below[]); index += step) body
 * A loop that runs at least once runs `before` before and `after` after its iterations; neither sees the index.
 * vector > 1: so many iterations at once.  The body consists of statements; of each, an access whose address moves by one
 * element an iteration becomes one access of min(vector, iterations left) elements, one that does not move one
 * access, any other one access an iteration; operations are those of all these iterations.
 */
typedef struct {
    const char *index;
    const NestExpr *from;  /* [n_from], at least 1 */
    const NestExpr *below; /* [n_below], at least 1 */
    uint32_t n_from, n_below;
    int64_t step;    /* at least 1 */
    NestDeal deal;   /* to the cores: a block each, or iteration i to core i modulo their number */
    uint32_t vector; /* at least 1 */
    /* > 0: its iterations at once are those of threads, of which each asks for so many elements and has a slot. */
    uint32_t per_thread;
    bool threads; /* its iterations are threads of a block, see nest_threads */
    /* > 0: its iterations, at most so many, are copies of its body in the code; no matter to what is executed. */
    uint32_t copies;
    uint32_t block_threads; /* DEAL_GRID: an iteration is a block of so many; 0: not known */
    NestBody before, body, after;
} NestLoop;

typedef struct {
    NestArray *array;
    const NestExpr *subscripts; /* [array->n_dims] */
    bool write;
} NestAccess;

typedef struct {
    NestAccess *accesses; /* [n_accesses], in order; an update is a read, then a write */
    uint32_t n_accesses;  /* may be 0: it only computes */
    uint32_t room;        /* accesses that there is memory for, or less */
    double flops;         /* an execution */
} NestStatement;

typedef enum { NEST_LOOP, NEST_STATEMENT } NestKind;
struct NestNode {
    NestKind kind;
    union {
        NestLoop loop;
        NestStatement statement;
    };
};

typedef struct {
    NestPool *pool;
    NestBody body;
    const char *where; /* "script.lua:12", the line that made it, or NULL; for messages only */
    uint32_t references;
} Nest;

Nest *nest_new(void); /* empty; one reference */
Nest *nest_copy(const Nest *nest);
Nest *nest_ref(Nest *nest);
void nest_unref(Nest *nest); /* accepts NULL */

/* New nodes, with nothing inside and not in the tree yet.  Bounds are copied. */
NestNode *nest_loop(NestPool *pool, const char *index, NestExpr from, NestExpr below, int64_t step);
NestNode *nest_statement(NestPool *pool, double flops);
/* Another lower or upper bound: the largest and the smallest hold. */
void nest_also_from(NestPool *pool, NestLoop *loop, NestExpr from);
void nest_also_below(NestPool *pool, NestLoop *loop, NestExpr below);
/* Add an access at the end of the statement; copies the subscripts, keeps the array. */
void nest_access(NestPool *pool, NestStatement *statement, NestArray *array,
                 const NestExpr *subscripts, bool write);
/* Put the node into the body before position at (at most n_nodes). */
void nest_insert(NestPool *pool, NestBody *body, uint32_t at, NestNode *node);
void nest_append(NestPool *pool, NestBody *body, NestNode *node);
/* A deep copy of a node in a pool, which may be its own. */
NestNode *nest_copy_node(NestPool *pool, const NestNode *node);
/* Replace the index in all expressions of the node and below it: subscripts and bounds, not the loops' own names. */
void nest_substitute(NestPool *pool, NestNode *node, const char *index, NestExpr by);

/* Call back for every node of the body, in order, loops before what is in them; before, body, after. */
typedef void (*NestVisit)(NestNode *node, void *data);
void nest_visit(const NestBody *body, NestVisit visit, void *data);
/* Whether a loop of the node, or it itself, is to be dealt to the cores. */
bool nest_is_dealt(NestNode *node);
/* The first loop over the index, in order; NULL when there is none. */
NestLoop *nest_find(const Nest *nest, const char *index);
/* Whether the index stands in the bounds of the loop. */
bool nest_bounds_use(const NestLoop *loop, const char *index);
/* The arrays, in order of first mention (those of lookups behind the access or bound that mentions them).  Returns (caller
 * frees: g_free), n_arrays set; borrows the arrays. */
NestArray **nest_arrays(const Nest *nest, uint32_t *n_arrays);
/* The numbers of these arrays, as they stand there: array -> GUINT_TO_POINTER.  Returns (caller frees:
 * g_hash_table_destroy). */
GHashTable *nest_numbers(NestArray *const *arrays, uint32_t n_arrays);

#endif
