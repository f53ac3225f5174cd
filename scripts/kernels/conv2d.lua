-- conv2d: a convolution of images, directly or as a matrix product of unrolled windows (im2col).
-- SPDX-License-Identifier: MIT

-- x is stored with its padding: batch x channels x (height + 2 padding) x (width + 2 padding).  im2col writes each window of
-- x as a column (Chellapilla, Puri, Simard, 2006), then multiplies with the filters.
local memsim = require "memsim"

-- Rows (or columns) of x that windows of `size` touch, `out` of them `stride` apart.
local function touched(out, size, stride)
  return stride < size and (out - 1) * stride + size or out * size
end

local function direct(p, x, w, y, height, width)
  local b, f, c, i, j, r, s = memsim.index("b", "f", "c", "i", "j", "r", "s")
  return memsim.nest {
    loops = { { b, p.batch }, { f, p.filters }, { i, height }, { j, width } },
    body = {
      { loops = { { c, p.channels }, { r, p.size }, { s, p.size } },
        body = { memsim.read(x[b][c][p.stride * i + r][p.stride * j + s]), memsim.read(w[f][c][r][s]), flops = 2 } },
      memsim.write(y[b][f][i][j]),
    },
  }
end

local function im2col(p, x, w, y, height, width)
  local b, f, c, i, j, r, s = memsim.index("b", "f", "c", "i", "j", "r", "s")
  local columns = p.columns or memsim.array("columns", p.dtype, p.batch, p.channels, p.size, p.size, height, width)
  return memsim.sequence {
    memsim.nest {
      loops = { { b, p.batch }, { c, p.channels }, { r, p.size }, { s, p.size }, { i, height }, { j, width } },
      body = { memsim.read(x[b][c][p.stride * i + r][p.stride * j + s]), memsim.write(columns[b][c][r][s][i][j]) },
    },
    memsim.nest {
      loops = { { b, p.batch }, { f, p.filters }, { i, height }, { j, width } },
      body = {
        { loops = { { c, p.channels }, { r, p.size }, { s, p.size } },
          body = { memsim.read(columns[b][c][r][s][i][j]), memsim.read(w[f][c][r][s]), flops = 2 } },
        memsim.write(y[b][f][i][j]),
      },
    },
  }
end

return {
  description = "convolution of images, direct or by im2col",
  parameters = {
    { "batch", 1, "images" },
    { "channels", 4, "channels of x" },
    { "height", 12, "rows of an image" },
    { "width", 12, "columns of an image" },
    { "filters", 4, "channels of y" },
    { "size", 3, "rows and columns of a filter" },
    { "stride", 1, "from one window to the next" },
    { "padding", 1, "rows and columns of zeros around an image", min = 0 },
    { "algorithm", "direct", "windows read in place, or unrolled first", values = { "direct", "im2col" } },
    { "dtype", "f32", "type of the elements" },
  },
  arrays = { "x", "w", "y", "columns" },
  build = function(p)
    local rows, across = p.height + 2 * p.padding, p.width + 2 * p.padding
    if rows < p.size or across < p.size then
      error("conv2d: a filter of size " .. p.size .. " is larger than the padded image", 0)
    end
    local height, width = (rows - p.size) // p.stride + 1, (across - p.size) // p.stride + 1
    local x = p.x or memsim.array("x", p.dtype, p.batch, p.channels, rows, across)
    local w = p.w or memsim.array("w", p.dtype, p.filters, p.channels, p.size, p.size)
    local y = p.y or memsim.array("y", p.dtype, p.batch, p.filters, height, width)
    local taps = p.channels * p.size * p.size
    local moved = p.batch * p.channels * touched(height, p.size, p.stride) * touched(width, p.size, p.stride)
      + p.filters * taps + p.batch * p.filters * height * width
    if p.algorithm == "im2col" then moved = moved + p.batch * taps * height * width end
    return {
      workload = (p.algorithm == "direct" and direct or im2col)(p, x, w, y, height, width),
      flops = 2 * p.batch * p.filters * height * width * taps,
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
