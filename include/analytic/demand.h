/*
 * demand - what one pattern asks for, by formula; the parts that analytic adds up.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ANALYTIC_DEMAND_H
#define ANALYTIC_DEMAND_H

#include "analytic/analytic.h"

/* Demand of a pattern; again: the same accesses have been made before, so none of its bytes are compulsory. */
Demand demand_of_pattern(const PatternConfig *pattern, double flops_per_byte, bool again);
/* Demand of a nest that runs after those whose bytes are in touched, and adds its own; NULL: its compulsory bytes are not
 * to be told (NAN). */
Demand demand_of_nest(const Nest *nest, NestBytes *touched);

#endif
