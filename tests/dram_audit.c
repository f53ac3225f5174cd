/*
 * dram_audit - from the channels to the checker.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_audit.h"

#include <string.h>

#include "dram/standard.h"

typedef struct {
    struct Judge *judge;
    uint32_t channel;
} Ear;

typedef struct Judge {
    const DramConfig *config;
    DramChecker *checker;
    DramAudit *audit;
    Ear *ears; /* [channels] */
    bool earlier;
} Judge;

static void name_place(const DramConfig *config, Command command, uint32_t place,
                       CheckedCommand *checked)
{
    const bool by_rank = !g_str_has_prefix(config->standard, "hbm");

    if (command == CMD_PREA || command == CMD_REFAB) {
        checked->pseudo = by_rank ? place / config->ranks : place;
        checked->rank = by_rank ? (int64_t)(place % config->ranks) : -1;
        return;
    }
    checked->bank = place % config->banks;
    checked->group = place / config->banks % config->bank_groups;
    checked->rank = place / config->banks / config->bank_groups % config->ranks;
    checked->pseudo = place / config->banks / config->bank_groups / config->ranks;
    if (command == CMD_REFPB && strcmp(config->standard, "ddr5") == 0)
        checked->group = -1;
}

/* "tRP" of "tRP: PRE at ...". */
static char *rule_of(const char *refusal)
{
    return g_strndup(refusal, (gsize)(strchr(refusal, ':') - refusal));
}

static void hear(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                 uint32_t column)
{
    const Ear *ear = owner;
    const Judge *judge = ear->judge;
    const bool moves = command <= CMD_WRA;
    const bool opens = command == CMD_ACT || command == CMD_ACT2;
    const bool rising = standard_find(judge->config->standard)->rising >> command & 1;
    /* The edge of the clock before. */
    CheckedCommand checked = { .time_fs = when - (rising ? 2 : 1) * judge->config->tCK_fs,
                               .channel = ear->channel,
                               .group = -1,
                               .bank = -1,
                               .row = moves || opens ? (int64_t)row : -1,
                               .column =
                                   moves ? (int64_t)column * judge->config->burst_length : -1 };

    g_strlcpy(checked.name, command_names[command], sizeof checked.name);
    name_place(judge->config, command, place, &checked);
    judge->audit->commands++;
    judge->audit->of[command]++;
    const char *refusal = judge->earlier ? dram_checker_refusal(judge->checker, &checked) : NULL;

    if (refusal) {
        judge->audit->tight++;
        g_hash_table_add(judge->audit->rules, rule_of(refusal));
    }
    checked.time_fs = when;
    refusal = dram_checker_take(judge->checker, &checked);
    if (refusal && judge->audit->refused++ == 0)
        judge->audit->first = g_strdup(refusal);
}

static void begin(void *user, Memory *memory)
{
    Judge *judge = user;

    for (uint32_t i = 0; i < judge->config->channels; i++) {
        judge->ears[i] = (Ear){ judge, i };
        channel_set_log(dram_channel(memory, i), hear, &judge->ears[i]);
    }
}

DramAudit dram_audit(const DramConfig *config, const DramAccess *accesses, uint64_t n, bool earlier)
{
    DramAudit audit = { .rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    Judge judge = { .config = config,
                    .checker = dram_checker_new(config),
                    .audit = &audit,
                    .ears = g_new0(Ear, config->channels),
                    .earlier = earlier };
    const DramWatch watch = { begin, &judge };

    audit.stats =
        dram_run_watched(config, accesses, n, dram_burst_bytes(config), false, watch).stats;
    g_free(judge.ears);
    dram_checker_free(judge.checker);
    return audit;
}

void dram_audit_clear(DramAudit *audit)
{
    g_hash_table_unref(audit->rules);
    g_free(audit->first);
}
