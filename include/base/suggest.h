/*
 * suggest - the nearest known word to a mistyped one, for error messages.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/* The word of the NULL-terminated list nearest to word by edit distance (Damerau-Levenshtein,
 * case-insensitive), or NULL when none is near (distance above a third of the length, at least 2).
 * Borrows: points into the list. */
const char *suggest_nearest(const char *word, const char *const *known);

#endif
