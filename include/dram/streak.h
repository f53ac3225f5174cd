/*
 * streak - hits, while there is nothing else to choose from.
 *
 * When all requests of the direction that is served hit open rows, only the rules between transfers matter: of each
 * command just these are applied, and the first of the oldest hits of the banks goes next.  The other registers, claims
 * and picks stay behind.  A streak ends, and they are brought up to date, when a request comes that is not a hit, when the
 * direction turns, when there is one hit left, or when a refresh is next.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_STREAK_H
#define DRAM_STREAK_H

#include "dram/channel_state.h"

/* Find out whether the channel's commands and page policy leave room for streaks. */
void streak_init(Channel *channel);
void streak_clear(Channel *channel);
/* A hit comes next, and no other command: a streak begins if all requests of the direction are hits. */
void streak_try(Channel *channel);
/* Whether the streak goes on: when, and with which hit, is known then. */
bool streak_goes_on(Channel *channel);
/* The next hit moves its data at clock edge now. */
void streak_serve(Channel *channel, Cycle now);
/* The registers are brought up to date.  What the banks claim is for the caller. */
void streak_end(Channel *channel);

#endif
