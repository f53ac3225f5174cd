-- resnet50: the convolutions and the classifier of ResNet-50 (He et al., arXiv:1512.03385), layer by layer.
-- SPDX-License-Identifier: MIT

-- Inference: batch norms are folded into the convolutions, ReLU and residual are done while they write.  Of a stage's
-- first block the 3x3 convolution has the stride (as in the form that is used today, "v1.5").  The two pools are left out:
-- the first block reads an image that nobody wrote, the classifier a row of features an image.
local stages = {                                       -- blocks, channels of the 3x3 convolution, rows of its image
  { 3, 64, 56 }, { 4, 128, 28 }, { 6, 256, 14 }, { 3, 512, 7 },
}

return {
  description = "the convolutions and the classifier of ResNet-50 as a list of kernels",
  parameters = {
    { "batch", 1, "images of 224 x 224" },
    { "dtype", "f16", "type of the elements" },
  },
  parts = function(p)
    local memsim = require "memsim"
    local list, moved, unwritten = {}, 0, {}
    -- The border that an image is stored with is what the next layer reaches around it.
    local function image(name, edge, channels, border)
      return memsim.array(name, p.dtype, p.batch, edge + 2 * border, edge + 2 * border, channels)
    end
    local function conv(name, edge, from, border, channels, filters, size, stride, y, border_out, R)
      local edge_out = (edge - 1) // stride + 1
      -- Of an image that a layer has written only the border around it is read from memory.
      local touched = (edge_out - 1) * stride + size
      local inside = math.min(touched - size // 2, edge)
      local from_memory = unwritten[from] and touched ^ 2 or size > 1 and touched ^ 2 - inside ^ 2 or 0
      unwritten[from] = nil
      moved = moved + p.batch * channels * from_memory
        + size * size * channels * filters + filters + p.batch * edge_out * edge_out * filters
      list[#list + 1] = { name, "conv_staged", {
        batch = p.batch, height = edge, width = edge, channels = channels, filters = filters, size = size,
        stride = stride, padding = size // 2, border = border, border_out = border_out, x = from, y = y,
        w = memsim.array("w_" .. name, p.dtype, size, size, channels, filters),
        b = memsim.array("b_" .. name, p.dtype, filters),
        residual = R ~= nil, R = R, tile_rows = math.max(1, math.min(edge_out, 128 // edge_out)),
        tile_filters = 64, tile_channels = math.min(32, channels), dtype = p.dtype,
      } }
    end

    local picture = image("picture", 224, 3, 3)
    local x, edge, channels = image("pooled", 56, 64, 0), 56, 64
    unwritten[picture], unwritten[x] = true, true
    conv("conv1", 224, picture, 3, 3, 64, 7, 2, image("y_conv1", 112, 64, 0), 0)
    for stage, what in ipairs(stages) do
      for block = 1, what[1] do
        local name = "conv" .. stage + 1 .. "_" .. block
        local inner, outer = what[2], 4 * what[2]
        local stride = block == 1 and stage > 1 and 2 or 1
        local a, b = image("y_" .. name .. "_a", edge, inner, 1), image("y_" .. name .. "_b", what[3], inner, 0)
        local y, R = image("y_" .. name .. "_c", what[3], outer, 0), x
        conv(name .. "_a", edge, x, 0, channels, inner, 1, 1, a, 1)
        conv(name .. "_b", edge, a, 1, inner, inner, 3, stride, b, 0)
        if block == 1 then
          R = image("y_" .. name .. "_skip", what[3], outer, 0)
          conv(name .. "_skip", edge, x, 0, channels, outer, 1, stride, R, 0)
        end
        conv(name .. "_c", what[3], b, 0, inner, outer, 1, 1, y, 0, R)
        x, edge, channels = y, what[3], outer
      end
    end
    list[#list + 1] = { "classifier", "gemm_staged", {
      m = p.batch, n = 1000, k = 2048, bias = true, tile_m = p.batch, tile_n = 32, tile_k = 32, dtype = p.dtype,
    } }
    moved = moved + p.batch * (2048 + 1000) + 2048 * 1000 + 1000
    return list, moved * memsim.element_bytes(p.dtype)
  end,
}
