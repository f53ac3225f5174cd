/*
 * ahead - what is decided ahead of time and told at its own.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/ahead.h"

#include "dram/channel_parts.h"

static G_GNUC_NO_INLINE void grow(Ahead *ahead)
{
    ahead->capacity = MAX(16, 2 * ahead->capacity);
    ahead->notices = g_renew(Notice, ahead->notices, ahead->capacity);
}

static inline Notice *keep(Ahead *ahead, Req *req)
{
    if (ahead->n == ahead->capacity)
        grow(ahead);
    Notice *notice = &ahead->notices[ahead->n++];

    notice->edge = ahead->edge;
    notice->req = req;
    return notice;
}

static void keep_accepted(void *owner, Req *req, Tick now)
{
    (void)now;
    keep(owner, req)->complete = false;
}

/* Of bursts in one channel nobody looks at any but the last. */
static void keep_completed(void *owner, Req *req, Tick arrived, Tick when)
{
    if (!req->parts.apart && req->parts.to_complete > 0) {
        req_part_completes(req, &when);
        return;
    }
    Notice *notice = keep(owner, req);

    notice->complete = true;
    notice->arrived = arrived;
    notice->when = when;
}

static void pass_written(void *owner, Tick end)
{
    Ahead *ahead = owner;

    ahead->hooks->written(ahead->owner, end);
}

static const ChannelHooks hooks = { keep_accepted, keep_completed, pass_written };

Cycle ahead_go(Channel *channel, Cycle now, Cycle next)
{
    Ahead *ahead = &channel->ahead;

    ahead->hooks = channel->hooks;
    ahead->owner = channel->owner;
    channel->hooks = &hooks;
    channel->owner = ahead;
    ahead->deciding = true;
    do {
        ahead->edge = next;
        next = channel_decide(channel, next);
    } while (next - now < EDGES_AHEAD && ahead_is_near(ahead->edge, next) &&
             channel->queue.count > 0);
    ahead->deciding = false;
    channel->hooks = ahead->hooks;
    channel->owner = ahead->owner;
    ahead->next = next;
    ahead->on = true;
    return ahead_tell(channel, now);
}

/* No further than the ring of the clock. */
static inline Cycle hop(Cycle now, Cycle edge)
{
    return MIN(edge, now + CLOCK_SLOTS - 1);
}

Cycle ahead_tell(Channel *channel, Cycle now)
{
    Ahead *ahead = &channel->ahead;

    while (ahead->told < ahead->n) {
        const Notice *notice = &ahead->notices[ahead->told];

        if (notice->edge > now) {
            req_prefetch(notice->req);
            if (ahead->told + 1 < ahead->n)
                req_prefetch(notice[1].req);
            return hop(now, notice->edge);
        }
        ahead->told++;
        if (notice->complete)
            channel->hooks->completed(channel->owner, notice->req, notice->arrived, notice->when);
        else
            channel->hooks->accepted(channel->owner, notice->req, now * channel->tCK_fs);
    }
    if (now < ahead->edge)
        return hop(now, ahead->edge);
    ahead->n = ahead->told = 0;
    ahead->on = false;
    return ahead->next;
}

void ahead_clear(Channel *channel)
{
    g_clear_pointer(&channel->ahead.notices, g_free);
}
