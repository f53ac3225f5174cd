/*
 * identifier - the names that a user may give: letters, digits and _, and no digit first.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_IDENTIFIER_H
#define BASE_IDENTIFIER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Length of the identifier that text begins with; 0: it begins with none. */
static inline size_t identifier_length(const char *text)
{
    size_t length = 0;

    if (g_ascii_isdigit(*text))
        return 0;
    while (g_ascii_isalnum(text[length]) || text[length] == '_')
        length++;
    return length;
}

/* All of the text is one identifier. */
static inline bool identifier_is(const char *text)
{
    const size_t length = identifier_length(text);

    return length > 0 && text[length] == '\0';
}

#endif
