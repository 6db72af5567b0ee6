/**
 * Specs that between them hold each statement, clause and option of the language, in small sizes: what mutations start
 * from beside the specs of the project. Behind lines `+++ name` stand the files that they import.
 */
export const features: readonly string[] = [
  `# phases with losses, metrics and a schedule of their own
nn 1
model parts
hyper lr = 1e-2 in log 1e-4..1e-1; hyper width = 6 in [4, 6, 8]
input image: f32[8] in 0..1; target label: class[3]
block encoder { layer dense width relu; layer dense 4 tanh as code }
layer dense 8 from code as decoded
layer dense 3 from code as head
optim adam lr=lr; clip norm 1; accumulate 2; ema 0.9
phase pretrain epochs=2 { freeze head; loss mse decoded image weight=0.5; metric mse decoded image as restored }
phase tune epochs=3 patience=2 monitor=val_accuracy {
  freeze decoded; unfreeze head; loss xent head label; metric accuracy head label
  optim sgd lr=0.1 for head; optim adam lr=1e-3 for encoder; schedule plateau factor=0.5 patience=2 gain=1e-4
}
predict p=softmax(head) class=argmax(head)
`,
  `# steps that take turns, over noise
input x: f32[6] in -1..1
noise z: f32[3] = normal; noise u: f32[2] = uniform
block generator { layer dense 5 relu from concat([z, u]); layer dense 6 tanh as fake }
block critic { layer dense 5 leaky_relu from x; layer dense 1 as real }
reuse critic from fake as score
optim adam lr=2e-4 beta1=0.5; clip value 0.5; schedule cosine warmup=2 min=0.01
step d updates critic times=3 {
  gap = score - real
  loss = mean(gap); loss = 0.1 * mean((norm(grad(real, x)) - 1)^2)
  penalty l2 1e-3
}
step g updates generator { loss bce score 1 weight=0.5; optim rmsprop lr=1e-3; accumulate 2; ema 0.99 }
train epochs=2 batch=8 seed=3
predict fake
`,
  `# phases of steps
input x: f32[4]; target y: f32[2]
layer dense 5 tanh as body; layer dense 2 as head
optim sgd lr=0.1
phase first epochs=1 { freeze body; loss mse head y }
phase both epochs=2 {
  unfreeze body
  step a updates body { loss huber head y delta=0.5 }
  step b updates head times=2 { loss mse head y; optim adam lr=1e-2 }
}
`,
  `# definitions from two files
import "./blocks.nn"; import "./maths.nn"
input x: f32[5]; target y: f32[1]
layer gated 6 act=curved
layer dense 1
loss squared it y
optim halving lr=0.1
+++ blocks.nn
import "./maths.nn"
hyper slope = 0.3
## A gated layer.
def layer gated(units: int, act: fn = sigmoid, init: init = glorot_uniform) {
  require units > 1 "units must be two at least"
  weight kernel: [in, units] init=init
  weight gate: [in, units] init=init
  it = curved(it @ kernel) * act(it @ gate) * slope
}
+++ maths.nn
def fn curved(x) = tanh(x) + 0.1 * x^2
def loss squared(guess, truth) = (guess - truth)^2
def optim halving(lr=0.1) { state m = zeros; m <- 0.5 * m + grad; param <- param - lr * m }
`,
  `# weights, gradients, shared values
input x: f32[4]; target y: f32[1]
weight scale: [] init=constant(0.5); weight mix: [4, 3] init=normal(std=0.3)
h = tanh(x * scale) @ mix
layer dense 1 from h as out
steep = grad(out, x)
loss = mean((out - y)^2) + 0.1 * mean(steep^2); loss = 0.01 * sum(mix^2)
optim adamw lr=1e-2 decay=0.01; penalty l1 1e-3 on out
metric mse out y; metric mae steep (0 * x) as slope
predict value=out slope=steep
`,
  `# a file of weights by a table of names
input tokens: i32[6] in 0..19; input mask: f32[6] in 0..1; target label: class[2]
layer bert 20 8 heads=2 ff=12 depth=2 mask=mask from tokens
layer dropout 0.1 from (it[0, :])
layer dense 2 as classifier
loss xent smoothing=0.1 weights=[1, 2]; optim adamw lr=2e-4 decay=0.01; clip norm 1.0; schedule linear warmup=10
load bert from "model.safetensors" names=huggingface_bert
freeze bert
lora bert.encoder.*.attention rank=2 alpha=4
unfreeze bert.encoder.1
reparam weight_norm on classifier
metric accuracy; metric f1 average=macro
`,
  `# a decoder of text
input chars: i32[6]; target next: class[7][6]
layer gpt 7 8 heads=2 ff=12 depth=2 length=6 from chars
loss xent; optim lion lr=3e-4; clip norm 1; ema 0.999
metric accuracy
schedule onecycle
train epochs=2 batch=4 patience=2 monitor=val_loss
remat auto; budget memory="64MB"
`,
  `# reparametrisations, of the library and of one's own
def reparam rounded(bits: int = 8) {
  require bits > 1 "bits must be two at least"
  state steps: [] = 0
  if training { steps <- steps + 1 }
  scale = max(abs(it)) / (2^(bits - 1) - 1)
  it = it + stop_gradient(scale * round(it / scale) - it)
}
input x: f32[4]; target label: class[3]
layer dense 6 relu as body; layer dense 5 tanh as middle; layer dense 3 as head
reparam spectral_norm steps=2 on body; reparam weight_norm on middle; reparam rounded bits=6 on head.kernel
loss focal gamma=2; optim momentum lr=0.05 beta=0.8 nesterov=true
lora middle rank=2
`,
  `# images, augmented in each way
def augment brightness(by) { it = it + by * (2 * uniform(like=sum(it)) - 1) }
input image: f32[6, 6, 2] in 0..1; target label: class[3]
prep image scale 1/255
augment flip horizontal; augment flip vertical rate=0.3; augment crop 6x6 pad=1; augment rotate 15
augment shift 2x1; augment cutout 2x2 value=0.5; augment noise std=0.1; augment brightness 0.2; augment mixup alpha=0.2
layer conv 3 3x3 relu pad=same stride=2; layer batchnorm momentum=0.9; layer maxpool 2; layer flatten
layer dense 3
loss xent; optim adam
penalty l2 1e-4 on conv
freeze batchnorm
train epochs=1 batch=4
`,
  `# a table of numbers, prepared
hyper lr = 1e-2
input a: f32[2]; input b: f32[1]; target y: f32[1]
prep a standardize; prep b minmax; prep y standardize
layer concat from a, b
layer dense 4 elu; layer dense 1
loss logcosh; optim adafactor lr=lr; metric r2; metric mae
schedule exponential gamma=0.9 every=2
data inline [[0, 1, 2, 0.5], [1, 1, 0, 0.25], [2, 0, 1, 1], [0, 0, 0, 0.75]] split=0.5/0.25/0.25 seed=2
train epochs=3 batch=2 patience=1 monitor=val_mae
`,
  `# empty fields, filled and flagged
input x: f32[3] in 0..9; input gone: f32[3]; input z: f32[2]; target y: f32[1]
prep x impute median flag=gone; prep x standardize; prep z impute 0
layer dense 4 tanh from concat([x, gone, z]); layer dense 1
loss huber; optim adam
data csv "d.csv" target=y x=[a, b, c] z=z_* split=0.8/0.2 seed=3
train epochs=1 batch=4
`,
  `# masks, rows and orders
input words: i32[5] in 0..9; input mask: f32[5] in 0..1; target label: class[4]
layer embedding 10 6 from words as tok
m = masked_mean(tok, mask)
top = gather(sort(tok[:, 0]), [0, -1])
best = pick(log_softmax(m), argmax(m))
layer dense 4 from concat([m, top, cumsum(m, reverse=true)]) as out
loss xent out label; loss = -0.1 * best
optim nadam lr=1e-2 for tok; optim sgd for out
metric accuracy out label
`,
  `# a recurrence, written out and from the library
def layer elman(units) {
  weight w: [in, units]; weight u: [units, units] init=orthogonal; weight b: [units] init=zeros
  scan x over it with h = zeros([units]), n = 0 reverse=true { h = tanh(x @ w + h @ u + b); n = n + 1 }
  it = h.all / n
}
input m: f32[5] in 0..1; input x: f32[5, 3]; target text: class[4][3]
layer elman 4; layer lstm 5 sequences=true mask=m; layer bidirectional gru 3 sequences=true; layer dense 4
loss ctc; optim lookahead lr=0.01 every=2; clip norm 5
`,
  `# repeats, blocks, conditions, reuse
hyper depth = 2; hyper deep = 1
input x: f32[4, 6]; target y: f32[4, 2]
repeat depth as encoder {
  skip = it
  layer layernorm eps=1e-6; layer attention 2 causal=true; it = it + skip
  if deep { layer swiglu 5 } else if depth == 1 { layer dense 6 gelu } else { layer rmsnorm }
}
repeat units in [6, 5] { layer dense units silu; layer dropout 0.2 }
block last { layer dense 5 tanh; layer gaussian_noise 0.1 }
reuse last
layer dense 2 init=he_normal bias_init=constant(0.1)
loss mse; optim adam for encoder; optim muon lr=0.02 for repeat.*.*.kernel; optim sgd for repeat.**.bias
optim sgd lr=0.05 for last; optim sgd for dense
penalty group_l1 1e-3 on encoder
`,
  `# a state and a metric of one's own, over the batch
def layer centred(momentum=0.9) {
  state seen: [in] = zeros
  m = batch_mean(it)
  if training { seen <- momentum * seen + (1 - momentum) * m; it = it - m } else { it = it - seen }
}
def metric spread(x = it) = sqrt(batch_variance(sum(x)) + 1e-6)
def schedule slow(power=1) = (1 - u)^power
def penalty small(rate) = rate * sum(log1p(param^2))
def init thin(std=0.1) = std * normal(shape)
input a: f32[4]; input b: f32[4]
block encoder { layer dense 5 gelu init=thin from a; layer centred; layer dense 3 as za }
reuse encoder from b as zb
loss infonce za zb temperature=0.5; loss triplet za zb (za + zb) margin=0.5 weight=0.1
loss = 0.1 * cross(za, zb * (1 + batch_index()))^2
optim radam lr=1e-2; schedule slow power=2 warmup=3; penalty small 1e-3
metric spread za
predict za
`,
  `# a frozen part whose output is kept
input image: f32[4] in 0..16; input id: i32[] in 0..4; target label: class[3]
prep image scale 1/16
block features { layer dense 5 relu from image; layer batchnorm }
layer dense 4 tanh as middle
layer dense 3 as head
loss xent; optim adagrad lr=0.05; metric accuracy
freeze features; cache features
data inline [[0, 4, 8, 16, 1, 0], [1, 5, 9, 3, 0, 1], [16, 2, 2, 0, 4, 2], [3, 1, 4, 1, 2, 0]] split=0.75/0.25
predict softmax(it)
`,
];
