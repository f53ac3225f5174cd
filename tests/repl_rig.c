/*
 * repl_rig - the sets of a replacement policy.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "repl_rig.h"

#include <CUnit/CUnit.h>
#include <glib.h>
#include <string.h>

enum { CANARY = 0xA5, CANARIES = 16 };

uint32_t replrig_index(const char *name)
{
    for (uint32_t i = 0; repl_names()[i]; i++)
        if (strcmp(repl_names()[i], name) == 0)
            return i;
    CU_FAIL_FATAL("a policy of this name");
    return 0;
}

const ReplOps *replrig_ops(const char *name)
{
    return repl_ops(replrig_index(name));
}

static void *guarded(size_t bytes)
{
    uint8_t *state = g_malloc0(bytes + CANARIES);

    memset(state + bytes, CANARY, CANARIES);
    return state;
}

static void check_guard(const void *state, size_t bytes)
{
    for (size_t i = 0; i < CANARIES; i++)
        CU_ASSERT_EQUAL(((const uint8_t *)state)[bytes + i], CANARY);
}

/* The states of the sets: the last one ends where the guard begins. */
static size_t state_bytes(const ReplRig *rig)
{
    return (size_t)(rig->set.sets - 1) * rig->stride + rig->ops->set_bytes(rig->set.ways);
}

ReplRig *replrig_new_sets(const ReplOps *ops, uint32_t ways, uint64_t sets)
{
    ReplRig *rig = g_new0(ReplRig, 1);

    rig->ops = ops;
    rig->rng.state = 99;
    rig->stride = (ops->set_bytes(ways) + 7) / 8 * 8;
    rig->set = (ReplSet){
        .common = guarded(ops->common_bytes), .ways = ways, .sets = sets, .rng = &rig->rng
    };
    rig->states = guarded(state_bytes(rig));
    replrig_choose_set(rig, 0);
    return rig;
}

ReplRig *replrig_new(const ReplOps *ops, uint32_t ways)
{
    return replrig_new_sets(ops, ways, 1);
}

ReplRig *replrig_new_full(const ReplOps *ops, uint32_t ways)
{
    ReplRig *rig = replrig_new(ops, ways);

    for (uint32_t way = 0; way < ways; way++)
        replrig_fill(rig, way);
    return rig;
}

void replrig_free(ReplRig *rig)
{
    check_guard(rig->states, state_bytes(rig));
    check_guard(rig->set.common, rig->ops->common_bytes);
    g_free(rig->states);
    g_free(rig->set.common);
    g_free(rig);
}

void replrig_choose_set(ReplRig *rig, uint64_t set)
{
    rig->set.set = set;
    rig->set.state = rig->states + set * rig->stride;
}

void replrig_fill_line(ReplRig *rig, uint32_t way, uint64_t line)
{
    rig->ops->on_fill(&rig->set, way, line);
}

void replrig_fill(ReplRig *rig, uint32_t way)
{
    replrig_fill_line(rig, way, rig->next_line++);
}

void replrig_hit(ReplRig *rig, uint32_t way)
{
    rig->ops->on_hit(&rig->set, way);
}

uint32_t replrig_victim(ReplRig *rig)
{
    return rig->ops->victim(&rig->set);
}
