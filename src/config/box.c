/*
 * box - the owner of what C allocates while Lua may raise an error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/box.h"

#include "config/context.h"
#include "config/what.h"

#define BOX_TYPE "memsim.box"

static void sweep_free(SweepSpec *sweep)
{
    if (sweep == NULL)
        return;
    Study *study = g_new0(Study, 1);

    study->sweeps = g_new0(SweepSpec *, 1);
    study->sweeps[0] = sweep;
    study->n_sweeps = 1;
    study_free(study);
}

void box_clear(Box *box)
{
    g_clear_error(&box->error);
    g_clear_pointer(&box->machine, machine_free);
    g_clear_pointer(&box->workloads, g_hash_table_destroy);
    g_clear_pointer(&box->point, point_free);
    g_clear_pointer(&box->sweep, sweep_free);
    g_clear_pointer(&box->study, study_free);
    g_clear_pointer(&box->analytic, analytic_free);
    g_clear_pointer(&box->text, g_free);
    g_clear_pointer(&box->words, g_strfreev);
}

static int collect(lua_State *L)
{
    box_clear(luaL_checkudata(L, 1, BOX_TYPE));
    return 0;
}

Box *box_push(lua_State *L)
{
    luaL_checkstack(L, 20, "too many values");
    Box *box = lua_newuserdatauv(L, sizeof *box, 0);

    *box = (Box){ 0 };
    if (luaL_newmetatable(L, BOX_TYPE)) {
        lua_pushcfunction(L, collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

int box_push_text(lua_State *L, Box *box, GString *text)
{
    g_free(box->text);
    box->text = g_string_free(text, FALSE);
    lua_pushstring(L, box->text);
    box_clear(box);
    return 1;
}

const char *box_push_raised(lua_State *L, int index)
{
    const int raised = lua_absindex(L, index);

    if (lua_isstring(L, raised))
        lua_pushvalue(L, raised);
    else if (luaL_getmetafield(L, raised, "__tostring") != LUA_TNIL)
        luaL_tolstring(L, raised, NULL);
    else
        lua_pushfstring(L, "the script raises no message but %s", what_is(L, raised));
    return lua_tostring(L, -1);
}

int box_raise(lua_State *L, Box *box)
{
    context_push_where(L);
    lua_pushstring(L, box->error->message);
    box_clear(box);
    lua_concat(L, 2);
    return lua_error(L);
}
