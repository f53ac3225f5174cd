/*
 * box - the owner of what C allocates while Lua may raise an error: a userdata whose finalizer frees it.
 *
 * Lua raises by longjmp, which passes over every frame of C: what a function allocates before its next call into
 * Lua is put into its box first.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_BOX_H
#define CONFIG_BOX_H

#include "analytic/analytic.h"
#include "config/lua_api.h"

typedef struct {
    GError *error;
    MachineSpec *machine;
    GHashTable *workloads; /* address of the Lua table -> WorkloadSpec; for look-up only */
    PointSpec *point;
    SweepSpec *sweep; /* being filled; its n_points are those that are there */
    Study *study;
    Analytic *analytic;
    char *text;
    char **words;
} Box;

/* Push a new box. */
Box *box_push(lua_State *L);
/* Free all it owns; it may be used again. */
void box_clear(Box *box);
/* Raise the box's error with the script's line where known.  Does not return. */
int box_raise(lua_State *L, Box *box);
/* Push the text, taken, as a string of Lua; returns 1. */
int box_push_text(lua_State *L, Box *box, GString *text);
/* Push what a script has raised, at index, as a text for people: never an address.  May raise. */
const char *box_push_raised(lua_State *L, int index);

#endif
