/*
 * suggest - the nearest known word to a mistyped one.
 *
 * Edit distance with adjacent swaps (optimal string alignment), case ignored.
 * Source: Damerau, CACM 7(3), 1964.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/suggest.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { WORD_MAX = 63 }; /* longer words are never near */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[3][WORD_MAX + 1];

    for (size_t j = 0; j <= b_len; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i - 1) % 3];
        const size_t *before = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            const char x = g_ascii_tolower(a[i - 1]);
            const char y = g_ascii_tolower(b[j - 1]);

            now[j] = smaller(smaller(last[j] + 1, now[j - 1] + 1), last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
    }
    return row[a_len % 3][b_len];
}

/* Whether the words differ in the order of their letters only: these are swapped more often than mistaken. */
static bool same_letters(const char *a, const char *b)
{
    int count[256] = { 0 };

    for (; *a; a++)
        count[(unsigned char)g_ascii_tolower(*a)]++;
    for (; *b; b++)
        count[(unsigned char)g_ascii_tolower(*b)]--;
    for (size_t i = 0; i < G_N_ELEMENTS(count); i++)
        if (count[i] != 0)
            return false;
    return true;
}

const char *suggest_nearest(const char *word, const char *const *known)
{
    const size_t length = strlen(word);
    size_t best = length / 3 > 2 ? length / 3 + 1 : 3;
    const char *nearest = NULL;

    if (best > length)
        best = length; /* a word of other letters only is not near */
    if (length > WORD_MAX)
        return NULL;
    for (; *known; known++) {
        const size_t known_length = strlen(*known);

        if (known_length > WORD_MAX)
            continue;
        const size_t d = distance(word, length, *known, known_length);
        if (d < best ||
            (nearest && d == best && same_letters(word, *known) && !same_letters(word, nearest))) {
            best = d;
            nearest = *known;
        }
    }
    return nearest;
}
