-- spmv: y = A x with a sparse A in compressed rows (CSR), from a MatrixMarket file or made up.
-- SPDX-License-Identifier: MIT

-- A made-up row has per_row entries in different columns: all over the row, or within a band about the diagonal.
local memsim = require "memsim"

-- The columns of a made-up row: one in each of per_row equal parts of its range, so that they are different and sorted.
local function made_up(p)
  local pointers, columns = { 0 }, {}
  local state = p.pick_seed
  for row = 0, p.rows - 1 do
    local first, last = 0, p.columns
    if p.band > 0 then
      local middle = row * p.columns // p.rows
      first, last = math.max(0, middle - p.band), math.min(p.columns, middle + p.band + 1)
    end
    local entries = math.min(p.per_row, last - first)
    for part = 0, entries - 1 do
      local from = first + (last - first) * part // entries
      local below = first + (last - first) * (part + 1) // entries
      state = state * 6364136223846793005 + 1442695040888963407 -- Knuth's MMIX, modulo 2^64
      columns[#columns + 1] = from + (state >> 33) % (below - from)
    end
    pointers[row + 2] = #columns
  end
  return {
    rows = p.rows, columns = p.columns, entries = #columns,
    row_pointers = memsim.indices("pointers", "i32", pointers),
    column_indices = memsim.indices("columns", "i32", columns),
  }
end

return {
  description = "y = A x, A sparse in compressed rows (CSR)",
  parameters = {
    { "file", "", "a MatrixMarket file (.mtx); \"\": a made-up matrix" },
    { "rows", 64, "of a made-up matrix" },
    { "columns", 64, "of a made-up matrix" },
    { "per_row", 5, "entries of a made-up row" },
    { "band", 0, "made-up entries lie so far from the diagonal at most; 0: anywhere" },
    { "pick_seed", 1, "of the made-up entries", min = 0 },
    { "dtype", "f64", "type of the elements" },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i, e = memsim.index("i", "e")
    local A = p.file ~= "" and memsim.matrix_market(p.file) or made_up(p)
    local pointers, columns = A.row_pointers, A.column_indices
    local values = memsim.array("values", p.dtype, A.entries)
    local x = p.x or memsim.array("x", p.dtype, A.columns)
    local y = p.y or memsim.array("y", p.dtype, A.rows)
    return {
      workload = memsim.nest {
        loops = { { i, A.rows } },
        body = {
          memsim.read(pointers[i]),
          memsim.read(pointers[i + 1]),
          { loops = { { e, pointers[i], pointers[i + 1] } },
            body = { memsim.read(columns[e]), memsim.read(values[e]), memsim.read(x[columns[e]]), flops = 2 } },
          memsim.write(y[i]),
        },
      },
      flops = 2 * A.entries,
      compulsory_bytes = 4 * (A.rows + 1 + A.entries)
        + (A.entries + columns.distinct + A.rows) * memsim.element_bytes(p.dtype),
    }
  end,
}
