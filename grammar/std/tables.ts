/** The tables of names of the standard library: made by `npm run generate` from the .names files of `names`. */
export const nameTables: ReadonlyMap<string, string> = new Map([
  [
    'huggingface_bert',
    `# Encoders of the BERT family as Hugging Face saves them, alone (all-MiniLM-L6-v2) or as the trunk of a larger model
# (bert-base-uncased), where everything lies below \`bert\`. Old files call the scale of a norm gamma, new ones weight.
within bert
tok.table = embeddings.word_embeddings.weight
position_embedding.table = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
layernorm.gamma = embeddings.LayerNorm.weight
layernorm.gamma = embeddings.LayerNorm.gamma
layernorm.beta = embeddings.LayerNorm.bias
layernorm.beta = embeddings.LayerNorm.beta
encoder.{i}.attention.{part}.kernel = encoder.layer.{i}.attention.self.{part}.weight transposed
encoder.{i}.attention.{part}.bias = encoder.layer.{i}.attention.self.{part}.bias
encoder.{i}.attention.output.kernel = encoder.layer.{i}.attention.output.dense.weight transposed
encoder.{i}.attention.output.bias = encoder.layer.{i}.attention.output.dense.bias
encoder.{i}.h.gamma = encoder.layer.{i}.attention.output.LayerNorm.weight
encoder.{i}.h.gamma = encoder.layer.{i}.attention.output.LayerNorm.gamma
encoder.{i}.h.beta = encoder.layer.{i}.attention.output.LayerNorm.bias
encoder.{i}.h.beta = encoder.layer.{i}.attention.output.LayerNorm.beta
encoder.{i}.dense.kernel = encoder.layer.{i}.intermediate.dense.weight transposed
encoder.{i}.dense.bias = encoder.layer.{i}.intermediate.dense.bias
encoder.{i}.dense_1.kernel = encoder.layer.{i}.output.dense.weight transposed
encoder.{i}.dense_1.bias = encoder.layer.{i}.output.dense.bias
encoder.{i}.layernorm.gamma = encoder.layer.{i}.output.LayerNorm.weight
encoder.{i}.layernorm.gamma = encoder.layer.{i}.output.LayerNorm.gamma
encoder.{i}.layernorm.beta = encoder.layer.{i}.output.LayerNorm.bias
encoder.{i}.layernorm.beta = encoder.layer.{i}.output.LayerNorm.beta
ignore embeddings.position_ids
ignore pooler.**
`,
  ],
  [
    'huggingface_gpt2',
    `# Decoders of the GPT-2 family as Hugging Face saves them, alone (gpt2) or as the body of a language model, where everything
# lies below \`transformer\`. Kernels are [in, out]; those of query, key and value lie beside each other in one.
within transformer
tok.table = wte.weight
position_embedding.table = wpe.weight
layernorm.gamma = ln_f.weight
layernorm.beta = ln_f.bias
decoder.{i}.block.layernorm.gamma = h.{i}.ln_1.weight
decoder.{i}.block.layernorm.beta = h.{i}.ln_1.bias
decoder.{i}.block.attention.query.kernel = h.{i}.attn.c_attn.weight part 1/3
decoder.{i}.block.attention.query.bias = h.{i}.attn.c_attn.bias part 1/3
decoder.{i}.block.attention.key.kernel = h.{i}.attn.c_attn.weight part 2/3
decoder.{i}.block.attention.key.bias = h.{i}.attn.c_attn.bias part 2/3
decoder.{i}.block.attention.value.kernel = h.{i}.attn.c_attn.weight part 3/3
decoder.{i}.block.attention.value.bias = h.{i}.attn.c_attn.bias part 3/3
decoder.{i}.block.attention.output.kernel = h.{i}.attn.c_proj.weight
decoder.{i}.block.attention.output.bias = h.{i}.attn.c_proj.bias
decoder.{i}.block.layernorm_1.gamma = h.{i}.ln_2.weight
decoder.{i}.block.layernorm_1.beta = h.{i}.ln_2.bias
decoder.{i}.block.dense.kernel = h.{i}.mlp.c_fc.weight
decoder.{i}.block.dense.bias = h.{i}.mlp.c_fc.bias
decoder.{i}.block.dense_1.kernel = h.{i}.mlp.c_proj.weight
decoder.{i}.block.dense_1.bias = h.{i}.mlp.c_proj.bias
ignore h.*.attn.bias
ignore h.*.attn.masked_bias
`,
  ],
]);
