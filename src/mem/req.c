/*
 * req - the pool of requests, waiting, and sending.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/req.h"

enum { BLOCK_REQS = 64 };

void reqpool_init(ReqPool *pool, uint32_t levels)
{
    *pool = (ReqPool){ .levels = levels, .blocks = g_ptr_array_new_with_free_func(g_aligned_free) };
}

void reqpool_clear(ReqPool *pool)
{
    g_clear_pointer(&pool->blocks, g_ptr_array_unref);
    pool->free = NULL;
}

void reqpool_grow(ReqPool *pool)
{
    const size_t align = HOST_LINE_BYTES;
    const uint32_t further = pool->levels > REQ_LEVELS ? pool->levels - REQ_LEVELS : 0;
    const size_t size = (sizeof(Req) + further * sizeof(uint32_t) + align - 1) / align * align;
    char *block = g_aligned_alloc0(BLOCK_REQS, size, align);

    g_ptr_array_add(pool->blocks, block);
    for (size_t i = BLOCK_REQS; i-- > 0;)
        req_free(pool, (Req *)(void *)(block + i * size));
}

void waiters_add(WaiterList *list, Waiter *waiter)
{
    if (list->last) {
        waiter->next = list->last->next;
        list->last->next = waiter;
    } else {
        waiter->next = waiter;
    }
    list->last = waiter;
}

void waiters_wake_all(WaiterList *list, Tick when)
{
    const Waiter *last = list->last;
    Waiter *waiter = last->next, *next = NULL;

    list->last = NULL;
    if (waiter == last) { /* most often: nothing to be kept beyond the call */
        waiter->wake(waiter, when);
        return;
    }
    for (bool more = true; more; waiter = next) {
        more = waiter != last;
        next = waiter->next; /* waking may free the waiter */
        waiter->wake(waiter, when);
    }
}

static void arrival_fires(Event *event, Tick now)
{
    Req *req = event->owner;
    const Tick when = req->port->ops->arrive(req->port, req, now);

    if (when != TICK_PENDING)
        req_done(req, when);
}

static void post(Req *req, SimKind kind, Tick when)
{
    req->event = (Event){ .fire = arrival_fires, .owner = req };
    sim_at_in(req->port->sim, kind, when, &req->event);
}

void port_post(Req *req, Tick when)
{
    post(req, SIM_POSTED, when);
}

void port_pass(Req *req, Tick when)
{
    post(req, req->port->kind, when);
}
