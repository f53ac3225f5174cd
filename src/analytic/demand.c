/*
 * demand - what a workload asks for, by formula.
 *
 * Patterns that walk are counted exactly by position; where a draw decides (write_fraction, random, zipf) the
 * value is the expected one.  With n draws of which each takes an element with probability p and writes with
 * probability w, the element has been written with probability 1 - (1 - wp)^n, and its first touch was a read with
 * probability (1 - w) (1 - (1 - p)^n).
 *
 * SPDX-License-Identifier: MIT
 */
#include "analytic/demand.h"

#include <math.h>

/* Ranks up to here are summed one by one, the rest by quadrature (relative error below 1e-9). */
enum { ZIPF_EXACT = 1 << 12 };

typedef struct {
    double n;        /* draws */
    double w;        /* share of writes */
    double exponent; /* zipf */
    double weights;  /* zipf: sum of all weights */
} Draws;

/* An element of draw probability p: expected number of bytes-worth of it in compulsory traffic, 0 to 2. */
static double drawn_once(const Draws *draws, double p)
{
    const double written = -expm1(draws->n * log1p(-draws->w * p));
    const double touched = -expm1(draws->n * log1p(-p));

    return written + (1.0 - draws->w) * touched;
}

static double zipf_weight(const Draws *draws, double rank)
{
    return pow(rank, -draws->exponent);
}

static double zipf_drawn(const Draws *draws, double rank)
{
    return drawn_once(draws, zipf_weight(draws, rank) / draws->weights);
}

/* Integral of f over [from, to], Gauss-Legendre with four points in the logarithm of the rank. */
static double integrate(double (*f)(const Draws *, double), const Draws *draws, double from,
                        double to)
{
    static const double at[] = { 0.3399810435848563, 0.8611363115940526 };
    static const double weight[] = { 0.6521451548625461, 0.3478548451374538 };
    const double middle = 0.5 * (log(from) + log(to));
    const double half = 0.5 * (log(to) - log(from));
    double sum = 0.0;

    for (int i = 0; i < 2; i++) {
        const double low = exp(middle - half * at[i]);
        const double high = exp(middle + half * at[i]);

        sum += weight[i] * (low * f(draws, low) + high * f(draws, high));
    }
    return half * sum;
}

/* Sum of f over the ranks 1 to n: one by one at first; then the integral between half ranks, in steps of an eighth
 * of an octave (the midpoint rule turned round: its error falls with the square of the rank). */
static double sum_ranks(double (*f)(const Draws *, double), const Draws *draws, uint64_t n)
{
    const uint64_t exact = MIN(n, (uint64_t)ZIPF_EXACT);
    const double end = (double)n + 0.5;
    double sum = 0.0;

    for (uint64_t rank = exact; rank > 0; rank--) /* the small ones first */
        sum += f(draws, (double)rank);
    for (double from = (double)exact + 0.5; from < end;) {
        const double to = fmin(end, from * 1.0905077326652577);

        sum += integrate(f, draws, from, to);
        from = to;
    }
    return sum;
}

static double compulsory_random(const PatternConfig *pattern, uint64_t elements, uint64_t n)
{
    const Draws draws = { .n = (double)n, .w = pattern->write_fraction };

    return (double)elements * drawn_once(&draws, 1.0 / (double)elements) * pattern->size_bytes;
}

static double compulsory_zipf(const PatternConfig *pattern, uint64_t elements, uint64_t n)
{
    Draws draws = { .n = (double)n, .w = pattern->write_fraction, .exponent = pattern->exponent };

    draws.weights = sum_ranks(zipf_weight, &draws, elements);
    return sum_ranks(zipf_drawn, &draws, elements) * pattern->size_bytes;
}

/* A walk over positions 0, stride, 2 stride ...; `positions` of them a pass, n accesses in all. */
typedef struct {
    uint64_t stride, size, positions;
    uint64_t passes, rest; /* whole passes, and positions of the last one */
    double w;
} Walk;

/* How many of the positions before `end` lie in (segment - covers, segment]. */
static uint64_t covering(uint64_t segment, uint64_t covers, uint64_t end)
{
    const uint64_t first = segment + 1 > covers ? segment + 1 - covers : 0;
    const uint64_t last = MIN(segment + 1, end);

    return last > first ? last - first : 0;
}

/* Expected compulsory traffic of one byte that so many positions before it cover. */
static double walked_byte(const Walk *walk, uint64_t segment, uint64_t covers)
{
    const double touches =
        (double)walk->passes * (double)covering(segment, covers, walk->positions) +
        (double)covering(segment, covers, walk->rest);

    if (touches <= 0.0)
        return 0.0;
    return (1.0 - walk->w) - expm1(touches * log1p(-walk->w));
}

/* Bytes of one segment (from one position to the next): the first size % stride of them are covered once more. */
static double walked_segment(const Walk *walk, uint64_t segment)
{
    const uint64_t covers = walk->size / walk->stride;
    const uint64_t more = walk->size % walk->stride;
    double bytes = 0.0;

    if (covers > 0)
        bytes += (double)(walk->stride - more) * walked_byte(walk, segment, covers);
    if (more > 0)
        bytes += (double)more * walked_byte(walk, segment, covers + 1);
    return bytes;
}

/* The exact union of the bytes of a walk: segments are alike but near its start, the end of the last, unfinished
 * pass and the end of a pass, where they are counted one by one. */
static double compulsory_walk(const Walk *walk)
{
    const uint64_t edge = walk->size / walk->stride + 1;
    const uint64_t segments = walk->positions + edge;
    double bytes = 0.0;

    for (uint64_t segment = 0; segment < segments;) {
        uint64_t alike = 1;

        if (segment >= edge && segment < walk->rest)
            alike = walk->rest - segment;
        else if (segment >= walk->rest + edge && segment < walk->positions)
            alike = walk->positions - segment;
        bytes += (double)alike * walked_segment(walk, segment);
        segment += alike;
    }
    return bytes;
}

static Walk walk_of(const PatternConfig *pattern, uint64_t positions, uint64_t stride, uint64_t n)
{
    return (Walk){
        .stride = stride,
        .size = pattern->size_bytes,
        .positions = positions,
        .passes = n / positions,
        .rest = n % positions,
        .w = pattern->write_fraction,
    };
}

/* copy and triad: access i goes to array i modulo the number of arrays, the last of them is written. */
static double compulsory_streams(const PatternConfig *pattern, uint32_t arrays, uint64_t elements,
                                 uint64_t n)
{
    uint64_t touched = 0;

    for (uint32_t array = 0; array < arrays; array++)
        touched += MIN(elements, (n + arrays - 1 - array) / arrays);
    return (double)touched * pattern->size_bytes;
}

static uint32_t arrays_of(const PatternConfig *pattern)
{
    switch (pattern->pattern) {
    case GEN_COPY:
        return 2;
    case GEN_TRIAD:
        return 3;
    default:
        return 1;
    }
}

static uint64_t elements_of(const PatternConfig *pattern)
{
    const uint64_t size = (uint64_t)pattern->size_bytes * arrays_of(pattern);

    return MAX(pattern->footprint_bytes / size, 1);
}

/* Of one pass: no access leaves the footprint. */
static uint64_t positions_of(const PatternConfig *pattern)
{
    const uint64_t room =
        pattern->footprint_bytes - MIN(pattern->size_bytes, pattern->footprint_bytes);

    return room / MAX(pattern->stride_bytes, 1) + 1;
}

/* Measured accesses of one mention of the pattern: what it says, or one pass. */
static uint64_t accesses_of(const PatternConfig *pattern)
{
    if (pattern->accesses > 0)
        return pattern->accesses;
    if (pattern->pattern == GEN_STRIDED)
        return positions_of(pattern);
    return elements_of(pattern) * arrays_of(pattern);
}

/* Of the first n accesses; an expected value where a draw decides. */
static double compulsory_bytes_of(const PatternConfig *pattern, uint64_t n)
{
    const uint64_t elements = elements_of(pattern);
    Walk walk;

    switch (pattern->pattern) {
    case GEN_RANDOM:
        return compulsory_random(pattern, elements, n);
    case GEN_ZIPF:
        return compulsory_zipf(pattern, elements, n);
    case GEN_COPY:
    case GEN_TRIAD:
        return compulsory_streams(pattern, arrays_of(pattern), elements, n);
    case GEN_STRIDED:
        walk = walk_of(pattern, positions_of(pattern), MAX(pattern->stride_bytes, 1), n);
        return compulsory_walk(&walk);
    default: /* sequential and chase touch every element once a pass */
        walk = walk_of(pattern, elements, pattern->size_bytes, n);
        return compulsory_walk(&walk);
    }
}

Demand demand_of_pattern(const PatternConfig *pattern, double flops_per_byte, bool again)
{
    const uint32_t arrays = arrays_of(pattern);
    const uint64_t n = accesses_of(pattern);
    const double accesses = (double)n;
    Demand demand = { .accesses = accesses };

    if (arrays > 1)
        demand.writes = (double)(n / arrays);
    else
        demand.writes = accesses * pattern->write_fraction;
    demand.reads = accesses - demand.writes;
    demand.requested_bytes = accesses * pattern->size_bytes;
    demand.flops = demand.requested_bytes * flops_per_byte;
    demand.compulsory_bytes = again ? 0.0 : compulsory_bytes_of(pattern, n);
    return demand;
}

Demand demand_of_nest(const Nest *nest, NestBytes *touched)
{
    const NestCounts counts = nest_count(nest);

    return (Demand){ .accesses = counts.reads + counts.writes,
                     .reads = counts.reads,
                     .writes = counts.writes,
                     .flops = counts.flops,
                     .requested_bytes = counts.requested_bytes,
                     .compulsory_bytes = touched ? nestbytes_add(touched, nest) : (double)NAN };
}
