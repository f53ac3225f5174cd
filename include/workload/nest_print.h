/*
 * nest_print - a loop nest as text: for messages, and so that two nests can be told apart.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_PRINT_H
#define WORKLOAD_NEST_PRINT_H

#include <glib.h>

#include "workload/nest.h"

/* "2*i + ids[p] - 1" */
void expr_print(const NestExpr *expr, GString *out);
/* "A[i][k + 1]" */
void nest_print_access(const NestAccess *access, GString *out);
/* The same of an array with its first n subscripts. */
void nest_print_place(const NestArray *array, const NestExpr *subscripts, uint32_t n, GString *out);
/* The whole tree and its arrays, a line each that begins with prefix: nests that differ in what they do have different
 * texts.  bases: where the arrays lie, in the order of nest_arrays. */
void nest_print(const Nest *nest, const uint64_t *bases, const char *prefix, GString *out);
/* The tree for people: a line a loop or statement, indented, arrays by name, no newline at the end. */
void nest_show(const Nest *nest, GString *out);
/* "A f32 [16][20], 1.344 KiB, padded by 1, at 0x1000" */
void nest_show_array(const NestArray *array, GString *out);

#endif
