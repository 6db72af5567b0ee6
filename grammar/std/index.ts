/** The texts of the standard library by path: made by `npm run generate` from the .nn files of this folder. */
export const std: ReadonlyMap<string, string> = new Map([
  [
    'functions/elu.nn',
    `def fn elu(x, alpha = 1) = where(x > 0, x, alpha * expm1(minimum(x, 0)))
`,
  ],
  [
    'functions/gelu.nn',
    `def fn gelu(x) = 0.5 * x * (1 + erf(x / sqrt(2)))
`,
  ],
  [
    'functions/gelu_tanh.nn',
    `def fn gelu_tanh(x) = 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
`,
  ],
  [
    'functions/hard_sigmoid.nn',
    `def fn hard_sigmoid(x) = clip(x / 6 + 0.5, 0, 1)
`,
  ],
  [
    'functions/hard_silu.nn',
    `def fn hard_silu(x) = x * hard_sigmoid(x)
`,
  ],
  [
    'functions/l2_normalize.nn',
    `def fn l2_normalize(x, axis = -1, eps = 1e-12) = x / sqrt(maximum(sum(x^2, axis=axis, keepdims=true), eps))
`,
  ],
  [
    'functions/leaky_relu.nn',
    `def fn leaky_relu(x, slope = 0.2) = where(x > 0, x, slope * x)
`,
  ],
  [
    'functions/log_softmax.nn',
    `def fn log_softmax(x, axis = -1) = x - logsumexp(x, axis=axis, keepdims=true)
`,
  ],
  [
    'functions/mish.nn',
    `def fn mish(x) = x * tanh(softplus(x))
`,
  ],
  [
    'functions/one_hot.nn',
    `def fn one_hot(ids, classes) = reshape(ids, [*shape(ids), 1]) == arange(classes)
`,
  ],
  [
    'functions/relu6.nn',
    `def fn relu6(x) = clip(x, 0, 6)
`,
  ],
  [
    'functions/selu.nn',
    `def fn selu(x) = 1.0507009873554805 * elu(x, alpha=1.6732632423543772)
`,
  ],
  [
    'functions/silu.nn',
    `def fn silu(x) = x * sigmoid(x)
`,
  ],
  [
    'functions/softmax.nn',
    `def fn softmax(x, axis = -1) = exp(log_softmax(x, axis=axis))
`,
  ],
  [
    'functions/softsign.nn',
    `def fn softsign(x) = x / (1 + abs(x))
`,
  ],
  [
    'functions/variance.nn',
    `def fn variance(x, axis: list = none, keepdims = false) = mean((x - mean(x, axis=axis, keepdims=true))^2, axis=axis, keepdims=keepdims)
`,
  ],
  [
    'functions/weighted_mean.nn',
    `def fn weighted_mean(x, w) = batch_sum(sum(x)) / maximum(batch_sum(sum(w)), 1e-30)
`,
  ],
  [
    'initialisers/constant.nn',
    `def init constant(c) = c
`,
  ],
  [
    'initialisers/glorot_normal.nn',
    `def init glorot_normal = sqrt(2 / (fan_in + fan_out)) / 0.87962566 * truncated_normal(shape)
`,
  ],
  [
    'initialisers/glorot_uniform.nn',
    `def init glorot_uniform = sqrt(6 / (fan_in + fan_out)) * (2 * uniform(shape) - 1)
`,
  ],
  [
    'initialisers/he_normal.nn',
    `def init he_normal = sqrt(2 / fan_in) / 0.87962566 * truncated_normal(shape)
`,
  ],
  [
    'initialisers/he_uniform.nn',
    `def init he_uniform = sqrt(6 / fan_in) * (2 * uniform(shape) - 1)
`,
  ],
  [
    'initialisers/normal.nn',
    `def init normal(std = 0.05) = std * normal(shape)
`,
  ],
  [
    'initialisers/ones.nn',
    `def init ones = 1
`,
  ],
  [
    'initialisers/orthogonal.nn',
    `def init orthogonal(gain = 1) {
  cols = shape[-1]; rows = product(shape) / cols
  if rows >= cols { it = gain * reshape(orthonormal(normal([rows, cols])), shape) }
  else { it = gain * reshape(transpose(orthonormal(normal([cols, rows]))), shape) }
}
`,
  ],
  [
    'initialisers/truncated_normal.nn',
    `def init truncated_normal(std = 0.05) = std * truncated_normal(shape)
`,
  ],
  [
    'initialisers/uniform.nn',
    `def init uniform(lo = -0.05, hi = 0.05) = lo + (hi - lo) * uniform(shape)
`,
  ],
  [
    'initialisers/zeros.nn',
    `def init zeros = 0
`,
  ],
  [
    'layers/add.nn',
    `def layer add(xs: value...) { it = 0; repeat x in xs { it = it + x } }
`,
  ],
  [
    'layers/attention.nn',
    `def fn split_heads(x, heads: int) = transpose(reshape(x, [size(x, 0), heads, size(x, 1)/heads]), [1, 0, 2])
def fn join_heads(x) = reshape(transpose(x, [1, 0, 2]), [size(x, 1), -1])
def layer attention(heads: int, mask: value = 1, causal = false, key_from: value = it, dropout = 0, bias = true) {
  require in % heads == 0 "the width must divide into heads"
  layer dense in bias=bias as query
  layer dense in bias=bias from key_from as key
  layer dense in bias=bias from key_from as value
  T = size(query, 0); S = size(key, 0)
  if causal { keep = mask * (reshape(arange(T), [T, 1]) >= arange(S)) } else { keep = mask }
  scores = split_heads(query, heads) @ transpose(split_heads(key, heads), [0, 2, 1]) / sqrt(in / heads)
  it = softmax(where(keep > 0, scores, -1e30)) * keep                 # [heads, T, S]; all zeros where no key is left
  layer dropout dropout
  it = join_heads(it @ split_heads(value, heads))
  layer dense in bias=bias as output
}
`,
  ],
  [
    'layers/avgpool.nn',
    `def layer avgpool(size: size|global, stride: size = size, pad: valid|same = valid) {
  if size == global { it = mean(it, axis=axes(it)[:-1]) } else { it = avgpool(it, size, stride=stride, pad=pad) }
}
`,
  ],
  [
    'layers/batchnorm.nn',
    `def layer batchnorm(momentum = 0.99, eps = 1e-3, scale = true, center = true) {
  state mean: [in] = zeros
  state var:  [in] = ones
  if training {
    m = batch_mean(mean(it, axis=axes(it)[:-1]))
    v = batch_mean(mean((it - m)^2, axis=axes(it)[:-1]))
    mean <- momentum * mean + (1 - momentum) * m
    var  <- momentum * var + (1 - momentum) * v
  } else { m = mean; v = var }
  it = (it - m) / sqrt(v + eps)
  if scale  { weight gamma: [in] init=ones;  it = it * gamma }
  if center { weight beta:  [in] init=zeros; it = it + beta }
}
`,
  ],
  [
    'layers/bidirectional.nn',
    `def layer bidirectional(cell: kind, units: int, sequences = false, mask: value = 1) {
  x = it
  layer cell units sequences=sequences mask=mask as forward
  layer cell units sequences=sequences mask=mask reverse=true from x as backward
  it = concat([forward, backward], axis=-1)
}
`,
  ],
  [
    'layers/concat.nn',
    `def layer concat(xs: value..., axis: int = -1) { it = concat(xs, axis=axis) }
`,
  ],
  [
    'layers/conv.nn',
    `def layer conv(ch: int, size: size, act: fn = none, stride: size = 1, pad: valid|same = valid, dilation: size = 1,
               groups: int = 1, bias = true, init: init = glorot_uniform, bias_init: init = zeros) {
  require in % groups == 0 "the channels that come in must divide into groups"
  require ch % groups == 0 "the channels that go out must divide into groups"
  weight kernel: [*size, in/groups, ch] init=init
  it = conv(it, kernel, stride=stride, pad=pad, dilation=dilation, groups=groups)
  if bias { weight bias: [ch] init=bias_init; it = it + bias }
  it = act(it)
}
`,
  ],
  [
    'layers/conv_transpose.nn',
    `def layer conv_transpose(ch: int, size: size, act: fn = none, stride: size = 1, pad: valid|same = valid, bias = true) {
  weight kernel: [*size, ch, in]
  it = conv_transpose(it, kernel, stride=stride, pad=pad)
  if bias { weight bias: [ch]; it = it + bias }
  it = act(it)
}
`,
  ],
  [
    'layers/dense.nn',
    `def layer dense(units: int, act: fn = none, bias = true, init: init = glorot_uniform, bias_init: init = zeros) {
  weight kernel: [in, units] init=init
  it = it @ kernel
  if bias { weight bias: [units] init=bias_init; it = it + bias }
  it = act(it)
}
`,
  ],
  [
    'layers/depthwise_conv.nn',
    `def layer depthwise_conv(size: size, act: fn = none, multiplier: int = 1, stride: size = 1, pad: valid|same = valid,
                         dilation: size = 1, bias = true) {
  weight kernel: [*size, in, multiplier]
  it = conv(it, reshape(kernel, [*size, 1, in * multiplier]), stride=stride, pad=pad, dilation=dilation, groups=in)
  if bias { weight bias: [in * multiplier]; it = it + bias }
  it = act(it)
}
`,
  ],
  [
    'layers/dropout.nn',
    `def layer dropout(rate) {
  require rate >= 0 and rate < 1 "the rate is a share of the values, below 1"
  if training and rate > 0 { it = where(uniform(like=it) >= rate, it / (1 - rate), 0) }
}
`,
  ],
  [
    'layers/embedding.nn',
    `def layer embedding(vocabulary: int, units: int, init: init = uniform(-0.05, 0.05)) {
  weight table: [vocabulary, units] init=init
  it = gather(table, it)
}
`,
  ],
  [
    'layers/flatten.nn',
    `def layer flatten = reshape(it, [-1])
`,
  ],
  [
    'layers/groupnorm.nn',
    `def layer groupnorm(groups: int = 32, eps = 1e-3) {
  require in % groups == 0 "the channels must divide into groups"
  weight gamma: [in] init=ones; weight beta: [in] init=zeros
  x = reshape(it, [-1, groups, in/groups])
  d = x - mean(x, axis=[0, 2], keepdims=true)
  n = d / sqrt(mean(d^2, axis=[0, 2], keepdims=true) + eps)
  it = reshape(n, shape(it)) * gamma + beta
}
`,
  ],
  [
    'layers/gru.nn',
    `def layer gru(units: int, sequences = false, reverse = false, mask: value = 1) {
  weight kernel: [in, 3*units]; weight recurrent: [units, 3*units] init=orthogonal; weight bias: [2, 3*units] init=zeros
  it = it @ kernel + bias[0]
  scan x, keep over it, mask with h = zeros([units]) reverse=reverse {
    a = reshape(x, [3, units]); b = reshape(h @ recurrent + bias[1], [3, units])     # z, r, h
    z = sigmoid(a[0] + b[0])
    r = sigmoid(a[1] + b[1])
    h = where(keep > 0, z * h + (1 - z) * tanh(a[2] + r * b[2]), h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/layernorm.nn',
    `def layer layernorm(eps = 1e-3) {
  weight gamma: [in] init=ones; weight beta: [in] init=zeros
  d = it - mean(it, axis=-1, keepdims=true)
  it = d / sqrt(mean(d^2, axis=-1, keepdims=true) + eps) * gamma + beta
}
`,
  ],
  [
    'layers/lstm.nn',
    `def layer lstm(units: int, sequences = false, reverse = false, mask: value = 1, unit_forget_bias = true) {
  weight kernel:    [in, 4*units]                                        # the gates side by side: i, f, c, o
  weight recurrent: [units, 4*units] init=orthogonal
  weight bias:      [4*units] init=(concat([zeros([units]), unit_forget_bias * ones([units]), zeros([2*units])]))
  it = it @ kernel + bias
  scan x, keep over it, mask with h = zeros([units]), c = zeros([units]) reverse=reverse {
    z = reshape(x + h @ recurrent, [4, units])
    c = where(keep > 0, sigmoid(z[1]) * c + sigmoid(z[0]) * tanh(z[2]), c)
    h = where(keep > 0, sigmoid(z[3]) * tanh(c), h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/maxpool.nn',
    `def layer maxpool(size: size|global, stride: size = size, pad: valid|same = valid) {
  if size == global { it = reshape(maxpool(it, shape(it)[:-1]), [in]) } else { it = maxpool(it, size, stride=stride, pad=pad) }
}
`,
  ],
  [
    'layers/position_embedding.nn',
    `def layer position_embedding(length: int, init: init = uniform(-0.05, 0.05)) {
  require size(it, 0) <= length "the sequence is longer than the table"
  weight table: [length, in] init=init
  it = it + table[:size(it, 0)]
}
`,
  ],
  [
    'layers/prelu.nn',
    `def layer prelu { weight slope: [in] init=zeros; it = where(it > 0, it, slope * it) }
`,
  ],
  [
    'layers/rmsnorm.nn',
    `def layer rmsnorm(eps = 1e-6) {
  weight gamma: [in] init=ones
  it = it / sqrt(mean(it^2, axis=-1, keepdims=true) + eps) * gamma
}
`,
  ],
  [
    'layers/rnn.nn',
    `def layer rnn(units: int, act: fn = tanh, sequences = false, reverse = false, mask: value = 1) {
  weight kernel: [in, units]; weight recurrent: [units, units] init=orthogonal; weight bias: [units]
  it = it @ kernel + bias
  scan x, keep over it, mask with h = zeros([units]) reverse=reverse {
    h = where(keep > 0, act(x + h @ recurrent), h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/separable_conv.nn',
    `def layer separable_conv(ch: int, size: size, act: fn = none, multiplier: int = 1, stride: size = 1, pad: valid|same = valid, bias = true) {
  require rank(it) == 3 "separable_conv wants an image [height, width, channels]"
  weight depthwise: [*size, in, multiplier]
  weight pointwise: [1, 1, in * multiplier, ch]
  it = conv(it, reshape(depthwise, [*size, 1, in * multiplier]), stride=stride, pad=pad, groups=in)
  it = conv(it, pointwise)
  if bias { weight bias: [ch]; it = it + bias }
  it = act(it)
}
`,
  ],
  [
    'layers/transformer_block.nn',
    `def layer transformer_block(heads: int, ff: int, act: fn = gelu, mask: value = 1, causal = false, dropout = 0) {
  x = it
  layer layernorm; layer attention heads mask=mask causal=causal dropout=dropout; layer dropout dropout
  it = it + x; y = it
  layer layernorm; layer dense ff act; layer dense in; layer dropout dropout
  it = it + y
}
`,
  ],
  [
    'losses/bce.nn',
    `def loss bce(logits = it, y = target) = softplus(logits) - y * logits
`,
  ],
  [
    'losses/cosine.nn',
    `def loss cosine(u: value, v: value, eps = 1e-8) = 1 - sum(u * v, axis=-1) / maximum(norm(u, axis=-1) * norm(v, axis=-1), eps)
`,
  ],
  [
    'losses/ctc.nn',
    `def loss ctc(logits = it, labels = target, blank: int = 0) {
  L = size(labels, 0); n = sum(labels >= 0); S = 2*L + 1
  path = concat([reshape(stack([blank * ones([L]), labels], axis=1), [2*L]), [blank]])   # blank l₁ blank l₂ … blank
  jump = path != blank and path != concat([[-1, -1], path[:-2]])                         # may skip the blank before it
  emit = gather(log_softmax(logits), path, axis=-1)                                      # [T, S]
  scan e over emit with a = where(arange(S) == 0, 0, -1e30) {
    one = concat([[-1e30], a[:-1]]); two = concat([[-1e30, -1e30], a[:-2]])
    a = e + logaddexp(logaddexp(a, one), where(jump, two, -1e30))
  }
  ends = where(n > 0, pick(a, 2*n - 1), -1e30)
  cost = -logaddexp(pick(a, 2*n), ends)
  it = where(cost < 1e29, cost, 0)
}
`,
  ],
  [
    'losses/dice.nn',
    `def loss dice(logits = it, y = target, smooth = 1) {
  p = sigmoid(logits)
  it = 1 - (2 * sum(p * y) + smooth) / (sum(p) + sum(y) + smooth)
}
`,
  ],
  [
    'losses/focal.nn',
    `def loss focal(logits = it, label = target, gamma = 2, weights: value = 1) {
  hot = one_hot(label, size(logits, -1))
  l = sum(hot * log_softmax(logits), axis=-1)                                        # log p of the class
  w = sum(weights * hot, axis=-1)
  it = weighted_mean(-w * relu(1 - exp(l))^gamma * l, w)
}
`,
  ],
  [
    'losses/hinge.nn',
    `def loss hinge(z = it, y = target) = relu(1 - y * z)
`,
  ],
  [
    'losses/huber.nn',
    `def loss huber(z = it, y = target, delta = 1) {
  d = abs(z - y)
  it = where(d <= delta, d^2 / 2, delta * (d - delta / 2))
}
`,
  ],
  [
    'losses/infonce.nn',
    `def loss infonce(u: value, v: value, temperature = 0.07) {
  i = batch_index()
  it = -(pick(log_softmax(cross(u, v) / temperature), i) + pick(log_softmax(cross(v, u) / temperature), i)) / 2
}
`,
  ],
  [
    'losses/kl.nn',
    `def loss kl(logits = it, q = target) = sum(q * (log(maximum(q, 1e-30)) - log_softmax(logits)), axis=-1)
`,
  ],
  [
    'losses/logcosh.nn',
    `def loss logcosh(z = it, y = target) { d = z - y; it = d + softplus(-2 * d) - log(2) }
`,
  ],
  [
    'losses/mae.nn',
    `def loss mae(z = it, y = target) = abs(z - y)
`,
  ],
  [
    'losses/mse.nn',
    `def loss mse(z = it, y = target) = (z - y)^2
`,
  ],
  [
    'losses/poisson.nn',
    `def loss poisson(z = it, y = target) = exp(z) - y * z
`,
  ],
  [
    'losses/triplet.nn',
    `def loss triplet(anchor: value, positive: value, negative: value, margin = 1) {
  near = sum((anchor - positive)^2, axis=-1); far = sum((anchor - negative)^2, axis=-1)
  it = relu(near - far + margin)
}
`,
  ],
  [
    'losses/xent.nn',
    `def loss xent(logits = it, label = target, smoothing = 0, weights: value = 1) {
  K = size(logits, -1)
  if is_class(label) {
    require classes(label) == K "one logit for each class"
    hot = one_hot(label, K)                                      # a row of zeros where the label is −1
    w = sum(weights * hot, axis=-1)
  } else { hot = label; w = sum(hot, axis=-1) }
  q = (1 - smoothing) * hot + smoothing / K * sum(hot, axis=-1, keepdims=true)
  it = weighted_mean(-sum(weights * q * log_softmax(logits), axis=-1), w)
}
`,
  ],
  [
    'metrics/accuracy.nn',
    `def metric accuracy(logits = it, label = target) {
  if is_class(label) {
    hit = argmax(logits, axis=-1) == label
    it = weighted_mean(hit, label >= 0)
  } else { it = (logits > 0) == (label > 0.5) }
}
`,
  ],
  [
    'metrics/f1.nn',
    `def metric f1(logits = it, label = target, average: macro|micro = macro) {
  K = size(logits, -1)
  q = reshape(one_hot(label, K), [-1, K])
  p = reshape(one_hot(where(label >= 0, argmax(logits, axis=-1), -1), K), [-1, K])
  hits = batch_sum(sum(p * q, axis=0)); all = batch_sum(sum(p + q, axis=0))
  if average == micro { it = 2 * sum(hits) / sum(all) }
  else { it = sum(2 * hits / maximum(all, 1)) / sum(all > 0) }
}
`,
  ],
  [
    'optimizers/adafactor.nn',
    `def fn rms(x) = sqrt(mean(x^2))
def optim adafactor(lr = 0.01, power = 0.8, eps = 1e-3, tiny = 1.1920929e-7, clip = 1, decay = 0) {
  new = t^(-power)                                                     # the weight of the new square: 1 − β₂
  if rank(param) >= 2 {
    state row: [*shape(param)[:-1], 1] = zeros
    state col: [*shape(param)[:-2], 1, size(param, -1)] = zeros
    row <- row + new * (mean(grad^2, axis=-1, keepdims=true) - row)
    col <- col + new * (mean(grad^2, axis=-2, keepdims=true) - col)
    square = row * col / maximum(mean(row, axis=-2, keepdims=true), tiny)
  } else {
    state v = zeros
    v <- v + new * (grad^2 - v)
    square = v
  }
  u = grad / sqrt(maximum(square, tiny^2))
  step = maximum(eps, rms(param)) * minimum(lr, 1 / sqrt(t))
  if decays { param <- param - lr * decay * param }
  param <- param - step * u / maximum(1, rms(u) / clip)
}
`,
  ],
  [
    'optimizers/adagrad.nn',
    `def optim adagrad(lr = 0.01, start = 0.1, eps = 1e-7) {
  state s = start
  s <- s + grad^2
  param <- param - lr * grad / (sqrt(s) + eps)
}
`,
  ],
  [
    'optimizers/adam.nn',
    `def optim adam(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-7) {
  state m = zeros; state v = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  param <- param - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
}
`,
  ],
  [
    'optimizers/adamw.nn',
    `def optim adamw(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-7, decay = 0.01) {
  if decays { param <- param - lr * decay * param }
  optim adam lr=lr beta1=beta1 beta2=beta2 eps=eps
}
`,
  ],
  [
    'optimizers/lamb.nn',
    `def optim lamb(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-6, decay = 0.01) {
  state m = zeros; state v = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + decays * decay * param
  trust = where(norm(param) > 0 and norm(u) > 0, norm(param) / norm(u), 1)
  param <- param - lr * trust * u
}
`,
  ],
  [
    'optimizers/lookahead.nn',
    `def optim lookahead(inner: kind = adam, lr = 1e-3, every: int = 6, alpha = 0.5) {
  state slow = param
  optim inner lr=lr
  now = t % every == 0
  slow <- where(now, slow + alpha * (param - slow), slow)
  param <- where(now, slow, param)
}
`,
  ],
  [
    'optimizers/momentum.nn',
    `def optim momentum(lr = 0.01, beta = 0.9, nesterov = false) {
  state v = zeros
  v <- beta * v + grad
  if nesterov { param <- param - lr * (grad + beta * v) } else { param <- param - lr * v }
}
`,
  ],
  [
    'optimizers/muon.nn',
    `## The nearest orthogonal matrix, about: five Newton–Schulz steps.
def fn orthogonalize(x, steps: int = 5, eps = 1e-7) {
  it = x / (norm(x) + eps)
  repeat steps {
    a = it @ transpose(it)
    it = 3.4445 * it + (2.0315 * a @ a - 4.775 * a) @ it
  }
}
def optim muon(lr = 0.02, beta = 0.95, nesterov = true) {
  state v = zeros
  v <- beta * v + (1 - beta) * grad
  if nesterov { u = beta * v + (1 - beta) * grad } else { u = v }
  if rank(param) >= 2 {
    x = reshape(u, [-1, size(u, -1)])
    param <- param - lr * sqrt(maximum(1, size(x, 0) / size(x, 1))) * reshape(orthogonalize(x), shape(u))
  } else { param <- param - lr * u }
}
`,
  ],
  [
    'optimizers/nadam.nn',
    `def optim nadam(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-7, psi = 4e-3) {
  state m = zeros; state v = zeros; state mu: [] = 1
  now = beta1 * (1 - 0.5 * 0.96^(t * psi))
  next = beta1 * (1 - 0.5 * 0.96^((t + 1) * psi))
  mu <- mu * now
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  step = next * m / (1 - mu * next) + (1 - now) * grad / (1 - mu)
  param <- param - lr * step / (sqrt(v / (1 - beta2^t)) + eps)
}
`,
  ],
  [
    'optimizers/rmsprop.nn',
    `def optim rmsprop(lr = 1e-3, rho = 0.9, eps = 1e-7) {
  state s = zeros
  s <- rho * s + (1 - rho) * grad^2
  param <- param - lr * grad / (sqrt(s) + eps)
}
`,
  ],
  [
    'optimizers/sgd.nn',
    `def optim sgd(lr = 0.01) = param - lr * grad
`,
  ],
  [
    'penalties/l1.nn',
    `def penalty l1(c) = c * abs(param)
`,
  ],
  [
    'penalties/l2.nn',
    `def penalty l2(c) = c * param^2
`,
  ],
  [
    'reparams/spectral_norm.nn',
    `def reparam spectral_norm(steps: int = 1) {
  state u: [size(it, -1)] = normal
  w = reshape(it, [-1, size(it, -1)])
  if training { repeat steps { u <- l2_normalize(l2_normalize(w @ u) @ w) } }
  v = stop_gradient(l2_normalize(w @ u))
  it = it / (v @ w @ u)
}
`,
  ],
  [
    'schedules/constant.nn',
    `def schedule constant = 1
`,
  ],
  [
    'schedules/cosine.nn',
    `def schedule cosine = (1 + cos(pi * u)) / 2
`,
  ],
  [
    'schedules/exponential.nn',
    `def schedule exponential(gamma, every: int = 1) = gamma ^ floor((t - 1) / every)
`,
  ],
  [
    'schedules/linear.nn',
    `def schedule linear = 1 - u
`,
  ],
  [
    'schedules/onecycle.nn',
    `## From a to b along half a cosine, as x goes from 0 to 1.
def fn glide(a: number, b: number, x: number) = b + (a - b) * (1 + cos(pi * x)) / 2
def schedule onecycle(start = 1/25, end = 1e-4, peak = 0.3) =
  where(u < peak, glide(start, 1, u / peak), glide(1, end, (u - peak) / (1 - peak)))
`,
  ],
  [
    'schedules/polynomial.nn',
    `def schedule polynomial(power = 1) = (1 - u)^power
`,
  ],
  [
    'schedules/step.nn',
    `def schedule step(at: list, gamma = 0.1) = gamma ^ sum(at < t)
`,
  ],
]);
