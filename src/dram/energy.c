/*
 * energy - currents and counts into joules.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/energy.h"

/* One supply of a device. */
typedef struct {
    double V;
    double I0_A, I2N_A, I3N_A, I4R_A, I4W_A, I5B_A;
} Supply;

static void add_supply(DramEnergy *energy, const Supply *s, const DramConfig *config,
                       const EnergyCounts *counts)
{
    const DramTiming *t = &config->timing;
    const double clock_s = tick_seconds(config->tCK_fs);
    const double ras_s = t->RAS * clock_s, rc_s = t->RC * clock_s;
    const double burst_s = t->BL * clock_s, rfc_s = t->RFC * clock_s;

    energy->activate_J += (double)counts->activates * s->V *
                          (s->I0_A * rc_s - s->I3N_A * ras_s - s->I2N_A * (rc_s - ras_s));
    energy->read_J += (double)counts->reads * s->V * (s->I4R_A - s->I3N_A) * burst_s;
    energy->write_J += (double)counts->writes * s->V * (s->I4W_A - s->I3N_A) * burst_s;
    energy->refresh_J += counts->refreshes * s->V * (s->I5B_A - s->I3N_A) * rfc_s;
    energy->background_J += s->V * (s->I3N_A * counts->active_s + s->I2N_A * counts->standby_s);
}

DramEnergy energy_of(const DramConfig *config, const EnergyCounts *counts)
{
    const DramCurrents *c = &config->currents;
    const Supply vdd = { c->VDD_V,   c->IDD0_A,  c->IDD2N_A, c->IDD3N_A,
                         c->IDD4R_A, c->IDD4W_A, c->IDD5B_A };
    const Supply vpp = { c->VPP_V,   c->IPP0_A,  c->IPP2N_A, c->IPP3N_A,
                         c->IPP3N_A, c->IPP3N_A, c->IPP5B_A };
    DramEnergy energy = { 0 };

    if (c->VDD_V <= 0)
        return energy;
    const double devices = (double)config->bus_bits / c->device_bits;

    add_supply(&energy, &vdd, config, counts);
    add_supply(&energy, &vpp, config, counts);
    energy.activate_J *= devices;
    energy.read_J *= devices;
    energy.write_J *= devices;
    energy.refresh_J *= devices;
    energy.background_J *= devices;
    return energy;
}

double dram_energy_J(const DramEnergy *energy)
{
    return energy->activate_J + energy->read_J + energy->write_J + energy->refresh_J +
           energy->background_J;
}
