/*
 * suites - the one list of unit test suites: X(name) for suite_name in tests/test_name.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

/* clang-format off */
#define SUITES(X) \
    X(units) \
    X(hist) \
    X(suggest) \
    X(spec) \
    X(config) \
    X(script_errors) \
    X(machine_errors) \
    X(workload_errors) \
    X(layout) \
    X(trace) \
    X(trace_corpus) \
    X(trace_formats) \
    X(trace_binary) \
    X(trace_memory) \
    X(trace_mst) \
    X(trace_requests) \
    X(trace_stream) \
    X(trace_writer) \
    X(analytic) \
    X(demand) \
    X(blocks) \
    X(bounds) \
    X(row) \
    X(sweep) \
    X(progress) \
    X(report) \
    X(plot) \
    X(sim) \
    X(repl) \
    X(repl_models) \
    X(repl_papers) \
    X(cache) \
    X(cache_cores) \
    X(inclusion) \
    X(nontemporal) \
    X(scratch) \
    X(sectors) \
    X(split) \
    X(victim) \
    X(counts) \
    X(traffic) \
    X(useful) \
    X(arrays) \
    X(by_array) \
    X(addrmap) \
    X(dram) \
    X(dram_report) \
    X(dram_checker) \
    X(dram_refresh) \
    X(dram_rules) \
    X(dram_shortcuts) \
    X(dram_random) \
    X(dram_references) \
    X(dram_formulas) \
    X(dram_config) \
    X(grades) \
    X(dram_system) \
    X(dram_replay) \
    X(core) \
    X(core_even) \
    X(phases) \
    X(validation) \
    X(random_specs) \
    X(shortcuts) \
    X(warps) \
    X(tags) \
    X(stack_distance) \
    X(mshr) \
    X(prefetch) \
    X(prefetch_models) \
    X(tlb) \
    X(compose) \
    X(columns) \
    X(gen) \
    X(gen_runs) \
    X(flat) \
    X(flat_runs) \
    X(opt) \
    X(pages) \
    X(nest) \
    X(nest_block_threads) \
    X(nest_bytes) \
    X(nest_chains) \
    X(nest_fuse) \
    X(nest_order) \
    X(nest_parallel) \
    X(nest_register) \
    X(nest_stage) \
    X(nest_threads) \
    X(nest_tile) \
    X(nest_unroll) \
    X(nest_vectorize) \
    X(gen_nest) \
    X(matmul) \
    X(indices) \
    X(flush) \
    X(script_nests) \
    X(script_transform) \
    X(kernel_grids) \
    X(kernel_streams) \
    X(kernel_products) \
    X(kernel_convolutions) \
    X(kernels) \
    X(stencil_traffic) \
    /* end of the list */
/* clang-format on */

#endif
