/*
 * test_trace_stream - compression, damage, standard input, memory.
 *
 * SPDX-License-Identifier: MIT
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <sys/wait.h>

#include "rig.h"
#include "trace_support.h"

enum { COMPRESSED_MAX = 4 << 20 };

/* libarchive's filter applied to bytes.  NULL when this libarchive cannot write it. */
static GByteArray *compress(int filter, const void *bytes, size_t count)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    GByteArray *out = NULL;
    g_autofree guint8 *room = g_malloc(COMPRESSED_MAX);
    size_t used = 0;

    archive_write_set_format_raw(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    archive_entry_set_filetype(entry, AE_IFREG);
    if (archive_write_add_filter(archive, filter) == ARCHIVE_OK &&
        archive_write_open_memory(archive, room, COMPRESSED_MAX, &used) == ARCHIVE_OK &&
        archive_write_header(archive, entry) == ARCHIVE_OK &&
        archive_write_data(archive, bytes, count) == (la_ssize_t)count &&
        archive_write_close(archive) == ARCHIVE_OK)
        out = g_byte_array_append(g_byte_array_new(), room, (guint)used);
    archive_entry_free(entry);
    archive_write_free(archive);
    return out;
}

static const int filters[] = { ARCHIVE_FILTER_GZIP,  ARCHIVE_FILTER_XZ,      ARCHIVE_FILTER_ZSTD,
                               ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_LZ4,     ARCHIVE_FILTER_LZIP,
                               ARCHIVE_FILTER_LZMA,  ARCHIVE_FILTER_COMPRESS };

static void every_compression_is_recognised(void)
{
    Rng rng = { 2 };
    unsigned tried = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 20000, "csv");
        g_autoptr(GString) text = print_accesses(accesses, "csv", &rng);
        g_autoptr(GByteArray) packed = compress(filters[i], text->str, text->len);
        Result r;

        if (!packed)
            continue;
        r = read_bytes(packed->data, packed->len, (TraceConfig){ .fetches = true });
        check_count(&r, accesses->len);
        result_clear(&r);
        tried++;
    }
    CU_ASSERT(tried >= 5);
}

static void gzip_files_may_be_joined_but_not_followed_by_garbage(void)
{
    static const char text[] = "0 10\n1 20\n";
    g_autoptr(GByteArray) packed = compress(ARCHIVE_FILTER_GZIP, text, sizeof text - 1);
    g_autoptr(GByteArray) joined = NULL;
    Result r;

    CU_ASSERT_PTR_NOT_NULL_FATAL(packed);
    joined = g_byte_array_append(g_byte_array_new(), packed->data, packed->len);
    g_byte_array_append(joined, packed->data, packed->len);
    r = read_bytes(joined->data, joined->len, (TraceConfig){ 0 });
    check_count(&r, 4);
    result_clear(&r);
    g_byte_array_append(joined, (const guint8 *)"garbage", 7);
    r = read_bytes(joined->data, joined->len, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, "garbage behind the end of the data"));
    CU_ASSERT_EQUAL(r.accesses->len, 4);
    result_clear(&r);
}

/* Garbage, or (of formats that are not joined) the same data again. */
static void nothing_may_follow_the_end_of_compressed_data(void)
{
    static const char text[] = "0 10\n1 20\n";

    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GByteArray) packed = compress(filters[i], text, sizeof text - 1);
        const bool endless =
            filters[i] == ARCHIVE_FILTER_COMPRESS; /* it has no end but the file's */

        for (unsigned spaces = 0; packed && !endless && spaces <= 300000; spaces += 100000) {
            g_autoptr(GByteArray) junk =
                g_byte_array_append(g_byte_array_new(), packed->data, packed->len);
            Result r;

            g_byte_array_set_size(junk, packed->len + spaces);
            memset(junk->data + packed->len, ' ', spaces);
            g_byte_array_append(junk, (const guint8 *)"garbage and more of it", 22);
            r = read_bytes(junk->data, junk->len, (TraceConfig){ 0 });
            CU_ASSERT_PTR_NOT_NULL(r.error);
            CU_ASSERT(r.accesses->len == 0 || r.accesses->len == 2);
            if (filters[i] == ARCHIVE_FILTER_BZIP2) {
                g_autofree char *where =
                    g_strdup_printf("the bzip2 data end by byte %u of the file", packed->len);

                CU_ASSERT(error_has(&r, where));
            }
            result_clear(&r);
        }
    }
}

/* The numbers of traces/README.md. */
static void the_shipped_traces_hold_what_their_readme_says(void)
{
    static const struct {
        const char *file;
        unsigned data, fetches;
    } shipped[] = { { "sort.lackey.xz", 272335, 1212842 },
                    { "matmul.din.zst", 540760, 0 },
                    { "list.csv.gz", 321797, 0 } };
    const char *folder = g_getenv("srcdir");

    for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++) {
        g_autofree char *path =
            g_build_filename(folder ? folder : ".", "traces", shipped[i].file, NULL);
        Result r = read_trace(&(TraceConfig){ .path = path });

        check_count(&r, shipped[i].data);
        result_clear(&r);
        r = read_trace(&(TraceConfig){ .path = path, .fetches = true });
        check_count(&r, shipped[i].data + shipped[i].fetches);
        result_clear(&r);
    }
}

/* ---- damage ---- */

static void a_truncated_compressed_file_is_an_error_at_every_length(void)
{
    Rng rng = { 3 };

    for (size_t i = 0; i < 5; i++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 30, "din");
        g_autoptr(GString) text = print_accesses(accesses, "din", &rng);
        g_autoptr(GByteArray) packed = compress(filters[i], text->str, text->len);

        for (unsigned bytes = 0; packed && bytes < packed->len; bytes++) {
            Result r = read_bytes(packed->data, bytes, (TraceConfig){ .fetches = true });
            CU_ASSERT_PTR_NOT_NULL(r.error);
            CU_ASSERT(begins_like(accesses, r.accesses));
            result_clear(&r);
        }
    }
}

/* zstd and lz4 have no checksum unless asked for. */
static void a_flipped_bit_under_a_checksum_is_an_error_or_has_no_effect(void)
{
    static const int checked[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2 };
    Rng rng = { 4 };
    unsigned flipped = 0, found = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(checked); i++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 30, "din");
        g_autoptr(GString) text = print_accesses(accesses, "din", &rng);
        g_autoptr(GByteArray) packed = compress(checked[i], text->str, text->len);

        for (unsigned byte = 0; packed && byte < packed->len; byte++) {
            const guint8 bit = (guint8)(1U << draw(&rng, 8));
            Result r;

            packed->data[byte] ^= bit;
            r = read_bytes(packed->data, packed->len, (TraceConfig){ .fetches = true });
            packed->data[byte] ^= bit;
            CU_ASSERT(r.error ||
                      (r.accesses->len == accesses->len && begins_like(accesses, r.accesses)));
            found += r.error != NULL;
            flipped++;
            result_clear(&r);
        }
    }
    CU_ASSERT(found > flipped / 2);
}

/* The lz4 file is a single block: all of it is behind the damage. */
static void records_before_damage_come_first(void)
{
    Rng rng = { 5 };
    g_autoptr(GArray) accesses = NULL;
    g_autoptr(GString) text = NULL;

    accesses = random_accesses(&rng, 60000, "din");
    text = print_accesses(accesses, "din", &rng);
    for (size_t i = 0; i < 5; i++) {
        g_autoptr(GByteArray) packed = compress(filters[i], text->str, text->len);
        Result r;

        if (!packed)
            continue;
        r = read_bytes(packed->data, packed->len - 20, (TraceConfig){ .fetches = true });
        CU_ASSERT(error_has(&r, " data behind byte "));
        CU_ASSERT(filters[i] == ARCHIVE_FILTER_LZ4 || r.accesses->len > 10000);
        CU_ASSERT(begins_like(accesses, r.accesses));
        result_clear(&r);
    }
}

static void mutate(GByteArray *bytes, Rng *rng)
{
    static const char favourites[] = "\n\r ,0fx#=I.LSM\0\377";
    const unsigned changes = 1 + (unsigned)draw(rng, 6);

    for (unsigned i = 0; i < changes && bytes->len > 0; i++) {
        const guint where = (guint)draw(rng, bytes->len);
        switch (draw(rng, 4)) {
        case 0:
            bytes->data[where] = (guint8)rng_next(rng);
            break;
        case 1:
            bytes->data[where] = (guint8)favourites[draw(rng, sizeof favourites)];
            break;
        case 2:
            g_byte_array_remove_index(bytes, where);
            break;
        default:
            g_byte_array_set_size(bytes, draw(rng, 20) ? bytes->len : where);
            break;
        }
    }
}

/* No crash and no silence: an error, or at least one record. */
static void mutated_files_give_records_or_an_error(void)
{
    unsigned read = 0, refused = 0;
    Rng rng = { 6 };

    for (const char *const *format = printed_formats; *format; format++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 40, *format);
        g_autoptr(GString) text = print_accesses(accesses, *format, &rng);

        for (unsigned round = 0; round < 1200; round++) {
            const size_t filter = round % (G_N_ELEMENTS(filters) + 1);
            g_autoptr(GByteArray) bytes = NULL;
            Result r;

            if (round % 8 == 0 && filter < G_N_ELEMENTS(filters))
                bytes = compress(filters[filter], text->str, text->len);
            if (!bytes)
                bytes = g_byte_array_append(g_byte_array_new(), (const guint8 *)text->str,
                                            (guint)text->len);
            mutate(bytes, &rng);
            r = read_bytes(
                bytes->data, bytes->len,
                (TraceConfig){ .fetches = true, .format = round % 2 ? (char *)*format : NULL });
            CU_ASSERT(r.error || r.accesses->len > 0);
            read += r.accesses->len > 0;
            refused += r.error != NULL;
            result_clear(&r);
        }
    }
    CU_ASSERT(read > 1000 && refused > 500);
}

/* ---- streams ---- */

static size_t resident_bytes(void)
{
    g_autofree char *text = NULL;
    unsigned long total = 0, resident = 0;

    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        CU_ASSERT_EQUAL(sscanf(text, "%lu %lu", &total, &resident), 2);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* A child that writes so many din lines into standard input, which is put back by stdin_close. */
static pid_t stdin_open(unsigned lines, int *saved)
{
    int ends[2];
    pid_t child;

    CU_ASSERT_FATAL(pipe(ends) == 0);
    child = fork();
    CU_ASSERT_FATAL(child >= 0);
    if (child == 0) {
        FILE *out = fdopen(ends[1], "w");
        close(ends[0]);
        for (unsigned i = 0; i < lines; i++)
            fprintf(out, "%u %x\n", i % 2, i);
        fclose(out);
        _exit(0);
    }
    *saved = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void stdin_close(pid_t child, int saved)
{
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    } else {
        close(STDIN_FILENO);
    }
    waitpid(child, NULL, 0);
}

/* A stream of 5 million lines, 45 MB (fewer under a sanitizer), of which never more than one buffer is in memory. */
static void a_long_stream_from_standard_input_needs_no_more_memory(void)
{
    enum { LINES = RIG_ROUNDS(5000000, 1000000) };
    int saved;
    const pid_t child = stdin_open(LINES, &saved);
    g_autofree Batch *batch = g_new0(Batch, 1);
    AccessSource *source = trace_open(&(TraceConfig){ .path = (char[]){ "-" } }, STREAM, 0, NULL);
    size_t before, most = 0;
    uint64_t count = 0, sum = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    before = resident_bytes();
    for (unsigned round = 0; source_next(source, batch, NULL); round++) {
        for (size_t i = 0; i < batch->count; i++)
            sum += batch->access[i].addr;
        count += batch->count;
        if (round % 500 == 0)
            most = MAX(most, resident_bytes());
    }
    source_free(source);
    stdin_close(child, saved);
    CU_ASSERT_EQUAL(count, LINES);
    CU_ASSERT_EQUAL(sum, (uint64_t)LINES * (LINES - 1) / 2);
    CU_ASSERT(most < before + (4U << 20));
}

static void messages_call_standard_input_by_its_name(void)
{
    int saved;
    const pid_t child = stdin_open(0, &saved);
    Result r = read_trace(&(TraceConfig){ .path = (char[]){ "-" } });

    stdin_close(child, saved);
    CU_ASSERT(error_has(&r, "standard input: no records: the file is empty"));
    result_clear(&r);
}

static CU_TestInfo tests[] = {
    TEST(every_compression_is_recognised),
    TEST(gzip_files_may_be_joined_but_not_followed_by_garbage),
    TEST(nothing_may_follow_the_end_of_compressed_data),
    TEST(the_shipped_traces_hold_what_their_readme_says),
    TEST(a_truncated_compressed_file_is_an_error_at_every_length),
    TEST(a_flipped_bit_under_a_checksum_is_an_error_or_has_no_effect),
    TEST(records_before_damage_come_first),
    TEST(mutated_files_give_records_or_an_error),
    TEST(a_long_stream_from_standard_input_needs_no_more_memory),
    TEST(messages_call_standard_input_by_its_name),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_stream = { .pName = "trace_stream", .pTests = tests };
