/*
 * tap - runs CUnit suites and prints one TAP line for each test, failed assertions as diagnostics.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <CUnit/CUnit.h>

/* Run the suites (ended by CU_SUITE_INFO_NULL).  Returns the exit status: 0 when all passed. */
int tap_run(CU_SuiteInfo *suites);

#endif
