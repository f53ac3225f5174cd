/*
 * addrmap - from the text of a map to shifts and masks.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/addrmap.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

typedef enum {
    FIELD_RO,
    FIELD_BA,
    FIELD_BG,
    FIELD_RA,
    FIELD_PC,
    FIELD_CO,
    FIELD_CH,
    N_FIELDS
} MapField;

static const char *const names[N_FIELDS] = { "Ro", "Ba", "Bg", "Ra", "Pc", "Co", "Ch" };

typedef struct {
    uint32_t field;
    int32_t bits; /* -1: the rest */
} Piece;

typedef struct {
    Piece pieces[32];
    uint32_t n;
    uint32_t width[N_FIELDS]; /* bits that the organisation asks for */
    uint32_t given[N_FIELDS]; /* by numbers */
    uint32_t rest[N_FIELDS];  /* how many pieces without a number */
} Draft;

static uint32_t log2_of(uint64_t n)
{
    return (uint32_t)__builtin_ctzll(n);
}

static bool refuse(GError **error, const char *text, const char *why, const char *field)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "mapping: \"%s\": %s%s; fields are Ro Ba Bg Ra Pc Co Ch, e.g. \"RoBaBgRaCoCh\"",
                text, why, field);
    return false;
}

static bool read_pieces(Draft *draft, const char *text, GError **error)
{
    const char *at = text;

    while (*at) {
        uint32_t field = 0;

        while (field < N_FIELDS && strncmp(at, names[field], 2) != 0)
            field++;
        if (field == N_FIELDS)
            return refuse(error, text, "no field begins at ", at);
        if (draft->n == G_N_ELEMENTS(draft->pieces))
            return refuse(error, text, "too many parts", "");
        at += 2;
        Piece *piece = &draft->pieces[draft->n++];

        *piece = (Piece){ .field = field, .bits = -1 };
        if (g_ascii_isdigit(*at)) {
            char *end;

            piece->bits = (int32_t)MIN(g_ascii_strtoull(at, &end, 10), 64);
            if (piece->bits == 0)
                return refuse(error, text, "a part of 0 bits: ", names[field]);
            draft->given[field] += (uint32_t)piece->bits;
            at = end;
        } else {
            draft->rest[field]++;
        }
    }
    return true;
}

static bool check_pieces(const Draft *draft, const char *text, GError **error)
{
    for (uint32_t field = 0; field < N_FIELDS; field++) {
        const bool all = draft->given[field] == draft->width[field];

        if (field == FIELD_CH && draft->rest[field] > 1)
            return refuse(error, text, "twice: ", names[field]);
        if (draft->rest[field] > 1)
            return refuse(error, text, "twice without a number of bits: ", names[field]);
        if (draft->given[field] > draft->width[field])
            return refuse(error, text, "too many bits in ", names[field]);
        if (draft->rest[field] == 0 && !all && field != FIELD_CH) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "mapping \"%s\": %s has %" G_GUINT32_FORMAT " of the %" G_GUINT32_FORMAT
                        " bits of the organisation",
                        text, names[field], draft->given[field], draft->width[field]);
            return false;
        }
        if (field == FIELD_CH && draft->given[field] > 0)
            return refuse(error, text, "a channel cannot be split: ", names[field]);
    }
    return true;
}

/* Of a bank's number, from the top: pseudo-channel, rank, group, bank. */
static uint32_t bank_shift(const Draft *draft, uint32_t field)
{
    uint32_t shift = 0;

    if (field == FIELD_BA)
        return shift;
    shift += draft->width[FIELD_BA];
    if (field == FIELD_BG)
        return shift;
    shift += draft->width[FIELD_BG];
    if (field == FIELD_RA)
        return shift;
    return shift + draft->width[FIELD_RA];
}

static bool place_part(AddrMap *map, const Draft *draft, uint32_t field, uint32_t bits,
                       uint32_t from, uint32_t placed)
{
    const bool in_row = field == FIELD_RO, in_column = field == FIELD_CO;
    MapPart *parts = in_row ? map->row : in_column ? map->column : map->bank;
    uint8_t *n = in_row ? &map->n_row : in_column ? &map->n_column : &map->n_bank;
    const uint32_t base = in_row || in_column ? 0 : bank_shift(draft, field);

    if (bits == 0)
        return true;
    if (*n == MAP_PARTS_MAX || from > 63)
        return false;
    /* Next to the part before, in both: one part. */
    if (*n > 0) {
        MapPart *last = &parts[*n - 1];
        const uint32_t width = (uint32_t)__builtin_popcountll(last->mask);

        if (last->from + width == from && last->to + width == base + placed) {
            last->mask = (UINT64_C(1) << (width + bits)) - 1;
            return true;
        }
    }
    parts[(*n)++] = (MapPart){ .from = (uint8_t)from,
                               .to = (uint8_t)(base + placed),
                               .mask = (UINT64_C(1) << bits) - 1 };
    return true;
}

/* Irreducible polynomials over GF(2) by their degree, without its bit; they are primitive as well.
 * Source: Peterson and Weldon, "Error-Correcting Codes", 2nd ed., 1972, appendix C. */
static const uint16_t irreducible[] = { 0,    1, 3, 3,    3,    5,     3, 3,     0x1d,
                                        0x11, 9, 5, 0x53, 0x1b, 0x443, 3, 0x100b };

/*
 * The residues of what lies above Ch, bit by bit: each is the one before times x.
 *
 * Of a power of two of channels it is the address with Ch that is hashed: the lowest bit above it stands for x to the
 * number of its bits, which is the degree, too.  Other numbers take the residue modulo the channels once more: that has
 * four bits more than they need, so that all turns are about as frequent.
 */
static void init_residues(AddrMap *map)
{
    const bool power = map->channels_log2 >= 0;
    const uint32_t bits = 32 - (uint32_t)__builtin_clz(map->channels - 1);
    const uint32_t degree = power ? bits : bits + 4;
    uint32_t residue = power ? irreducible[degree] : 1;

    assert(degree < G_N_ELEMENTS(irreducible));
    for (uint32_t bit = 0; bit < 64; bit++) {
        for (uint32_t value = 0; value < 256; value++)
            if (value >> bit % 8 & 1)
                map->residue[bit / 8][value] ^= (uint16_t)residue;
        residue <<= 1;
        if (residue >> degree)
            residue ^= UINT32_C(1) << degree | irreducible[degree];
    }
}

bool addrmap_init(AddrMap *map, const DramConfig *config, const char *text, GError **error)
{
    const uint32_t bursts = config->columns / config->burst_length;
    Draft draft = { .width = { log2_of(config->rows), log2_of(config->banks),
                               log2_of(config->bank_groups), log2_of(config->ranks),
                               log2_of(config->pseudo_channels), log2_of(bursts), 0 } };
    uint32_t placed[N_FIELDS] = { 0 };
    bool has_channel = false;
    uint32_t at;

    if (!read_pieces(&draft, text, error) || !check_pieces(&draft, text, error))
        return false;
    *map = (AddrMap){ .channels = config->channels };
    map->burst_log2 = (uint8_t)log2_of(dram_burst_bytes(config));
    map->channels_log2 = (config->channels & (config->channels - 1)) == 0
                             ? (int8_t)log2_of(config->channels)
                             : (int8_t)-1;
    if (config->channel_hash && draft.pieces[0].field == FIELD_CH)
        return refuse(error, text,
                      "channel_hash mixes a channel with the fields above it, and none is above ",
                      "Ch");
    map->channel_hash = config->channel_hash && config->channels > 1;
    if (map->channel_hash)
        init_residues(map);
    if (config->bank_hash)
        map->hash_mask = config->bank_groups * config->banks - 1;
    at = map->burst_log2;
    for (uint32_t i = draft.n; i-- > 0;) {
        const Piece *piece = &draft.pieces[i];
        const uint32_t bits = piece->bits >= 0
                                  ? (uint32_t)piece->bits
                                  : draft.width[piece->field] - draft.given[piece->field];

        if (piece->field == FIELD_CH) {
            has_channel = true;
            map->channel_from = (uint8_t)at;
            continue;
        }
        if (!place_part(map, &draft, piece->field, bits, at, placed[piece->field]))
            return refuse(error, text, "too many parts", "");
        placed[piece->field] += bits;
        at += bits;
    }
    if (config->interleave_bytes) {
        if (has_channel)
            return refuse(error, text, "interleave is given, too; leave out one of them, or ",
                          "Ch");
        map->channel_from = (uint8_t)log2_of(config->interleave_bytes);
    } else if (!has_channel && config->channels > 1) {
        return refuse(error, text, "bits are missing in ", "Ch");
    }
    if (map->n_bank == 0)
        map->bank[map->n_bank++] = (MapPart){ 0, 0, 0 };
    if (map->n_row == 0)
        map->row[map->n_row++] = (MapPart){ 0, 0, 0 };
    if (map->n_column == 0)
        map->column[map->n_column++] = (MapPart){ 0, 0, 0 };
    return true;
}
