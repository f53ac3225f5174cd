-- conv_staged: a convolution as GPUs do it: an implicit matrix product whose tiles go through shared memory.
-- SPDX-License-Identifier: MIT

-- Channels are the last dimension (NHWC).  A tile of y is some rows of an image and some filters; for each place of the
-- filter and each block of channels what it needs of x and w is staged.  border: rows and columns of zeros that are stored
-- around x (at least padding), border_out: around y.  A bias (the folded batch norm) and a ReLU are done while y is
-- written: 2 operations; residual: another image is added, 1.
local memsim = require "memsim"
local tiles = require "kernel_tiles"

-- Rows (or columns) of x that windows of `size` touch, `out` of them `stride` apart.
local function touched(out, size, stride)
  return stride < size and (out - 1) * stride + size or out * size
end

return {
  description = "convolution staged in tiles as on a GPU, with bias and ReLU",
  parameters = {
    { "batch", 1, "images" },
    { "height", 8, "rows of an image" },
    { "width", 8, "columns of an image" },
    { "channels", 16, "of x" },
    { "filters", 16, "channels of y" },
    { "size", 3, "rows and columns of a filter" },
    { "stride", 1, "from one window to the next" },
    { "padding", 1, "rows and columns of zeros that windows reach around an image", min = 0 },
    { "border", 1, "rows and columns of zeros that are stored around x", min = 0 },
    { "border_out", 0, "the same around y", min = 0 },
    { "residual", false, "an image is added at the end" },
    { "tile_rows", 4, "rows of a tile of y" },
    { "tile_filters", 8, "filters of a tile of y" },
    { "tile_channels", 8, "channels that are staged at a time" },
    { "dtype", "f16", "type of the elements" },
    { "vector", 32, "bytes of an access; 0: an element", min = 0 },
  },
  arrays = { "x", "w", "b", "y", "R" },
  build = function(p)
    local c0, i, j, r, s, c, f = memsim.index("c0", "i", "j", "r", "s", "c", "f")
    local rows, across = p.height + 2 * p.padding, p.width + 2 * p.padding
    if p.border < p.padding then
      error("conv_staged: border = " .. p.border .. " is below padding = " .. p.padding, 0)
    end
    if rows < p.size or across < p.size then
      error("conv_staged: a filter of size " .. p.size .. " is larger than the padded image", 0)
    end
    local height, width = (rows - p.size) // p.stride + 1, (across - p.size) // p.stride + 1
    local inset, out = p.border - p.padding, p.border_out
    local x = p.x or memsim.array("x", p.dtype, p.batch, p.height + 2 * p.border, p.width + 2 * p.border, p.channels)
    local w = p.w or memsim.array("w", p.dtype, p.size, p.size, p.channels, p.filters)
    local b = p.b or memsim.array("b", p.dtype, p.filters)
    local y = p.y or memsim.array("y", p.dtype, p.batch, height + 2 * out, width + 2 * out, p.filters)
    local R = p.residual and (p.R or memsim.array("R", p.dtype, p.batch, height + 2 * out, width + 2 * out, p.filters))

    local function tile(first, size)
      local n, i_first, f_first, lines, filters = first[1], first[2], first[3], size[2], size[3]
      local stage = tiles.blocks(c0, p.channels, p.tile_channels, function(c_first, depth)
        local at = x[n][p.stride * (i_first + i) + r + inset][p.stride * j + s + inset][c_first + c]
        return {
          { loops = { { i, lines }, { j, width }, { c, depth } }, body = { memsim.read(at), flops = 2 * filters } },
          { loops = { { c, depth }, { f, filters } }, body = { memsim.read(w[r][s][c_first + c][f_first + f]) } },
        }
      end)
      local finish = { memsim.read(b[f_first + f]), flops = p.residual and 3 or 2 }
      if R then finish[2] = memsim.read(R[n][i_first + i + out][j + out][f_first + f]) end
      finish[#finish + 1] = memsim.write(y[n][i_first + i + out][j + out][f_first + f])
      return {
        { loops = { { r, p.size }, { s, p.size } }, body = stage },
        { loops = { { i, lines }, { j, width }, { f, filters } }, body = finish },
      }
    end
    local nest = memsim.nest {
      body = tiles.grid({ { p.batch, 1 }, { height, p.tile_rows }, { p.filters, p.tile_filters } }, tile),
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("tile", "cyclic")             -- tiles go to the cores in turn
    local taps, points = p.size * p.size * p.channels, p.batch * height * width * p.filters
    local moved = p.batch * touched(height, p.size, p.stride) * touched(width, p.size, p.stride) * p.channels
      + taps * p.filters + p.filters + points + (R and points or 0)
    return {
      workload = nest,
      flops = points * (2 * taps + (p.residual and 3 or 2)),
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
