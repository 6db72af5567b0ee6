/** Specs that load the published weights below `fixtures`, from a file of this name. */

/** A BERT encoder with a classifier, which predicts what the encoder makes. */
export const encoder = (file: string): string => `input tokens: i32[6]; input mask: f32[6]
target label: class[2]
block bert {
  layer embedding 11 8 from tokens as tok
  layer position_embedding 6
  layer layernorm eps=1e-12
  repeat 2 as encoder {
    x = it
    layer attention 2 mask=mask
    it = it + x; layer layernorm eps=1e-12 as h
    layer dense 12 gelu; layer dense 8
    it = it + h; layer layernorm eps=1e-12
  }
}
hidden = it
layer dense 2 from (it[0, :]) as classifier
loss xent; optim adam
load bert from "${file}" names=huggingface_bert
predict hidden
`;

/** The same by the library's layer. */
export const bert = (file: string): string => `input tokens: i32[6]; input mask: f32[6]
target label: class[2]
layer bert 11 8 heads=2 ff=12 depth=2 length=6 mask=mask from tokens
hidden = it
layer dense 2 from (it[0, :]) as classifier
loss xent; optim adam
load bert from "${file}" names=huggingface_bert
predict hidden
`;

/** A convolutional network. */
export const network = (file: string): string => `input image: f32[6, 7, 3]; target label: class[5]
layer conv 4 3x2
layer batchnorm
layer relu
layer avgpool global
layer dense 5
loss xent; optim adam
load ** from "${file}" names="network.names"
`;
