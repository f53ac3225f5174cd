/*
 * scratch - conflicts in the banks of a scratchpad.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/scratch.h"

#include <glib.h>

static uint32_t rows_of_bytes(const ScratchBanks *banks, uint64_t bytes)
{
    const uint64_t row = (uint64_t)banks->n * banks->width_bytes;

    return (uint32_t)((bytes + row - 1) / row);
}

/* Elements that lie so many bits apart, none of them in the words of the one before. */
static uint32_t rows_of_stride(const ScratchBanks *banks, uint64_t stride_bits,
                               uint32_t element_bits, uint32_t threads)
{
    const uint64_t word_bits = 8 * (uint64_t)banks->width_bytes;
    g_autofree uint32_t *words = g_new0(uint32_t, banks->n);
    uint64_t next = 0; /* the first word that has not moved yet */
    uint32_t most = 0;

    for (uint64_t i = 0; i < threads; i++) {
        const uint64_t last = (i * stride_bits + element_bits - 1) / word_bits;

        for (next = MAX(next, i * stride_bits / word_bits); next <= last; next++) {
            const uint32_t n = ++words[next % banks->n];

            most = MAX(most, n);
        }
    }
    return most;
}

uint32_t scratch_rows(const ScratchBanks *banks, const ProgRef *ref, uint32_t threads)
{
    const uint64_t stride = ref->stride_bits; /* signed */
    const uint64_t apart = stride >> 63 ? -stride : stride;

    if (ref->kind == REF_ONCE)
        return rows_of_bytes(banks, (ref->element_bits + 7) / 8);
    if (ref->gathers)
        return rows_of_bytes(banks, (uint64_t)threads * ((ref->element_bits + 7) / 8));
    return rows_of_stride(banks, apart, ref->element_bits, threads);
}
