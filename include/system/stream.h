/*
 * stream - the accesses of a point's workload, in program order, as one core makes them: for writing them down.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_STREAM_H
#define SYSTEM_STREAM_H

#include "mem/access.h"
#include "spec/point.h"

/* All parts of a sequence follow each other; a warm-up is left out, and so is what never reaches a cache: arrays in a
 * scratchpad, operations.  Borrows the point until source_free.  Returns NULL and sets error (TRACE, IO). */
AccessSource *stream_open(const PointSpec *point, GError **error);

#endif
