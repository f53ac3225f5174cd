/*
 * dram_config - the settings of DRAM channels: organisation, timing, controller.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_DRAM_CONFIG_H
#define DRAM_DRAM_CONFIG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/field.h"

/* In clock cycles, by their JEDEC names. */
typedef struct {
    uint32_t BL;    /* a burst on the data bus */
    uint32_t BLmax; /* LPDDR5: within a bank group */
    uint32_t CL, CWL;
    uint32_t RCDRD, RCDWR;
    uint32_t RP, RPab; /* precharge of a bank, of all banks */
    uint32_t RAS, RC;
    uint32_t WR, RTP;
    uint32_t CCD_S, CCD_L;       /* between reads */
    uint32_t CCD_S_WR, CCD_L_WR; /* between writes */
    uint32_t CCD_R;              /* between reads of two stack IDs */
    uint32_t RRD_S, RRD_L, FAW;
    uint32_t WTR_S, WTR_L;
    uint32_t RTW;  /* read to write, from command to command */
    uint32_t RTRS; /* bus gap between two ranks */
    uint32_t PPD;  /* between precharges */
    uint32_t RFC, REFI;
    uint32_t RFCpb;   /* refresh of a bank (REFpb, REFsb) */
    uint32_t RREFD;   /* from it to an ACT of another bank (tRREFD, tREFSBRD, tpbR2act) */
    uint32_t PBR2PBR; /* LPDDR5: between two of them */
    uint32_t AAD;     /* LPDDR5: from the first to the second command of an activation, at most */
    uint32_t WCKPST;  /* LPDDR5: how long WCK runs on after a burst */
} DramTiming;

typedef enum { PAGE_OPEN, PAGE_CLOSED, PAGE_TIMEOUT } PagePolicy;
typedef enum { REFRESH_ALL_BANK, REFRESH_PER_BANK, REFRESH_NONE } RefreshPolicy;

/* Whether IDD3N flows as long as any bank is open, or each open bank draws its share of what it is above IDD2N. */
typedef enum { STANDBY_RANK, STANDBY_BANK } Standby;

/* Currents of one device, by their JEDEC names; for the energy.  VDD_V 0: not known, no energy is computed. */
typedef struct {
    double VDD_V, VPP_V; /* VPP: the word lines' supply; 0: none */
    double IDD0_A, IDD2N_A, IDD3N_A, IDD4R_A, IDD4W_A, IDD5B_A;
    double IPP0_A, IPP2N_A, IPP3N_A, IPP5B_A;
    uint32_t device_bits; /* width of a device: bus_bits / device_bits work together */
    Standby standby;
} DramCurrents;

typedef struct {
    const char *standard; /* "ddr4", "hbm2", ... */
    uint32_t channels;    /* any number; the others are powers of two */
    uint32_t pseudo_channels, ranks, bank_groups, banks; /* each of the one before */
    uint32_t rows, columns;                              /* a column is one beat of the bus */
    uint32_t bus_bits;                                   /* of a (pseudo-)channel */
    uint32_t burst_length;                               /* beats */
    Tick tCK_fs;
    DramTiming timing;
    DramCurrents currents;

    const char *mapping;       /* NULL: the standard's (without Ch when interleave is given) */
    bool bank_hash;            /* bank and bank group bits are XORed with the lowest row bits */
    bool channel_hash;         /* the channel is mixed with the address bits above it */
    uint64_t interleave_bytes; /* instead of Ch in the mapping; 0: none */
    const char *scheduler;     /* NULL: the first of dram_scheduler_names */
    uint32_t row_hit_cap; /* hits in a row of one bank while another row waits; 0: any number */
    PagePolicy page;
    uint32_t page_timeout; /* cycles */
    RefreshPolicy refresh;
    uint32_t refresh_postpone;        /* refreshes that may be put off while requests wait */
    uint32_t read_queue, write_queue; /* entries of a channel */
    double write_high, write_low;     /* of write_queue */
    Tick controller_latency_fs; /* from arrival until the scheduler sees it; rounded up to cycles */
    Tick latency_fs;            /* on top of a read */
} DramConfig;

/* The keys of a script; offsets in DramConfig.  standard, scheduler and the two tables below are FIELD_OTHER. */
extern const Field dram_fields[];
extern const Field dram_timing_fields[]; /* offsets in DramTiming; FIELD_CYCLES */
extern const Field dram_currents_fields[];
/* Names that stand for several timings: "tRCD" for tRCDRD and tRCDWR. */
typedef struct {
    const char *name;
    const char *parts[2];
} DramAlias;
extern const DramAlias dram_aliases[]; /* ends with a name NULL */
/* The fields of the aliases, in the same order; offsets in uint32_t[]. */
extern const Field dram_alias_fields[];
enum { N_DRAM_ALIASES = 5 };

/* NULL-terminated spellings. */
const char *const *dram_standard_names(void);
const char *const *dram_scheduler_names(void);

/* Where a timing is not given: what follows from the others.  given: of dram_timing_fields, by their key. */
void dram_timing_complete(DramConfig *config, bool (*given)(const void *of, const char *key),
                          const void *of);
/* Whether the standard has the timing: tPPD, say, is not one of DDR4. */
bool dram_timing_is_known(const DramConfig *config, const Field *timing);
/* A time as clock cycles, by the rounding rules of the standard; a longest time (tREFI) is rounded down.
 * No rule of the standard: rounded up. */
double dram_cycles(const DramConfig *config, const Field *timing, Tick time_fs);

/* The scheduler that holds: the given one, or the default. */
const char *dram_scheduler(const DramConfig *config);
/* The map that holds: the given one, or the standard's.  Returns (caller frees). */
char *dram_mapping(const DramConfig *config);
/* Time from the arrival of a read at an idle, precharged memory to its data. */
Tick dram_idle_fs(const DramConfig *config);
/* Bytes that one burst moves. */
uint32_t dram_burst_bytes(const DramConfig *config);
uint64_t dram_channel_bytes(const DramConfig *config);
double dram_peak_B_per_s(const DramConfig *config);
/* Rules between the fields.  False and error (CONFIG) with the reason. */
bool dram_config_check(const DramConfig *config, GError **error);

#endif
