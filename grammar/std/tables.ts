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
]);
