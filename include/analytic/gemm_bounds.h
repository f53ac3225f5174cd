/*
 * gemm_bounds - the closed form of a matrix product's traffic: what tiles move, and what no order of the loops can beat.
 *
 * C (m x n) += A (m x k) B (k x n), the classical 2 m n k operations; a fast memory of a number of words in front of a slow
 * one, every word between them counted, by an ideal replacement.  Not modelled: lines, sets, ways.
 *
 * Sources: Hong and Kung, STOC 1981 (red-blue pebble game); Irony, Toledo, Tiskin, JPDC 64(9), 2004;
 * Smith, Lowery, Langou, van de Geijn, arXiv:1702.02017.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ANALYTIC_GEMM_BOUNDS_H
#define ANALYTIC_GEMM_BOUNDS_H

typedef struct {
    double m, n, k; /* rows and columns of C, the summed index; at least 1 */
    double words;   /* of the fast memory; above 0 */
    double tile;    /* edge of the tiles of A, B and C; 0: the closed form's */
} GemmShape;

/* All but tile in words. */
typedef struct {
    double tile; /* sqrt(words / 3): three square tiles fill the fast memory */
    double
        tiled; /* moved with the shape's tile: A once a tile column of C, B once a tile row, C read and written */
    double
        outer; /* moved with a block of C of sqrt(words) squared that is updated by ranks of one */
    double compulsory; /* every word of A, B and C once, C once more for writing */
    double hong_kung;  /* the order m n k / sqrt(words), whose constant the theorem leaves open */
    double irony;      /* lower bound m n k / (2 sqrt(2 words)) - words */
    double smith;      /* lower bound 2 m n k / sqrt(words) - 2 words */
} GemmBounds;

/* Bounds below 0 say nothing and are 0. */
GemmBounds gemm_bounds(const GemmShape *shape);

#endif
