/*
 * compose - sources made of sources: one after the other, interleaved by a draw, dealt to several, limited, counted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_COMPOSE_H
#define WORKLOAD_COMPOSE_H

#include "mem/access.h"
#include "workload/footprint.h"

/* The parts one after the other.  Takes them. */
AccessSource *concat_new(AccessSource **parts, uint32_t n_parts);

/* Each access from the part that a seeded draw picks, part i with weights[i] of the sum of those that are not at
 * their end; until all are.  Takes the parts, copies the weights. */
AccessSource *mix_new(AccessSource **parts, const double *weights, uint32_t n_parts, uint64_t seed);

/*
 * A stream that several cores share, or several phases one after the other: whoever asks gets the next
 * accesses.  The tap takes the source; it lives until tap_free, its views borrow it.
 */
typedef struct Tap Tap;
Tap *tap_new(AccessSource *source);
void tap_free(Tap *tap); /* accepts NULL */
/* From now on at most this many accesses until the next call; UINT64_MAX: no limit. */
void tap_limit(Tap *tap, uint64_t accesses);
/* From now on times are counted from elapsed_fs later; what was wanted before is wanted at once. */
void tap_elapse(Tap *tap, Tick elapsed_fs);
/* From now on the accesses are counted into footprint (borrowed); NULL: not. */
void tap_count(Tap *tap, Footprint *footprint);
/* A source that takes up to block accesses at a time out of the tap. */
AccessSource *tap_view(Tap *tap, uint32_t block);

#endif
