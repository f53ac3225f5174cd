-- attention: o = softmax(q k^T / sqrt(d)) v of each head, with S and P in memory, or block by block on the chip.
-- SPDX-License-Identifier: MIT

-- q, k, v and o hold a token a row, its heads side by side (as frameworks do).  Both kinds work in blocks of br queries and
-- bc keys, which are staged on the chip.
--   standard  S = q k^T / sqrt(d), P = softmax of each row of S, o = P v: three kernels; S and P go through memory, each
--             written once and read once.  A row of S stays on the chip while its softmax is taken.
--   flash     FlashAttention (Dao et al., arXiv:2205.14135), with the queries outside (arXiv:2307.08691): for each block of
--             queries all blocks of keys and values; S, P and o never leave the chip before o is done.
-- Operations a query and key: 4 d of the products, 1 to scale, 5 of the softmax (standard); scale, maximum, subtract,
-- exponentiate, add: 5 (flash), and d + 3 for each query and block of keys, to rescale what has been summed; d for the
-- last division.
local memsim = require "memsim"
local tiles = require "kernel_tiles"

-- Rows first .. first + count - 1 of an array; an element feeds so many operations.
local function stage(at, first, count, d, flops)
  local t, x = memsim.index("t", "x")
  return { loops = { { t, count }, { x, d } }, body = { memsim.read(at(first + t, x)), flops = flops } }
end

-- A nest over all blocks of queries of all heads of all sequences: make(b, g, first, rows).
local function each_block(p, make)
  return memsim.nest {
    body = tiles.grid({ { p.batch, 1 }, { p.heads, 1 }, { p.queries, p.br } }, function(first, size)
      return make(first[1], first[2], first[3], size[3])
    end),
  }
end

local function flash(p, q, k, v, o)
  local j0, t, x = memsim.index("j0", "t", "x")
  return { each_block(p, function(b, g, first, rows)
    local body = { stage(q(b, g), first, rows, p.d, 0) }
    for _, item in ipairs(tiles.blocks(j0, p.keys, p.bc, function(key, columns)
      return {
        stage(k(b, g), key, columns, p.d, 2 * rows),
        { body = { flops = 5 * rows * columns + (p.d + 3) * rows } },
        stage(v(b, g), key, columns, p.d, 2 * rows),
      }
    end)) do body[#body + 1] = item end
    body[#body + 1] = { loops = { { t, rows }, { x, p.d } }, body = { memsim.write(o(b, g)(first + t, x)), flops = 1 } }
    return body
  end) }
end

local function standard(p, q, k, v, o)
  local r, j0, j, t, x = memsim.index("r", "j0", "j", "t", "x")
  local all = p.batch * p.heads * p.queries
  local S, P = memsim.array("S", p.dtype, all, p.keys), memsim.array("P", p.dtype, all, p.keys)
  -- The row of S of a query of a head of a sequence.
  local function row(b, g, query) return p.heads * p.queries * b + p.queries * g + query end
  local scores = each_block(p, function(b, g, first, rows)
    return tiles.blocks(j0, p.keys, p.bc, function(key, columns)
      return {
        stage(q(b, g), first, rows, p.d, 0),
        stage(k(b, g), key, columns, p.d, 2 * rows),
        { loops = { { t, rows }, { j, columns } }, body = { memsim.write(S[row(b, g, first + t)][key + j]), flops = 1 } },
      }
    end)
  end)
  local softmax = memsim.nest {
    loops = { { r, all } },
    body = {
      { loops = { { j, p.keys } }, body = { memsim.read(S[r][j]), flops = 1 } },
      { loops = { { j, p.keys } }, body = { memsim.write(P[r][j]), flops = 4 } },
    },
  }
  local values = each_block(p, function(b, g, first, rows)
    local body = tiles.blocks(j0, p.keys, p.bc, function(key, columns)
      return {
        { loops = { { t, rows }, { j, columns } }, body = { memsim.read(P[row(b, g, first + t)][key + j]) } },
        stage(v(b, g), key, columns, p.d, 2 * rows),
      }
    end)
    body[#body + 1] = { loops = { { t, rows }, { x, p.d } }, body = { memsim.write(o(b, g)(first + t, x)) } }
    return body
  end)
  return { scores, softmax, values }
end

return {
  description = "softmax(q k^T) v, standard (S and P in memory) or flash (forward)",
  parameters = {
    { "variant", "flash", "standard: S and P in memory; flash: block by block on the chip",
      values = { "standard", "flash" } },
    { "batch", 1, "sequences" },
    { "heads", 2, "of a sequence" },
    { "queries", 48, "tokens of a sequence that ask" },
    { "keys", 48, "tokens of a sequence that are asked" },
    { "d", 16, "elements of a head" },
    { "br", 16, "queries of a block" },
    { "bc", 16, "keys of a block" },
    { "dtype", "f16", "type of the elements" },
    { "vector", 32, "bytes of an access; 0: an element", min = 0 },
  },
  arrays = { "qkv", "q", "k", "v", "o" },
  build = function(p)
    local width = p.heads * p.d
    -- array[token of sequence b][element x of head g]; qkv holds the three side by side.
    local function rows(name, tokens, side)
      local array = p[name] or (side and p.qkv) or memsim.array(name, p.dtype, p.batch * tokens, width)
      local skip = array == p.qkv and side * width or 0
      return function(b, g)
        return function(token, x) return array[tokens * b + token][p.d * g + x + skip] end
      end
    end
    local nests = (p.variant == "flash" and flash or standard)(p,
      rows("q", p.queries, 0), rows("k", p.keys, 1), rows("v", p.keys, 2), rows("o", p.queries))
    for i, nest in ipairs(nests) do
      if p.vector > 0 then nest = nest:vectorize(p.vector) end
      nests[i] = nest:parallel(i == 2 and "r" or "tile", "cyclic") -- blocks go to the cores in turn
    end
    local heads, pairs_of = p.batch * p.heads, p.queries * p.keys
    local flops = heads * pairs_of * (4 * p.d + 6)
    local moved = heads * 2 * (p.queries + p.keys) * p.d
    if p.variant == "flash" then
      local key_blocks = (p.keys + p.bc - 1) // p.bc
      flops = heads * (pairs_of * (4 * p.d + 5) + p.queries * (key_blocks * (p.d + 3) + p.d))
    else
      moved = moved + 2 * heads * pairs_of             -- S and P, written; when they are read they have been written
    end
    return {
      workload = #nests == 1 and nests[1] or memsim.sequence(nests),
      flops = flops,
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
