/*
 * energy - currents and counts into joules.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/energy.h"

#include "base/error.h"

/* One supply of a device. */
typedef struct {
    double V;
    double I0_A, I2N_A, I3N_A, I4R_A, I4W_A, I5B_A;
    char letter; /* of IDD, IPP */
} Supply;

static Supply vdd_of(const DramCurrents *c)
{
    return (Supply){ c->VDD_V,   c->IDD0_A,  c->IDD2N_A, c->IDD3N_A,
                     c->IDD4R_A, c->IDD4W_A, c->IDD5B_A, 'D' };
}

static Supply vpp_of(const DramCurrents *c)
{
    return (Supply){ c->VPP_V,   c->IPP0_A,  c->IPP2N_A, c->IPP3N_A,
                     c->IPP3N_A, c->IPP3N_A, c->IPP5B_A, 'P' };
}

/* What flows above IDD2N while a row is open. */
static double row_A(const Supply *s, const DramConfig *config)
{
    const uint32_t banks = config->bank_groups * config->banks;

    return (s->I3N_A - s->I2N_A) / (config->currents.standby == STANDBY_BANK ? banks : 1);
}

/* Mean standby current of a device of which one bank is opened and closed each tRC. */
static double standby_A(const Supply *s, const DramConfig *config)
{
    return s->I2N_A + row_A(s, config) * config->timing.RAS / config->timing.RC;
}

static void add_supply(DramEnergy *energy, const Supply *s, const DramConfig *config,
                       const EnergyCounts *counts)
{
    const DramTiming *t = &config->timing;
    const bool by_bank = config->currents.standby == STANDBY_BANK;
    const double clock_s = tick_seconds(config->tCK_fs);
    const double rc_s = t->RC * clock_s, burst_s = t->BL * clock_s, rfc_s = t->RFC * clock_s;
    const double refresh_A = s->I5B_A - (by_bank ? s->I2N_A : s->I3N_A);
    const double rows_s = by_bank ? counts->open_s : counts->active_s;

    energy->activate_J +=
        (double)counts->activates * s->V * (s->I0_A - standby_A(s, config)) * rc_s;
    energy->read_J += (double)counts->reads * s->V * (s->I4R_A - s->I3N_A) * burst_s;
    energy->write_J += (double)counts->writes * s->V * (s->I4W_A - s->I3N_A) * burst_s;
    energy->refresh_J += counts->refreshes * s->V * refresh_A * rfc_s;
    energy->background_J +=
        s->V * (s->I2N_A * (counts->active_s + counts->standby_s) + row_A(s, config) * rows_s);
}

DramEnergy energy_of(const DramConfig *config, const EnergyCounts *counts)
{
    const DramCurrents *c = &config->currents;
    const Supply vdd = vdd_of(c), vpp = vpp_of(c);
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

static bool is_above(const Supply *s, const char *name, double A, const char *least, double least_A,
                     GError **error)
{
    return A >= least_A ||
           refuse_config(
               error, "currents: I%c%c%s (%g mA) is below I%c%c%s (%g mA), which is part of it",
               s->letter, s->letter, name, 1e3 * A, s->letter, s->letter, least, 1e3 * least_A);
}

static bool check_supply(const Supply *s, const DramConfig *config, GError **error)
{
    if (s->V <= 0)
        return true;
    if (!is_above(s, "3N", s->I3N_A, "2N", s->I2N_A, error) ||
        !is_above(s, "4R", s->I4R_A, "3N", s->I3N_A, error) ||
        !is_above(s, "4W", s->I4W_A, "3N", s->I3N_A, error) ||
        !is_above(s, "5B", s->I5B_A, "3N", s->I3N_A, error))
        return false;
    const double standby = standby_A(s, config);

    return s->I0_A >= standby ||
           refuse_config(error,
                         "currents: I%c%c0 (%g mA) is below what standby takes of it, %.4g mA "
                         "(I%c%c3N for tRAS, I%c%c2N for the rest of tRC)%s",
                         s->letter, s->letter, 1e3 * s->I0_A, 1e3 * standby, s->letter, s->letter,
                         s->letter, s->letter,
                         config->currents.standby == STANDBY_BANK
                             ? ""
                             : "; where IDD3N is that of all banks open, say standby = \"bank\"");
}

bool energy_check(const DramConfig *config, GError **error)
{
    const Supply vdd = vdd_of(&config->currents), vpp = vpp_of(&config->currents);

    return vdd.V <= 0 || (check_supply(&vdd, config, error) && check_supply(&vpp, config, error));
}

double dram_energy_J(const DramEnergy *energy)
{
    return energy->activate_J + energy->read_J + energy->write_J + energy->refresh_J +
           energy->background_J;
}
