/*
 * req - a request on its way through caches to memory, and the port at which two components meet.
 *
 * What a request does to tags and counters is decided when its access is issued (in program order); a
 * request only carries the consequences through time: at which levels it takes bandwidth, where it holds
 * an MSHR, which level or memory serves it, and which posted requests (write-backs of victims) start when its data arrive.
 *
 * A port takes a request at its arrival and answers with the completion time, if that is decided, or TICK_PENDING; then
 * req_done is called exactly once, as soon as the time is known (which may lie in the future).
 * Completion: of a read, its data are there; of a write, the level or channel has taken it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_REQ_H
#define MEM_REQ_H

#include <glib.h>

#include "base/cpu.h"
#include "sim/sim.h"

typedef struct Req Req;
typedef struct Port Port;
typedef struct Waiter Waiter;

/* Somebody who is told a time that was not known before. */
struct Waiter {
    Waiter *next;
    void (*wake)(Waiter *waiter, Tick when);
    void *owner;
};

/* In order of arrival: a ring, of which the last one is known. */
typedef struct {
    Waiter *last; /* NULL: there is none */
} WaiterList;

typedef enum { REQ_READ, REQ_WRITE } ReqOp;

enum { NO_FETCH = UINT8_MAX };

/*
 * What becomes of a request.
 * done: its completion is known.
 * soon: it will be told soon: have the host fetch what that looks at.  NULL: it is not worth it.
 */
typedef struct {
    void (*done)(Req *req, Tick when);
    void (*soon)(Req *req);
} ReqOps;

enum { JOINED_MAX = 127 }; /* Req.joined: a line has at most 64 sectors */
enum { REQ_LEVELS = 2 };   /* those of which a request keeps the MSHR in its first part */

/* What arrivals look at comes first and fills a cache line of the host; what the completion does, too, another one. */
struct Req {
    union {
        Event event; /* its next arrival */
        struct { /* from then on, where it is taken in parts: so many answers to come, less one */
            uint32_t to_accept : 31,
                apart : 1; /* apart: the parts are in places that answer each by itself */
            uint32_t to_complete;
            Tick complete_fs; /* of the parts that are complete, the latest */
        } parts;
    };
    uint64_t addr;
    uint32_t bytes;     /* at the level where it starts; below a fetching level a line moves */
    uint8_t op : 1;     /* ReqOp */
    uint8_t joined : 7; /* so many sectors are asked for besides the first one, or written */
    uint8_t level;      /* where it arrives next; number of caches = memory */
    uint8_t
        fetch_from;   /* first level that fetches a line for it and holds an MSHR; NO_FETCH: none */
    uint8_t depth;    /* the level that serves a read or ends a write */
    Port *port;       /* where it arrives next */
    Tick earliest_fs; /* completion is not before this (bandwidth on the way) */
    WaiterList accepted; /* told when the first fetching level has taken it */
    union {
        uint32_t mshr[REQ_LEVELS]; /* req_mshr */
        uint32_t
            further; /* of a posted write: so many like it follow it in memory, and in its list */
    };
    WaiterList waiters; /* told the completion */
    const ReqOps *ops;
    void *owner;        /* for these */
    Req *next;          /* in a queue, or among the children */
    Req *children;      /* posted requests that start at its completion */
    Waiter waiter;      /* for its own waiting on another request */
    uint32_t mshr_on[]; /* of further levels */
};

/* Its MSHR at a level, from fetch_from to depth - 1. */
static inline uint32_t *req_mshr(Req *req, uint32_t level)
{
    return level < REQ_LEVELS ? &req->mshr[level] : &req->mshr_on[level - REQ_LEVELS];
}

/*
 * arrive: takes a request.
 * read: the same for a read of bytes at addr, without a request, where every answer is decided at once; else NULL.
 */
typedef struct {
    Tick (*arrive)(Port *port, Req *req, Tick now);
    Tick (*read)(Port *port, uint64_t addr, uint32_t bytes, Tick now);
} PortOps;

/* Writes are posted: nobody need wait for one to be taken.  Memory that keeps those that it cannot take yet counts them,
 * and whoever might send more waits while there are too many (port_is_crowded). */
struct Port {
    const PortOps *ops;
    Sim *sim;
    SimKind kind; /* of arrivals that come after the way to it; of others it is SIM_POSTED */
    bool joins;   /* what follows each other may come as one request */
    uint32_t backlog, backlog_max; /* writes that have arrived and are not taken yet */
    WaiterList relief;             /* told when there are no more than backlog_max again */
};

static inline bool port_is_crowded(const Port *port)
{
    return port->backlog > port->backlog_max;
}

/* Requests of one simulation, recycled. */
typedef struct {
    Req *free;
    GPtrArray *blocks; /* of malloc'ed blocks */
    uint32_t levels;
} ReqPool;

void reqpool_init(ReqPool *pool, uint32_t levels);
void reqpool_clear(ReqPool *pool);
void reqpool_grow(ReqPool *pool);

/* The host is to have what the completion of req looks at. */
static inline void req_prefetch(const Req *req)
{
    __builtin_prefetch(req, 1);
    __builtin_prefetch((const char *)req + HOST_LINE_BYTES, 1);
}

/* The rest of it is for who sends it. */
static inline Req *req_new(ReqPool *pool, uint64_t addr, uint32_t bytes, ReqOp op)
{
    if (!pool->free)
        reqpool_grow(pool);
    Req *req = pool->free;

    pool->free = req->next;
    if (pool->free)
        req_prefetch(pool->free);
    req->next = req->children = NULL;
    req->addr = addr;
    req->bytes = bytes;
    req->op = op == REQ_WRITE;
    req->joined = 0;
    req->earliest_fs = 0;
    req->fetch_from = NO_FETCH;
    req->waiters.last = req->accepted.last = NULL;
    return req;
}

/* A part is complete at *when.  Returns whether it was the last one to come: then *when is the latest of all. */
static inline bool req_part_completes(Req *req, Tick *when)
{
    const bool is_last = req->parts.to_complete == 0;

    *when = MAX(*when, req->parts.complete_fs);
    if (is_last)
        return true;
    req->parts.to_complete--;
    req->parts.complete_fs = *when;
    return false;
}

/* Its completion is known. */
static inline void req_done(Req *req, Tick when)
{
    req->ops->done(req, when);
}

/* It will be soon. */
static inline void req_soon(Req *req)
{
    if (req->ops->soon)
        req->ops->soon(req);
}

static inline void req_free(ReqPool *pool, Req *req)
{
    req->next = pool->free;
    pool->free = req;
}

void waiters_add(WaiterList *list, Waiter *waiter);
void waiters_wake_all(WaiterList *list, Tick when);
/* Tell all, in the order in which they came, and forget them. */
static inline void waiters_wake(WaiterList *list, Tick when)
{
    if (list->last)
        waiters_wake_all(list, when);
}

/* Let req arrive at time when by an event, whatever comes in between. */
void port_post(Req *req, Tick when);
/* The same for one that goes on its way to its port, without a wait. */
void port_pass(Req *req, Tick when);
/* Let req arrive at its port at time when: at once if nothing can come in between, else by an event. */
static inline Tick port_send(Req *req, Tick when)
{
    if (sim_can_decide(req->port->sim, when))
        return req->port->ops->arrive(req->port, req, when);
    port_pass(req, when);
    return TICK_PENDING;
}

#endif
