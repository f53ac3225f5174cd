/*
 * script_rig - a script as text: what it becomes, the row of its only point, and what is said of a wrong one.
 *
 * What goes wrong is a failed test, and its message is printed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SCRIPT_RIG_H
#define TESTS_SCRIPT_RIG_H

#include "row_values.h"
#include "script_text.h"
#include "spec/study.h"
#include "system/system.h"

/* Its name in messages is "s.lua".  Returns (caller frees: study_free). */
Study *script_study(const char *script);
/* The same, with --set NAME=VALUE. */
Study *script_study_with(const char *script, char *set);
/* Its first point.  Returns (caller frees: row_free). */
Row *script_row(const char *script);
/* That of a study, which is freed. */
Row *study_row(Study *study);
/* The time_s of a script's first point. */
double script_time_s(const char *script);

/* A mistake, and what is said of it; "*" in the message: anything. */
typedef struct {
    const char *script, *message;
} Mistake;

/* Whether the script is refused with this message. */
void is_refused(const char *script, const char *message);
void are_refused(const Mistake *mistakes, size_t n);

#endif
