/*
 * nest_array - the arrays that a loop nest works on: elements, shape, layout, place in the address space.
 *
 * Identity matters: the same object in two nests is the same memory.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_ARRAY_H
#define WORKLOAD_NEST_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

enum { NEST_DIMS_MAX = 8 };

typedef enum {
    ELEMENT_F64,
    ELEMENT_F32,
    ELEMENT_F16,
    ELEMENT_BF16,
    ELEMENT_F8,
    ELEMENT_I64,
    ELEMENT_I32,
    ELEMENT_I16,
    ELEMENT_I8,
    ELEMENT_I4,
    ELEMENT_COUNT
} ElementType;

/* NULL-terminated: "f64" "f32" ... in the order of ElementType. */
const char *const *element_names(void);
uint32_t element_bits(uint32_t type);

typedef struct {
    char *name;    /* an identifier */
    uint32_t type; /* ElementType */
    uint32_t n_dims;
    uint64_t extents[NEST_DIMS_MAX];
    uint64_t strides[NEST_DIMS_MAX]; /* in elements */
    uint64_t bytes;                  /* from its base on, padding too */
    uint64_t align_bytes;            /* of the base, a power of two */
    uint64_t base_addr;              /* where based */
    bool based;      /* base_addr is given; else the workload's layout says where it lies */
    bool overlap;    /* it may share bytes with other arrays */
    bool scratch;    /* lies in a scratchpad or in registers: its accesses never reach the caches */
    bool registers;  /* scratch: in registers, whose accesses take no time */
    int64_t *values; /* [extents[0]] known contents of a one-dimensional array, or NULL */
    int64_t least_value, most_value;
    uint32_t references; /* may be shared by nests, specs and the script */
} NestArray;

typedef enum { LAYOUT_ROW, LAYOUT_COLUMN } NestLayout;

/* Row-major, 4 KiB aligned, without values; one reference.  Copies name; extents are at least 1 and n_dims 1 to
 * NEST_DIMS_MAX; the caller has checked that all bytes are below 2^56. */
NestArray *nest_array_new(const char *name, uint32_t type, const uint64_t *extents,
                          uint32_t n_dims);
/* Which dimension is contiguous, and so many unused elements after each run of it. */
void nest_array_set_layout(NestArray *array, NestLayout layout, uint64_t pad_elements);
/* The contents of a one-dimensional array.  Takes values, [extents[0]]. */
void nest_array_set_values(NestArray *array, int64_t *values);
NestArray *nest_array_ref(NestArray *array);
void nest_array_unref(NestArray *array); /* accepts NULL */

#endif
