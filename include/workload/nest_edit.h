/*
 * nest_edit - what the transformations of a loop nest have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_EDIT_H
#define WORKLOAD_NEST_EDIT_H

#include <glib.h>

#include "workload/nest_transform.h"

/* Whether a loop of the nest has the index; else error, with the nearest and all known ones. */
bool edit_check_index(const Nest *nest, const char *verb, const char *index, GError **error);
/* Whether all factors name loops and are at least 1. */
bool edit_check_factors(const Nest *nest, const char *verb, const NestFactor *factors, uint32_t n,
                        GError **error);
/* Give the edited copy to the caller; where fine is false, or a coefficient has overflown, free it: NULL and error. */
Nest *edit_finish(Nest *nest, bool fine, const char *verb, GError **error);
/* stem, stem2, ...: the first that no loop of the nest has.  Lives in its pool. */
const char *edit_new_index(const Nest *nest, const char *stem);
/* One for each of the factors' loops: INDEX and the suffix.  Returns them in the nest's pool. */
const char **edit_new_indices(const Nest *nest, const NestFactor *factors, uint32_t n,
                              const char *suffix);
/* The loop becomes one over `index` that steps by so much.  Returns the loop over its iterations within such a step, with nothing
 * around it and nothing said about cores. */
NestLoop edit_strip(NestPool *pool, NestLoop *loop, const char *index, int64_t step);
/* What nest_tile does, in place, with tile loops of these names; the verb is for messages. */
bool edit_tile(Nest *nest, const char *verb, const NestFactor *tiles, const char **tile_names,
               uint32_t n, GError **error);

/* The last loop that is so, in the order of nest_visit; NULL: none is. */
const NestLoop *edit_find_loop(const Nest *nest, bool (*is)(const NestLoop *loop));
bool edit_is_threads(const NestLoop *loop);
bool edit_is_vector(const NestLoop *loop);

/* Whether anything stands around the loop. */
bool edit_has_edges(const NestLoop *loop);
/* The one loop that is all of the body, or NULL. */
NestNode *edit_only_loop(const NestBody *body);
/* Link the loops, outermost first, with the body in the last; returns the first. */
NestNode *edit_link(NestPool *pool, NestNode *const *loops, uint32_t n, NestBody body);
/* A body of one node. */
NestBody edit_body_of(NestPool *pool, NestNode *node);
/* Put the loop, whose body is ignored, around every statement in the body, threads around copies, too: those that follow each
 * other share one.  False and error when bounds in it use the index, or a vector stands in it. */
bool edit_push_inside(NestPool *pool, const NestLoop *loop, NestBody *body, const char *verb,
                      GError **error);

typedef enum { BOUND_FROM, BOUND_BELOW } BoundKind;
/*
 * Bounds (NestExpr) of something inside the loop that hold for each of its iterations, and do not use its index: the
 * largest of BOUND_FROM is the smallest that it takes, likewise the other way round (Fourier-Motzkin, one step).
 * False when a bound looks up a table by the index.
 */
bool edit_eliminate(NestPool *pool, GArray *bounds, BoundKind kind, const NestLoop *loop);
/* Add the bound unless it is there. */
void edit_add_bound(GArray *bounds, NestExpr bound);

#endif
