/*
 * read_leaf - the Lua tables of patterns, traces and nests.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/read_leaf.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/context.h"
#include "config/convert.h"
#include "config/what.h"

const char *const workload_outer_keys[] = { "cores", "precision", "warmup", "seed", NULL };

bool leaf_check_outer(Reader *reader, const Section *section, const Path *path, int depth)
{
    return depth == 0 ||
           !reader_any_given(reader, section, workload_outer_keys, path,
                             "only the outermost workload has it; give it to the sequence or mix");
}

static bool check_pattern_keys(Reader *reader, const Section *section, WorkloadSpec *workload,
                               const Path *up)
{
    static const char *const stride[] = { "stride", NULL };
    static const char *const exponent[] = { "exponent", NULL };
    static const char *const writes[] = { "write_fraction", NULL };
    const uint32_t pattern = workload->pattern.pattern;
    const Path stride_path = { up, "stride", 0 };

    if (pattern != GEN_STRIDED &&
        reader_any_given(reader, section, stride, up, "only pattern \"strided\" has a stride"))
        return false;
    if (pattern == GEN_STRIDED && !section_has(section, "stride"))
        return reader_fail(reader, &stride_path,
                           "missing; pattern \"strided\" needs it, e.g. \"256B\"");
    if (pattern != GEN_ZIPF &&
        reader_any_given(reader, section, exponent, up, "only pattern \"zipf\" has an exponent"))
        return false;
    if (pattern == GEN_COPY || pattern == GEN_TRIAD)
        return !reader_any_given(reader, section, writes, up,
                                 "copy and triad say themselves what is written");
    return true;
}

bool leaf_read_pattern(Reader *reader, int table, WorkloadSpec *workload, const Path *path,
                       int depth)
{
    Section sections[] = { { gen_fields, &workload->pattern, 0 },
                           { workload_fields, workload, 0 } };
    static const char *const dependent[] = { "dependent", NULL };

    reader->foreign = trace_fields;
    reader->foreign_why = "is for traces, not for patterns";
    if (!reader_table(reader, table, path, sections, G_N_ELEMENTS(sections), 0))
        return false;
    reader->foreign = NULL;
    if (gen_dependent(&workload->pattern) && !workload->dependent &&
        reader_any_given(reader, &sections[1], dependent, path,
                         "each access of \"chase\" depends on the one before"))
        return false;
    return leaf_check_outer(reader, &sections[1], path, depth) &&
           check_pattern_keys(reader, &sections[0], workload, path);
}

/* NULL when path is a readable file (or no regular one: a pipe), else the system's word. */
static const char *why_not_readable(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return g_strerror(errno);
    if (S_ISDIR(info.st_mode))
        return g_strerror(EISDIR);
    return access(path, R_OK) == 0 ? NULL : g_strerror(errno);
}

/* As given, then beside the script.  Returns (caller frees), or NULL and error. */
static char *find_trace(Reader *reader, const char *name, const Path *path)
{
    const char *why = NULL;
    const char *folder = context_folder(reader->L);

    if (strcmp(name, "-") == 0 || (why = why_not_readable(name)) == NULL)
        return g_strdup(name);
    if (folder && !g_path_is_absolute(name)) {
        char *beside = g_build_filename(folder, name, NULL);

        if (why_not_readable(beside) == NULL)
            return beside;
        g_free(beside);
    }
    reader_fail(reader, path, "cannot read '%s': %s", name, why);
    return NULL;
}

static bool read_trace_path(Reader *reader, int table, WorkloadSpec *workload, const Path *up)
{
    const Path path = { up, "trace", 0 };
    const Path format_path = { up, "format", 0 };
    uint32_t format = 0;

    if (reader_push(reader->L, table, "trace") != LUA_TSTRING)
        return reader_fail(reader, &path, "expected the path of a file, not %s",
                           what_is(reader->L, -1));
    workload->trace.path = find_trace(reader, lua_tostring(reader->L, -1), &path);
    if (workload->trace.path == NULL)
        return false;
    if (reader_push(reader->L, table, "format") != LUA_TNIL) {
        if (!reader_word(reader, workload_trace_formats(), &format_path, &format))
            return false;
        workload->trace.format = g_strdup(workload_trace_formats()[format]);
    }
    lua_pop(reader->L, 2);
    return true;
}

bool leaf_read_trace(Reader *reader, int table, WorkloadSpec *workload, const Path *path, int depth)
{
    Section sections[] = { { trace_fields, &workload->trace, 0 },
                           { workload_fields, workload, 0 } };

    reader->foreign = gen_fields;
    reader->foreign_why = "is for patterns, not for traces";
    if (!reader_table(reader, table, path, sections, G_N_ELEMENTS(sections), 0))
        return false;
    reader->foreign = NULL;
    return leaf_check_outer(reader, &sections[1], path, depth) &&
           read_trace_path(reader, table, workload, path) &&
           convert_regions(reader, table, workload, path);
}

bool leaf_read_nest(Reader *reader, int table, WorkloadSpec *workload, const Path *path, int depth)
{
    static const Field nest_fields[] = {
        { "nest", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "what memsim.nest returns" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    static const char *const not_ours[] = { "flops_per_byte", "dependent", NULL };
    Section sections[] = { { nest_fields, NULL, 0 }, { workload_fields, workload, 0 } };

    reader->foreign = gen_fields;
    reader->foreign_why = "is for patterns, not for loop nests";
    if (!reader_table(reader, table, path, sections, G_N_ELEMENTS(sections), 0))
        return false;
    reader->foreign = NULL;
    return !reader_any_given(reader, &sections[1], not_ours, path,
                             "is for patterns and traces; a nest says flops = ... in its body") &&
           leaf_check_outer(reader, &sections[1], path, depth);
}
