/*
 * matrix_market - sparse matrices of MatrixMarket coordinate files.
 *
 * The pattern only: which entries there are, row by row and by column in a row.  Values are checked and left.
 * Format: Boisvert, Pozo, Remington, The Matrix Market Exchange Formats, NISTIR 5935, 1996.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_MATRIX_MARKET_H
#define CONFIG_MATRIX_MARKET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Compressed by rows; an entry of a symmetric matrix that the file does not hold is there, too. */
typedef struct {
    uint64_t rows, columns, entries;
    int64_t *row_pointers;   /* [rows + 1]: where the entries of a row begin */
    int64_t *column_indices; /* [entries], from 0 on */
} SparseMatrix;

/* Of text, a whole file; name stands in messages.  False and error (CONFIG) with the line: what is no general,
 * symmetric, skew-symmetric or hermitian coordinate matrix, an entry out of place or more than once. */
bool matrix_market_parse(const char *text, const char *name, SparseMatrix *matrix, GError **error);
void sparse_matrix_clear(SparseMatrix *matrix);

#endif
