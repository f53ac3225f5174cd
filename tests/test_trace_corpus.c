/*
 * test_trace_corpus - the files of tests/fuzz/corpus: what they are named for, and no crash in any reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace_support.h"

/* The files of a format.  Returns (caller frees) their paths. */
static GPtrArray *corpus_of(const char *format)
{
    const char *srcdir = g_getenv("srcdir");
    g_autofree char *folder =
        g_build_filename(srcdir ? srcdir : ".", "tests", "fuzz", "corpus", format, NULL);
    GDir *dir = g_dir_open(folder, 0, NULL);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir))
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    if (dir)
        g_dir_close(dir);
    return paths;
}

static void check_named(char *path, const char *format)
{
    g_autofree char *name = g_path_get_basename(path);
    const bool good = g_str_has_prefix(name, "good");
    Result r =
        read_trace(&(TraceConfig){ .path = path, .format = (char *)format, .fetches = true });

    CU_ASSERT(good || g_str_has_prefix(name, "bad"));
    if (good ? r.error != NULL : r.error == NULL) {
        CU_FAIL("a file that is not what its name says");
        printf("# %s: %s\n", path, r.error ? r.error->message : "no error");
    }
    result_clear(&r);
}

static void every_file_is_what_its_name_says(void)
{
    for (const char *const *format = trace_formats(); *format; format++) {
        g_autoptr(GPtrArray) paths = corpus_of(*format);

        CU_ASSERT(paths->len >= 2); /* something good and something bad */
        for (guint i = 0; i < paths->len; i++)
            check_named(g_ptr_array_index(paths, i), *format);
    }
}

/* CloudSuite has to be named, and the processor's traces of Ramulator 1. */
static void good_files_are_recognised_as_what_they_are(void)
{
    for (const char *const *format = trace_formats(); *format; format++) {
        g_autoptr(GPtrArray) paths = corpus_of(*format);

        for (guint i = 0; i < paths->len; i++) {
            char *path = g_ptr_array_index(paths, i);
            AccessSource *source;

            if (!g_str_has_suffix(path, "/good") || strcmp(*format, "cloudsuite") == 0)
                continue;
            source = trace_open(&(TraceConfig){ .path = path }, 0, 0, NULL);
            CU_ASSERT_PTR_NOT_NULL_FATAL(source);
            CU_ASSERT_STRING_EQUAL(trace_source_format(source), *format);
            source_free(source);
        }
    }
}

static void every_reader_takes_every_file_or_refuses_it(void)
{
    for (const char *const *own = trace_formats(); *own; own++) {
        g_autoptr(GPtrArray) paths = corpus_of(*own);

        for (guint i = 0; i < paths->len; i++)
            for (const char *const *format = trace_formats(); *format; format++) {
                Result r = read_trace(&(TraceConfig){ .path = g_ptr_array_index(paths, i),
                                                      .format = (char *)*format,
                                                      .fetches = true,
                                                      .times_if_any = true,
                                                      .salvage = i % 2 });

                CU_ASSERT(r.error || r.accesses->len > 0);
                result_clear(&r);
            }
    }
}

static CU_TestInfo tests[] = {
    TEST(every_file_is_what_its_name_says),
    TEST(good_files_are_recognised_as_what_they_are),
    TEST(every_reader_takes_every_file_or_refuses_it),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_corpus = { .pName = "trace_corpus", .pTests = tests };
