/*
 * lane - the entries of one bank and direction, in order of age.
 *
 * Kept along: the oldest one for the open row (hit) and the oldest other one (miss).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_LANE_H
#define DRAM_LANE_H

#include "dram/channel_state.h"

static inline void set_bit(uint64_t *words, uint32_t bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static inline void clear_bit(uint64_t *words, uint32_t bit)
{
    words[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

/* The first entry from this one on that is (or is not) for the row. */
static inline Entry *find_row(Entry *entry, uint32_t row, bool same)
{
    while (entry && (entry->row == row) != same)
        entry = entry->next;
    return entry;
}

/* The bank has been opened or closed. */
static inline void lane_renew(const Bank *bank, Lane *lane)
{
    lane->hit = bank->open ? find_row(lane->head, bank->row, true) : NULL;
    lane->miss = bank->open ? find_row(lane->head, bank->row, false) : lane->head;
}

/* Returns whether it is the first of its kind. */
static inline bool lane_append(Channel *channel, Entry *entry)
{
    const uint32_t b = entry->bank;
    const Bank *bank = &channel->banks[b];
    Lane *lane = &channel->lanes[entry->op][b];
    Entry **first = bank->open && bank->row == entry->row ? &lane->hit : &lane->miss;
    Entry *tail = lane->tail;

    entry->next = NULL;
    entry->before = tail;
    lane->tail = entry;
    if (tail) {
        tail->next = entry;
    } else {
        lane->head = entry;
        set_bit(channel->waiting[entry->op], b);
    }
    if (*first)
        return false;
    *first = entry;
    return true;
}

static inline void lane_remove(Channel *channel, const Entry *entry)
{
    Lane *lane = &channel->lanes[entry->op][entry->bank];

    if (lane->hit == entry)
        lane->hit = find_row(entry->next, entry->row, true);
    if (entry->before)
        entry->before->next = entry->next;
    else
        lane->head = entry->next;
    if (entry->next)
        entry->next->before = entry->before;
    else
        lane->tail = entry->before;
    if (!lane->head)
        clear_bit(channel->waiting[entry->op], entry->bank);
}

#endif
