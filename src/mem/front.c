/*
 * front - a machine without caches.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/front.h"

static void direct_done(Req *req, Tick when)
{
    DirectFront *direct = req->owner;

    waiters_wake(&req->accepted, when); /* it may have been complete on arrival */
    waiters_wake(&req->waiters, when);
    req_free(direct->pool, req);
}

static const ReqOps direct_req_ops = { .done = direct_done };

/* The request that was sent last is accepted, perhaps before the call that has sent it returns. */
static void direct_accepted(Waiter *waiter, Tick when)
{
    DirectFront *direct = waiter->owner;
    Waiter *offering = direct->offering;

    direct->blocked = false;
    direct->offering = NULL;
    if (offering)
        offering->wake(offering, when);
}

static void tally_access(DirectFront *direct, const Access *access)
{
    regiontally_add(&direct->tally, access->addr, access->bytes, access->op == ACCESS_WRITE);
}

static FrontStatus direct_access(Front *front, const Access *access, Tick now, Grant grant,
                                 Waiter *waiter, FrontAnswer *answer)
{
    DirectFront *direct = (DirectFront *)front;

    *answer = (FrontAnswer){ .issued_fs = now };
    if (direct->blocked) {
        direct->offering = waiter;
        return FRONT_BLOCKED;
    }
    if (!front_may_decide(direct->memory->sim, now, grant))
        return FRONT_YIELD;
    Req *req = req_new(direct->pool, access->addr, access->bytes,
                       access->op == ACCESS_WRITE ? REQ_WRITE : REQ_READ);

    if (G_UNLIKELY(direct->tally.counts != NULL))
        tally_access(direct, access);
    req->level = req->depth = 0;
    req->port = direct->memory;
    req->ops = &direct_req_ops;
    req->owner = direct;
    waiters_add(&req->accepted, &direct->accepted);
    waiters_add(&req->waiters, waiter);
    direct->blocked = true;
    answer->data_fs = port_send(req, now);
    if (answer->data_fs != TICK_PENDING) {
        direct->blocked = false;
        req_free(direct->pool, req);
    }
    return FRONT_TAKEN;
}

/* Memory counts what arrives; there is nothing else to count, but by array. */
static void direct_count(Front *front, const Access *access)
{
    DirectFront *direct = (DirectFront *)front;

    if (direct->tally.counts)
        tally_access(direct, access);
}

static const FrontOps direct_ops = { .access = direct_access, .count = direct_count };

void directfront_init(DirectFront *direct, Port *memory, ReqPool *pool)
{
    *direct = (DirectFront){ .front = { .ops = &direct_ops }, .memory = memory, .pool = pool };
    direct->accepted = (Waiter){ .wake = direct_accepted, .owner = direct };
}
