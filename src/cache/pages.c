/*
 * pages - where the pages of a program lie in physical memory.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/pages.h"

#include "base/rng.h"
#include "cache/tlb_config.h"

static uint64_t ones(uint32_t bits)
{
    return (UINT64_C(1) << bits) - 1;
}

void pagemap_init(PageMap *map, uint32_t placement, uint32_t page_log2, uint64_t way_bytes,
                  uint64_t seed)
{
    *map = (PageMap){ .page_log2 = page_log2, .permuted = placement != PAGES_IDENTITY };
    if (placement == PAGES_COLOURED)
        while (way_bytes >> map->colour_bits > UINT64_C(1) << page_log2)
            map->colour_bits++;
    const uint32_t bits = PAGES_ADDR_BITS - page_log2 - map->colour_bits;

    map->low = bits / 2;
    map->high = bits - map->low;
    for (uint32_t i = 0; i < PAGES_ROUNDS; i++)
        map->keys[i] = rng_derive(seed, i);
}

uint64_t pagemap_frame(const PageMap *map, uint64_t addr)
{
    const uint64_t page = (addr & ones(PAGES_ADDR_BITS)) >> map->page_log2;
    const uint64_t colour = page & ones(map->colour_bits);
    const uint64_t rest = page >> map->colour_bits;
    uint64_t low = rest & ones(map->low), high = rest >> map->low;

    if (!map->permuted)
        return addr & ~ones(map->page_log2);
    for (uint32_t i = 0; i < PAGES_ROUNDS; i += 2) {
        low ^= rng_mix(map->keys[i] ^ high ^ colour << 48) & ones(map->low);
        high ^= rng_mix(map->keys[i + 1] ^ low ^ colour << 48) & ones(map->high);
    }
    return (addr & ~ones(PAGES_ADDR_BITS)) | ((high << map->low | low) << map->colour_bits | colour)
                                                 << map->page_log2;
}
