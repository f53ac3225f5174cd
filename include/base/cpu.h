/*
 * cpu - what the processor offers beyond the baseline that the program is compiled for.
 *
 * A function marked FOR_AVX2 is compiled for AVX2 (and BMI2, which came with it) and called only when cpu_has_avx2 says so; beside it stands one that
 * does the same without.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>

#ifdef __x86_64__
#define FOR_AVX2 __attribute__((target("avx2,bmi2")))

static inline bool cpu_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}
#else
#define FOR_AVX2

static inline bool cpu_has_avx2(void)
{
    return false;
}
#endif

#endif
