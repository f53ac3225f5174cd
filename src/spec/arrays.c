/*
 * arrays - the named arrays of a workload.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/arrays.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/identifier.h"
#include "spec/columns.h"

#define AT(member) offsetof(NamedRange, member)

/* clang-format off */
const Field region_fields[] = {
    { "name", FIELD_TEXT, AT(name), 0, 0, NAN, NULL, NULL, "an identifier, e.g. \"heap\"" },
    { "from", FIELD_COUNT64, AT(from_addr), 0, 0x1p62, NAN, NULL, NULL, "the first address, e.g. 0x7f0000000000" },
    { "bytes", FIELD_BYTES, AT(bytes), 1, 0x1p62, NAN, NULL, NULL, "its length, e.g. \"1MiB\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

bool array_name_check(const char *name, GError **error)
{
    static const char *const taken[] = { "all", "other", "mem", "memory", "wall", NULL };

    if (!name || !identifier_is(name))
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "'%s' is no identifier (letters, digits, _)", name ? name : "");
    else if (g_strv_contains(taken, name))
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "'%s' means something else in a result; choose another name", name);
    else
        return true;
    return false;
}

static bool overlap(const NamedRange *a, const NamedRange *b)
{
    return a->from_addr < b->from_addr ? b->from_addr - a->from_addr < a->bytes
                                       : a->from_addr - b->from_addr < b->bytes;
}

static bool check_region(const NamedRange *regions, uint32_t at, GError **error)
{
    if (!array_name_check(regions[at].name, error)) {
        g_prefix_error(error, "regions[%u].name: ", at + 1);
        return false;
    }
    for (uint32_t i = 0; i < at; i++)
        if (overlap(&regions[i], &regions[at])) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "regions[%u]: '%s' overlaps with '%s', regions[%u]", at + 1,
                        regions[at].name, regions[i].name, i + 1);
            return false;
        }
    return true;
}

bool regions_check(const NamedRange *regions, uint32_t n, GError **error)
{
    for (uint32_t i = 0; i < n; i++)
        if (!check_region(regions, i, error))
            return false;
    return true;
}

/* The last array takes what is left of the footprint: a stride need not be a multiple of the element. */
static void each_of_pattern(const PatternConfig *pattern, ArrayVisit visit, void *user)
{
    static const char *const names[] = { "a", "b", "c" };
    const uint64_t bytes = gen_elements(pattern) * pattern->size_bytes;
    const uint32_t n = gen_arrays(pattern);

    for (uint32_t i = 0; i < n; i++)
        visit(user, names[i], pattern->base_addr + i * bytes,
              i + 1 < n ? bytes : pattern->footprint_bytes - i * bytes);
}

static void each_of_nest(const NestConfig *nest, ArrayVisit visit, void *user)
{
    for (uint32_t i = 0; i < nest->n_arrays; i++)
        if (!nest->arrays[i]->scratch)
            visit(user, nest->arrays[i]->name, nest->bases[i], nest->arrays[i]->bytes);
}

void workload_each_array(const WorkloadSpec *workload, ArrayVisit visit, void *user)
{
    if (workload->kind == WORKLOAD_PATTERN)
        each_of_pattern(&workload->pattern, visit, user);
    if (workload->kind == WORKLOAD_NEST)
        each_of_nest(&workload->nest, visit, user);
    for (uint32_t i = 0; i < workload->n_regions; i++)
        visit(user, workload->regions[i].name, workload->regions[i].from_addr,
              workload->regions[i].bytes);
    for (uint32_t i = 0; i < workload->n_parts; i++)
        workload_each_array(workload->parts[i], visit, user);
}

typedef struct {
    const MachineSpec *machine;
    const char *column;
    bool found;
} Search;

static void look_at(void *user, const char *name, uint64_t from_addr, uint64_t bytes)
{
    Search *search = user;
    const size_t length = strlen(name);
    const char *rest = search->column + length + 1;

    (void)from_addr;
    (void)bytes;
    if (search->found || strncmp(search->column, name, length) != 0 || rest[-1] != '_')
        return;
    search->found = column_is_of_memory_of_array(rest);
    for (uint32_t i = 0; i < search->machine->n_caches; i++)
        search->found = search->found || column_is_of_cache(rest, search->machine->caches[i].name);
}

bool point_has_array_column(const PointSpec *point, const char *column)
{
    Search search = { .machine = point->machine, .column = column };

    workload_each_array(point->workload, look_at, &search);
    return search.found;
}
