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

/* The first entry from index on that is (or is not) for the row. */
static inline int32_t find_row(const Channel *channel, int32_t index, uint32_t row, bool same)
{
    while (index >= 0 && (channel->entries[index].row == row) != same)
        index = channel->entries[index].next;
    return index;
}

/* The bank has been opened or closed. */
static inline void lane_renew(const Channel *channel, const Bank *bank, Lane *lane)
{
    lane->hit = bank->open ? find_row(channel, lane->head, bank->row, true) : (int32_t)NONE;
    lane->miss = bank->open ? find_row(channel, lane->head, bank->row, false) : lane->head;
}

static inline void lane_append(Channel *channel, uint32_t b, int32_t index)
{
    Entry *entry = &channel->entries[index];
    Bank *bank = &channel->banks[b];
    Lane *lane = &bank->lane[entry->op];
    const bool hit = bank->open && bank->row == entry->row;

    entry->next = NONE;
    entry->before = lane->tail;
    if (lane->tail >= 0)
        channel->entries[lane->tail].next = index;
    else {
        lane->head = index;
        set_bit(channel->waiting[entry->op], b);
    }
    lane->tail = index;
    if (hit && lane->hit < 0)
        lane->hit = index;
    if (!hit && lane->miss < 0)
        lane->miss = index;
}

static inline void lane_remove(Channel *channel, uint32_t b, int32_t index)
{
    const Entry *entry = &channel->entries[index];
    Lane *lane = &channel->banks[b].lane[entry->op];

    if (lane->hit == index)
        lane->hit = find_row(channel, entry->next, entry->row, true);
    if (entry->before >= 0)
        channel->entries[entry->before].next = entry->next;
    else
        lane->head = entry->next;
    if (entry->next >= 0)
        channel->entries[entry->next].before = entry->before;
    else
        lane->tail = entry->before;
    if (lane->head < 0)
        clear_bit(channel->waiting[entry->op], b);
}

#endif
