/*
 * event - what fires at a time, and how it stands in a queue.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/units.h"

typedef struct Event Event;
struct Event {
    void (*fire)(Event *event, Tick now);
    void *owner; /* for fire; the queue does not look at it */
};

typedef struct {
    Tick when;
    uint64_t seq;
    Event *event;
} SimEntry;

#endif
