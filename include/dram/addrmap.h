/*
 * addrmap - where in the DRAM an address lies: a string of fields, from the most to the least significant bit.
 *
 * Fields: Ro row, Ba bank, Bg bank group, Ra rank, Pc pseudo-channel, Co column (in bursts), Ch channel.  Each once, or
 * in parts: a field with a number takes that many bits ("RoCoBaBgChCo3": the three low column bits at the bottom); the
 * one without a number takes the rest.  Fields of one value may be left out.  Below them lie the bytes of one burst.
 * The number of channels need not be a power of two: the address above Ch is then divided by it.  Row bits above the
 * device's wrap round.  With bank_hash the bits of bank and bank group are XORed with as many row bits, the lowest (Zhang,
 * Zhu, Zhang, "A permutation-based page interleaving scheme", MICRO 2000): rows that lie in one bank one above the other
 * come to lie in different ones.
 *
 * With channel_hash as many neighbours as there are channels, from a multiple on, lie in all of them still, and those at any
 * other distance are spread, too: by the residue of the address above Ch, as a polynomial over GF(2), modulo an irreducible
 * one.  A power of two of channels is XORed with it: then every stride of a power of two visits all channels alike (Rau,
 * "Pseudo-randomly interleaved memory", ISCA 1991; so are the partitions of a GPU spread in Accel-Sim: Khairy et al., ISCA
 * 2020).  Another number of channels is turned by it, as the skewed storage of Budnik and Kuck (IEEE Trans. Computers C-20,
 * 1971) is by the row.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_ADDRMAP_H
#define DRAM_ADDRMAP_H

#include <glib.h>
#include <stdbool.h>

#include "dram/dram_config.h"

typedef struct {
    uint8_t from, to; /* lowest bit in the address, and in the field */
    uint64_t mask;    /* of the field's part, shifted down */
} MapPart;

enum { MAP_PARTS_MAX = 8 };

typedef struct {
    MapPart bank[MAP_PARTS_MAX], row[MAP_PARTS_MAX], column[MAP_PARTS_MAX];
    uint8_t n_bank, n_row, n_column;
    uint8_t channel_from; /* bits below the channel */
    uint8_t burst_log2;   /* bytes of a burst */
    uint32_t channels;
    int8_t channels_log2; /* -1: not a power of two */
    uint32_t hash_mask;   /* of the row bits that are XORed into bank and bank group; 0: none */
    bool channel_hash;
    uint16_t residue[8][256]; /* with channel_hash: of each byte of the address above Ch */
} AddrMap;

typedef struct {
    uint32_t channel,
        bank; /* bank: of the channel, counted through pseudo-channels, ranks and groups */
    uint32_t row, column;
} Place;

/* False and error (CONFIG) when the text makes no sense. */
bool addrmap_init(AddrMap *map, const DramConfig *config, const char *text, GError **error);

static inline uint32_t addrmap_gather(const MapPart *part, uint32_t n, uint64_t address)
{
    uint64_t value = (address >> part->from & part->mask) << part->to;

    for (uint32_t i = 1; i < n; i++)
        value |= (address >> part[i].from & part[i].mask) << part[i].to;
    return (uint32_t)value;
}

/* The channel that takes the place of this one at the height of high. */
static inline uint32_t addrmap_hashed_channel(const AddrMap *map, uint32_t channel, uint64_t high)
{
    uint32_t residue = 0;

    for (uint32_t byte = 0; high; high >>= 8, byte++)
        residue ^= map->residue[byte][high & 255];
    return map->channels_log2 >= 0 ? channel ^ residue : (channel + residue) % map->channels;
}

/* The channel of an address; *within: what is left of it there. */
static inline uint32_t addrmap_channel(const AddrMap *map, uint64_t address, uint64_t *within)
{
    *within = address;
    if (map->channels == 1)
        return 0;
    const uint64_t low = address & ((UINT64_C(1) << map->channel_from) - 1);
    uint64_t high = address >> map->channel_from;
    uint32_t channel;

    if (map->channels_log2 >= 0) {
        channel = (uint32_t)high & (map->channels - 1);
        high >>= map->channels_log2;
    } else {
        channel = (uint32_t)(high % map->channels);
        high /= map->channels;
    }
    *within = high << map->channel_from | low;
    return map->channel_hash ? addrmap_hashed_channel(map, channel, high) : channel;
}

/* Where what is left of an address lies in its channel. */
static inline Place addrmap_place_within(const AddrMap *map, uint32_t channel, uint64_t within)
{
    Place place = { .channel = channel,
                    .bank = addrmap_gather(map->bank, map->n_bank, within),
                    .row = addrmap_gather(map->row, map->n_row, within),
                    .column = addrmap_gather(map->column, map->n_column, within) };

    place.bank ^= place.row & map->hash_mask;
    return place;
}

static inline Place addrmap_place(const AddrMap *map, uint64_t address)
{
    uint64_t within;
    const uint32_t channel = addrmap_channel(map, address, &within);

    return addrmap_place_within(map, channel, within);
}

#endif
