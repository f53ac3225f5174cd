/*
 * row_bytes - the form of a row in bytes, for the way between two processes of one program.
 *
 * The number of values, 32 bits, then of each value its kind, whether it is on demand, its name, its unit and its array (""
 * for none), each ended by a zero, and its content: 64 bits as they lie in memory, or a text and a zero.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "system/row.h"

static void put(GByteArray *out, const void *data, size_t bytes)
{
    g_byte_array_append(out, data, (guint)bytes);
}

static void put_text(GByteArray *out, const char *text)
{
    put(out, text, strlen(text) + 1);
}

/* What is no text, as 64 bits. */
static uint64_t bits_of(const Value *value)
{
    uint64_t bits = value->kind == VALUE_BOOL ? value->truth : value->count;

    if (value->kind == VALUE_REAL)
        memcpy(&bits, &value->real, sizeof bits);
    return bits;
}

GBytes *row_encode(const Row *row)
{
    const uint32_t n = row->values->len;
    GByteArray *out = g_byte_array_sized_new(64 * n + 4);

    put(out, &n, sizeof n);
    for (guint i = 0; i < n; i++) {
        const Value *value = &g_array_index(row->values, Value, i);
        const uint8_t head[] = { (uint8_t)value->kind, value->on_demand };

        put(out, head, sizeof head);
        put_text(out, value->name);
        put_text(out, value->unit);
        put_text(out, value->array ? value->array : "");
        if (value->kind == VALUE_TEXT) {
            put_text(out, value->text ? value->text : "");
        } else {
            const uint64_t bits = bits_of(value);

            put(out, &bits, sizeof bits);
        }
    }
    return g_byte_array_free_to_bytes(out);
}

/* What is left to read. */
typedef struct {
    const char *at, *end;
} Rest;

static bool take(Rest *rest, void *out, size_t bytes)
{
    if ((size_t)(rest->end - rest->at) < bytes)
        return false;
    memcpy(out, rest->at, bytes);
    rest->at += bytes;
    return true;
}

/* A text that ends within the rest, or NULL. */
static const char *take_text(Rest *rest)
{
    const char *text = rest->at;
    const char *zero = memchr(text, 0, (size_t)(rest->end - text));

    if (zero)
        rest->at = zero + 1;
    return zero ? text : NULL;
}

static bool take_content(Rest *rest, Value *value)
{
    uint64_t bits;

    if (value->kind == VALUE_TEXT) {
        value->text = g_strdup(take_text(rest));
        return value->text != NULL;
    }
    if (!take(rest, &bits, sizeof bits) || (value->kind == VALUE_BOOL && bits > 1))
        return false;
    if (value->kind == VALUE_REAL)
        memcpy(&value->real, &bits, sizeof bits);
    else if (value->kind == VALUE_COUNT)
        value->count = bits;
    else
        value->truth = bits != 0;
    return true;
}

static bool take_value(Rest *rest, Value *value)
{
    uint8_t head[2];

    if (!take(rest, head, sizeof head) || head[0] > VALUE_BOOL || head[1] > 1)
        return false;
    const char *name = take_text(rest);
    const char *unit = name ? take_text(rest) : NULL;
    const char *array = unit ? take_text(rest) : NULL;

    if (array == NULL)
        return false;
    *value = (Value){ .name = g_intern_string(name),
                      .unit = g_intern_string(unit),
                      .array = *array ? g_intern_string(array) : NULL,
                      .kind = (ValueKind)head[0],
                      .on_demand = head[1] != 0 };
    return take_content(rest, value);
}

Row *row_decode(GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);

    if (length == 0)
        return NULL; /* data is NULL */
    Rest rest = { data, data + length };
    Row *row = row_new();
    uint32_t n = 0;
    bool good = take(&rest, &n, sizeof n);

    for (uint32_t i = 0; good && i < n; i++) {
        Value value;

        good = take_value(&rest, &value);
        if (good)
            g_array_append_val(row->values, value);
    }
    if (good && rest.at == rest.end)
        return row;
    row_free(row);
    return NULL;
}
