/*
 * cpu - what the processor offers beyond the baseline that the program is compiled for.
 *
 * A function marked FOR_AVX2 is compiled for AVX2 (and BMI2, which came with it) and called only when cpu_vectors says so;
 * FOR_AVX512 likewise, with the sets of instructions that came with the first server of it.  Beside each stands one that
 * does the same without.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>

/* Into each caller, so that it is compiled for the processor that this one is for. */
#define INLINE static inline __attribute__((always_inline))

enum { HOST_LINE_BYTES = 64 }; /* of its caches, as a rule */

/* Each includes those before it. */
typedef enum { CPU_BASE, CPU_AVX2, CPU_AVX512 } CpuVectors;

#ifdef __x86_64__
#define FOR_AVX2 __attribute__((target("avx2,bmi2")))
#define FOR_AVX512 __attribute__((target("avx2,bmi2,avx512f,avx512bw,avx512dq,avx512vl")))

static inline CpuVectors cpu_vectors(void)
{
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2"))
        return CPU_BASE;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
               ? CPU_AVX512
               : CPU_AVX2;
}
#else
#define FOR_AVX2
#define FOR_AVX512

static inline CpuVectors cpu_vectors(void)
{
    return CPU_BASE;
}
#endif

static inline bool cpu_has_avx2(void)
{
    return cpu_vectors() >= CPU_AVX2;
}

#endif
