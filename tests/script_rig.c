/*
 * script_rig - a script as text.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "script_rig.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/error.h"
#include "config/config.h"

static Study *study_with(const char *script, const ConfigOptions *options)
{
    g_autoptr(GError) error = NULL;
    Study *study = config_run_text(script, "s.lua", options, &error);

    if (error)
        fprintf(stderr, "# %s\n", error->message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    return study;
}

Study *script_study(const char *script)
{
    return study_with(script, NULL);
}

Study *script_study_with(const char *script, char *set)
{
    char *sets[] = { set, NULL };

    return study_with(script, &(ConfigOptions){ .sets = sets });
}

Row *study_row(Study *study)
{
    const SystemOptions options = { .memory_time = false };
    g_autoptr(GError) error = NULL;
    Row *row = system_run(study->sweeps[0]->points[0], &options, &error);

    if (error)
        fprintf(stderr, "# %s\n", error->message);
    study_free(study);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    return row;
}

Row *script_row(const char *script)
{
    return study_row(script_study(script));
}

double script_time_s(const char *script)
{
    Row *row = script_row(script);
    const double time_s = row_number(row, "time_s");

    row_free(row);
    return time_s;
}

void is_refused(const char *script, const char *message)
{
    g_autoptr(GError) error = NULL;
    Study *study = config_run_text(script, "s.lua", NULL, &error);

    CU_ASSERT_PTR_NULL(study);
    study_free(study);
    if (!error || !g_pattern_match_simple(message, error->message)) {
        fprintf(stderr, "# got      %s\n# expected %s\n", error ? error->message : "no error",
                message);
        CU_FAIL("another message");
        return;
    }
    CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
}

void are_refused(const Mistake *mistakes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        is_refused(mistakes[i].script, mistakes[i].message);
}
