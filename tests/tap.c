/*
 * tap - CUnit's results as TAP lines, so that automake's harness sees every test.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include <CUnit/TestRun.h>
#include <stdbool.h>
#include <stdio.h>

/* Assertions and tests without one, so far: CUnit's handlers are given nothing of ours. */
static unsigned asserted, empty_tests;

static void print_result(const CU_pTest test, const CU_pSuite suite,
                         const CU_pFailureRecord failures)
{
    const bool empty = CU_get_number_of_asserts() == asserted;

    asserted = CU_get_number_of_asserts();
    empty_tests += empty;
    printf("%s - %s: %s\n", failures || empty ? "not ok" : "ok", suite->pName, test->pName);
    if (empty)
        printf("# it asserts nothing\n");
    for (const CU_FailureRecord *failure = failures; failure; failure = failure->pNext)
        printf("# %s:%u: %s\n", failure->strFileName ? failure->strFileName : "",
               failure->uiLineNumber, failure->strCondition ? failure->strCondition : "");
    fflush(stdout);
}

static void print_broken_suite(const CU_pSuite suite)
{
    printf("Bail out! suite %s could not be set up\n", suite->pName);
    fflush(stdout);
}

int tap_run(CU_SuiteInfo *suites)
{
    unsigned failed;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
        printf("Bail out! %s\n", CU_get_error_msg());
        return 1;
    }
    CU_set_test_complete_handler(print_result);
    CU_set_suite_init_failure_handler(print_broken_suite);
    printf("1..%u\n", CU_get_registry()->uiNumberOfTests);
    fflush(stdout);
    CU_run_all_tests();
    failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed() + empty_tests;
    CU_cleanup_registry();
    return failed != 0;
}
