/*
 * by_array - rows of arrays.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/by_array.h"

#include <string.h>

static void copy_value(Row *to, const Value *value, const char *name)
{
    switch (value->kind) {
    case VALUE_REAL:
        row_add_real(to, name, value->unit, value->real);
        break;
    case VALUE_COUNT:
        row_add_count(to, name, value->unit, value->count);
        break;
    case VALUE_TEXT:
        row_add_text(to, name, value->text);
        break;
    case VALUE_BOOL:
        row_add_bool(to, name, value->truth);
        break;
    }
}

/* What stands in front: the axes, the name of the array, the status. */
static Row *begin_row(const Row *row, const char *array)
{
    Row *begun = row_new();

    for (guint i = 0; i < row->values->len; i++) {
        const Value *value = &g_array_index(row->values, Value, i);
        const bool status = g_str_equal(value->name, "status");

        if (status)
            row_add_text(begun, "array", array);
        copy_value(begun, value, value->name);
        if (status)
            break;
    }
    return begun;
}

/* The row of the array that value i is of; sets *next behind its last value, *counted when something is not zero. */
static Row *row_of(const Row *row, guint i, guint *next, bool *counted)
{
    const char *array = g_array_index(row->values, Value, i).array;
    Row *own = begin_row(row, array);

    *counted = false;
    for (; i < row->values->len && g_array_index(row->values, Value, i).array == array; i++) {
        const Value *value = &g_array_index(row->values, Value, i);

        copy_value(own, value, value->name + strlen(array) + 1);
        *counted = *counted || (value->kind == VALUE_COUNT && value->count > 0);
    }
    *next = i;
    return own;
}

static bool is_other(const Value *value)
{
    return g_str_equal(value->array, "other");
}

GPtrArray *by_array_rows(const Row *row)
{
    GPtrArray *rows = g_ptr_array_new();

    for (guint i = 0; i < row->values->len;) {
        const Value *value = &g_array_index(row->values, Value, i);
        bool counted;

        if (!value->array) {
            i++;
            continue;
        }
        Row *own = row_of(row, i, &i, &counted);

        if (counted || !is_other(value))
            g_ptr_array_add(rows, own);
        else
            row_free(own);
    }
    if (rows->len == 0)
        g_ptr_array_add(rows, begin_row(row, ""));
    return rows;
}

Row *by_array_columns(const Row *row)
{
    GPtrArray *rows = by_array_rows(row);
    Row *columns = row_new();

    for (guint i = 0; i < rows->len; i++) {
        row_merge_columns(columns, rows->pdata[i]);
        row_free(rows->pdata[i]);
    }
    g_ptr_array_unref(rows);
    return columns;
}
