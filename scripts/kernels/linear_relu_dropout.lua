-- linear_relu_dropout: d = dropout(max(x W, 0)), as three kernels or as one.
-- SPDX-License-Identifier: MIT

-- Apart, each of the three reads a tensor and writes one: x to y, y to z, z to d, 6 moves.  Fused, y and z never leave the
-- registers: x is read and d is written, 2 moves.  The weights are read by both; the mask of the dropout is left out
-- (inference of a network that was trained with it, or a mask that is drawn again).  An element of y is summed in a
-- register; ReLU is 1 operation, dropout 2.
local memsim = require "memsim"

return {
  description = "dropout(relu(x W)), fused or not",
  parameters = {
    { "rows", 32, "rows of x (tokens)" },
    { "inputs", 32, "columns of x" },
    { "outputs", 32, "columns of d" },
    { "fused", true, "one kernel instead of three" },
    { "flush", false, "the caches are emptied between the kernels" },
    { "dtype", "f32", "type of the elements" },
  },
  arrays = { "x", "W", "y", "z", "d" },
  build = function(p)
    local i, j, k = memsim.index("i", "j", "k")
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.inputs)
    local W = p.W or memsim.array("W", p.dtype, p.inputs, p.outputs)
    local d = p.d or memsim.array("d", p.dtype, p.rows, p.outputs)
    local out = p.rows * p.outputs
    local moved = p.rows * p.inputs + p.inputs * p.outputs + out
    local products = { loops = { { k, p.inputs } }, body = { memsim.read(x[i][k]), memsim.read(W[k][j]), flops = 2 } }
    local loops = { { i, p.rows }, { j, p.outputs } }
    local workload
    if p.fused then
      workload = memsim.nest { loops = loops, body = { products, { body = { memsim.write(d[i][j]), flops = 3 } } } }
    else
      local y = p.y or memsim.array("y", p.dtype, p.rows, p.outputs)
      local z = p.z or memsim.array("z", p.dtype, p.rows, p.outputs)
      workload = memsim.sequence {
        memsim.nest { loops = loops, body = { products, memsim.write(y[i][j]) } },
        memsim.nest { loops = loops, body = { memsim.read(y[i][j]), memsim.write(z[i][j]), flops = 1 } },
        memsim.nest { loops = loops, body = { memsim.read(z[i][j]), memsim.write(d[i][j]), flops = 2 } },
        flush = p.flush,
      }
      moved = moved + (p.flush and 4 or 2) * out       -- y and z, written; read, too, only when the caches have been emptied
    end
    return {
      workload = workload,
      flops = 2 * p.rows * p.inputs * p.outputs + 3 * out,
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
