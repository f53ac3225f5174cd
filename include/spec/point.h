/*
 * point - one simulation: a machine, a workload, a seed, and where it stands on the sweep's axes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_POINT_H
#define SPEC_POINT_H

#include "spec/machine.h"
#include "spec/workload.h"

typedef enum { AXIS_NUMBER, AXIS_TEXT, AXIS_BOOL } AxisKind;

typedef struct {
    char *name;
    AxisKind kind;
    double number; /* also 0 or 1 for AXIS_BOOL */
    char *text;    /* as the script wrote it, or NULL */
} AxisValue;

typedef struct {
    AxisValue *axes; /* [n_axes], outermost first */
    uint32_t n_axes;
    MachineSpec *machine;
    WorkloadSpec *workload;
} PointSpec;

void point_free(PointSpec *point); /* accepts NULL */

/* The canonical text of machine and workload (axes are not in it): every field in a fixed order, in base
 * units.  A trace enters by its file name without folder, its size and a checksum of its two ends, not by its folder.
 * Returns (caller frees). */
char *point_canonical(const PointSpec *point);
/* First 16 hexadecimal digits of the SHA-256 of the canonical text.  Returns (caller frees). */
char *point_hash(const PointSpec *point);

#endif
