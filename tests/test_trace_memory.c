/*
 * test_trace_memory - a trace that several runs read is decoded once, and is the same each time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>

#include "rig.h"
#include "temporary.h"
#include "trace/trace_memory.h"

enum { RECORDS = 3000, STREAM = 7 };

/* A csv trace of that many reads and writes. */
static char *trace_file(uint32_t records, const char *last)
{
    GString *text = g_string_new("op,address,size\n");

    for (uint32_t i = 0; i < records; i++)
        g_string_append_printf(text, "%c,0x%x,8\n", i % 3 ? 'R' : 'W', 4096 + 24 * i);
    g_string_append(text, last);
    char *path = temporary_file(".csv", text->str, text->len);

    g_string_free(text, TRUE);
    return path;
}

typedef struct {
    GArray *accesses; /* of Access */
    GError *error;
} Content;

static void content_clear(Content *content)
{
    g_array_unref(content->accesses);
    g_clear_error(&content->error);
}

/* Up to so many accesses. */
static Content content_of(TraceMemory *memory, char *path, uint16_t stream, guint most)
{
    const TraceConfig config = { .path = path };
    Content content = { .accesses = g_array_new(FALSE, FALSE, sizeof(Access)) };
    g_autofree Batch *batch = g_new0(Batch, 1);
    AccessSource *source = trace_memory_open(memory, &config, stream, 0, &content.error);

    while (source && content.accesses->len < most && source_next(source, batch, &content.error))
        g_array_append_vals(content.accesses, batch->access, (guint)batch->count);
    source_free(source);
    return content;
}

static bool same(const Content *a, const Content *b)
{
    bool same = a->accesses->len == b->accesses->len;

    for (guint i = 0; same && i < a->accesses->len; i++) {
        const Access *x = &g_array_index(a->accesses, Access, i);
        const Access *y = &g_array_index(b->accesses, Access, i);

        same = x->addr == y->addr && x->bytes == y->bytes && x->op == y->op;
    }
    return same;
}

/* Read the file plainly, and three times through the memory. */
static void compare(TraceMemory *memory, char *path)
{
    Content plain = content_of(NULL, path, STREAM, G_MAXUINT);

    for (uint16_t i = 0; i < 3; i++) {
        Content kept = content_of(memory, path, STREAM + i, G_MAXUINT);

        CU_ASSERT_EQUAL(plain.accesses->len, RECORDS);
        CU_ASSERT_TRUE(same(&plain, &kept));
        CU_ASSERT_EQUAL(g_array_index(kept.accesses, Access, RECORDS - 1).stream, STREAM + i);
        CU_ASSERT_PTR_NULL(kept.error);
        content_clear(&kept);
    }
    content_clear(&plain);
}

static void what_is_kept_is_what_the_file_holds(void)
{
    TraceMemory *memory = trace_memory_new(1 << 20);
    g_autofree char *path = trace_file(RECORDS, "");

    compare(memory, path);
    g_unlink(path);
    trace_memory_free(memory);
}

static void a_trace_above_the_limit_is_read_from_its_file_each_time(void)
{
    TraceMemory *memory = trace_memory_new(RECORDS * sizeof(Access) - 1);
    g_autofree char *path = trace_file(RECORDS, "");

    compare(memory, path);
    g_unlink(path);
    trace_memory_free(memory);
}

static void a_file_that_has_changed_is_read_again(void)
{
    TraceMemory *memory = trace_memory_new(1 << 20);
    g_autofree char *path = trace_file(RECORDS, "");
    Content before = content_of(memory, path, 0, G_MAXUINT);

    CU_ASSERT_TRUE(g_file_set_contents(path, "op,address,size\nR,0x10,4\n", -1, NULL));
    Content after = content_of(memory, path, 0, G_MAXUINT);

    CU_ASSERT_EQUAL(before.accesses->len, RECORDS);
    CU_ASSERT_EQUAL(after.accesses->len, 1);
    content_clear(&before);
    content_clear(&after);
    g_unlink(path);
    trace_memory_free(memory);
}

static void a_trace_that_was_left_early_is_not_kept(void)
{
    TraceMemory *memory = trace_memory_new(1 << 20);
    g_autofree char *path = trace_file(RECORDS, "");
    Content part = content_of(memory, path, 0, 1);

    CU_ASSERT_TRUE(part.accesses->len < RECORDS);
    content_clear(&part);
    compare(memory, path);
    g_unlink(path);
    trace_memory_free(memory);
}

static void a_damaged_trace_is_the_same_error_each_time(void)
{
    TraceMemory *memory = trace_memory_new(1 << 20);
    g_autofree char *path = trace_file(RECORDS, "R,nowhere,8\n");

    for (int i = 0; i < 2; i++) {
        Content content = content_of(memory, path, 0, G_MAXUINT);

        CU_ASSERT_TRUE(content.error && strstr(content.error->message, ":3002"));
        content_clear(&content);
    }
    g_unlink(path);
    trace_memory_free(memory);
}

static void two_readers_at_once_do_not_disturb_each_other(void)
{
    TraceMemory *memory = trace_memory_new(1 << 20);
    g_autofree char *path = trace_file(RECORDS, "");
    g_autofree Batch *batch = g_new0(Batch, 1);
    AccessSource *first = trace_memory_open(memory, &(TraceConfig){ .path = path }, 0, 0, NULL);
    guint n = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    compare(memory, path);
    while (source_next(first, batch, NULL))
        n += (guint)batch->count;
    source_free(first);
    CU_ASSERT_EQUAL(n, RECORDS);
    compare(memory, path);
    g_unlink(path);
    trace_memory_free(memory);
}

static CU_TestInfo tests[] = {
    TEST(what_is_kept_is_what_the_file_holds),
    TEST(a_trace_above_the_limit_is_read_from_its_file_each_time),
    TEST(a_file_that_has_changed_is_read_again),
    TEST(a_trace_that_was_left_early_is_not_kept),
    TEST(a_damaged_trace_is_the_same_error_each_time),
    TEST(two_readers_at_once_do_not_disturb_each_other),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_trace_memory = { .pName = "trace_memory", .pTests = tests };
