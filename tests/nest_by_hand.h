/*
 * nest_by_hand - small loop nests made by hand, and what becomes of them as a line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_BY_HAND_H
#define TESTS_NEST_BY_HAND_H

#include "workload/nest_transform.h"

/* ---- pieces ---- */

NestExpr at_index(const Nest *nest, const char *index);
NestExpr at_index_plus(const Nest *nest, const char *index, int64_t constant);
/* From 0. */
NestNode *loop_to(const Nest *nest, const char *index, int64_t below);
/* array[row][column], both of them indices. */
void access_2d(Nest *nest, NestNode *statement, NestArray *array, const char *row,
               const char *column, bool write);
/* The loops in this order, outermost first, with the statement innermost. */
void put_inside(Nest *nest, NestNode *const *loops, uint32_t n, NestNode *statement);

/* for i, j, k: C[i][j] += A[i][k] B[k][j], of n x n doubles */
typedef struct {
    Nest *nest;
    NestArray *A, *B, *C;
} Matmul;

Matmul matmul_by_hand(int64_t n);
void matmul_clear(Matmul *m);

/* ---- what becomes of them ---- */

/* Compares a nest as a line, "i { j:2 { A B C' } }": j:2 a step, j/4 a vector, [ ] copies, C' a write, | what stands around a
 * loop, - a statement without accesses.  Frees the nest; NULL is a failed test. */
void check_line(Nest *nest, const char *wanted);
/* The next step of a chain: frees the nest before. */
Nest *then(Nest *nest, Nest *next);
/* made is NULL, the error has this message; clears it. */
void check_refused(Nest *made, GError **error, const char *message);

#endif
