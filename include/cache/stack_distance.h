/*
 * stack_distance - how many distinct lines lie between two uses of a line, and the misses of every cache size at once.
 *
 * The stack distance of an access is the number of distinct lines used since the last use of its line, itself counted: a
 * fully associative LRU cache of C lines hits exactly when it is at most C (Mattson, Gecsei, Slutz, Traiger, IBM Systems
 * Journal 9(2), 1970).  A bit for each line stands at the time of its last use; a Fenwick tree over blocks of bits counts
 * those behind a time: O(log n) an access (Bennett and Kruskal, IBM Journal of Research and Development 19(4), 1975;
 * Fenwick, Software: Practice and Experience 24(3), 1994).
 * With a rate below 1 only lines whose hash is below it are followed and distances are scaled up: SHARDS with the
 * correction of the first bucket (Waldspurger, Park, Garthwaite, Ahmad, FAST 2015).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_STACK_DISTANCE_H
#define CACHE_STACK_DISTANCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct StackDistance StackDistance;

/* rate: the share of lines that is followed, above 0 up to 1.  Free with stackdistance_free. */
StackDistance *stackdistance_new(double rate);
void stackdistance_free(StackDistance *stack); /* accepts NULL */
/* An access to line. */
void stackdistance_add(StackDistance *stack, uint64_t line);
/* Forget what was counted, not what was used when. */
void stackdistance_reset(StackDistance *stack);

uint64_t stackdistance_accesses(const StackDistance *stack);
/* Distinct lines since the start; with sampling an estimate. */
double stackdistance_lines(const StackDistance *stack);
/* Of the accesses counted, those that miss in a fully associative LRU cache of lines; with sampling an estimate. */
double stackdistance_misses(const StackDistance *stack, uint64_t lines);
/* The same for a cache of sets x ways if lines fall into sets by chance: the misses by the binomial distribution of
 * the lines between two uses (Smith, IEEE TSE 4(2), 1978; Hill and Smith, IEEE TC 38(12), 1989). */
double stackdistance_set_misses(const StackDistance *stack, uint64_t sets, uint32_t ways);
/* Half the width of an interval around the estimated miss ratio of a cache of lines in which the true one lies about 95
 * times of 100; 0 without sampling.  Two things may be off: which lines are followed (1.96 standard deviations, from how
 * far groups of followed lines differ) and their distances (1.96 / sqrt of the followed lines that fit, as a size). */
double stackdistance_error(const StackDistance *stack, uint64_t lines);
/* A size at which the curve falls, and the misses from there on. */
typedef struct {
    uint64_t lines;
    double misses;
} StackPoint;

/* The whole curve, ascending: an array of StackPoint that begins at 0 lines (caller frees). */
GArray *stackdistance_curve(const StackDistance *stack);

#endif
