/*
 * plain_lane - the accesses of a unit of a run, each a lane that moves evenly; for cache_plain_run.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PLAIN_LANE_H
#define CACHE_PLAIN_LANE_H

#include "cache/plain_set.h"

typedef struct {
    bool write;
    bool far;        /* each unit is in another line */
    uint64_t line;   /* of one that is not far, in the unit before */
    uint64_t word;   /* in its place */
    uint64_t left;   /* units for which it stays there */
    uint64_t *order; /* of its set */
    uint32_t way, place;
    uint32_t sets;          /* through which it turns; 0: it does not */
    uint64_t stride, lines; /* from one unit to the next */
    uint64_t apart;         /* its sets are equal modulo this, a power of two */
    uint64_t low, span;     /* its lines are from low to low + span */
    size_t absent;          /* units for which it is known to miss */
    size_t rest;            /* misses before it is worth finding that out */
    size_t misses;
} Lane;

/* Where a walk is. */
typedef struct {
    Lane lanes[EVEN_MAX];
    uint32_t unit, n_far, near; /* near: one that is not far */
    uint32_t line_bytes;
    uint8_t levels;
    const Access *access, *end;
    FrontStep *steps, *step; /* the first one, and the one of access */
    Down *out;
} Walk;

/* The lanes of n accesses, of whole units, from that of the walk on. */
void plainwalk_init_lanes(Walk *walk, const Cache *first, size_t n);
/* Whether lanes that are far turn through few sets, each through its own. */
bool plainwalk_turns_apart(const Walk *walk);
/* A lane that turns has missed in line, and so many units are to come: is it known to go on so? */
void plainlane_look_ahead(const Tags *tags, Lane *lane, uint64_t line, size_t units);

#endif
