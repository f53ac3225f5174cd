/*
 * tap - runs CUnit suites and prints one TAP line for each test, failed assertions as diagnostics.  A test that asserts
 * nothing has failed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <CUnit/CUnit.h>

/* A name in a list of tests is the sentence it proves. */
#define TEST(fn) \
    {            \
#fn, fn  \
    }

/* Run the suites (ended by CU_SUITE_INFO_NULL).  Returns the exit status: 0 when all passed. */
int tap_run(CU_SuiteInfo *suites);

#endif
