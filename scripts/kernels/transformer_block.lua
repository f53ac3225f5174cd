-- transformer_block: one block of GPT-2 small or BERT base, kernel by kernel.
-- SPDX-License-Identifier: MIT

-- Both have 768 features, 12 heads of 64 and a hidden layer of 3072.  GPT-2 (Radford et al., 2019) normalises before
-- attention and hidden layer, BERT (Devlin et al., arXiv:1810.04805) behind them.
--   prefill  all tokens of `seq` at once
--   decode   one new token of each sequence, which looks at `seq` tokens of a cache of keys and values; GPT-2 only
-- Linear layers add their bias, GELU and residual while they write.  Tiles are those of a GPU.
local models = {
  ["gpt2-small"] = { features = 768, heads = 12, hidden = 3072, before = true },
  ["bert-base"] = { features = 768, heads = 12, hidden = 3072, before = false },
}

return {
  description = "a block of GPT-2 small or BERT base as a list of kernels",
  parameters = {
    { "model", "gpt2-small", "which network", values = { "gpt2-small", "bert-base" } },
    { "phase", "prefill", "all tokens at once, or one after the others", values = { "prefill", "decode" } },
    { "batch", 1, "sequences" },
    { "seq", 128, "tokens of a sequence" },
    { "attention", "flash", "which kind", values = { "standard", "flash" } },
    { "tile", 128, "rows and columns of a tile of the linear layers" },
    { "dtype", "f16", "type of the elements" },
  },
  parts = function(p)
    local model = models[p.model]
    if p.phase == "decode" and not model.before then
      error("transformer_block: " .. p.model .. " is an encoder; it has no phase \"decode\"", 0)
    end
    local memsim = require "memsim"
    local width, hidden = model.features, model.hidden
    local queries = p.phase == "prefill" and p.seq or 1
    local tokens = p.batch * queries
    local function tensor(name, rows, columns) return memsim.array(name, p.dtype, rows, columns) end
    local x, normal = tensor("x", tokens, width), tensor("normal", tokens, width)
    local qkv, o = tensor("qkv", tokens, 3 * width), tensor("o", tokens, width)
    local middle, h, out = tensor("middle", tokens, width), tensor("h", tokens, hidden), tensor("out", tokens, width)
    local list = {}
    local function part(name, kernel, parameters)
      parameters.dtype = p.dtype
      list[#list + 1] = { name, kernel, parameters }
    end
    local function norm(name, from, to)
      part(name, "layer_norm", {
        rows = tokens, columns = width, variant = "one-pass", vector = 32, deal = "cyclic", x = from, y = to,
        gamma = memsim.array(name .. "_gamma", p.dtype, width), beta = memsim.array(name .. "_beta", p.dtype, width),
      })
    end
    local function linear(name, from, to, m_in, m_out, more)
      local parameters = {
        m = tokens, n = m_out, k = m_in, bias = true, A = from, C = to,
        B = memsim.array("w_" .. name, p.dtype, m_in, m_out), b = memsim.array("b_" .. name, p.dtype, m_out),
        -- Few rows: narrow tiles, so that there are tiles for all cores.
        tile_m = math.min(p.tile, tokens), tile_n = tokens < p.tile and math.max(p.tile // 4, 8) or p.tile, tile_k = 32,
      }
      for key, value in pairs(more or {}) do parameters[key] = value end
      part(name, "gemm_staged", parameters)
    end
    local function attention()
      local parameters = {
        variant = p.attention, batch = p.batch, heads = model.heads, queries = queries, keys = p.seq,
        d = width // model.heads, br = math.min(128, queries), bc = 64, qkv = qkv, o = o,
      }
      if p.phase == "decode" then
        parameters.k, parameters.v = tensor("k_cache", p.batch * p.seq, width), tensor("v_cache", p.batch * p.seq, width)
      end
      part("attention", "attention", parameters)
    end

    if model.before then
      norm("norm_1", x, normal)
      linear("qkv", normal, qkv, width, 3 * width)
      attention()
      linear("project", o, middle, width, width, { residual = true, R = x })
      norm("norm_2", middle, normal)
      linear("hidden", normal, h, width, hidden, { gelu = true })
      linear("contract", h, out, hidden, width, { residual = true, R = middle })
    else
      linear("qkv", x, qkv, width, 3 * width)
      attention()
      linear("project", o, middle, width, width, { residual = true, R = x })
      norm("norm_1", middle, normal)
      linear("hidden", normal, h, width, hidden, { gelu = true })
      linear("contract", h, middle, hidden, width, { residual = true, R = normal })
      norm("norm_2", middle, out)
    end
    local weights = 4 * width * width + 2 * width * hidden
    local biases = 3 * width + width + hidden + width + 2 * 2 * width
    local tensors = tokens * (8 * width + hidden)      -- those above, each once
    if p.phase == "decode" then tensors = tensors + 2 * p.batch * p.seq * width end
    if p.attention == "standard" then tensors = tensors + 2 * model.heads * tokens * p.seq end
    return list, (weights + biases + tensors) * memsim.element_bytes(p.dtype)
  end,
}
