/*
 * test_installed - a program that uses the installed library; make installcheck builds and runs it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <memsim/memsim.h>
#include <stdio.h>

static const char script[] =
    "local memsim = require 'memsim'\n"
    "return memsim.sweep { title = 'installed', axes = { { 'footprint', { '1MiB' } } },\n"
    "  point = function(p) return {\n"
    "  machine = memsim.machine 'toy',\n"
    "  workload = memsim.workload { pattern = 'sequential', footprint = p.footprint } } end }\n";

int main(void)
{
    char *error = NULL;
    MemsimResults *results = memsim_run_text(script, "installed", NULL, &error);

    if (!results) {
        fprintf(stderr, "%s\n", error);
        memsim_string_free(error);
        return 1;
    }
    printf("memsim %s: %s s, %s\n", memsim_version(), memsim_text(results, 0, 0, "time_s"),
           memsim_text(results, 0, 0, "regime"));
    memsim_results_free(results);
    return 0;
}
