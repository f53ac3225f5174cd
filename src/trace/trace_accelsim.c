/*
 * trace_accelsim - the kernel traces of Accel-Sim (.traceg): one instruction of a warp a line.
 *
 * The addresses of the active lanes become sectors of 32 bytes, each once an instruction, in the order in which lanes
 * touch them first: what a GPU asks of its first-level cache.  Loads read, stores write, atomics and reductions read
 * and write.  Shared memory (by opcode, or by the address range that the header names), constants and textures are not
 * part of the memory that is modelled and are skipped.  Bulk copies of the tensor memory accelerator, whose addresses
 * have a form of their own, are refused.  Instructions are not delivered as fetches.
 * Addresses come in three modes: 0 all, 1 a base and a stride, 2 a base and differences.
 * Source: Accel-Sim, gpu-simulator/trace-parser/trace_parser.cc.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "an instruction of an Accel-Sim trace"

enum {
    LANES = 32,
    SECTOR_BYTES = 32,
    SHARED_BYTES = 16 << 20, /* the window of shared memory in the address space */
    REGISTERS_MAX = 16,
    BYTES_MAX = 32, /* of a lane: at most two sectors */
    VERSION_WITHOUT_PLACE = 3
};

/* An atomic on sectors of its own for each half of each lane. */
G_STATIC_ASSERT(TEXT_ACCESSES_MAX >= 2 * 2 * LANES);

typedef struct {
    uint64_t version, lineinfo, shared_base;
} AccelState;

typedef struct {
    Text opcode;
    uint32_t mask;
    unsigned bytes;
    unsigned lanes;
    uint64_t addr[LANES];
} Instruction;

static bool begins(Text text, const char *word)
{
    const size_t bytes = strlen(word);

    return (size_t)(text.end - text.at) >= bytes && memcmp(text.at, word, bytes) == 0;
}

/* "-key = value" */
static const char *take_header(AccelState *s, Text line)
{
    static const char *const keys[] = { "-accelsim tracer version =", "-enable lineinfo =",
                                        "-shmem base_addr =" };
    uint64_t *const values[] = { &s->version, &s->lineinfo, &s->shared_base };

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (begins(line, keys[i])) {
            const Text value = text_trim((Text){ line.at + strlen(keys[i]), line.end });

            if (!(i == 2 ? text_hex(value, values[i]) : text_decimal(value, values[i])))
                return "the value of the header is no number";
        }
    return NULL;
}

/* A count and so many registers. */
static bool skip_registers(Text *line)
{
    uint64_t count;

    if (!text_decimal(text_take_field(line), &count) || count > REGISTERS_MAX)
        return false;
    while (count-- > 0) {
        const Text field = text_take_field(line);
        if (field.at == field.end)
            return false;
    }
    return true;
}

/* The first part of the opcode that is a number of bits, or U or S and one. */
static unsigned width_of(Text opcode)
{
    while (opcode.at < opcode.end) {
        Text part = { opcode.at, opcode.at };
        uint64_t bits;

        while (part.end < opcode.end && *part.end != '.')
            part.end++;
        opcode.at = part.end < opcode.end ? part.end + 1 : part.end;
        if (part.end > part.at && (*part.at == 'U' || *part.at == 'S'))
            part.at++;
        if (text_decimal(part, &bits))
            return bits <= 8 * BYTES_MAX ? (unsigned)(bits / 8) : 0;
    }
    return 4;
}

static bool take_signed(Text field, uint64_t *value)
{
    const bool negative = field.at < field.end && *field.at == '-';

    field.at += negative;
    if (!text_decimal(field, value))
        return false;
    if (negative)
        *value = 0 - *value;
    return true;
}

/* The lanes of the mask are neighbours. */
static bool is_run(uint32_t mask)
{
    const uint32_t shifted = mask >> __builtin_ctz(mask);

    return (shifted & (shifted + 1)) == 0;
}

static const char *take_addresses(Text *line, Instruction *in)
{
    uint64_t mode, step = 0;

    in->lanes = (unsigned)__builtin_popcount(in->mask);
    if (!text_decimal(text_take_field(line), &mode) || mode > 2)
        return "the mode of the addresses is not 0, 1 or 2";
    for (unsigned i = 0; i < in->lanes; i++) {
        if (mode == 0 || i == 0) {
            if (!text_hex(text_take_field(line), &in->addr[i]))
                return "an address is missing, or no hexadecimal number";
            continue;
        }
        if (mode == 2 || i == 1) {
            if (!take_signed(text_take_field(line), &step))
                return "a difference of addresses is missing, or no decimal number";
        }
        if (mode == 1 && !is_run(in->mask))
            return "a stride between lanes that are no neighbours";
        in->addr[i] = in->addr[i - 1] + step;
    }
    return NULL;
}

/* NULL, or what is wrong up to the addresses; *memory: the instruction has some. */
static const char *take_instruction(const AccelState *s, Text *line, Instruction *in, bool *memory)
{
    const unsigned places = s->version < VERSION_WITHOUT_PLACE ? 4 : 0;
    uint64_t number, mask, width;

    *memory = false;
    for (unsigned i = 0; i < places + (s->lineinfo == 1); i++)
        if (!text_decimal(text_take_field(line), &number))
            return "the place of the warp is missing";
    if (!text_hex(text_take_field(line), &number))
        return "the program counter is no hexadecimal number";
    if (!text_hex(text_take_field(line), &mask) || mask > UINT32_MAX)
        return "the mask of the lanes is no hexadecimal number of 32 bits";
    if (!skip_registers(line))
        return "the destinations are no count with so many registers";
    in->opcode = text_take_field(line);
    if (in->opcode.at == in->opcode.end || !skip_registers(line))
        return "no opcode, or the sources are no count with so many registers";
    if (!text_decimal(text_take_field(line), &width))
        return "the width of the memory access is missing";
    in->mask = (uint32_t)mask;
    *memory = width > 0 && mask != 0;
    in->bytes = width_of(in->opcode);
    return in->bytes == 0 && *memory ? "the width in the opcode is no number of bytes" : NULL;
}

typedef enum { NO_ACCESS, LOAD, STORE, ATOMIC } Effect;

/* By the opcode's beginning; the first that matches. */
static Effect effect_of(Text opcode)
{
    static const struct {
        const char *word;
        Effect effect;
    } effects[] = {
        { "LDGSTS", LOAD },     { "LDGDEPBAR", NO_ACCESS },
        { "LDSM", NO_ACCESS },  { "LDS", NO_ACCESS },
        { "LDC", NO_ACCESS },   { "LDL", LOAD },
        { "LDG", LOAD },        { "LD.", LOAD },
        { "STS", NO_ACCESS },   { "STL", STORE },
        { "STG", STORE },       { "ST.", STORE },
        { "ATOMS", NO_ACCESS }, { "ATOM", ATOMIC },
        { "RED", ATOMIC },
    };
    const size_t bytes = (size_t)(opcode.end - opcode.at);

    if (bytes == 2 && begins(opcode, "LD"))
        return LOAD;
    if (bytes == 2 && begins(opcode, "ST"))
        return STORE;
    for (size_t i = 0; i < G_N_ELEMENTS(effects); i++)
        if (begins(opcode, effects[i].word))
            return effects[i].effect;
    return NO_ACCESS;
}

static const char *add_sector(const TraceParser *p, TextRecord *record, unsigned *sectors,
                              uint64_t addr)
{
    for (unsigned i = 0; i < *sectors; i++)
        if (record->access[i].addr == addr)
            return NULL;
    ++*sectors;
    return text_add(p, record, ACCESS_READ, addr, SECTOR_BYTES);
}

static const char *coalesce(const TraceParser *p, const Instruction *in, Effect effect,
                            TextRecord *record)
{
    const AccelState *s = p->state;
    unsigned sectors = 0;

    for (unsigned i = 0; i < in->lanes; i++) {
        const uint64_t addr = in->addr[i];
        const char *problem = text_check_access(addr, in->bytes);

        if (problem)
            return problem;
        if (s->shared_base != 0 && addr - s->shared_base < SHARED_BYTES)
            continue;
        for (uint64_t at = addr / SECTOR_BYTES; at <= (addr + in->bytes - 1) / SECTOR_BYTES; at++) {
            problem = add_sector(p, record, &sectors, at * SECTOR_BYTES);
            if (problem)
                return problem;
        }
    }
    for (unsigned i = 0; effect == ATOMIC && i < sectors; i++) {
        record->access[sectors + i] = record->access[i];
        record->access[sectors + i].op = ACCESS_WRITE;
    }
    for (unsigned i = 0; effect == STORE && i < sectors; i++)
        record->access[i].op = ACCESS_WRITE;
    record->count = effect == ATOMIC ? 2 * sectors : sectors;
    return NULL;
}

static const char *take_line(TraceParser *p, Text line, TextRecord *record)
{
    static const char *const frames[] = { "thread block", "cluster ", "warp =", "insts =" };
    Instruction in;
    bool memory;
    Effect effect;
    const char *problem;

    if (*line.at == '-')
        return take_header(p->state, line);
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++)
        if (begins(line, frames[i]))
            return NULL;
    problem = take_instruction(p->state, &line, &in, &memory);
    if (problem || !memory)
        return problem;
    if (begins(in.opcode, "UTMA") || begins(in.opcode, "UBLK"))
        return "bulk copies of the tensor memory accelerator are not understood";
    effect = effect_of(in.opcode);
    if (effect == NO_ACCESS)
        return NULL;
    problem = take_addresses(&line, &in);
    return problem ? problem : coalesce(p, &in, effect, record);
}

static bool accelsim_parse(TraceParser *p, Batch *batch, GError **error)
{
    return text_parse(p, batch, take_line, EXPECTED, error);
}

static unsigned accelsim_probe(const char *head, size_t bytes)
{
    const Text line = text_first(head, bytes);

    return begins(line, "-kernel name =") || begins(line, "-kernel id =") ? 5 : 0;
}

const TraceFormat trace_accelsim = {
    .name = "accelsim",
    .times = TIMES_NONE,
    .requests = false,
    .state_bytes = sizeof(AccelState),
    .probe = accelsim_probe,
    .frame = text_frame,
    .parse = accelsim_parse,
};
