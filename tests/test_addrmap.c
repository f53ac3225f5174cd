/*
 * test_addrmap - where addresses lie in a DRAM: maps as texts, hashed banks, hashed channels.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/addrmap.h"

#include <string.h>

#include "base/rng.h"
#include "dram_rig.h"
#include "tap.h"

static void a_map_places_what_its_text_says(void)
{
    DramConfig config = dram_rig_ddr4();
    AddrMap map;

    config.channels = 3;
    CU_ASSERT_FATAL(addrmap_init(&map, &config, "RoCoBaBgChCo3", NULL));
    /* byte 6, column 3, channel (3), group 2, bank 2, column 4, row */
    const uint64_t above =
        (((UINT64_C(5) << 4 | 9) << 2 | 1) << 2 | 2); /* row 5, column 9, bank 1, group 2 */
    const Place place = addrmap_place(&map, (above * 3 + 2) << 9 | 3 << 6 | 17);

    CU_ASSERT_EQUAL(place.channel, 2);
    CU_ASSERT_EQUAL(place.row, 5);
    CU_ASSERT_EQUAL(place.column, 9 << 3 | 3);
    CU_ASSERT_EQUAL(place.bank, 2 << 2 | 1);
}

static void a_map_that_makes_no_sense_is_refused(void)
{
    const char *const texts[] = { "RoBaBgRaCo",   "RoBaBgCoCoCh", "RoBaCoCh",
                                  "RoBaBgCoChXx", "RoBaBg3CoCh",  "Ro3BaBgCoCh" };
    DramConfig config = dram_rig_ddr4();
    AddrMap map;

    config.channels = 2;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        CU_ASSERT_FALSE(addrmap_init(&map, &config, texts[i], &error));
        CU_ASSERT_PTR_NOT_NULL(error);
    }
}

/* A machine of 5 row, 2 + 1 bank, 1 rank and 3 column bits. */
static void random_map(Rng *rng, DramConfig *config, char *text)
{
    const char *fields[] = { "Ro", "Ba", "Bg", "Ra", "Co", "Ch", "Co1", "Ro2" };
    uint32_t n = G_N_ELEMENTS(fields);

    *config = dram_rig_ddr4();
    config->rows = 32;
    config->banks = 4;
    config->bank_groups = config->ranks = 2;
    config->columns = 64;
    config->bank_hash = rng_next(rng) % 2;
    config->channel_hash = rng_next(rng) % 2;
    config->channels = (uint32_t[]){ 1, 2, 3, 5, 8, 40 }[rng_next(rng) % 6];
    text[0] = 0;
    while (n > 0) {
        const uint32_t k = (uint32_t)(rng_next(rng) % n);

        strcat(text, fields[k]);
        fields[k] = fields[--n];
    }
}

static void every_map_places_each_address_once(void)
{
    enum { BURSTS = 32 * 4 * 2 * 2 * 8 };
    Rng rng = { .state = 7 };

    for (int i = 0; i < 60; i++) {
        DramConfig config;
        AddrMap map;
        char text[64];

        random_map(&rng, &config, text);
        config.channel_hash = config.channel_hash && !g_str_has_prefix(text, "Ch");
        CU_ASSERT_FATAL(addrmap_init(&map, &config, text, NULL));
        uint8_t *seen = g_new0(uint8_t, BURSTS * config.channels);

        for (uint64_t burst = 0; burst < (uint64_t)BURSTS * config.channels; burst++) {
            const Place place = addrmap_place(&map, burst * 64);
            const uint32_t at =
                ((place.channel * 16 + place.bank) * 32 + place.row) * 8 + place.column;

            CU_ASSERT(place.channel < config.channels && place.bank < 16 && place.row < 32 &&
                      place.column < 8);
            CU_ASSERT(!seen[at]);
            seen[at] = 1;
        }
        g_free(seen);
    }
}

/* Every bank, row and column is some address's, and only one's; neighbouring rows of a bank are not in one. */
static void a_hashed_map_reaches_every_place_once(void)
{
    const DramConfig config = { .channels = 1,
                                .pseudo_channels = 1,
                                .ranks = 2,
                                .bank_groups = 2,
                                .banks = 4,
                                .rows = 16,
                                .columns = 16,
                                .bus_bits = 64,
                                .burst_length = 8,
                                .bank_hash = true };
    const uint32_t places = 2 * 2 * 4 * 16 * 2;
    bool seen[2 * 2 * 4 * 16 * 2] = { false };
    AddrMap map;

    CU_ASSERT_FATAL(addrmap_init(&map, &config, "RoBaBgRaCo", NULL));
    for (uint32_t i = 0; i < places; i++) {
        const Place place = addrmap_place(&map, (uint64_t)i * 64);
        const Place above = addrmap_place(&map, ((uint64_t)i + places / 16) * 64);
        const uint32_t at = (place.bank * 16 + place.row) * 2 + place.column;

        CU_ASSERT_FATAL(at < places);
        CU_ASSERT_FALSE(seen[at]);
        seen[at] = true;
        CU_ASSERT_NOT_EQUAL(above.bank, place.bank);
        CU_ASSERT_EQUAL(above.bank / 8, place.bank / 8); /* the rank stays */
    }
}

/* ---- hashed channels ---- */

static void a_hash_of_channels_that_mixes_nothing_is_refused(void)
{
    DramConfig config = dram_rig_ddr4();
    g_autoptr(GError) error = NULL;
    AddrMap map;

    config.channels = 2;
    CU_ASSERT(addrmap_init(&map, &config, "ChRoBaBgRaCo", NULL));
    config.channel_hash = true;
    CU_ASSERT_FALSE(addrmap_init(&map, &config, "ChRoBaBgRaCo", &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "none is above Ch"));
}

enum { BLOCK = 256 };

/* Channels of so many blocks of 256 bytes, or the same with the hash. */
static AddrMap channels_map(uint32_t channels, bool hashed)
{
    DramConfig config = dram_rig_ddr4();
    AddrMap map;

    config.channels = channels;
    config.channel_hash = hashed;
    CU_ASSERT_FATAL(addrmap_init(&map, &config, "RoBaBgRaCoChCo2", NULL));
    return map;
}

/* The share of the channel that gets most of n blocks, stride apart, over that of the mean. */
static double crowding(const AddrMap *map, uint64_t n, uint64_t stride)
{
    uint32_t visits[4096] = { 0 }, most = 0;

    for (uint64_t i = 0; i < n; i++) {
        const uint32_t channel = addrmap_place(map, i * stride * BLOCK).channel;

        CU_ASSERT_FATAL(channel < map->channels);
        visits[channel]++;
        most = MAX(most, visits[channel]);
    }
    return (double)most * map->channels / (double)n;
}

/* Rau 1991: as many blocks as there are channels, a power of two apart and from a multiple on, lie in all of them. */
static void strides_of_powers_of_two_visit_all_hashed_channels_alike(void)
{
    for (uint32_t channels = 2; channels <= 4096; channels *= 2) {
        const AddrMap map = channels_map(channels, true);

        for (uint32_t k = 0; k < 24; k++)
            CU_ASSERT_EQUAL(crowding(&map, channels, UINT64_C(1) << k), 1);
    }
}

/* A stride of all channels stays in one of them; with the hash no stride crowds one, whatever their number. */
static void no_stride_crowds_a_hashed_channel(void)
{
    static const uint32_t numbers[] = { 3, 5, 6, 8, 12, 32, 40, 48, 200 };

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const uint32_t channels = numbers[i];
        const AddrMap plain = channels_map(channels, false), map = channels_map(channels, true);

        CU_ASSERT_EQUAL(crowding(&plain, 1000, channels), channels);
        for (uint64_t stride = 1; stride < 65; stride++) {
            CU_ASSERT(crowding(&map, UINT64_C(64) * channels, stride) < 2.5);
            CU_ASSERT(crowding(&map, UINT64_C(64) * channels, stride * channels) < 2.5);
        }
    }
}

/* The residue by long division, a bit at a time: what is left of the address above Ch, times x to the bits of a channel. */
static void eight_channels_are_hashed_by_the_residue_modulo_x3_x_1(void)
{
    const AddrMap map = channels_map(8, true);
    Rng rng = { .state = 5 };

    for (int i = 0; i < 1000; i++) {
        const uint64_t block = rng_next(&rng) >> 8;
        uint64_t rest = block;

        for (uint32_t bit = 63; bit >= 3; bit--)
            if (rest >> bit & 1)
                rest ^= UINT64_C(0xb) << (bit - 3);
        CU_ASSERT_EQUAL(addrmap_place(&map, block * BLOCK).channel, rest);
    }
}

static CU_TestInfo tests[] = {
    TEST(a_map_places_what_its_text_says),
    TEST(a_map_that_makes_no_sense_is_refused),
    TEST(every_map_places_each_address_once),
    TEST(a_hashed_map_reaches_every_place_once),
    TEST(a_hash_of_channels_that_mixes_nothing_is_refused),
    TEST(strides_of_powers_of_two_visit_all_hashed_channels_alike),
    TEST(no_stride_crowds_a_hashed_channel),
    TEST(eight_channels_are_hashed_by_the_residue_modulo_x3_x_1),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_addrmap = { .pName = "addrmap", .pTests = tests };
