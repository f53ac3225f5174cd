/*
 * check_commands SCRIPT.lua FILE [POINT] - holds a file that --dram-commands has written against the rules of its DRAM.
 *
 * SCRIPT.lua is what was run, POINT which of its points (default: the first with DRAM), FILE plain or compressed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/config.h"
#include "dram_checker.h"
#include "trace/trace_input.h"

static char *read_file(const char *path, GError **error)
{
    TraceInput *input = trace_input_open(path, error);
    GString *text = g_string_new(NULL);
    char piece[1 << 14];
    size_t got = 0;
    bool good = input != NULL;

    while (good && (good = trace_input_read(input, piece, sizeof piece, &got, error)) && got > 0)
        g_string_append_len(text, piece, (gssize)got);
    trace_input_free(input);
    return g_string_free(text, !good);
}

/* Point number wanted, from 1; 0: the first with DRAM.  NULL: there is none. */
static const DramConfig *find_dram(const Study *study, uint64_t wanted)
{
    uint64_t at = 0;

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++) {
            const MemoryConfig *memory = &study->sweeps[i]->points[j]->machine->memory;

            at++;
            if (memory->type == MEMORY_DRAM && (wanted == 0 || wanted == at))
                return &memory->dram;
        }
    return NULL;
}

static int check(const Study *study, uint64_t point, const char *text)
{
    const DramConfig *config = find_dram(study, point);
    uint64_t n;

    if (!config) {
        fprintf(stderr, "there is no such point with DRAM\n");
        return EXIT_FAILURE;
    }
    g_autofree char *refusal = dram_checker_file(config, text, &n);

    if (refusal)
        printf("%s\n", refusal);
    else
        printf("%" PRIu64 " commands keep the rules of %s\n", n, config->standard);
    return refusal ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const ConfigOptions options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    Study *study = NULL;
    int status = EXIT_FAILURE;

    if (argc < 3) {
        fprintf(stderr, "usage: check_commands SCRIPT.lua FILE [POINT]\n");
        return EXIT_FAILURE;
    }
    text = read_file(argv[2], &error);
    if (text)
        study = config_run_script(argv[1], &options, &error);
    if (study)
        status = check(study, argc > 3 ? g_ascii_strtoull(argv[3], NULL, 10) : 0, text);
    if (error)
        fprintf(stderr, "%s\n", error->message);
    study_free(study);
    return status;
}
