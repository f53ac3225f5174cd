/*
 * study - what a script returns: sweeps of points.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/study.h"

static void sweep_free(SweepSpec *sweep)
{
    if (sweep == NULL)
        return;
    for (uint32_t i = 0; i < sweep->n_points; i++)
        point_free(sweep->points[i]);
    g_free(sweep->points);
    g_free(sweep->title);
    g_free(sweep->objective);
    g_free(sweep);
}

void study_free(Study *study)
{
    if (study == NULL)
        return;
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        sweep_free(study->sweeps[i]);
    g_free(study->sweeps);
    g_free(study);
}

void study_each_trace(const Study *study, void (*each)(const char *path, void *data), void *data)
{
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++)
            workload_each_trace(study->sweeps[i]->points[j]->workload, each, data);
}

uint32_t study_stdin_uses(const Study *study)
{
    uint32_t uses = 0;

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++)
            uses += workload_stdin_uses(study->sweeps[i]->points[j]->workload);
    return uses;
}
