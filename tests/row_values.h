/*
 * row_values - reading the columns of rows, and comparing rows but for what the wall clock says.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_ROW_VALUES_H
#define TESTS_ROW_VALUES_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "system/row.h"

/* A column that is a count or a number; a failed test when it is not there. */
static inline double row_number(const Row *row, const char *column)
{
    const Value *value = row_find(row, column);

    if (!value)
        fprintf(stderr, "# no column %s\n", column);
    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    CU_ASSERT_FATAL(value->kind == VALUE_COUNT || value->kind == VALUE_REAL);
    return value->kind == VALUE_COUNT ? (double)value->count : value->real;
}

/* Whether a row has each value of another, bit by bit. */
static inline bool row_has_all_of(const Row *row, const Row *other)
{
    for (guint i = 0; i < other->values->len; i++) {
        const Value *x = &g_array_index(other->values, Value, i);
        const Value *y = row_find(row, x->name);

        if (g_str_has_prefix(x->name, "wall_"))
            continue;
        if (!y || x->kind != y->kind)
            return false;
        if (x->kind == VALUE_TEXT ? strcmp(x->text, y->text) != 0
                                  : memcmp(&x->real, &y->real, sizeof x->real) != 0)
            return false;
    }
    return true;
}

#endif
