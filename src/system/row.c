/*
 * row - the flat list of named values.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/row.h"

static void clear_value(gpointer data)
{
    Value *value = data;

    if (value->kind == VALUE_TEXT)
        g_free(value->text);
}

Row *row_new(void)
{
    Row *row = g_new0(Row, 1);

    row->values = g_array_new(FALSE, FALSE, sizeof(Value));
    g_array_set_clear_func(row->values, clear_value);
    return row;
}

void row_free(Row *row)
{
    if (!row)
        return;
    g_array_free(row->values, TRUE);
    g_free(row);
}

static Value named(const char *name, const char *unit, ValueKind kind)
{
    return (Value){ .name = g_intern_string(name), .unit = g_intern_string(unit), .kind = kind };
}

void row_add_real(Row *row, const char *name, const char *unit, double value)
{
    Value added = named(name, unit, VALUE_REAL);

    added.real = value;
    g_array_append_val(row->values, added);
}

void row_add_count(Row *row, const char *name, const char *unit, uint64_t value)
{
    Value added = named(name, unit, VALUE_COUNT);

    added.count = value;
    g_array_append_val(row->values, added);
}

void row_add_text(Row *row, const char *name, const char *value)
{
    Value added = named(name, "", VALUE_TEXT);

    added.text = g_strdup(value);
    g_array_append_val(row->values, added);
}

void row_add_bool(Row *row, const char *name, bool value)
{
    Value added = named(name, "", VALUE_BOOL);

    added.truth = value;
    g_array_append_val(row->values, added);
}

void row_on_demand(Row *row)
{
    g_array_index(row->values, Value, row->values->len - 1).on_demand = true;
}

void row_of_array(Row *row, guint from, const char *array)
{
    for (guint i = from; i < row->values->len; i++) {
        Value *value = &g_array_index(row->values, Value, i);

        value->on_demand = true;
        value->array = g_intern_string(array);
    }
}

/* Index of an interned name, or the row's length. */
static guint index_of(const Row *row, const char *interned)
{
    guint i = 0;

    while (i < row->values->len && g_array_index(row->values, Value, i).name != interned)
        i++;
    return i;
}

const Value *row_find(const Row *row, const char *name)
{
    const GQuark known = g_quark_try_string(name); /* every name of a row is interned */
    const guint at = known ? index_of(row, g_quark_to_string(known)) : row->values->len;

    return at < row->values->len ? &g_array_index(row->values, Value, at) : NULL;
}

/* Where a column of other that `into` lacks belongs: before the next one that both have. */
static guint place_of(const Row *into, const Row *other, guint from)
{
    for (guint i = from + 1; i < other->values->len; i++) {
        const guint at = index_of(into, g_array_index(other->values, Value, i).name);

        if (at < into->values->len)
            return at;
    }
    return into->values->len;
}

void row_merge_columns(Row *into, const Row *other)
{
    for (guint i = 0; i < other->values->len; i++) {
        Value value = g_array_index(other->values, Value, i);
        const bool same =
            i < into->values->len && g_array_index(into->values, Value, i).name == value.name;
        const guint at = same ? i : index_of(into, value.name);

        if (at < into->values->len) {
            Value *known = &g_array_index(into->values, Value, at);

            known->on_demand = known->on_demand && value.on_demand;
            continue;
        }
        if (value.kind == VALUE_TEXT)
            value.text = g_strdup(value.text);
        g_array_insert_val(into->values, place_of(into, other, i), value);
    }
}
