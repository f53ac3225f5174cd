/*
 * matrix_market - sparse matrices of MatrixMarket coordinate files.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/matrix_market.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

#define MOST (INT64_C(1) << 31)

static const char *const fields[] = { "real", "integer", "pattern", "complex", "double", NULL };
static const char *const symmetries[] = { "general", "symmetric", "skew-symmetric", "hermitian",
                                          NULL };

/* Numbers behind the two subscripts of an entry, by field. */
static const int values_of[] = { 1, 1, 0, 2, 1 };

enum { SYMMETRY_GENERAL, SYMMETRY_SYMMETRIC, SYMMETRY_SKEW };

typedef struct {
    const char *at; /* the next line */
    const char *name;
    uint64_t line; /* that was read last */
    int field, symmetry;
    uint64_t stored; /* entries of the file */
    GError **error;
} Parser;

typedef struct {
    int64_t row, column;
} Entry;

static bool fail(const Parser *parser, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool fail(const Parser *parser, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(parser->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s:%" G_GUINT64_FORMAT ": %s",
                parser->name, parser->line, message);
    return false;
}

/* The next line without its end; NULL at the end of the text.  Returns (caller frees). */
static char *take_line(Parser *parser)
{
    if (*parser->at == '\0')
        return NULL;
    const size_t length = strcspn(parser->at, "\n");
    char *line = g_strchomp(g_strndup(parser->at, length));

    parser->at += length + (parser->at[length] == '\n');
    parser->line++;
    return line;
}

/* The next line that is no comment and not empty. */
static char *take_data(Parser *parser)
{
    char *line;

    while ((line = take_line(parser)) != NULL) {
        g_strchug(line);
        if (*line != '\0' && *line != '%')
            return line;
        g_free(line);
    }
    return NULL;
}

static int word_of(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (g_ascii_strcasecmp(words[i], word) == 0)
            return i;
    return -1;
}

/* %%MatrixMarket matrix coordinate real general */
static bool parse_banner(Parser *parser)
{
    g_autofree char *line = take_line(parser);
    g_auto(GStrv) words = g_strsplit_set(line ? line : "", " \t", -1);
    const char *found[5] = { NULL };
    uint32_t n = 0;

    for (char **word = words; *word && n < G_N_ELEMENTS(found); word++)
        if (**word != '\0')
            found[n++] = *word;
    if (n < 5 || g_ascii_strcasecmp(found[0], "%%MatrixMarket") != 0)
        return fail(parser, "no MatrixMarket file: it does not begin with '%%%%MatrixMarket matrix "
                            "coordinate FIELD SYMMETRY'");
    if (g_ascii_strcasecmp(found[1], "matrix") != 0 ||
        g_ascii_strcasecmp(found[2], "coordinate") != 0)
        return fail(parser, "'%s %s' cannot be read, only 'matrix coordinate'", found[1], found[2]);
    parser->field = word_of(fields, found[3]);
    parser->symmetry = word_of(symmetries, found[4]);
    if (parser->field < 0)
        return fail(parser, "no field '%s'; known: real, integer, pattern, complex", found[3]);
    if (parser->symmetry < 0)
        return fail(parser,
                    "no symmetry '%s'; known: general, symmetric, skew-symmetric, hermitian",
                    found[4]);
    return true;
}

/* A whole number from least to most; *text moves behind it. */
static bool parse_whole(const Parser *parser, char **text, const char *what, int64_t least,
                        int64_t most, int64_t *value)
{
    char *end;

    errno = 0;
    *value = (int64_t)g_ascii_strtoll(*text, &end, 10);
    if (end == *text || (*end != '\0' && !g_ascii_isspace(*end)))
        return fail(parser, "expected %s, a whole number, at '%s'", what, *text);
    *text = g_strchug(end);
    if (errno == 0 && *value >= least && *value <= most)
        return true;
    return fail(parser,
                "%s is %" G_GINT64_FORMAT "; it must be %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                what, *value, least, most);
}

static bool parse_size(Parser *parser, SparseMatrix *matrix)
{
    g_autofree char *line = take_data(parser);
    char *text = line;
    int64_t rows, columns, stored;

    if (line == NULL)
        return fail(parser, "the line with rows, columns and entries is missing");
    if (!parse_whole(parser, &text, "the number of rows", 1, MOST, &rows) ||
        !parse_whole(parser, &text, "the number of columns", 1, MOST, &columns) ||
        !parse_whole(parser, &text, "the number of entries", 0, MOST, &stored))
        return false;
    if (*text != '\0')
        return fail(parser, "'%s' follows the number of entries", text);
    if (parser->symmetry != SYMMETRY_GENERAL && rows != columns)
        return fail(parser, "a %s matrix is square", symmetries[parser->symmetry]);
    matrix->rows = (uint64_t)rows;
    matrix->columns = (uint64_t)columns;
    parser->stored = (uint64_t)stored;
    return true;
}

static bool parse_entry(const Parser *parser, char *text, const SparseMatrix *matrix, Entry *entry)
{
    if (!parse_whole(parser, &text, "the row", 1, (int64_t)matrix->rows, &entry->row) ||
        !parse_whole(parser, &text, "the column", 1, (int64_t)matrix->columns, &entry->column))
        return false;
    for (int i = 0; i < values_of[parser->field]; i++) {
        char *end;

        g_ascii_strtod(text, &end);
        if (end == text)
            return fail(parser, "the value of the entry is missing");
        text = g_strchug(end);
    }
    if (*text != '\0')
        return fail(parser, "'%s' follows the entry", text);
    if (parser->symmetry != SYMMETRY_GENERAL &&
        entry->column - entry->row >= (parser->symmetry == SYMMETRY_SKEW ? 0 : 1))
        return fail(parser, "a %s matrix has its entries below the diagonal%s",
                    symmetries[parser->symmetry],
                    parser->symmetry == SYMMETRY_SKEW ? "" : " or on it");
    entry->row--;
    entry->column--;
    return true;
}

/* The entries in the order of the file, with those that symmetry adds. */
static bool parse_entries(Parser *parser, const SparseMatrix *matrix, GArray *entries)
{
    char *line;
    uint64_t n = 0;

    while ((line = take_data(parser)) != NULL) {
        Entry entry;
        const bool good =
            ++n <= parser->stored
                ? parse_entry(parser, line, matrix, &entry)
                : fail(parser, "there are more entries than %" G_GUINT64_FORMAT, parser->stored);

        g_free(line);
        if (!good)
            return false;
        g_array_append_val(entries, entry);
        if (parser->symmetry != SYMMETRY_GENERAL && entry.row != entry.column) {
            const Entry mirrored = { entry.column, entry.row };

            g_array_append_val(entries, mirrored);
        }
    }
    return n == parser->stored ||
           fail(parser,
                "the file ends after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " entries", n,
                parser->stored);
}

static int compare_entries(const void *a, const void *b)
{
    const Entry *x = a, *y = b;

    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static bool compress(const Parser *parser, GArray *entries, SparseMatrix *matrix)
{
    g_array_sort(entries, compare_entries);
    matrix->entries = entries->len;
    matrix->row_pointers = g_try_new0(int64_t, matrix->rows + 1);
    if (matrix->row_pointers == NULL)
        return fail(parser, "no memory for the pointers of %" G_GUINT64_FORMAT " rows",
                    (guint64)matrix->rows);
    matrix->column_indices = g_new(int64_t, MAX(matrix->entries, 1));
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index(entries, Entry, i);

        if (i > 0 && compare_entries(entry - 1, entry) == 0)
            return fail(parser,
                        "the entry of row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT
                        " stands twice",
                        entry->row + 1, entry->column + 1);
        matrix->row_pointers[entry->row + 1]++;
        matrix->column_indices[i] = entry->column;
    }
    for (uint64_t row = 0; row < matrix->rows; row++)
        matrix->row_pointers[row + 1] += matrix->row_pointers[row];
    return true;
}

bool matrix_market_parse(const char *text, const char *name, SparseMatrix *matrix, GError **error)
{
    Parser parser = { .at = text, .name = name, .error = error };
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

    *matrix = (SparseMatrix){ 0 };
    if (parse_banner(&parser) && parse_size(&parser, matrix) &&
        parse_entries(&parser, matrix, entries) && compress(&parser, entries, matrix))
        return true;
    sparse_matrix_clear(matrix);
    return false;
}

void sparse_matrix_clear(SparseMatrix *matrix)
{
    g_clear_pointer(&matrix->row_pointers, g_free);
    g_clear_pointer(&matrix->column_indices, g_free);
}
