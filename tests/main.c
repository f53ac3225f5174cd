/*
 * unit - the unit tests of all modules.
 *
 *     unit [SUITE]...      SUITE is a module's name, or the path of its test file
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "tap.h"

#define DECLARE(name) extern CU_SuiteInfo suite_##name;
#define ENTRY(name) { #name, &suite_##name },
SUITES(DECLARE)

static const struct {
    const char *name;
    const CU_SuiteInfo *suite;
} known[] = { SUITES(ENTRY) };

/* "tests/test_sim.c" is a way to say "sim": the harness passes the test's file. */
static char *suite_name(const char *word)
{
    char *name = g_path_get_basename(word);

    if (g_str_has_prefix(name, "test_") && g_str_has_suffix(name, ".c")) {
        name[strlen(name) - strlen(".c")] = '\0';
        memmove(name, name + strlen("test_"), strlen(name + strlen("test_")) + 1);
    }
    return name;
}

static gboolean add_suite(GArray *chosen, const char *word)
{
    g_autofree char *name = suite_name(word);

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].name, name) == 0) {
            g_array_append_val(chosen, *known[i].suite);
            return TRUE;
        }
    printf("Bail out! no suite '%s' in tests/suites.h\n", name);
    return FALSE;
}

int main(int argc, char **argv)
{
    g_autoptr(GArray) chosen = g_array_new(TRUE, TRUE, sizeof(CU_SuiteInfo));

    for (int i = 1; i < argc; i++)
        if (!add_suite(chosen, argv[i]))
            return 1;
    for (size_t i = 0; argc == 1 && i < G_N_ELEMENTS(known); i++)
        g_array_append_val(chosen, *known[i].suite);
    return tap_run((CU_SuiteInfo *)(void *)chosen->data);
}
