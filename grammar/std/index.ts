/** The texts of the standard library by path: made by `npm run generate` from the .nn files of this folder. */
export const std: ReadonlyMap<string, string> = new Map([
  [
    'augments/crop.nn',
    `## Puts \`pad\` zeros around and cuts out a part of the given size, at a place drawn for each example. An input keeps its
## shape, so that the size is its own: \`crop 32x32 pad=4\` of [32, 32, 3].
##
## Keras: RandomCrop; without a border of zeros
## PyTorch: torchvision.transforms.RandomCrop
## Also: random_crop
##
##     input image: f32[8, 8, 1] in 0..1; target label: class[2]
##     augment crop 8x8 pad=2
##     layer flatten; layer dense 2; loss xent; optim adam
def augment crop(size: size, pad: size = 0) {
  require rank(it) >= 2 "what is cut has axes before the channels, as in [28, 28, 1]"
  it = margin(it, pad)
  repeat i in axes(it)[:-1] {
    room = size(it, i) - size[i]
    require room >= 0 "the part must not be larger than what it is cut out of"
    it = window(it, i, size[i], floor(chance(it) * (room + 1)))
  }
}

## Moves each example by up to so many places along each axis, either way; zeros come in.
##
## Keras: RandomTranslation; by shares of the size, and the edge is reflected unless fill_mode is given
## PyTorch: torchvision.transforms.RandomAffine(0, translate); by shares of the size
## Also: translate, random_shift, translation
##
##     input image: f32[8, 8, 1] in 0..1; target label: class[2]
##     augment shift 2
##     layer flatten; layer dense 2; loss xent; optim adam
def augment shift(by: size) {
  augment crop (shape(it)[:-1]) pad=by
}

## x with n zeros on either side of each axis but the last.
def fn margin(x, n: size) {
  it = []
  repeat i in axes(x)[:-1] { it = [*it, n[i], n[i]] }
  it = pad_constant(x, [*it, 0, 0])
}

## n places of x along an axis, the first of which is \`at\`, a number that may be drawn for each example.
def fn window(x, axis: int, n: int, at) {
  whole = size(x, axis)
  picked = reshape(arange(n), [n, 1]) + at == arange(whole)  # each of n rows has a one
  before = shape(x)[:axis]; behind = shape(x)[axis+1:]
  parts = picked @ reshape(x, [*before, whole, product(behind)])
  it = reshape(parts, [*before, n, *behind])
}
`,
  ],
  [
    'augments/cutout.nn',
    `## Hides a part of the given size behind \`value\`, whose middle is drawn for each example and may lie at the edge, so
## that less is hidden there (DeVries, Taylor 2017).
##
## Keras: RandomErasing; the size is drawn too
## PyTorch: torchvision.transforms.RandomErasing; the size is drawn too
## Also: erase, coarse_dropout
##
##     input image: f32[8, 8, 1] in 0..1; target label: class[2]
##     augment cutout 4
##     layer flatten; layer dense 2; loss xent; optim adam
def augment cutout(size: size, value=0) {
  require rank(it) >= 2 "what is hidden has axes before the channels, as in [28, 28, 1]"
  image = it
  it = 1
  repeat i in axes(image)[:-1] {
    n = size(image, i)
    first = floor(chance(image) * n) - floor(size[i] / 2)
    place = reshape(arange(n), [n, *(axes(image)[i+1:] * 0 + 1)])
    it = it * (place >= first) * (place < first + size[i])
  }
  it = where(it > 0, value, image)
}
`,
  ],
  [
    'augments/flip.nn',
    `## Turns some of the images round, each with probability \`rate\`: \`horizontal\` swaps left and right, \`vertical\` top and
## bottom.
##
## Keras: RandomFlip; both ways unless mode is given
## PyTorch: torchvision.transforms.RandomHorizontalFlip, torchvision.transforms.RandomVerticalFlip
## Also: random_horizontal_flip, random_vertical_flip, horizontal_flip, hflip, mirror
##
##     input image: f32[8, 8, 1] in 0..1; target label: class[2]
##     augment flip horizontal
##     layer flatten; layer dense 2; loss xent; optim adam
def augment flip(axis: horizontal|vertical = horizontal, rate=0.5) {
  require rank(it) == 3 "an image has the shape [height, width, channels]"
  if axis == horizontal { turned = flip(it, axis=1) } else { turned = flip(it, axis=0) }
  it = where(chance(it) < rate, turned, it)
}
`,
  ],
  [
    'augments/mixup.nn',
    `## Mixes each example and its target with another one of the batch, the first with the last and so on, in a proportion
## that is drawn once for the batch, from Beta(alpha, alpha) (Zhang et al. 2018). A class becomes a distribution over
## the classes.
##
## Keras: MixUp; the same alpha, with a proportion and a partner drawn for each example
## PyTorch: torchvision.transforms.v2.MixUp; alpha is 1 unless given
##
##     input x: f32[8]; target label: class[3]
##     augment mixup alpha=0.2
##     layer dense 3; loss xent; optim adam
def augment mixup(alpha=0.2) {
  require alpha > 0 "alpha is more than 0"
  if is_class(target) { wanted = one_hot(target, classes(target)) } else { wanted = target }
  share = sigmoid(log_gamma(alpha) - log_gamma(alpha))
  it = share * it + (1 - share) * batch_reverse(it)
  target <- share * wanted + (1 - share) * batch_reverse(wanted)
}

## The logarithm of a number drawn from Gamma(shape, 1). Marsaglia and Tsang (2000) draw from Gamma(shape + 1) and try
## again where they must: here are 16 attempts, of which fewer than one in 20 fails, and the first good one counts.
def fn log_gamma(shape: number) {
  d = shape + 2 / 3; c = 1 / sqrt(9 * d)
  x = normal([16]); u = uniform([16])
  v = maximum(1 + c * x, 1e-3)^3
  good = log(1 - u) < 0.5 * x^2 + d - d * v + d * log(v) and 1 + c * x > 1e-3
  first = argmax(good) == arange(16)
  it = log(d) + log(sum(first * v)) + log(1 - uniform([])) / shape
}
`,
  ],
  [
    'augments/noise.nn',
    `## Adds normally distributed noise of mean 0, with standard deviation \`std\`.
##
## Keras: GaussianNoise
## PyTorch: torchvision.transforms.v2.GaussianNoise
## Also: jitter
##
##     input x: f32[8]; target y: f32[1]
##     augment noise std=0.05
##     layer dense 1; loss mse; optim adam
def augment noise(std=0.1) {
  it = it + std * normal(like=it)
}
`,
  ],
  [
    'augments/rotate.nn',
    `## Turns each image about its middle by an angle that is drawn for each, up to so many degrees either way. Between
## pixels it is interpolated linearly along both axes; zeros come in.
##
## Keras: RandomRotation; the angle is a share of a whole turn, and the edge is reflected unless fill_mode is given
## PyTorch: torchvision.transforms.RandomRotation; the nearest pixel unless interpolation is given
## Also: rotation
##
##     input image: f32[8, 8, 1] in 0..1; target label: class[2]
##     augment rotate 15
##     layer flatten; layer dense 2; loss xent; optim adam
def augment rotate(degrees) {
  require rank(it) == 3 "an image has the shape [height, width, channels]"
  H = size(it, 0); W = size(it, 1); C = size(it, 2)
  angle = (2 * chance(it) - 1) * degrees * pi / 180
  y = reshape(arange(H), [H, 1]) - (H - 1) / 2; x = arange(W) - (W - 1) / 2
  down = cos(angle) * y - sin(angle) * x + (H - 1) / 2  # where each pixel comes from
  right = sin(angle) * y + cos(angle) * x + (W - 1) / 2
  framed = reshape(pad_constant(it, [1, 1, 1, 1, 0, 0]), [(H + 2)*(W + 2), C])
  it = 0
  repeat i in [0, 1] {
    repeat j in [0, 1] {
      row = floor(down) + i; column = floor(right) + j
      share = (1 - abs(down - row)) * (1 - abs(right - column))
      at = clip(row + 1, 0, H + 1) * (W + 2) + clip(column + 1, 0, W + 1)
      it = it + reshape(share, [H, W, 1]) * reshape(gather(framed, reshape(at, [H*W])), [H, W, C])
    }
  }
}
`,
  ],
  [
    'functions/arranged.nn',
    `## With a new axis of size 1 at that place, which is counted in the result: -1 puts it last.
##
## Keras: ops.expand_dims
## PyTorch: unsqueeze
## NumPy: expand_dims
##
##     input x: f32[4, 3]
##     predict expand_dims(x, 0)
def fn expand_dims(x, axis: int) {
  require axis >= -rank(x) - 1 and axis <= rank(x) "the result has no such axis"
  a = [*axes(x), rank(x)][axis]
  it = reshape(x, [*shape(x)[:a], 1, *shape(x)[a:]])
}
## Without an axis, which must be of size 1.
##
## Keras: ops.squeeze
## PyTorch: squeeze
## NumPy: squeeze; every axis of size 1 unless one is named
##
##     input x: f32[4, 1]
##     predict squeeze(x, 1)
def fn squeeze(x, axis: int) {
  a = axis_at(x, axis)
  require size(x, a) == 1 "an axis of size 1 is left out"
  it = reshape(x, [*shape(x)[:a], *shape(x)[a+1:]])
}
## x with two axes in each other's place.
##
## Keras: ops.swapaxes
## PyTorch: swapaxes, swapdims
## NumPy: swapaxes
##
##     input x: f32[4, 3, 2]
##     predict swapaxes(x, 0, 2)
def fn swapaxes(x, axis1: int, axis2: int) {
  all = axes(x); first = axis_at(x, axis1); second = axis_at(x, axis2)
  a = minimum(first, second); b = maximum(first, second)
  if a == b { it = x } else { it = transpose(x, [*all[:a], b, *all[a+1:b], a, *all[b+1:]]) }
}

## What stands at these numbers along an axis: x [..., K] at ids [..., M] gives [..., M], and 0 where a number is no
## place there, such as -1.
##
## Keras: ops.take_along_axis; over all axes as one unless one is named
## PyTorch: take_along_dim; over all axes as one unless one is named
## NumPy: take_along_axis
##
##     input x: f32[2, 4]
##     predict take_along(x, argsort(x)[:, :2])
def fn take_along(x, ids, axis: int = -1) {
  of = at_end(x, axis); at = at_end(ids, axis)
  require shape(of)[:-1] == shape(at)[:-1] "there are numbers for each line along the axis"
  it = sum(where(expand_dims(at, -1) == arange(size(of, -1)), expand_dims(of, -2), 0), axis=-1)
  it = from_end(it, axis)
}
## x with values added at these numbers along an axis: the way back of \`take_along\`. Where a number stands twice both
## are added; one that is no place there adds nothing.
##
## Keras: ops.scatter_update; it puts numbers there instead of adding them
## PyTorch: scatter_add(x, -1, ids, values)
## NumPy: put_along_axis; it puts numbers there, and np.add.at adds them
##
##     input x: f32[4]; input y: f32[2]
##     predict add_along(x, [0, 2], y)
def fn add_along(x, ids, values, axis: int = -1) {
  to = at_end(x, axis); at = at_end(ids, axis); more = at_end(values, axis)
  it = to + sum(where(expand_dims(at, -1) == arange(size(to, -1)), expand_dims(more, -1), 0), axis=-2)
  it = from_end(it, axis)
}
## The k greatest along the last axis, the greatest first. What is no number comes before all others.
##
## Keras: ops.top_k; it gives the places too
## PyTorch: topk; it gives the places too
## NumPy: none
##
##     input x: f32[8]
##     predict top_k(x, 3)
def fn top_k(x, k: int) {
  require k >= 1 and k <= size(x, -1) "k is between 1 and the size of the last axis"
  it = sort(x)[..., :-k-1:-1]
}
## What stands in the middle of the last axis when it is in order, or the mean of the two there.
##
## Keras: ops.median; over all axes unless one is named
## PyTorch: median; of two in the middle the lesser, and over all axes unless one is named
## NumPy: median; over all axes unless one is named
##
##     input x: f32[8]
##     predict median(x)
def fn median(x) {
  n = size(x, -1); y = sort(x)
  it = (y[..., floor((n - 1) / 2)] + y[..., floor(n / 2)]) / 2
}
## The differences of neighbours along the last axis, x[i + 1] - x[i]: n numbers give n - 1.
##
## Keras: ops.diff
## PyTorch: diff
## NumPy: diff
## Also: ediff1d
##
##     input x: f32[8]
##     predict diff(x)
def fn diff(x) = x[..., 1:] - x[..., :-1]
## The products of each number of the one with each of the other: [m] and [n] give [m, n].
##
## Keras: ops.outer
## PyTorch: outer
## NumPy: outer
## Also: ger
##
##     input x: f32[3]; input y: f32[4]
##     predict outer(x, y)
def fn outer(x, y) = expand_dims(x, -1) * expand_dims(y, -2)
## What lies on the diagonal k of the last two axes and below it, and 0 elsewhere.
##
## Keras: ops.tril
## PyTorch: tril
## NumPy: tril
##
##     input x: f32[4, 4]
##     predict tril(x)
def fn tril(x, k: int = 0) = where(expand_dims(arange(size(x, -2)), 1) + k >= arange(size(x, -1)), x, 0)
## What lies on the diagonal k of the last two axes and above it, and 0 elsewhere.
##
## Keras: ops.triu
## PyTorch: triu
## NumPy: triu
##
##     input x: f32[4, 4]
##     predict triu(x, k=1)
def fn triu(x, k: int = 0) = where(expand_dims(arange(size(x, -2)), 1) + k <= arange(size(x, -1)), x, 0)
## What lies on the diagonal k of the last two axes: above the main one where k is more than 0.
##
## Keras: ops.diagonal; of the first two axes
## PyTorch: diagonal; of the first two axes
## NumPy: diagonal; of the first two axes
##
##     input x: f32[4, 4]
##     predict diagonal(x)
def fn diagonal(x, k: int = 0) {
  n = minimum(size(x, -2) + minimum(k, 0), size(x, -1) - maximum(k, 0))
  require n >= 1 "there is such a diagonal"
  it = sum(x * (expand_dims(arange(size(x, -2)), 1) + k == arange(size(x, -1))), axis=-1)
  it = it[..., -minimum(k, 0):n-minimum(k, 0)]
}
## Vectors as matrices with zeros off their diagonals: [..., n] gives [..., n, n].
##
## Keras: ops.diag; of a matrix it takes the diagonal
## PyTorch: diag, diag_embed; of a matrix the first takes the diagonal
## NumPy: diag; of a matrix it takes the diagonal
##
##     input x: f32[4]
##     predict diag(x)
def fn diag(x) = expand_dims(x, -1) * eye(size(x, -1))
## The sum of the diagonal k of the last two axes.
##
## Keras: ops.trace; of the first two axes
## PyTorch: trace
## NumPy: trace; of the first two axes
##
##     input x: f32[4, 4]
##     predict trace(x)
def fn trace(x, k: int = 0) = sum(diagonal(x, k=k), axis=-1)
`,
  ],
  [
    'functions/blocks.nn',
    `## An image [h, w, c·n²] as [h·n, w·n, c]: the channels of a place become a block of n by n places, row by row.
##
## Keras: ops.depth_to_space
## PyTorch: nn.PixelShuffle; channels come first, and the block of each lies side by side
## NumPy: none
## Also: pixel_shuffle
##
##     input x: f32[4, 4, 8]
##     predict depth_to_space(x, 2)
def fn depth_to_space(x, n: int) {
  require rank(x) == 3 and size(x, 2) % n^2 == 0 "the channels of an image divide into blocks"
  h = size(x, 0); w = size(x, 1); c = size(x, 2) / n^2
  it = reshape(transpose(reshape(x, [h, w, n, n, c]), [0, 2, 1, 3, 4]), [h*n, w*n, c])
}
## An image [h·n, w·n, c] as [h, w, c·n²]: the way back of \`depth_to_space\`.
##
## Keras: ops.space_to_depth
## PyTorch: nn.PixelUnshuffle; channels come first, and the block of each lies side by side
## NumPy: none
## Also: pixel_unshuffle
##
##     input x: f32[8, 8, 2]
##     predict space_to_depth(x, 2)
def fn space_to_depth(x, n: int) {
  require rank(x) == 3 and size(x, 0) % n == 0 and size(x, 1) % n == 0 "an image divides into blocks"
  h = size(x, 0) / n; w = size(x, 1) / n; c = size(x, 2)
  it = reshape(transpose(reshape(x, [h, n, w, n, c]), [0, 2, 1, 3, 4]), [h, w, c*n^2])
}
`,
  ],
  [
    'functions/chance.nn',
    `## A number for each example of x, drawn evenly from 0 to 1.
##
##     input x: f32[4]
##     it = where(chance(x) < 0.5, x, -x)
def fn chance(x) = uniform(like=sum(x))
`,
  ],
  [
    'functions/clip.nn',
    `## x, but at least lo and at most hi. Outside there is no gradient; at a bound itself half of it goes to x, and half to
## the bound.
##
## Keras: ops.clip
## PyTorch: clamp, clip; at a bound all of the gradient goes to x
## NumPy: clip
## Also: clip_by_value
##
##     input x: f32[4]
##     predict clip(x, -1, 1)
def fn clip(x, lo, hi) = minimum(maximum(x, lo), hi)
`,
  ],
  [
    'functions/comparable.nn',
    `## 1 where values can be compared number by number, y being one number or of the shape of z; else 0.
##
##     input x: f32[4]; target y: f32[1]
##     def loss cubic(z=it, y=target) {
##       require comparable(z, y) "what is compared with a target must have its shape"
##       it = abs(z - y)^3
##     }
##     layer dense 1; loss cubic; optim adam
def fn comparable(z, y) = rank(y) == 0 or shape(z) == shape(y)
`,
  ],
  [
    'functions/conv.nn',
    `## A kernel [*size, c/groups, channels] at every window of x [*spatial, c]: what networks call convolution.
##
## \`pad=same\` makes ⌈n/stride⌉ places of n (an odd row of padding goes to the end), \`valid\` reads inside only, a number
## puts as many zeros on either side, a pair for each axis (\`[[1, 2], [0, 1]]\`) so many before and after it, and
## \`causal\` all that a window needs before it.
##
## Keras: ops.conv
## PyTorch: F.conv1d, F.conv2d, F.conv3d; channels come first
## NumPy: none
## Also: convolution
##
##     input image: f32[28, 28, 1]
##     weight kernel: [3, 3, 1, 8] init=he_normal
##     predict conv(image, kernel, stride=2, pad=same)
def fn conv(x, kernel: value, stride: size = 1, pad: valid|same|causal|size|list = valid, dilation: size = 1,
    groups: int = 1) {
  require rank(x) >= 2 and rank(x) <= 4 "windows go over one to three axes before the channels, as in [28, 28, 1]"
  it = padded(x, shape(kernel)[:-2], stride, dilation, pad)
  it = correlate(it, kernel, stride=stride, dilation=dilation, groups=groups)
}

## The way back of a conv, by a kernel [*size, channels/groups, c]. Out is in·stride (\`same\`), or
## in·stride + max(reach - stride, 0) (\`valid\`), reach being dilation·(size - 1) + 1, less what \`pad\` puts on a side.
## \`sizes\` says which sizes are meant among those of which a conv makes as many places as x has.
##
## Keras: ops.conv_transpose
## PyTorch: F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d; channels come first
## NumPy: none
##
##     input x: f32[7, 7, 8]
##     weight kernel: [3, 3, 4, 8] init=he_normal
##     predict conv_transpose(x, kernel, stride=2, pad=same)
def fn conv_transpose(x, kernel: value, stride: size = 1, pad: valid|same|size|list = valid, dilation: size = 1,
    groups: int = 1, sizes: size = none) {
  require rank(x) >= 2 and rank(x) <= 4 "windows go over one to three axes before the channels, as in [28, 28, 1]"
  c = size(x, -1); size = shape(kernel)[:-2]; n = rank(x) - 1; spatial = axes(x)[:-1]
  require size(kernel, -1) == c and c % groups == 0 "the kernel has the channels of x, which divide into groups"
  turned = flip(kernel, axis=spatial)
  if groups == 1 { flipped = transpose(turned, [*spatial, -1, -2]) } else {
    parts = transpose(reshape(turned, [*shape(kernel)[:-1], groups, c/groups]), [*spatial, n + 2, n + 1, n])
    flipped = reshape(parts, [*size, c/groups, groups*size(kernel, -2)])
  }
  if sizes == none { it = grown(x, size, stride, dilation, pad) } else { it = sizes }
  it = correlate(spread(x, size, stride, dilation, pad, it), flipped, stride=stride * 0 + 1, dilation=dilation,
      groups=groups)
}

## How much is put before and after each axis but the last: one number for both sides of an axis, or a pair.
def fn sides(x, how: list) {
  if rank(how) == 2 {
    require shape(how) == [rank(x) - 1, 2] "there is a pair for each axis but the last"
    it = []; repeat both in how { it = [*it, *both] }
  } else { it = []; repeat n in how { it = [*it, n, n] } }
}

## How much is put before and after each axis but the last, so that windows of \`size\` lie as \`how\` says (\`same\`: an odd
## one goes to the end).
def fn surroundings(x, size: list, stride: list, dilation: list, how: valid|same|causal|size|list) {
  if how != same and how != causal and how != valid { it = sides(x, how) } else {
    it = []
    repeat i in axes(x)[:-1] {
      reach = dilation[i] * (size[i] - 1) + 1
      lack = maximum((ceil(size(x, i) / stride[i]) - 1) * stride[i] + reach - size(x, i), 0)
      if how == same { it = [*it, floor(lack / 2), lack - floor(lack / 2)] }
      else if how == causal { it = [*it, reach - 1, 0] } else { it = [*it, 0, 0] }
    }
  }
}

## x with a value around it, so that windows of \`size\` lie as \`how\` says.
##
##     input x: f32[5, 2]
##     predict padded(x, [3], [2], [1], same)
def fn padded(x, size: list, stride: list, dilation: list, how: valid|same|causal|size|list, value=0) =
    pad_constant(x, [*surroundings(x, size, stride, dilation, how), 0, 0], value=value)

## The greatest sizes of which windows make as many places as x has.
def fn grown(x, size: list, stride: list, dilation: list, how: valid|same|size|list) {
  it = []
  repeat i in axes(x)[:-1] {
    whole = size(x, i) * stride[i]; overlap = maximum(dilation[i] * (size[i] - 1) + 1 - stride[i], 0)
    if how == same { it = [*it, whole] } else if how == valid { it = [*it, whole + overlap] }
    else { it = [*it, whole + overlap - sides(x, how)[2*i] - sides(x, how)[2*i+1]] }
  }
}

## x with stride - 1 zeros between its places, and so many around them that windows of \`size\` give each place
## what it gave in a conv over these sizes that was padded as \`how\` says.
##
##     input x: f32[5, 2]
##     predict spread(x, [3], [2], [1], same, [10])
def fn spread(x, size: list, stride: list, dilation: list, how: valid|same|size|list, sizes: list) {
  require size(sizes, 0) == rank(x) - 1 "there is a size for each axis but the last"
  it = []
  repeat i in axes(x)[:-1] {
    reach = dilation[i] * (size[i] - 1) + 1; first = (size(x, i) - 1) * stride[i]
    if how == same {
      lack = maximum(first + reach - sizes[i], 0); before = floor(lack / 2); after = lack - before
    } else if how == valid { before = 0; after = 0 } else { before = sides(x, how)[2*i]; after = sides(x, how)[2*i+1] }
    more = sizes[i] + before + after - first - reach
    require more < stride[i] and (more >= 0 or how == same) "a conv over these sizes makes other places than x has"
    require before < reach and sizes[i] + before > first "what is put on a side is less than a window"
    it = [*it, reach - 1 - before, sizes[i] - 1 - first + before]
  }
  it = pad_constant(x, [*it, 0, 0], between=[*(stride - 1), 0])
}
`,
  ],
  [
    'functions/fill.nn',
    `## All zeros, of a given shape, shared by all examples.
##
## Keras: ops.zeros
## PyTorch: zeros, zeros_like
## NumPy: zeros, zeros_like
##
##     input x: f32[4]
##     predict (x + zeros([4]))
def fn zeros(shape: list) = broadcast(0, shape)

## All ones, of a given shape, shared by all examples.
##
## Keras: ops.ones
## PyTorch: ones, ones_like
## NumPy: ones, ones_like
##
##     input x: f32[4]
##     predict (x + ones([4]))
def fn ones(shape: list) = broadcast(1, shape)
## One number everywhere, of a given shape, shared by all examples.
##
## Keras: ops.full
## PyTorch: full, full_like
## NumPy: full, full_like
## Also: fill, constant
##
##     input x: f32[4]
##     predict (x + full([4], 0.5))
def fn full(shape: list, value=0) = broadcast(value, shape)
## The identity matrix [n, n]: 1 on the diagonal, 0 elsewhere.
##
## Keras: ops.eye
## PyTorch: eye
## NumPy: eye
##
##     input x: f32[4]
##     predict (x @ eye(4))
def fn eye(n: int) = expand_dims(arange(n), 1) == arange(n)
## n numbers from the first to the last, both included, at equal distances; of one number, the first.
##
## Keras: ops.linspace
## PyTorch: linspace
## NumPy: linspace; 50 numbers unless given
##
##     input x: f32[5]
##     predict (x * linspace(0, 1, 5))
def fn linspace(first, last, n: int) = first + (last - first) / maximum(n - 1, 1) * arange(n)
## 1 with the chance p, and 0 otherwise, drawn for each number of p. No gradient goes to p.
##
## Keras: random.binomial(1)
## PyTorch: bernoulli
## NumPy: random.binomial(1); p is the second argument
## Also: binomial
##
##     input x: f32[4]
##     predict bernoulli(sigmoid(x))
def fn bernoulli(p) = uniform(like=p) < p
`,
  ],
  [
    'functions/finite.nn',
    `## 1 where x is no number (NaN), else 0.
##
## Keras: ops.isnan
## PyTorch: isnan
## NumPy: isnan
##
##     input x: f32[4]
##     predict isnan(x)
def fn isnan(x) = x != x
## 1 where x is ∞ or -∞, else 0.
##
## Keras: ops.isinf
## PyTorch: isinf
## NumPy: isinf
##
##     input x: f32[4]
##     predict isinf(x)
def fn isinf(x) = abs(x) == -log(0)
## 1 where x is a number, and neither ∞ nor -∞; else 0.
##
## Keras: ops.isfinite
## PyTorch: isfinite
## NumPy: isfinite
##
##     input x: f32[4]
##     predict isfinite(x)
def fn isfinite(x) = abs(x) < -log(0)
`,
  ],
  [
    'functions/hard_activations.nn',
    `## A sigmoid of three straight lines: x/6 + 1/2, at least 0 and at most 1.
##
## Keras: activations.hard_sigmoid
## PyTorch: nn.Hardsigmoid
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 hard_sigmoid
def fn hard_sigmoid(x) = clip(x / 6 + 0.5, 0, 1)

## x times its hard_sigmoid (Howard et al. 2019).
##
## Keras: activations.hard_silu
## PyTorch: nn.Hardswish
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 hard_silu
def fn hard_silu(x) = x * hard_sigmoid(x)

## x, but at least -1 and at most 1, or within other bounds.
##
## Keras: activations.hard_tanh
## PyTorch: nn.Hardtanh
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 hard_tanh
def fn hard_tanh(x, lo=-1, hi=1) = clip(x, lo, hi)

## x where it is above alpha, and 0 elsewhere.
##
## Keras: activations.threshold(threshold, 0)
## PyTorch: nn.Threshold(alpha, 0)
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 thresholded_relu(alpha=0.5)
def fn thresholded_relu(x, alpha=1) = where(x > alpha, x, 0)

## x moved towards 0 by \`bias\`, and 0 where abs(x) is at most \`bias\`.
##
## Keras: activations.soft_shrink; threshold is \`bias\`
## PyTorch: nn.Softshrink; lambd is \`bias\`
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 soft_shrink
def fn soft_shrink(x, bias=0.5) = relu(x - bias) - relu(-x - bias)

## x, but 0 where abs(x) is at most \`within\`.
##
## Keras: activations.hard_shrink; threshold is \`within\`
## PyTorch: nn.Hardshrink; lambd is \`within\`
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 hard_shrink
def fn hard_shrink(x, within=0.5) = where(abs(x) > within, x, 0)
`,
  ],
  [
    'functions/l2_normalize.nn',
    `## x at length 1 along an axis. A vector shorter than √eps stays shorter, instead of being divided by 0.
##
## Keras: ops.normalize, UnitNormalization
## PyTorch: F.normalize; along axis 1 unless dim is given, and eps is compared with the length, not with its square
## NumPy: none
## Also: unit_norm
##
##     input x: f32[4]
##     predict l2_normalize(x)
def fn l2_normalize(x, axis: int = -1, eps=1e-12) = x / sqrt(maximum(sum(x^2, axis=axis, keepdims=true), eps))
`,
  ],
  [
    'functions/logaddexp.nn',
    `## log(e^a + e^b), without overflow on the way.
##
## Keras: ops.logaddexp
## PyTorch: logaddexp
## NumPy: logaddexp
##
##     input x: f32[4]
##     predict logaddexp(x, 0)
def fn logaddexp(a, b) = maximum(a, b) + log1p(exp(-where(a == b, 0, abs(a - b))))
`,
  ],
  [
    'functions/lrn.nn',
    `## Local response normalisation: x / (bias + alpha·m)^beta, m the mean of the squares of \`size\` neighbouring channels
## (the last axis), those that do not exist counting as 0 (Krizhevsky et al. 2012). The paper has their sum: there alpha
## is size times less. Of an even size one channel more lies behind than before.
##
## Keras: none; tf.nn.local_response_normalization, whose alpha is size times less
## PyTorch: nn.LocalResponseNorm; the same but for even sizes, of which one channel more lies before
## NumPy: none
##
##     input image: f32[28, 28, 8]
##     predict lrn(image, 5)
def fn lrn(x, size: int, alpha=1e-4, beta=0.75, bias=1) {
  c = size(x, -1); before = floor((size - 1) / 2)
  lines = reshape(x^2, [product(shape(x)[:-1]), c])
  around = pad_constant(lines, [0, 0, before, size - 1 - before])
  m = reshape(pool_sum(expand_dims(around, -1), size=[1, size], stride=[1, 1]), shape(x)) / size
  it = x / (bias + alpha * m)^beta
}
`,
  ],
  [
    'functions/masked_mean.nn',
    `## The mean over the axes that the mask has, which are the first ones of x, of what the mask keeps: x [T, d] with a mask
## [T] gives [d]. Other weights above 0 weight the mean.
##
## It is 0 where nothing is kept; what is masked may be anything, also no number.
##
## Keras: GlobalAveragePooling1D(mask)
## PyTorch: none
## NumPy: none
## Also: masked_average
##
##     input words: i32[20]; input mask: f32[20]; target label: class[2]
##     layer embedding 5000 16 from words
##     layer dense 2 from masked_mean(it, mask)
##     loss xent; optim adam
def fn masked_mean(x, mask) {
  n = rank(mask)
  require n >= 1 and n <= rank(x) and shape(mask) == shape(x)[:n] "the axes of the mask are the first ones of the value"
  w = reshape(mask, [*shape(mask), *(axes(x)[n:] * 0 + 1)])
  total = sum(where(w > 0, w * x, 0), axis=axes(mask)); weight = sum(where(mask > 0, mask, 0))
  it = where(weight > 0, total / where(weight > 0, weight, 1), 0)
}
`,
  ],
  [
    'functions/moved.nn',
    `## x with its last axis moved to another place, which is counted in the result.
def fn from_end(x, axis: int) {
  rest = axes(x); a = axis_at(x, axis)
  if a == rank(x) - 1 { it = x } else { it = transpose(x, [*rest[:a], rank(x) - 1, *rest[a:-1]]) }
}

## x moved along an axis by so many places; what leaves one end comes in at the other.
##
## Keras: ops.roll; over all axes as one unless one is named
## PyTorch: roll; over all axes as one unless one is named
## NumPy: roll; over all axes as one unless one is named
##
##     input x: f32[8]
##     predict roll(x, 1)
def fn roll(x, shift: int, axis: int = -1) {
  y = at_end(x, axis); by = shift % size(y, -1)
  if by == 0 { it = x } else { it = from_end(concat([y[..., -by:], y[..., :-by]]), axis) }
}

## x laid side by side along each axis, \`times\` says how often: [2, 3] with [2, 1] gives [4, 3].
##
## Keras: ops.tile
## PyTorch: tile
## NumPy: tile
##
##     input x: f32[2, 3]
##     predict tile(x, [2, 1])
def fn tile(x, times: list) {
  require size(times, 0) == rank(x) "there is a number for each axis"
  it = x
  repeat i in axes(x) {
    s = shape(it); n = times[i]
    it = reshape(broadcast(expand_dims(it, i), [*s[:i], n, *s[i:]]), [*s[:i], n*s[i], *s[i+1:]])
  }
}

## How much a neighbour counts at this distance, in Keys' cubic convolution with a = -3/4.
def fn cubic(d) {
  r = abs(d)
  it = where(r <= 1, (1.25 * r - 2.25) * r^2 + 1, where(r < 2, ((-0.75 * r + 3.75) * r - 6) * r + 3, 0))
}

## The matrix [new, old] of resize: what each row along the new axis is made of, of its neighbours by their distance, or
## of the nearest one. A place of the new axis is the middle of a stretch of the old one; with \`corners\` the ends are in
## each other's place.
def fn resizing(old: int, new: int, how: bilinear|nearest|bicubic, corners=false) {
  if corners { middle = arange(new) * ((old - 1) / maximum(new - 1, 1)) + 0.5 }
  else { middle = (arange(new) + 0.5) * (old / new) }
  if how == nearest { it = expand_dims(floor(middle), 1) == arange(old) } else if how == bilinear {
    it = relu(1 - abs(expand_dims(clip(middle - 0.5, 0, old - 1), 1) - arange(old)))
  } else {
    it = 0; first = floor(middle - 0.5)
    repeat k in [-1, 0, 1, 2] {
      share = cubic(middle - 0.5 - first - k)
      it = it + expand_dims(share, 1) * (expand_dims(clip(first + k, 0, old - 1), 1) == arange(old))
    }
  }
}

## A sequence, image or volume [*sizes, channels] in other sizes: between the middles of its elements linearly, as
## PyTorch's \`interpolate\` and TensorFlow's \`resize\` have it, by cubic curves (bicubic, with a = -3/4), or the nearest
## element (PyTorch's \`nearest-exact\`). Nothing is averaged where it shrinks.
##
## With \`corners\` the first and last elements stay where they are (PyTorch's \`align_corners\`).
##
## Keras: ops.image.resize; its cubic curves have a = -1/2
## PyTorch: F.interpolate; channels come first, and mode is nearest unless given
## NumPy: none
## Also: upsample_bilinear, upsampling_bilinear2d
##
##     input x: f32[4, 4, 3]
##     predict resize(x, [8, 6])
def fn resize(x, sizes: list, how: bilinear|nearest|bicubic = bilinear, corners=false) {
  require size(sizes, 0) == rank(x) - 1 "there is a size for each axis but the last"
  require how != nearest or not corners "the nearest element is that of a middle"
  it = x
  repeat i in axes(x)[:-1] {
    it = from_end(at_end(it, i) @ transpose(resizing(size(it, i), sizes[i], how, corners=corners)), i)
  }
}
`,
  ],
  [
    'functions/one_hot.nn',
    `## A row of zeros for each class number, with a one at the class: [...] gives [..., classes]. All zeros where the number
## is -1, or no class.
##
## Keras: ops.one_hot
## PyTorch: F.one_hot; a number that is no class is an error
## NumPy: none
## Also: to_categorical
##
##     input id: i32[5]
##     predict one_hot(id, 10)
def fn one_hot(ids, classes: int) = reshape(ids, [*shape(ids), 1]) == arange(classes)
`,
  ],
  [
    'functions/pad.nn',
    `## x with more before and after each axis, as \`padding\` says: a pair for each axis, these pairs in one list, or one
## number for all sides.
##
## What is put there is a \`value\`, or what NumPy's modes take of x: its border (\`edge\`), what lies inside as a mirror
## shows it (\`reflect\`; with the border itself, \`symmetric\`), or the other end (\`wrap\`). \`between\` puts the value
## between neighbours too, so many along each axis.
##
## Keras: ops.pad
## PyTorch: F.pad; pairs from the last axis on
## NumPy: pad
##
##     input image: f32[28, 28, 1]
##     predict pad(image, [[2, 2], [2, 1], [0, 0]], mode=reflect)
def fn pad(x, padding: list, mode: constant|reflect|symmetric|edge|wrap = constant, value=0, between: list = none) {
  if rank(padding) == 2 { it = []; repeat sides in padding { it = [*it, *sides] } }
  else if size(padding, 0) == 1 { it = [*(axes(x) * 0 + padding[0]), *(axes(x) * 0 + padding[0])] }
  else { it = padding }
  around = it
  require size(around, 0) == 2 * rank(x) "there are two numbers for each axis, before it and after it"
  if mode == constant { it = pad_constant(x, around, value=value, between=between) } else {
    require between == none "only values are put between neighbours"
    it = x
    repeat i in axes(x) { it = extended(it, i, around[2*i], around[2*i+1], mode) }
  }
}

## x with so many places before an axis and after it, taken of x itself as a mode of pad says.
def fn extended(x, axis: int, before: int, after: int, mode: reflect|symmetric|edge|wrap) {
  n = size(x, axis); skip = mode == reflect
  require mode == edge or maximum(before, after) <= n - skip "there is not as much to take as is to be put there"
  it = [x]
  if before > 0 {
    if mode == edge { head = repeated(narrow(x, axis, 0, 1), axis, before) }
    else if mode == wrap { head = narrow(x, axis, n - before, before) }
    else { head = flip(narrow(x, axis, skip, before), axis=axis) }
    it = [head, *it]
  }
  if after > 0 {
    if mode == edge { tail = repeated(narrow(x, axis, n - 1, 1), axis, after) }
    else if mode == wrap { tail = narrow(x, axis, 0, after) }
    else { tail = flip(narrow(x, axis, n - after - skip, after), axis=axis) }
    it = [*it, tail]
  }
  it = concat(it, axis=axis)
}
## x with an axis of size 1 repeated so many times.
def fn repeated(x, axis: int, times: int) = broadcast(x, [*shape(x)[:axis], times, *shape(x)[axis+1:]])
`,
  ],
  [
    'functions/pick.nn',
    `## What stands at a number along the last axis: x [..., K] at [...] gives [...], and 0 where the number is no place
## there (a class that is left out).
##
## Keras: none
## PyTorch: gather(x, -1, i)
## NumPy: none; np.take_along_axis of one place
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3
##     loss = -mean(pick(log_softmax(it), label))
##     optim adam
def fn pick(x, i) {
  require shape(x)[:-1] == shape(i) "there is one number for each line along the last axis"
  it = sum(where(reshape(i, [*shape(i), 1]) == arange(size(x, -1)), x, 0), axis=-1)
}
`,
  ],
  [
    'functions/pools.nn',
    `## The greatest of each window of x [*spatial, c]. The gradient goes to the first of equals. Windows stand side by side
## unless \`stride\` says otherwise; \`pad\` is as in conv, and padding is never the greatest.
##
## Keras: ops.max_pool
## PyTorch: F.max_pool1d, F.max_pool2d, F.max_pool3d; channels come first
## NumPy: none
##
##     input image: f32[28, 28, 8]
##     predict maxpool(image, 2)
def fn maxpool(x, size: size, stride: size = size, pad: valid|same|size|list = valid, dilation: size = 1) {
  require rank(x) >= 2 and rank(x) <= 4 "windows go over one to three axes before the channels, as in [28, 28, 1]"
  it = pool_max(padded(x, size, stride, dilation, pad, value=log(0)), size=size, stride=stride, dilation=dilation)
}

## The mean of each window of x [*spatial, c]; what lies outside is left out. Windows stand side by side unless \`stride\`
## says otherwise, and \`pad\` is as in conv.
##
## Keras: ops.average_pool
## PyTorch: F.avg_pool1d, F.avg_pool2d, F.avg_pool3d; channels come first, and padding counts as zeros unless
## count_include_pad=False
## NumPy: none
##
##     input image: f32[28, 28, 8]
##     predict avgpool(image, 3, stride=2, pad=same)
def fn avgpool(x, size: size, stride: size = size, pad: valid|same|size|list = valid, dilation: size = 1) {
  require rank(x) >= 2 and rank(x) <= 4 "windows go over one to three axes before the channels, as in [28, 28, 1]"
  whole = padded(x, size, stride, dilation, pad); sums = pool_sum(whole, size=size, stride=stride, dilation=dilation)
  if shape(whole) == shape(x) { it = sums / product(size) } else {
    around = surroundings(x, size, stride, dilation, pad)
    it = 1
    repeat i in axes(x)[:-1] {
      at = expand_dims(arange(size(sums, i)) * stride[i] - around[2*i], 1) + arange(size[i]) * dilation[i]
      it = expand_dims(it, -1) * sum(at >= 0 and at < size(x, i), axis=-1)
    }
    it = sums / expand_dims(maximum(it, 1), -1)
  }
}
`,
  ],
  [
    'functions/powers.nn',
    `## The logarithm to the base 2.
##
## Keras: ops.log2
## PyTorch: log2
## NumPy: log2
##
##     input x: f32[4]
##     predict log2(x)
def fn log2(x) = log(x) / log(2)
## The logarithm to the base 10.
##
## Keras: ops.log10
## PyTorch: log10
## NumPy: log10
##
##     input x: f32[4]
##     predict log10(x)
def fn log10(x) = log(x) / log(10)
## 2 to the power of x.
##
## Keras: ops.exp2
## PyTorch: exp2
## NumPy: exp2
##
##     input x: f32[4]
##     predict exp2(x)
def fn exp2(x) = 2^x
## 1/x.
##
## Keras: ops.reciprocal
## PyTorch: reciprocal
## NumPy: reciprocal
##
##     input x: f32[4]
##     predict reciprocal(x)
def fn reciprocal(x) = 1 / x
## 1/√x.
##
## Keras: ops.rsqrt
## PyTorch: rsqrt
## NumPy: none
##
##     input x: f32[4]
##     predict rsqrt(x)
def fn rsqrt(x) = 1 / sqrt(x)
## √(x² + y²), which does not overflow where only the squares would. Two infinite numbers have none (NaN).
##
## Keras: ops.hypot
## PyTorch: hypot
## NumPy: hypot
##
##     input x: f32[4]; input y: f32[4]
##     predict hypot(x, y)
def fn hypot(x, y) {
  a = maximum(abs(x), abs(y)); b = minimum(abs(x), abs(y))
  it = a * sqrt(1 + (b / where(a > 0, a, 1))^2)
}
`,
  ],
  [
    'functions/products.nn',
    `## The number of an axis as it is counted from the front: -1 of [4, 3] is 1.
def fn axis_at(x, axis: int) {
  require axis >= -rank(x) and axis < rank(x) "the value has no such axis"
  it = axes(x)[axis]
}

## x with one of its axes moved to the end.
def fn at_end(x, axis: int) {
  rest = axes(x); a = axis_at(x, axis)
  if a == rank(x) - 1 { it = x } else { it = transpose(x, [*rest[:a], *rest[a+1:], a]) }
}
## The product along one axis, or of all numbers of an example. Halves are multiplied until one number is left, so that
## no gradient divides by what may be 0.
##
## Keras: ops.prod
## PyTorch: prod
## NumPy: prod
## Also: reduce_prod
##
##     input x: f32[4, 3]
##     predict all=(prod(x)) columns=(prod(x, axis=0))
def fn prod(x, axis: int = none, keepdims=false) {
  if axis == none { it = reshape(x, [-1]) } else { it = at_end(x, axis) }
  rounds = ceil(log(size(it, -1)) / log(2) - 1e-9); n = size(it, -1); none_before = axes(it)[:-1] * 0
  it = pad_constant(it, [*none_before, *none_before, 0, 2^rounds - n], value=1)
  repeat rounds { half = size(it, -1) / 2; it = it[..., :half] * it[..., half:] }
  it = it[..., 0]
  if keepdims {
    if axis == none { it = reshape(it, axes(x) * 0 + 1) } else { it = expand_dims(it, axis) }
  }
}
## Products of all up to each place along an axis; with \`reverse\` from there on.
##
## Keras: ops.cumprod; over all axes as one unless one is named
## PyTorch: cumprod
## NumPy: cumprod, cumulative_prod; over all axes as one unless one is named
##
##     input x: f32[4]
##     predict cumprod(x)
def fn cumprod(x, axis: int = -1, reverse=false) {
  rest = axes(x); a = axis_at(x, axis)
  xs = transpose(x, [a, *rest[:a], *rest[a+1:]])
  scan y over xs with p = ones(shape(xs)[1:]) reverse=reverse { p = p * y }
  it = transpose(p.all, [*(rest[:a] + 1), 0, *rest[a+1:]])
}
## The greatest up to each place along an axis; with \`reverse\` from there on. The gradient is that of \`maximum\`: equals
## share it.
##
## Keras: none
## PyTorch: cummax; it gives the places too
## NumPy: none; np.maximum.accumulate
##
##     input x: f32[4]
##     predict cummax(x)
def fn cummax(x, axis: int = -1, reverse=false) {
  rest = axes(x); a = axis_at(x, axis)
  xs = transpose(x, [a, *rest[:a], *rest[a+1:]])
  scan y over xs with m = full(shape(xs)[1:], log(0)) reverse=reverse { m = maximum(m, y) }
  it = transpose(m.all, [*(rest[:a] + 1), 0, *rest[a+1:]])
}
## The least up to each place along an axis; with \`reverse\` from there on.
##
## Keras: none
## PyTorch: cummin; it gives the places too
## NumPy: none; np.minimum.accumulate
##
##     input x: f32[4]
##     predict cummin(x)
def fn cummin(x, axis: int = -1, reverse=false) = -cummax(-x, axis=axis, reverse=reverse)
`,
  ],
  [
    'functions/rectifiers.nn',
    `## x, but at least 0 and at most 6 (Krizhevsky 2010). The gradient is 0 at both bounds too.
##
## Keras: activations.relu6
## PyTorch: nn.ReLU6
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 relu6
def fn relu6(x) = where(x >= 6, 6, relu(x))

## A line of slope 1 above 0 and of a small slope below (Maas et al. 2013).
##
## Keras: activations.leaky_relu, LeakyReLU; the layer has a slope of 0.3 unless given
## PyTorch: nn.LeakyReLU; the slope is 0.01 unless given
## NumPy: none
## Also: lrelu
##
##     input x: f32[4]
##     layer dense 8 leaky_relu(slope=0.1)
def fn leaky_relu(x, slope=0.2) = where(x > 0, x, slope * x)

## x above 0, and below an exponential curve down to -alpha: alpha·(eˣ - 1) (Clevert et al. 2016). At 0 the slope is
## alpha.
##
## Keras: activations.elu
## PyTorch: nn.ELU
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 elu
def fn elu(x, alpha=1) = where(x > 0, x, alpha * expm1(where(x > 0, 0, x)))

## An elu whose two constants keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
##
## Keras: activations.selu
## PyTorch: nn.SELU
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 selu init=lecun_normal
def fn selu(x) = 1.0507009873554805 * elu(x, alpha=1.6732632423543772)
`,
  ],
  [
    'functions/remainder.nn',
    `## The whole part of x: the next whole number towards 0.
##
## Keras: ops.trunc
## PyTorch: trunc, fix
## NumPy: trunc, fix
##
##     input x: f32[4]
##     predict trunc(x)
def fn trunc(x) = sign(x) * floor(abs(x))
## What is left of x when y is taken away as often as it goes, with the sign of x, as C has it (\`%\` has that of y). It
## is no number where y is 0.
##
## Keras: ops.fmod
## PyTorch: fmod
## NumPy: fmod
##
##     input x: f32[4]
##     predict fmod(x, 3)
def fn fmod(x, y) = sign(x) * (abs(x) % abs(y))
`,
  ],
  [
    'functions/rotary.nn',
    `## x [..., T, d] turned by angles that grow with the position: place i of the first half of d and place i of the second
## are the two coordinates of a point, x₁·cos - x₂·sin and x₂·cos + x₁·sin, turned by position / base^(2i/d)
## (Su et al. 2021). Of queries and keys turned so, products know how far apart they are.
##
## Keras: keras_hub.layers.RotaryEmbedding
## PyTorch: none
## NumPy: none
## Also: rope, rotary_embedding
##
##     input x: f32[20, 8]
##     layer dense 8 as query
##     layer dense 8 from x as key
##     predict softmax(rotary(query) @ transpose(rotary(key)))
def fn rotary(x, base=10000) {
  require rank(x) >= 2 "rotary wants positions and what stands at each: [T, d]"
  d = size(x, -1)
  require d % 2 == 0 "the last axis has two halves"
  angle = expand_dims(arange(size(x, -2)), 1) * base^(-2 / d * arange(d / 2))
  a = x[..., :d/2]; b = x[..., d/2:]
  it = concat([a*cos(angle) - b*sin(angle), b*cos(angle) + a*sin(angle)], axis=-1)
}
`,
  ],
  [
    'functions/smooth_activations.nn',
    `## x·Φ(x), Φ(x) being the share of a normal distribution below x, exactly (Hendrycks, Gimpel 2016).
##
## Keras: activations.gelu
## PyTorch: nn.GELU
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 gelu
def fn gelu(x) = 0.5 * x * (1 + erf(x / sqrt(2)))

## gelu with a tanh in place of erf, as the first BERT and GPT-2 have it; they differ by less than 1e-3.
##
## Keras: activations.gelu(approximate=True)
## PyTorch: nn.GELU(approximate='tanh')
## NumPy: none
## Also: gelu_new, gelu_approximate, gelu_fast
##
##     input x: f32[4]
##     layer dense 8 gelu_tanh
def fn gelu_tanh(x) = 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))

## x times its sigmoid, also called swish (Elfwing et al. 2017).
##
## Keras: activations.silu, activations.swish
## PyTorch: nn.SiLU
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 silu
def fn silu(x) = x * sigmoid(x)

## x times the tanh of its softplus (Misra 2019).
##
## Keras: activations.mish
## PyTorch: nn.Mish
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 mish
def fn mish(x) = x * tanh(softplus(x))

## Between -1 and 1, approached more slowly than by tanh.
##
## Keras: activations.softsign
## PyTorch: nn.Softsign
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 softsign
def fn softsign(x) = x / (1 + abs(x))
## ln sigmoid x, which overflows nowhere: -ln(1 + e⁻ˣ).
##
## Keras: activations.log_sigmoid
## PyTorch: nn.LogSigmoid
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 log_sigmoid
def fn log_sigmoid(x) = -softplus(-x)
## elu whose slope is 1 on both sides of 0, whatever alpha is: alpha·(e^(x/alpha) - 1) below 0.
##
## Keras: activations.celu
## PyTorch: nn.CELU
## NumPy: none
##
##     input x: f32[4]
##     layer dense 8 celu(alpha=0.5)
def fn celu(x, alpha=1) = where(x > 0, x, alpha * expm1(where(x > 0, 0, x) / alpha))
`,
  ],
  [
    'functions/softmax.nn',
    `## Logits as probabilities along an axis: all positive, and 1 in sum. The largest logit may be huge: logsumexp takes it
## out first. Of logits that are all -∞ there is no result (NaN).
##
## Keras: activations.softmax
## PyTorch: nn.Softmax
## NumPy: scipy.special.softmax
## Also: softmax2d
##
##     input x: f32[4]
##     layer dense 3
##     predict softmax(it)
def fn softmax(x, axis: int = -1) {
  log_p = x - logsumexp(x, axis=axis, keepdims=true); it = exp(log_p)
}
`,
  ],
  [
    'functions/split.nn',
    `## n places along an axis, from the place \`first\` on.
##
## Keras: none
## PyTorch: narrow
## NumPy: none; x[2:6]
##
##     input x: f32[8, 3]
##     predict narrow(x, 0, 2, 4)
def fn narrow(x, axis: int, first: int, n: int) {
  a = axis_at(x, axis)
  require first >= 0 and n >= 1 and first + n <= size(x, a) "the axis has no such places"
  it = slice(x, [*(axes(x)[:a] * 0), first, *(axes(x)[a+1:] * 0)], [*shape(x)[:a], n, *shape(x)[a+1:]])
}
## The parts of a value along an axis, a list: so many equal ones, or parts of these sizes.
##
## Keras: ops.split; a list is of places where it is cut there, and it is the first axis unless one is named
## PyTorch: split; a number is the size of the parts there, and it is the first axis unless one is named
## NumPy: split, array_split; a list is of places where it is cut there, and it is the first axis unless one is
## named
## Also: chunk, tensor_split, unbind, unstack
##
##     input x: f32[8]
##     parts = split(x, [2, 6])
##     predict head=(parts[0]) tail=(parts[1])
def fn split(x, parts: int|list, axis: int = -1) {
  n = size(x, axis)
  if rank(parts) == 0 {
    require parts >= 1 and n % parts == 0 "the axis divides into equal parts"
    it = []; repeat parts { it = [*it, n/parts] }
  } else { it = parts }
  sizes = it
  require sum(sizes) == n "the parts have the size of the axis together"
  it = [0]
  repeat part in sizes { it = [it[0] + part, *it[1:], narrow(x, axis, it[0], part)] }
  it = it[1:]
}
`,
  ],
  [
    'functions/truth.nn',
    `## 1 where something along the axes is not 0, else 0. \`axis\` is one axis or a list of them; over all of an example
## unless it is given.
##
## Keras: ops.any
## PyTorch: any
## NumPy: any
##
##     input x: f32[4]
##     predict any(x > 2)
def fn any(x, axis: list = none, keepdims=false) = max(x != 0, axis=axis, keepdims=keepdims)
## 1 where nothing along the axes is 0, else 0. \`axis\` is one axis or a list of them; over all of an example unless it
## is given.
##
## Keras: ops.all
## PyTorch: all
## NumPy: all
##
##     input x: f32[4]
##     predict all(x > 2)
def fn all(x, axis: list = none, keepdims=false) = min(x != 0, axis=axis, keepdims=keepdims)
`,
  ],
  [
    'functions/variance.nn',
    `## The mean square distance from the mean (divided by n, not by n - 1). \`axis\` is one axis or a list of them; over all
## of an example unless it is given.
##
## Keras: ops.var
## PyTorch: var; divided by n - 1 unless correction=0
## NumPy: var
##
##     input x: f32[4]
##     predict variance(x)
def fn variance(x, axis: list = none, keepdims=false) =
    mean((x - mean(x, axis=axis, keepdims=true))^2, axis=axis, keepdims=keepdims)
## The square root of the variance. \`axis\` is one axis or a list of them; over all of an example unless it is given. The
## gradient is 0 where all values are equal.
##
## Keras: ops.std
## PyTorch: std; divided by n - 1 unless correction=0
## NumPy: std
## Also: stddev, standard_deviation
##
##     input x: f32[4]
##     predict std(x)
def fn std(x, axis: list = none, keepdims=false) {
  m = mean(x, axis=axis, keepdims=true); n = product(shape(x)) / product(shape(m))
  it = norm(x - m, axis=axis, keepdims=keepdims) / sqrt(n)
}
`,
  ],
  [
    'functions/weighted_mean.nn',
    `## The mean over the whole batch of what its weights keep: the sum of x, which has been weighted already, over the sum
## of the weights w; 0 where nothing is kept.
##
## Keras: none
## PyTorch: none
## NumPy: none; np.average of one batch
## Also: weighted_average
##
##     input z: f32[4]; input w: f32[4]; target y: f32[4]
##     layer dense 4 from z
##     loss = weighted_mean(w * (it - y)^2, w)
##     optim sgd
def fn weighted_mean(x, w) {
  total = batch_sum(sum(x)); weight = batch_sum(sum(w))
  divisor = maximum(weight, 1e-30)
  it = total / divisor
}
`,
  ],
  [
    'initialisers/constant.nn',
    `## One number, c, everywhere.
##
## Keras: Constant
## PyTorch: init.constant_
## Also: fill
##
##     input x: f32[4]
##     layer dense 8 relu bias_init=constant(0.1)
def init constant(c) = c

## Zeros: what biases start from.
##
## Keras: Zeros
## PyTorch: init.zeros_
## Also: zero
##
##     input x: f32[4]
##     layer dense 8 init=zeros
def init zeros = 0

## Ones: what the scales of norms start from.
##
## Keras: Ones
## PyTorch: init.ones_
## Also: one
##
##     input x: f32[4]
##     weight scale: [4] init=ones
##     it = x * scale
def init ones = 1
`,
  ],
  [
    'initialisers/fan_in_uniform.nn',
    `## Evenly within ±1/√fan_in: what PyTorch's linear layers start from, and the first matrix of a \`lora\` pair.
##
## Keras: VarianceScaling(1/3, "fan_in", "uniform")
## PyTorch: init.kaiming_uniform_(a=√5)
##
##     input x: f32[4]
##     layer dense 8 init=fan_in_uniform
def init fan_in_uniform = (2 * uniform(shape) - 1) / sqrt(fan_in)
`,
  ],
  [
    'initialisers/glorot.nn',
    `## Evenly within ±√(6/(fan_in + fan_out)): signals and gradients keep their size through tanh-like layers
## (Glorot, Bengio 2010). What kernels start from.
##
## Keras: GlorotUniform
## PyTorch: init.xavier_uniform_
## Also: xavier, glorot
##
##     input x: f32[4]
##     layer dense 8 tanh init=glorot_uniform
def init glorot_uniform = sqrt(6 / (fan_in + fan_out)) * (2 * uniform(shape) - 1)

## Normal, cut at two standard deviations, with variance 2/(fan_in + fan_out) (Glorot, Bengio 2010). The number
## 0.87962566 is the standard deviation that the cut leaves of 1.
##
## Keras: GlorotNormal
## PyTorch: init.xavier_normal_; not cut
##
##     input x: f32[4]
##     layer dense 8 tanh init=glorot_normal
def init glorot_normal = sqrt(2 / (fan_in + fan_out)) / 0.87962566 * truncated_normal(shape)
`,
  ],
  [
    'initialisers/he.nn',
    `## Evenly within ±√(6/fan_in): for layers with relu, which lets half of the signal through (He et al. 2015).
##
## Keras: HeUniform
## PyTorch: init.kaiming_uniform_
## Also: kaiming
##
##     input x: f32[4]
##     layer dense 8 relu init=he_uniform
def init he_uniform = sqrt(6 / fan_in) * (2 * uniform(shape) - 1)

## Normal, cut at two standard deviations, with variance 2/fan_in: for layers with relu (He et al. 2015). The number
## 0.87962566 is the standard deviation that the cut leaves of 1.
##
## Keras: HeNormal
## PyTorch: init.kaiming_normal_; not cut
##
##     input x: f32[4]
##     layer dense 8 relu init=he_normal
def init he_normal = sqrt(2 / fan_in) / 0.87962566 * truncated_normal(shape)
`,
  ],
  [
    'initialisers/identity.nn',
    `## The matrix that changes nothing, times gain. Of a shape that is not square the rows or columns that are more are
## zeros.
##
## Keras: Identity
## PyTorch: init.eye_
##
##     input x: f32[8]
##     layer dense 8 init=identity
def init identity(gain=1) {
  require product(shape) == shape[0] * shape[-1] "an identity is a matrix: a shape of two axes"
  it = gain * (reshape(arange(shape[0]), [shape[0], 1]) == arange(shape[-1]))
}
`,
  ],
  [
    'initialisers/lecun.nn',
    `## Evenly within ±√(3/fan_in), which has variance 1/fan_in (LeCun et al. 1998).
##
## Keras: LecunUniform
## PyTorch: init.kaiming_uniform_(nonlinearity='linear')
##
##     input x: f32[4]
##     layer dense 8 init=lecun_uniform
def init lecun_uniform = sqrt(3 / fan_in) * (2 * uniform(shape) - 1)

## Normal, cut at two standard deviations, with variance 1/fan_in: what selu asks for. The number 0.87962566 is the
## standard deviation that the cut leaves of 1.
##
## Keras: LecunNormal
## PyTorch: init.kaiming_normal_(nonlinearity='linear'); not cut
##
##     input x: f32[4]
##     layer dense 8 selu init=lecun_normal
def init lecun_normal = sqrt(1 / fan_in) / 0.87962566 * truncated_normal(shape)
`,
  ],
  [
    'initialisers/orthogonal.nn',
    `## Columns (or rows, where there are fewer) at right angles and of length gain: a product with it keeps lengths, however
## often it is repeated (Saxe et al. 2014). A kernel of more axes is read as a matrix with its outputs as columns.
##
## Keras: Orthogonal
## PyTorch: init.orthogonal_
##
##     input x: f32[8]
##     layer dense 8 init=orthogonal
def init orthogonal(gain=1) {
  cols = shape[-1]; rows = product(shape) / cols
  if rows >= cols { it = gain * reshape(orthonormal(normal([rows, cols])), shape) }
  else { it = gain * reshape(transpose(orthonormal(normal([cols, rows]))), shape) }
}
`,
  ],
  [
    'initialisers/random.nn',
    `## Normally distributed around 0, with standard deviation \`std\`.
##
## Keras: RandomNormal; the same std
## PyTorch: init.normal_; std is 1
## Also: gaussian, randn
##
##     input x: f32[4]
##     layer dense 8 init=normal(0.02)
def init normal(std=0.05) = std * normal(shape)

## Normally distributed, drawn again beyond two standard deviations; \`std\` is that before the cut, after which 0.88 of
## it is left.
##
## Keras: TruncatedNormal; the same std
## PyTorch: init.trunc_normal_; std is 1, and the cut is at -2 and 2 whatever std is
##
##     input x: f32[4]
##     layer dense 8 init=truncated_normal(std=0.02)
def init truncated_normal(std=0.05) = std * truncated_normal(shape)

## Evenly between lo and hi, of which hi is not reached.
##
## Keras: RandomUniform; the same range
## PyTorch: init.uniform_; from 0 to 1
## Also: rand
##
##     input x: f32[4]
##     layer dense 8 init=uniform(-0.1, 0.1)
def init uniform(lo=-0.05, hi=0.05) = lo + (hi - lo) * uniform(shape)
`,
  ],
  [
    'layers/add.nn',
    `## The sum of values, which broadcast as in \`a + b\`.
##
## Keras: Add
## PyTorch: none; there it is a + b
##
##     input a: f32[4]; input b: f32[4]
##     layer add from a, b
def layer add(xs: value...) { it = 0; repeat x in xs { it = it + x } }

## The product of values, element by element; they broadcast as in \`a * b\`.
##
## Keras: Multiply
## PyTorch: none; there it is a * b
##
##     input a: f32[4]; input b: f32[4]
##     layer multiply from a, b
def layer multiply(xs: value...) { it = 1; repeat x in xs { it = it * x } }
`,
  ],
  [
    'layers/alpha_dropout.nn',
    `## In training, each value is set with probability \`rate\` to what selu tends to far below 0, about -1.758; then all are
## scaled and shifted so that mean 0 and variance 1 stay (Klambauer et al. 2017).
##
## Keras: AlphaDropout
## PyTorch: nn.AlphaDropout; the rate is 0.5 unless given
##
##     input x: f32[8]
##     layer dense 16 selu init=lecun_normal
##     layer alpha_dropout 0.1
def layer alpha_dropout(rate) {
  require rate >= 0 and rate < 1 "the rate is a share of the values, below 1"
  if training and rate > 0 {
    low = -1.0507009873554805 * 1.6732632423543772
    a = 1 / sqrt((1 - rate) * (1 + rate * low^2)); b = -a * rate * low
    it = a * where(uniform(like=it) >= rate, it, low) + b
  }
}
`,
  ],
  [
    'layers/attention.nn',
    `## [T, heads·n] as [heads, T, n].
def fn split_heads(x, heads: int) = transpose(reshape(x, [size(x, 0), heads, size(x, 1)/heads]), [1, 0, 2])

## [heads, T, n] as [T, heads·n].
def fn join_heads(x) = reshape(transpose(x, [1, 0, 2]), [size(x, 1), -1])

## Each position looks at all positions, its own too, or at those of \`key_from\`, and takes a mean of their values,
## weighted by how well its query meets their keys (Vaswani et al. 2017). [T, d] gives [T, d]; \`key_from\` may have
## another length and another width. Each of the \`heads\` has d/heads of the width.
##
## \`mask\` has a number for each key position, 1 for those to look at and 0 for others; \`causal\` hides what comes later.
## A position that may look nowhere gets zeros, and then the bias of the last dense layer. \`dropout\` is the rate at
## which weights of the mean are dropped.
##
## Keras: MultiHeadAttention; key_dim is the width of one head, which is in/heads here
## PyTorch: nn.MultiheadAttention; the three kernels of query, key and value lie in one, and a mask says what to leave
## out
## Also: multi_head_attention, self_attention, cross_attention, mha, scaled_dot_product_attention
##
##     input words: i32[20]; input mask: f32[20]
##     layer embedding 5000 16 from words
##     layer attention 4 mask=mask
def layer attention(heads: int, mask: value = 1, causal=false, key_from: value = it, dropout=0, bias=true,
    init: init = glorot_uniform, bias_init: init = zeros) {
  require heads >= 1 "there is one head at least"
  require in % heads == 0 "the width must divide into heads"
  layer dense in bias=bias init=init bias_init=bias_init as query
  layer dense in bias=bias init=init bias_init=bias_init from key_from as key
  layer dense in bias=bias init=init bias_init=bias_init from key_from as value
  T = size(query, 0); S = size(key, 0)
  if causal { keep = mask * (reshape(arange(T), [T, 1]) >= arange(S)) } else { keep = mask }
  q = split_heads(query, heads); k = split_heads(key, heads); v = split_heads(value, heads)
  scores = q @ transpose(k, [0, 2, 1]) / sqrt(in / heads)
  shares = softmax(where(keep > 0, scores, -1e30)) * (keep > 0)  # [heads, T, S]
  layer dropout dropout from shares
  context = it @ v
  it = join_heads(context)
  layer dense in bias=bias init=init bias_init=bias_init as output
}
`,
  ],
  [
    'layers/avgpool.nn',
    `## The mean of each window, in which padding does not count, or of each whole channel (\`global\`). One number serves
## every axis but the last; windows stand side by side unless \`stride\` says otherwise. \`pad\` is as in conv. \`avgpool
## global\` of [28, 28, 8] gives [8].
##
## Keras: AveragePooling1D, AveragePooling2D, AveragePooling3D, GlobalAveragePooling1D, GlobalAveragePooling2D,
## GlobalAveragePooling3D; the last three are \`avgpool global\`
## PyTorch: nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d;
## padding counts as zeros unless count_include_pad=False, and nn.AdaptiveAvgPool2d(1) is \`avgpool global\`
## Also: avg_pool, average_pool, average_pooling, mean_pool, global_average_pooling, gap
##
##     input image: f32[28, 28, 8]
##     layer avgpool 2
##     layer avgpool global
def layer avgpool(size: size|global, stride: size = size, pad: valid|same|size|list = valid,
    dilation: size = 1) {
  if size == global { it = mean(it, axis=axes(it)[:-1]) }
  else { it = avgpool(it, size, stride=stride, pad=pad, dilation=dilation) }
}
`,
  ],
  [
    'layers/batchnorm.nn',
    `## Each channel at mean 0 and variance 1 over the batch and all axes but the last, then scaled and shifted by what is
## learned (Ioffe, Szegedy 2015). Outside training, and in a frozen layer, it uses the moving averages of mean and
## variance, which keep the share \`momentum\` at each step. The variance is divided by n, in the moving average too.
##
## Keras: BatchNormalization; the same defaults
## PyTorch: nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d; its momentum is 1 minus the one here and 0.1 unless given,
## eps is 1e-5, and the variance that it follows is divided by n - 1
## Also: batch_norm, bn, sync_batch_norm
##
##     input x: f32[8]
##     layer dense 16 bias=false
##     layer batchnorm
##     layer relu
def layer batchnorm(momentum=0.99, eps=1e-3, scale=true, center=true) {
  state mean: [in] = zeros
  state var: [in] = ones
  if training {
    m = batch_mean(mean(it, axis=axes(it)[:-1]))
    v = batch_mean(mean((it - m)^2, axis=axes(it)[:-1]))
    mean <- momentum * mean + (1 - momentum) * m
    var <- momentum * var + (1 - momentum) * v
  } else { m = mean; v = var }
  centred = it - m; sigma = sqrt(v + eps); xhat = centred / sigma
  it = xhat
  if scale { weight gamma: [in] init=ones; it = it * gamma }
  if center { weight beta: [in] init=zeros; it = it + beta }
}
`,
  ],
  [
    'layers/bert.nn',
    `## An encoder of the BERT family (Devlin et al. 2018), which makes a vector of each token: embeddings of words and
## places, then blocks of attention and two dense layers, a layernorm after each. Numbers of tokens [T] give [T, units].
##
## \`vocabulary\` is how many tokens there are and \`length\` the longest T; there are \`depth\` blocks, whose first dense
## layer has \`ff\` units, and \`mask\` is 1 where there is a token. Weights of one segment are loaded by
## names=huggingface_bert.
##
## Keras: keras_hub.models.BertBackbone; dropout is 0.1 unless given
## PyTorch: transformers.BertModel; dropout is 0.1 unless given
## Also: bert_model, bert_backbone
##
##     input words: i32[20]; input mask: f32[20]; target label: class[2]
##     layer bert 5000 16 heads=2 ff=64 depth=2 length=20 mask=mask from words
##     layer dense 2 from (it[0, :]) as classifier
##     loss xent; optim adamw lr=2e-4
def layer bert(vocabulary: int, units: int, heads: int, ff: int, depth: int, length: int = 512, mask: value = 1,
    dropout=0, act: fn = gelu, eps=1e-12, init: init = truncated_normal(0.02)) {
  layer embedding vocabulary units init=init as tok
  layer position_embedding length init=init
  layer layernorm eps=eps
  layer dropout dropout
  repeat depth as encoder {
    x = it
    layer attention heads mask=mask dropout=dropout init=init
    layer dropout dropout
    it = it + x
    layer layernorm eps=eps as h
    layer dense ff act init=init
    layer dense units init=init
    layer dropout dropout
    it = it + h
    layer layernorm eps=eps
  }
}
`,
  ],
  [
    'layers/bidirectional.nn',
    `## Two recurrences, one from each end, side by side in the result: [T, d] gives [2·units], or with \`sequences\` [T,
## 2·units]. \`cell\` is lstm, gru, rnn or a layer of yours with their parameters, perhaps with settings: \`bidirectional
## lstm(unit_forget_bias=false) 16\`. A position where \`mask\` is 0 is left out by both.
##
## Keras: Bidirectional; it wraps a layer: Bidirectional(LSTM(16))
## PyTorch: nn.LSTM(bidirectional=True), nn.GRU(bidirectional=True), nn.RNN(bidirectional=True)
## Also: bilstm, bigru, birnn
##
##     input x: f32[20, 8]
##     layer bidirectional lstm 16
def layer bidirectional(cell: kind, units: int, sequences=false, mask: value = 1) {
  x = it
  layer cell units sequences=sequences mask=mask as forward
  layer cell units sequences=sequences mask=mask reverse=true from x as backward
  it = concat([forward, backward], axis=-1)
}
`,
  ],
  [
    'layers/concat.nn',
    `## Values side by side along an axis, in which alone their sizes may differ: [4] and [8] give [12].
##
## Keras: Concatenate
## PyTorch: cat, concat; along the first axis unless dim is given
## Also: concatenate, merge
##
##     input a: f32[4]; input b: f32[8]
##     layer concat from a, b
def layer concat(xs: value..., axis: int = -1) = concat(xs, axis=axis)
`,
  ],
  [
    'layers/conv.nn',
    `## The same small kernel at every place of a sequence (\`3\`), image (\`3x3\`) or volume (\`3x3x3\`); channels last. Each of
## \`ch\` results is a sum of products over a window and its channels; of several \`groups\` each reads its own share of the
## channels.
##
## \`pad=valid\` reads inside only and makes ⌊(n - reach)/stride⌋ + 1 places of n, reach being dilation·(size - 1) + 1;
## \`same\` makes ⌈n/stride⌉ (an odd row of padding goes to the end), \`causal\` puts all before, a number as many zeros on
## either side, and pairs (\`[[1, 2], [0, 1]]\`) so many before and after each axis.
##
## Keras: Conv1D, Conv2D, Conv3D; the same layout and defaults
## PyTorch: nn.Conv1d, nn.Conv2d, nn.Conv3d; channels come first, the kernel is [ch, in/groups, *size], and it starts
## evenly within ±1/√fan_in, as the bias does
## Also: convolution, convolution2d
##
##     input image: f32[28, 28, 1]
##     layer conv 16 3x3 relu pad=same
##     layer conv 32 3x3 relu stride=2
def layer conv(ch: int, size: size, act: fn = none, stride: size = 1,
    pad: valid|same|causal|size|list = valid, dilation: size = 1, groups: int = 1, bias=true,
    init: init = glorot_uniform, bias_init: init = zeros) {
  require groups >= 1 "there is one group at least"
  require in % groups == 0 "the channels that come in must divide into groups"
  require ch % groups == 0 "the channels that go out must divide into groups"
  weight kernel: [*size, in/groups, ch] init=init
  y = conv(it, kernel, stride=stride, pad=pad, dilation=dilation, groups=groups)
  if bias { weight bias: [ch] init=bias_init; z = y + bias } else { z = y }
  it = act(z)
}
`,
  ],
  [
    'layers/conv_transpose.nn',
    `## The way back of a conv, from few places to many: out is in·stride (\`same\`), or in·stride + max(size - stride, 0).
## These are the greatest of the sizes of which a conv makes as many places; \`sizes=7x7\` asks for others of them.
##
## Keras: Conv1DTranspose, Conv2DTranspose, Conv3DTranspose; the same layout and defaults, and output_padding in place
## of \`sizes\`
## PyTorch: nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d; channels come first, the kernel is [in,
## ch/groups, *size], and output_padding stands in place of \`sizes\`
## Also: deconv, deconvolution, deconv2d, transposed_conv, conv2d_transpose
##
##     input image: f32[7, 7, 8]
##     layer conv_transpose 4 3x3 relu stride=2 pad=same
def layer conv_transpose(ch: int, size: size, act: fn = none, stride: size = 1, pad: valid|same|size|list = valid,
    dilation: size = 1, groups: int = 1, sizes: size = none, bias=true, init: init = glorot_uniform,
    bias_init: init = zeros) {
  require groups >= 1 "there is one group at least"
  require in % groups == 0 "the channels that come in must divide into groups"
  require ch % groups == 0 "the channels that go out must divide into groups"
  weight kernel: [*size, ch/groups, in] init=init
  y = conv_transpose(it, kernel, stride=stride, pad=pad, dilation=dilation, groups=groups, sizes=sizes)
  if bias { weight bias: [ch] init=bias_init; z = y + bias } else { z = y }
  it = act(z)
}
`,
  ],
  [
    'layers/crop.nn',
    `## Without the border of a sequence, image or volume: \`size\` places less on each side of each axis but the last, or a
## pair for each axis, before and after (\`[[1, 2], [0, 1]]\`).
##
## Keras: Cropping1D, Cropping2D, Cropping3D
## PyTorch: none; F.pad with negative numbers
## Also: cropping
##
##     input image: f32[28, 28, 1]
##     layer crop 2
def layer crop(size: size|list) {
  require rank(it) >= 2 and rank(it) <= 4 "crop wants one to three axes before the channels"
  cut = sides(it, size); x = it
  it = []
  repeat i in axes(x)[:-1] { it = [*it, size(x, i) - cut[2*i] - cut[2*i+1]] }
  it = slice(x, [*cut[::2], 0], [*it, in])
}
`,
  ],
  [
    'layers/dense.nn',
    `## Every output reads every input: act(it·kernel + bias). It acts along the last axis, and keeps those before it: [...,
## in] gives [..., units].
##
## Keras: Dense; the same layout and defaults
## PyTorch: nn.Linear; the kernel is [units, in], and starts evenly within ±1/√in (\`init=fan_in_uniform\`), as the bias
## does
## Also: fc, fully_connected, affine, inner_product
##
##     input x: f32[8]
##     layer dense 16 relu
##     layer dense 4 bias=false init=he_normal
def layer dense(units: int, act: fn = none, bias=true, init: init = glorot_uniform, bias_init: init = zeros) {
  weight kernel: [in, units] init=init
  if bias { weight bias: [units] init=bias_init; z = it @ kernel + bias } else { z = it @ kernel }
  it = act(z)
}
`,
  ],
  [
    'layers/depthwise_conv.nn',
    `## A conv with kernels of each channel's own: channels are not mixed, \`multiplier\` results come of each. \`pad\` is as in
## conv.
##
## Keras: DepthwiseConv1D, DepthwiseConv2D; the same layout and defaults
## PyTorch: nn.Conv2d(groups=in)
## Also: depthwise_convolution
##
##     input image: f32[28, 28, 8]
##     layer depthwise_conv 3x3 relu pad=same
def layer depthwise_conv(size: size, act: fn = none, multiplier: int = 1, stride: size = 1,
    pad: valid|same|causal|size|list = valid, dilation: size = 1, bias=true, init: init = glorot_uniform,
    bias_init: init = zeros) {
  weight kernel: [*size, in, multiplier] init=init
  y = conv(it, reshape(kernel, [*size, 1, in*multiplier]), stride=stride, pad=pad, dilation=dilation, groups=in)
  if bias { weight bias: [in*multiplier] init=bias_init; z = y + bias } else { z = y }
  it = act(z)
}
`,
  ],
  [
    'layers/dropout.nn',
    `## In training, each value is 0 with probability \`rate\`, and the others grow by 1/(1 - rate) (Srivastava et al. 2014).
## Elsewhere it changes nothing.
##
## Keras: Dropout
## PyTorch: nn.Dropout; the rate is 0.5 unless given
##
##     input x: f32[8]
##     layer dense 16 relu
##     layer dropout 0.2
def layer dropout(rate) {
  require rate >= 0 and rate < 1 "the rate is a share of the values, below 1"
  if training and rate > 0 { it = where(uniform(like=it) >= rate, it / (1 - rate), 0) }
}
`,
  ],
  [
    'layers/embedding.nn',
    `## A learned vector for each whole number 0 .. vocabulary - 1: [20] gives [20, units]. A number outside gets the vector
## of the nearest one inside.
##
## Keras: Embedding; the same start
## PyTorch: nn.Embedding; it starts as normal(1)
## Also: lookup, word_embedding, token_embedding
##
##     input words: i32[20]
##     layer embedding 5000 16
def layer embedding(vocabulary: int, units: int, init: init = uniform(-0.05, 0.05)) {
  weight table: [vocabulary, units] init=init
  it = gather(table, it)
}
`,
  ],
  [
    'layers/flatten.nn',
    `## All axes as one, the last running fastest: [28, 28, 1] gives [784].
##
## Keras: Flatten
## PyTorch: nn.Flatten
## Also: ravel
##
##     input image: f32[28, 28, 1]
##     layer flatten
def layer flatten = reshape(it, [-1])
`,
  ],
  [
    'layers/gaussian_noise.nn',
    `## In training, normally distributed noise of mean 0 is added, with standard deviation \`std\`. Elsewhere it changes
## nothing.
##
## Keras: GaussianNoise
## PyTorch: none; there it is x + std * torch.randn_like(x)
##
##     input x: f32[8]
##     layer gaussian_noise 0.1
def layer gaussian_noise(std) {
  if training { it = it + std * normal(like=it) }
}
`,
  ],
  [
    'layers/glu.nn',
    `## A dense layer times another one, which goes through a gate: [..., in] gives [..., units] (Dauphin et al. 2017). With
## relu, gelu or silu for the gate it is reglu, geglu or the first half of swiglu (Shazeer 2020).
##
## Keras: none; activations.glu is the gate alone, over the two halves of its input
## PyTorch: nn.GLU; the gate alone, over the two halves of its input
## Also: gated_linear_unit, geglu, reglu
##
##     input x: f32[8]
##     layer glu 16
def layer glu(units: int, act: fn = sigmoid, bias=true, init: init = glorot_uniform, bias_init: init = zeros) {
  x = it
  layer dense units bias=bias init=init bias_init=bias_init as plain
  layer dense units act bias=bias init=init bias_init=bias_init from x as gate
  it = plain * gate
}
`,
  ],
  [
    'layers/gpt.nn',
    `## A decoder of the GPT family (Radford et al. 2019): of each token the logits of the next one, from those before.
## Numbers of tokens [T] give [T, vocabulary]: the product of the last vectors [T, units] with the table of tokens; with
## logits=false the result is these vectors.
##
## \`length\` is the longest T; there are \`depth\` blocks, whose first dense layer has \`ff\` units. Weights of GPT-2 are
## loaded by names=huggingface_gpt2.
##
## Keras: keras_hub.models.GPT2CausalLM; dropout is 0.1 unless given
## PyTorch: transformers.GPT2LMHeadModel; dropout is 0.1 unless given
## Also: gpt2, transformer_lm
##
##     input chars: i32[32]; target next: class[78][32]
##     layer gpt 78 16 heads=2 ff=64 depth=2 length=32 from chars
##     loss xent; optim adamw lr=3e-4
def layer gpt(vocabulary: int, units: int, heads: int, ff: int, depth: int, length: int = 1024, mask: value = 1,
    dropout=0, act: fn = gelu_tanh, eps=1e-5, logits=true, init: init = normal(0.02)) {
  layer embedding vocabulary units init=init as tok
  layer position_embedding length init=init
  layer dropout dropout
  repeat depth as decoder {
    layer transformer_block heads ff act mask=mask causal=true dropout=dropout eps=eps init=init as block
  }
  layer layernorm eps=eps
  if logits { it = it @ transpose(tok.table) }
}
`,
  ],
  [
    'layers/groupnorm.nn',
    `## Each group of channels of each example at mean 0 and variance 1, then scaled and shifted (Wu, He 2018). A group has
## in/groups channels, next to each other.
##
## Keras: GroupNormalization; the same defaults
## PyTorch: nn.GroupNorm; eps is 1e-5
##
##     input image: f32[8, 8, 16]
##     layer groupnorm groups=4
def layer groupnorm(groups: int = 32, eps=1e-3) {
  require groups >= 1 "there is one group at least"
  require in % groups == 0 "the channels must divide into groups"
  weight gamma: [in] init=ones; weight beta: [in] init=zeros
  x = reshape(it, [-1, groups, in/groups])
  centred = x - mean(x, axis=[0, 2], keepdims=true)
  sigma = sqrt(mean(centred^2, axis=[0, 2], keepdims=true) + eps); xhat = reshape(centred / sigma, shape(it))
  it = xhat * gamma + beta
}
`,
  ],
  [
    'layers/gru.nn',
    `## An rnn with two gates: z keeps the old state, r hides it from the new one (Cho et al. 2014). [T, in] gives the last
## state [units], or with \`sequences\` all of them, [T, units]. The gates lie side by side in the order z, r, h; the
## reset comes after the product, with a bias of its own.
##
## \`reverse\` goes from the end, and result t belongs to position t all the same; a position where \`mask\` is 0 keeps the
## state.
##
## Keras: GRU; the same, with reset_after=True as it has it, and go_backwards is \`reverse\`, whose sequences lie in the
## order of reading there
## PyTorch: nn.GRU; the gates in the order r, z, n, the kernels transposed, and all starts evenly within ±1/√units
##
##     input x: f32[20, 8]
##     layer gru 16
def layer gru(units: int, sequences=false, reverse=false, mask: value = 1,
    init: init = glorot_uniform, bias_init: init = zeros) {
  weight kernel: [in, 3*units] init=init
  weight recurrent: [units, 3*units] init=orthogonal
  weight bias: [2, 3*units] init=bias_init
  xs = it @ kernel + bias[0]
  scan x, keep over xs, mask with h = zeros([units]) reverse=reverse {
    a = reshape(x, [3, units])
    b = reshape(h @ recurrent + bias[1], [3, units])
    z = sigmoid(a[0] + b[0])
    r = sigmoid(a[1] + b[1])
    n = tanh(a[2] + r * b[2])
    h = where(keep > 0, z * h + (1 - z) * n, h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/highway.nn',
    `## A dense layer of the same width, of which a gate takes a share, and the rest of what came in: gate·act(…) + (1 -
## gate)·it (Srivastava et al. 2015). The gate starts nearly shut, with bias -1, so that deep stacks train.
##
## Keras: none
## PyTorch: none
## Also: highway_layer, highway_network
##
##     input x: f32[8]
##     repeat 3 { layer highway }
def layer highway(act: fn = relu, init: init = glorot_uniform, bias_init: init = zeros,
    gate_init: init = constant(-1)) {
  x = it
  layer dense in act init=init bias_init=bias_init as plain
  layer dense in sigmoid init=init bias_init=gate_init from x as gate
  it = gate * plain + (1 - gate) * x
}
`,
  ],
  [
    'layers/instancenorm.nn',
    `## Each channel of each example at mean 0 and variance 1 over all axes but the last, then scaled and shifted (Ulyanov et
## al. 2016).
##
## Keras: GroupNormalization(groups=-1)
## PyTorch: nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d; without scale and shift unless affine=True, and eps
## is 1e-5
## Also: instance_normalization
##
##     input image: f32[8, 8, 16]
##     layer instancenorm
def layer instancenorm(eps=1e-3) {
  require rank(it) >= 2 "instancenorm wants axes before the channels, as in [28, 28, 8]"
  weight gamma: [in] init=ones; weight beta: [in] init=zeros
  places = axes(it)[:-1]
  centred = it - mean(it, axis=places, keepdims=true)
  sigma = sqrt(mean(centred^2, axis=places, keepdims=true) + eps); xhat = centred / sigma
  it = xhat * gamma + beta
}
`,
  ],
  [
    'layers/layernorm.nn',
    `## Each vector along the last axis at mean 0 and variance 1, then scaled and shifted (Ba et al. 2016). \`eps\` is added to
## the variance, so that nothing is divided by 0.
##
## Keras: LayerNormalization; the same eps
## PyTorch: nn.LayerNorm; eps is 1e-5
##
##     input x: f32[8]
##     layer layernorm
def layer layernorm(eps=1e-3) {
  weight gamma: [in] init=ones; weight beta: [in] init=zeros
  centred = it - mean(it, axis=-1, keepdims=true)
  sigma = sqrt(mean(centred^2, axis=-1, keepdims=true) + eps); xhat = centred / sigma
  it = xhat * gamma + beta
}
`,
  ],
  [
    'layers/lstm.nn',
    `## A memory c that gates fill, forget and read (Hochreiter, Schmidhuber 1997). [T, in] gives the last state h [units],
## or with \`sequences\` all of them, [T, units]. The gates lie side by side in the weights, in the order i, f, c, o; the
## forget gate starts open, with bias 1, unless \`unit_forget_bias\` is false.
##
## \`reverse\` goes from the end, and result t belongs to position t all the same; a position where \`mask\` is 0 keeps the
## state.
##
## Keras: LSTM; the same gates and starts, and go_backwards is \`reverse\`, whose sequences lie in the order of reading
## there
## PyTorch: nn.LSTM; the kernels transposed, two biases that are added up, no open forget gate
## (\`unit_forget_bias=false\`), and all starts evenly within ±1/√units
##
##     input x: f32[20, 8]
##     layer lstm 16 sequences=true
##     layer lstm 16
def layer lstm(units: int, sequences=false, reverse=false, mask: value = 1, unit_forget_bias=true,
    init: init = glorot_uniform) {
  weight kernel: [in, 4*units] init=init
  weight recurrent: [units, 4*units] init=orthogonal
  weight bias: [4*units] init=(concat([zeros([units]), unit_forget_bias*ones([units]), zeros([2*units])]))
  xs = it @ kernel + bias
  scan x, keep over xs, mask with h = zeros([units]), c = zeros([units]) reverse=reverse {
    gates = x + h @ recurrent; z = reshape(gates, [4, units])
    i = sigmoid(z[0]); f = sigmoid(z[1]); g = tanh(z[2]); o = sigmoid(z[3])
    c = where(keep > 0, f * c + i * g, c)
    h = where(keep > 0, o * tanh(c), h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/maxpool.nn',
    `## The largest of each window, or of each whole channel (\`global\`). One number serves every axis but the last; windows
## stand side by side unless \`stride\` says otherwise. \`pad\` is as in conv, and padding is never the largest. The
## gradient goes to the first of equals. \`maxpool global\` of [28, 28, 8] gives [8].
##
## Keras: MaxPooling1D, MaxPooling2D, MaxPooling3D, GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D; the last
## three are \`maxpool global\`
## PyTorch: nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d;
## nn.AdaptiveMaxPool2d(1) is \`maxpool global\`
## Also: max_pool, global_max_pooling
##
##     input image: f32[28, 28, 8]
##     layer maxpool 2x2
##     layer maxpool global
def layer maxpool(size: size|global, stride: size = size, pad: valid|same|size|list = valid,
    dilation: size = 1) {
  if size == global { it = reshape(maxpool(it, shape(it)[:-1]), [in]) }
  else { it = maxpool(it, size, stride=stride, pad=pad, dilation=dilation) }
}
`,
  ],
  [
    'layers/mixture_of_experts.nn',
    `## Several dense layers side by side, and the mean of what they make, weighted by how far a gate trusts each of them
## here: the softmax of one more dense layer (Jacobs et al. 1991). [..., in] gives [..., units]. All experts are asked
## and all have a gradient.
##
## Keras: none
## PyTorch: none
## Also: moe
##
##     input x: f32[8]
##     layer mixture_of_experts 4 16 relu
def layer mixture_of_experts(experts: int, units: int, act: fn = none, bias=true, init: init = glorot_uniform,
    bias_init: init = zeros) {
  require experts >= 2 "there are two experts at least"
  x = it
  layer dense experts bias=bias as gate
  shares = softmax(gate)
  it = concat([zeros([*shape(x)[:-1], units]), shares], axis=-1)  # the sum so far, then the shares, the next one first
  repeat experts as expert {
    sofar = it[..., :units]; left = it[..., units:]
    layer dense units act bias=bias init=init bias_init=bias_init from x
    it = concat([sofar + left[..., :1]*it, left[..., 1:], left[..., :1]], axis=-1)
  }
  it = it[..., :units]
}
`,
  ],
  [
    'layers/multi_query_attention.nn',
    `## An attention whose heads have queries of their own but one key and one value for all, so that a decoder keeps \`heads\`
## times less of the past (Shazeer 2019). All else is as in attention.
##
## Keras: GroupQueryAttention(num_key_value_heads=1)
## PyTorch: none
## Also: mqa
##
##     input words: i32[20]; input mask: f32[20]
##     layer embedding 5000 16 from words
##     layer multi_query_attention 4 mask=mask causal=true
def layer multi_query_attention(heads: int, mask: value = 1, causal=false, key_from: value = it, dropout=0, bias=true,
    init: init = glorot_uniform, bias_init: init = zeros) {
  require heads >= 1 "there is one head at least"
  require in % heads == 0 "the width must divide into heads"
  layer dense in bias=bias init=init bias_init=bias_init as query
  layer dense (in / heads) bias=bias init=init bias_init=bias_init from key_from as key
  layer dense (in / heads) bias=bias init=init bias_init=bias_init from key_from as value
  T = size(query, 0); S = size(key, 0)
  if causal { keep = mask * (reshape(arange(T), [T, 1]) >= arange(S)) } else { keep = mask }
  scores = split_heads(query, heads) @ transpose(key) / sqrt(in / heads)
  shares = softmax(where(keep > 0, scores, -1e30)) * (keep > 0)  # [heads, T, S]
  layer dropout dropout from shares
  context = it @ value
  it = join_heads(context)
  layer dense in bias=bias init=init bias_init=bias_init as output
}
`,
  ],
  [
    'layers/pad.nn',
    `## More around a sequence, image or volume: \`size\` places on each side of each axis but the last, or a pair for each
## axis, before and after (\`[[1, 2], [0, 1]]\`). They hold \`value\`, or by another \`mode\` what the function pad takes of
## the input.
##
## Keras: ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
## PyTorch: nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d, nn.ConstantPad1d, nn.ConstantPad2d, nn.ConstantPad3d,
## nn.ReflectionPad1d, nn.ReflectionPad2d, nn.ReflectionPad3d, nn.ReplicationPad1d, nn.ReplicationPad2d,
## nn.ReplicationPad3d, nn.CircularPad1d, nn.CircularPad2d, nn.CircularPad3d; the last three kinds are \`mode=reflect\`,
## \`edge\` and \`wrap\`
## Also: zero_pad, padding
##
##     input image: f32[28, 28, 1]
##     layer pad 2
##     layer pad 1x3 mode=reflect
def layer pad(size: size|list, mode: constant|reflect|symmetric|edge|wrap = constant, value=0) {
  require rank(it) >= 2 and rank(it) <= 4 "pad wants one to three axes before the channels"
  it = pad(it, [*sides(it, size), 0, 0], mode=mode, value=value)
}
`,
  ],
  [
    'layers/position_embedding.nn',
    `## A learned vector for each position, added: [T, d] gives [T, d], for every T up to \`length\`.
##
## Keras: keras_hub.layers.PositionEmbedding; its result is not added
## PyTorch: none
## Also: positional_embedding, learned_positions
##
##     input words: i32[20]
##     layer embedding 5000 16
##     layer position_embedding 512
def layer position_embedding(length: int, init: init = uniform(-0.05, 0.05)) {
  require size(it, 0) <= length "the sequence is longer than the table"
  weight table: [length, in] init=init
  it = it + table[:size(it, 0)]
}
`,
  ],
  [
    'layers/prelu.nn',
    `## relu with a learned slope below 0, one for each channel (He et al. 2015). A channel is a place of the last axis; the
## slopes start at 0, where this is relu.
##
## Keras: PReLU; a slope for each place too, unless shared_axes says which share one
## PyTorch: nn.PReLU; one slope for all channels unless num_parameters is given, 0.25 at first
##
##     input x: f32[8]
##     layer dense 16
##     layer prelu
def layer prelu(init: init = zeros) {
  weight slope: [in] init=init
  it = where(it > 0, it, slope * it)
}
`,
  ],
  [
    'layers/reshape.nn',
    `## The same numbers in another shape, that of one example; one size may be -1, which is what is left.
##
## Keras: Reshape
## PyTorch: nn.Unflatten, reshape; the second has the batch in front
## Also: view
##
##     input x: f32[784]
##     layer reshape [28, 28, 1]
def layer reshape(shape: list) = reshape(it, shape)
`,
  ],
  [
    'layers/residual.nn',
    `## Two 3x3 convs with batchnorm around a shortcut (He et al. 2016). Where the size or the channels change, the shortcut
## is a 1x1 conv: [h, w, in] gives [⌈h/stride⌉, ⌈w/stride⌉, ch].
##
## Keras: none
## PyTorch: torchvision.models.resnet.BasicBlock; a batchnorm follows the 1x1 conv too
## Also: resblock, residual_block, basic_block, resnet_block
##
##     input image: f32[32, 32, 16]
##     layer residual 16
##     layer residual 32 stride=2
def layer residual(ch: int, stride: int = 1) {
  x = it
  layer conv ch 3x3 stride=stride pad=same bias=false
  layer batchnorm
  layer relu
  layer conv ch 3x3 pad=same bias=false
  layer batchnorm as main
  if stride != 1 or in != ch { layer conv ch 1x1 stride=stride bias=false from x as skip } else { skip = x }
  it = relu(main + skip)
}
`,
  ],
  [
    'layers/rmsnorm.nn',
    `## Each vector along the last axis over its root mean square, then scaled (Zhang, Sennrich 2019). Nothing is taken off
## and nothing shifted.
##
## Keras: RMSNormalization; the same eps
## PyTorch: nn.RMSNorm; eps is that of the type of the numbers unless given, 1.2e-7 of f32
##
##     input x: f32[8]
##     layer rmsnorm
def layer rmsnorm(eps=1e-6) {
  weight gamma: [in] init=ones
  rms = sqrt(mean(it^2, axis=-1, keepdims=true) + eps); xhat = it / rms
  it = xhat * gamma
}
`,
  ],
  [
    'layers/rnn.nn',
    `## A state that each position updates: h = act(x·kernel + h·recurrent + bias). [T, in] gives the last state [units], or
## with \`sequences\` all of them, [T, units].
##
## \`reverse\` goes from the end, and result t belongs to position t all the same; a position where \`mask\` is 0 keeps the
## state.
##
## Keras: SimpleRNN; the same, but go_backwards is \`reverse\`, whose sequences lie in the order of reading there
## PyTorch: nn.RNN; the kernels transposed, two biases that are added up, and all starts evenly within ±1/√units
## Also: elman, vanilla_rnn, recurrent
##
##     input x: f32[20, 8]
##     layer rnn 16
def layer rnn(units: int, act: fn = tanh, sequences=false, reverse=false, mask: value = 1,
    init: init = glorot_uniform, bias_init: init = zeros) {
  weight kernel: [in, units] init=init
  weight recurrent: [units, units] init=orthogonal
  weight bias: [units] init=bias_init
  xs = it @ kernel + bias
  scan x, keep over xs, mask with h = zeros([units]) reverse=reverse {
    h = where(keep > 0, act(x + h @ recurrent), h)
  }
  if sequences { it = h.all } else { it = h }
}
`,
  ],
  [
    'layers/separable_conv.nn',
    `## A depthwise conv, then a 1x1 conv that mixes the channels: far fewer weights than a conv (Chollet 2017). \`multiplier\`
## results of each channel lie between them. \`pad\` is as in conv.
##
## Keras: SeparableConv2D; the same layout and defaults
## PyTorch: none; nn.Conv2d(groups=in), then nn.Conv2d(kernel_size=1)
## Also: depthwise_separable_conv, separable_convolution
##
##     input image: f32[28, 28, 8]
##     layer separable_conv 16 3x3 relu pad=same
def layer separable_conv(ch: int, size: size, act: fn = none, multiplier: int = 1, stride: size = 1,
    pad: valid|same|causal|size|list = valid, bias=true, init: init = glorot_uniform, bias_init: init = zeros) {
  require rank(it) == 3 "separable_conv wants an image: [height, width, channels]"
  weight depthwise: [*size, in, multiplier] init=init
  weight pointwise: [1, 1, in*multiplier, ch] init=init
  it = conv(it, reshape(depthwise, [*size, 1, in*multiplier]), stride=stride, pad=pad, groups=in)
  y = conv(it, pointwise)
  if bias { weight bias: [ch] init=bias_init; z = y + bias } else { z = y }
  it = act(z)
}
`,
  ],
  [
    'layers/sinusoidal_positions.nn',
    `## Waves of many lengths that tell each position of [T, d] from the others, added: place 2i of d gets sin and place 2i +
## 1 cos of position / base^(2i/d) (Vaswani et al. 2017).
##
## Keras: keras_hub.layers.SinePositionEncoding; its result is not added
## PyTorch: none
## Also: positional_encoding, position_encoding, sinusoidal_encoding, sinusoidal_embedding
##
##     input words: i32[20]
##     layer embedding 5000 16
##     layer sinusoidal_positions
def layer sinusoidal_positions(base=10000) {
  require rank(it) >= 2 "sinusoidal_positions wants positions and what stands at each: [T, d]"
  T = size(it, -2); half = ceil(in / 2)
  angle = expand_dims(arange(T), 1) * base^(-2 / in * arange(half))
  waves = reshape(stack([sin(angle), cos(angle)], axis=2), [T, 2*half])
  it = it + waves[:, :in]
}
`,
  ],
  [
    'layers/spatial_dropout.nn',
    `## In training, each whole channel is 0 with probability \`rate\`, and the others grow by 1/(1 - rate): neighbours are too
## much alike for a dropout of single places (Tompson et al. 2015). Elsewhere it changes nothing.
##
## Keras: SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
## PyTorch: nn.Dropout1d, nn.Dropout2d, nn.Dropout3d; the rate is 0.5 unless given
## Also: channel_dropout, feature_dropout
##
##     input image: f32[28, 28, 8]
##     layer spatial_dropout 0.2
def layer spatial_dropout(rate) {
  require rate >= 0 and rate < 1 "the rate is a share of the channels, below 1"
  require rank(it) >= 2 "spatial_dropout wants axes before the channels, as in [28, 28, 8]"
  if training and rate > 0 {
    channels = sum(it, axis=axes(it)[:-1], keepdims=true)
    it = where(uniform(like=channels) >= rate, it / (1 - rate), 0)
  }
}
`,
  ],
  [
    'layers/squeeze_excite.nn',
    `## Each channel scaled by a number from 0 to 1, which two dense layers make of the means of all channels (Hu et al.
## 2018). The first of them has in/ratio units.
##
## Keras: none
## PyTorch: torchvision.ops.SqueezeExcitation
## Also: squeeze_and_excitation, squeeze_excitation, se_block
##
##     input image: f32[28, 28, 32]
##     layer squeeze_excite ratio=8
def layer squeeze_excite(ratio: int = 16, act: fn = relu, bias=true, init: init = glorot_uniform) {
  require rank(it) >= 2 "squeeze_excite wants axes before the channels, as in [28, 28, 8]"
  require ratio >= 1 "there are not more numbers between the two layers than channels"
  require in % ratio == 0 "the channels must divide by the ratio"
  x = it
  layer dense (in / ratio) act bias=bias init=init from mean(x, axis=axes(x)[:-1]) as squeeze
  layer dense in sigmoid bias=bias init=init as excite
  it = x * excite
}
`,
  ],
  [
    'layers/swiglu.nn',
    `## Two dense layers of \`units\` in product, one through silu, and a third back to the width that came in, none of them
## with a bias (Shazeer 2020).
##
## Keras: none
## PyTorch: none
##
##     input x: f32[8]
##     layer swiglu 16
def layer swiglu(units: int, init: init = glorot_uniform) {
  weight gate: [in, units] init=init
  weight up: [in, units] init=init
  weight down: [units, in] init=init
  g = it @ gate; u = it @ up
  it = (silu(g) * u) @ down
}
`,
  ],
  [
    'layers/transformer_block.nn',
    `## Attention, then two dense layers, the first of \`ff\` units, each after a layernorm and around a shortcut: [T, d] gives
## [T, d]. \`heads\`, \`mask\` and \`causal\` are those of attention. The layernorm stands in front (pre-norm), so that a last
## one should follow the last block.
##
## Keras: keras_hub.layers.TransformerEncoder(normalize_first=True)
## PyTorch: nn.TransformerEncoderLayer(norm_first=True); dropout is 0.1, act relu and eps 1e-5 unless given, and there
## is a dropout between the dense layers too
## Also: transformer_encoder, transformer_encoder_layer, transformer_layer, encoder_layer, transformer
##
##     input words: i32[20]
##     layer embedding 5000 16
##     repeat 2 { layer transformer_block 4 64 }
def layer transformer_block(heads: int, ff: int, act: fn = gelu, mask: value = 1, causal=false, dropout=0, eps=1e-3,
    init: init = glorot_uniform) {
  x = it
  layer layernorm eps=eps
  layer attention heads mask=mask causal=causal dropout=dropout init=init
  layer dropout dropout
  h = it + x
  layer layernorm eps=eps from h
  layer dense ff act init=init
  layer dense in init=init
  layer dropout dropout
  it = it + h
}
`,
  ],
  [
    'layers/transformer_decoder.nn',
    `## A transformer_block that also looks at \`key_from\`, what an encoder made of another sequence: causal attention to
## itself, attention there, then two dense layers, the first of \`ff\` units, each after a layernorm and around a shortcut
## (Vaswani et al. 2017). \`mask\` is over its own positions, \`key_mask\` over those of \`key_from\`.
##
## Keras: keras_hub.layers.TransformerDecoder(normalize_first=True)
## PyTorch: nn.TransformerDecoderLayer(norm_first=True); dropout is 0.1, act relu and eps 1e-5 unless given, and there
## is a dropout between the dense layers too
## Also: transformer_decoder_layer, decoder_layer
##
##     input words: i32[20]; input said: i32[10]; target next: class[50][10]
##     layer embedding 50 16 from words
##     layer transformer_block 4 64 as encoded
##     layer embedding 50 16 from said
##     layer transformer_decoder 4 64 key_from=encoded
##     layer dense 50
##     loss xent; optim adam
def layer transformer_decoder(heads: int, ff: int, act: fn = gelu, key_from: value, mask: value = 1,
    key_mask: value = 1, causal=true, dropout=0, eps=1e-3, init: init = glorot_uniform) {
  x = it
  layer layernorm eps=eps
  layer attention heads mask=mask causal=causal dropout=dropout init=init
  layer dropout dropout
  h = it + x
  layer layernorm eps=eps from h
  layer attention heads key_from=key_from mask=key_mask dropout=dropout init=init as cross
  layer dropout dropout
  g = it + h
  layer layernorm eps=eps from g
  layer dense ff act init=init
  layer dense in init=init
  layer dropout dropout
  it = it + g
}
`,
  ],
  [
    'layers/transpose.nn',
    `## The axes of an example in another order; reversed where none is given. \`[1, 0]\` makes [8, 20] of [20, 8].
##
## Keras: Permute; axes count from 1, the batch being 0
## PyTorch: permute; the batch is axis 0 there
## Also: permute
##
##     input x: f32[20, 8]
##     layer transpose [1, 0]
def layer transpose(permutation: list = none) {
  if permutation == none { it = transpose(it) } else { it = transpose(it, permutation) }
}
`,
  ],
  [
    'layers/upsample.nn',
    `## Each place repeated \`size\` times along each axis but the last: \`2\` makes [28, 28, 8] of [14, 14, 8]. The function
## resize interpolates.
##
## Keras: UpSampling1D, UpSampling2D; the same with interpolation="nearest", as it has it
## PyTorch: nn.Upsample, nn.UpsamplingNearest2d
## Also: up_sampling, upsampling
##
##     input image: f32[14, 14, 8]
##     layer upsample 2
def layer upsample(size: size) {
  require rank(it) == 2 or rank(it) == 3 "upsample wants a sequence or an image"
  s = shape(it)
  if rank(it) == 2 {
    it = reshape(broadcast(reshape(it, [s[0], 1, in]), [s[0], size[0], in]), [s[0]*size[0], in])
  } else {
    x = reshape(it, [s[0], 1, s[1], 1, in])
    it = reshape(broadcast(x, [s[0], size[0], s[1], size[1], in]), [s[0]*size[0], s[1]*size[1], in])
  }
}
`,
  ],
  [
    'losses/bce.nn',
    `## The cross-entropy of a logit with a 0 or 1, or with a probability y: -y·log(p) - (1 - y)·log(1 - p) with p =
## sigmoid(logits), whose logarithms are -softplus(-logits) and -softplus(logits).
##
## Keras: BinaryCrossentropy; it takes probabilities unless from_logits=True
## PyTorch: nn.BCEWithLogitsLoss, nn.BCELoss; the second takes probabilities
## Also: binary_cross_entropy, bce_loss, bce_with_logits, binary_cross_entropy_with_logits, log_loss, logistic,
## sigmoid_cross_entropy
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss bce; optim adam
##     predict sigmoid(it)
def loss bce(logits: logits = it, y=target) {
  require comparable(logits, y) "what is compared with a target must have its shape"
  # ∂bce/∂logits = sigmoid(logits) − y
  it = y * softplus(-logits) + (1 - y) * softplus(logits)
}
`,
  ],
  [
    'losses/contrastive.nn',
    `## Two vectors should be near where \`alike\` is 1, and farther than the margin from each other where it is 0: of their
## distance d it is ½·alike·d² + ½·(1 - alike)·max(0, margin - d)² (Hadsell, Chopra, LeCun 2006, whose Y is 1 - alike).
## As a class of two, pairs of class -1 are left out.
##
## Keras: none
## PyTorch: none
## Also: contrastive_loss, siamese
##
##     input a: f32[8]; input b: f32[8]; target alike: class[2]
##     block encoder { layer dense 4 from a as u }
##     reuse encoder from b as v
##     loss contrastive u v margin=2; optim adam
def loss contrastive(u, v, alike=target, margin=1) {
  require shape(u) == shape(v) "two vectors to be compared have one shape"
  d = norm(u - v, axis=-1)
  if is_class(alike) {
    require classes(alike) == 2 "a pair is alike or not: class[2]"
    require shape(alike) == shape(d) "there is one answer for each pair"
    y = alike == 1
  } else {
    require product(shape(alike)) == product(shape(d)) "there is one answer for each pair"
    y = reshape(alike, shape(d))
  }
  cost = (y * d^2 + (1 - y) * relu(margin - d)^2) / 2
  if is_class(alike) { known = alike >= 0; it = weighted_mean(known * cost, known) } else { it = cost }
}
`,
  ],
  [
    'losses/cosine.nn',
    `## One minus the cosine of the angle between two vectors, along the last axis: 0 where they point the same way, 2 where
## they are opposite, 1 where one of them is all zeros.
##
## Keras: CosineSimilarity; minus the cosine, without the 1
## PyTorch: nn.CosineEmbeddingLoss, F.cosine_similarity; the first is this where its target is 1, the second is the
## cosine
## Also: cosine_distance, cosine_loss, cosine_proximity
##
##     input x: f32[4]; target y: f32[8]
##     layer dense 8; loss cosine; optim adam
def loss cosine(u=it, v=target, eps=1e-8) {
  require shape(u) == shape(v) "two vectors to be compared have one shape"
  it = 1 - sum(u * v, axis=-1) / maximum(norm(u, axis=-1) * norm(v, axis=-1), eps)
}
`,
  ],
  [
    'losses/ctc.nn',
    `## Minus the logarithm of the probability of the labels, summed over all ways to spread them along the positions, with
## blanks between (Graves et al. 2006). The logits are [T, K], the class \`blank\` among the K; the target is class[K][L].
##
## Labels that are shorter end in -1, a position where \`mask\` is 0 is left out; an example whose labels cannot fit
## counts 0.
##
## Keras: CTC; the blank is 0, which also stands behind labels that are shorter
## PyTorch: nn.CTCLoss; it takes log-probabilities [T, B, K], divides the cost of an example by its number of labels,
## and is infinite where labels cannot fit unless zero_infinity=True
## Also: ctc_loss
##
##     input sound: f32[100, 13]; target text: class[28][20]
##     layer lstm 64 sequences=true; layer dense 28
##     loss ctc; optim adam
def loss ctc(logits: logits = it, labels=target, mask: value = 1, blank: int = 0) {
  K = size(logits, -1); L = size(labels, 0); S = 2 * L + 1; n = sum(labels >= 0)
  gap = arange(K) == blank; hot = one_hot(labels, K)
  between = reshape(stack([broadcast(gap, [L, K]), hot], axis=1), [2*L, K])
  path = concat([between, reshape(gap, [1, K])], axis=0)  # blank l1 blank l2 … blank, each as one of K
  before = concat([zeros([1, K]), hot], axis=0)[:-1]
  new = 1 - sum(hot * before, axis=-1)  # a label may follow another at once
  jump = concat([reshape(stack([zeros([L]), new], axis=1), [2*L]), [0]])
  scan e, keep over log_softmax(logits) @ transpose(path), mask with a = where(arange(S) == 0, 0, -1e30) {
    one = concat([[-1e30], a[:-1]])
    two = concat([[-1e30, -1e30], a[:-2]])
    a = where(keep > 0, e + logaddexp(logaddexp(a, one), where(jump, two, -1e30)), a)
  }
  last = sum(where(arange(S) == 2 * n, a, 0))
  ends = where(n > 0, sum(where(arange(S) == 2 * n - 1, a, 0)), -1e30)
  cost = -logaddexp(last, ends)
  it = where(cost < 1e29, cost, 0)
}
`,
  ],
  [
    'losses/dice.nn',
    `## One minus the overlap of two regions, for masks of few pixels (Milletari et al. 2016): 1 - (2·Σp·y + smooth) / (Σp +
## Σy + smooth), p = sigmoid(logits), with sums over all places of an example. The formula has the same as one fraction,
## which loses no digits where the overlap is nearly whole.
##
## Keras: Dice; it takes probabilities, of all examples together, and only divides by a little more, 1e-7
## PyTorch: none
## Also: dice_loss, soft_dice, dice_coefficient
##
##     input x: f32[4]; target mask: f32[16] in 0..1
##     layer dense 16; loss dice; optim adam
def loss dice(logits: logits = it, y=target, smooth=1) {
  require shape(logits) == shape(y) "what is compared with a target must have its shape"
  p = sigmoid(logits)
  it = sum((1 - y) * p + y * sigmoid(-logits)) / (sum(p) + sum(y) + smooth)
}
`,
  ],
  [
    'losses/distillation.nn',
    `## A student learns from a teacher's logits besides the labels: alpha·T²·KL(teacher/T ‖ logits/T) + (1 - alpha)·xent, T
## the temperature (Hinton et al. 2015). The teacher is taken as it is: no gradient goes there. Class -1 is left out of
## both parts.
##
## Keras: distillation.LogitsDistillation; the first part alone, at a temperature of 3 unless given, which a Distiller
## adds to the loss
## PyTorch: none
## Also: knowledge_distillation, kd, distillation_loss
##
##     input x: f32[4]; target label: class[3]
##     block teacher { layer dense 16 relu from x; layer dense 3 as wise }
##     layer dense 3 from x
##     loss distillation it wise temperature=4; optim adam
##     freeze teacher
def loss distillation(logits: logits, teacher: logits, label=target, temperature=2, alpha=0.5) {
  require shape(logits) == shape(teacher) "the teacher has one logit for each of the student's"
  require temperature > 0 "a temperature is above 0"
  told = log_softmax(stop_gradient(teacher) / temperature); p = exp(told)
  far = sum(p * (told - log_softmax(logits / temperature)), axis=-1)
  if is_class(label) {
    require classes(label) == size(logits, -1) "the last axis must have one logit for each class"
    require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
    q = one_hot(label, size(logits, -1))
  } else {
    require shape(logits) == shape(label) "a distribution needs one logit for each of its numbers"
    q = label
  }
  cost = alpha * temperature^2 * far - (1 - alpha) * sum(q * log_softmax(logits), axis=-1)
  if is_class(label) { known = label >= 0; it = weighted_mean(known * cost, known) } else { it = cost }
}
`,
  ],
  [
    'losses/focal.nn',
    `## Cross-entropy that forgets what is already right: -(1 - p)^gamma·log p of the class (Lin et al. 2017). With gamma=0
## it is xent. \`weights\` are as in xent, and class -1 is left out.
##
## Keras: CategoricalFocalCrossentropy; it takes probabilities unless from_logits=True, and multiplies by alpha=0.25
## PyTorch: none; torchvision.ops.sigmoid_focal_loss is of one logit
## Also: focal_loss, focal_crossentropy
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss focal gamma=2; optim adam
def loss focal(logits: logits = it, label=target, gamma=2, weights: value|balanced = none) {
  require classes(label) == size(logits, -1) "the last axis must have one logit for each class"
  require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
  hot = one_hot(label, size(logits, -1))
  l = sum(hot * log_softmax(logits), axis=-1)  # log p of the class
  if weights == none { w = sum(hot, axis=-1) } else {
    if weights == balanced { each = class_weights(label) } else { each = weights }
    require shape(each) == [classes(label)] "there is one weight for each class"
    w = sum(each * hot, axis=-1)
  }
  it = weighted_mean(-w * relu(-expm1(l))^gamma * l, w)
}
`,
  ],
  [
    'losses/gaussian_nll.nn',
    `## How unlikely the target is under a normal distribution whose mean and log-variance are predicted: ½·(log σ² + (y -
## mean)²/σ²), with ½·log 2π added by \`full\` (Nix, Weigend 1994). It is the logarithm that is predicted, since any
## number is one: nothing is divided by 0.
##
## Keras: none
## PyTorch: nn.GaussianNLLLoss; it takes the variance instead of its logarithm
## Also: gaussian_nll_loss, normal_nll, heteroscedastic
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 8 relu as h
##     layer dense 1 from h as middle
##     layer dense 1 from h as logvar
##     loss gaussian_nll middle logvar; optim adam
def loss gaussian_nll(mean, logvar, y=target, full=false) {
  require comparable(mean, y) "what is compared with a target must have its shape"
  require comparable(mean, logvar) "there is one log-variance for each mean, or one for all"
  it = (logvar + (y - mean)^2 * exp(-logvar) + full * log(2 * pi)) / 2
}
`,
  ],
  [
    'losses/hinge.nn',
    `## max(0, 1 - y·z), for a target y of -1 or 1: zero once y·z is at least 1.
##
## Keras: Hinge; it takes 0 for -1
## PyTorch: none
## Also: hinge_loss, svm, max_margin
##
##     input x: f32[4]; target y: f32[1] in -1..1
##     layer dense 1; loss hinge; optim adam
def loss hinge(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = relu(1 - y * z)
}
`,
  ],
  [
    'losses/huber.nn',
    `## Half the square of differences up to delta, and beyond a straight line of slope delta: outliers pull less (Huber
## 1964).
##
## Keras: Huber; the same
## PyTorch: nn.HuberLoss, nn.SmoothL1Loss; the second is this over delta, which is beta there
## Also: huber_loss, smooth_l1
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss huber delta=2; optim adam
def loss huber(z=it, y=target, delta=1) {
  require comparable(z, y) "what is compared with a target must have its shape"
  d = abs(z - y)
  it = where(d <= delta, d^2 / 2, delta * (d - delta / 2))
}
`,
  ],
  [
    'losses/infonce.nn',
    `## Each u should find its own v among those of the batch, and each v its u: the mean of both directions of the
## cross-entropy of u·vᵀ/temperature with the identity (van den Oord et al. 2018; Radford et al. 2021). The vectors are
## taken as they are: \`l2_normalize\` before it makes cosines of the products.
##
## Keras: none
## PyTorch: none
## Also: info_nce, nt_xent, simclr, clip_loss
##
##     input a: f32[8]; input b: f32[8]
##     layer dense 4 from a as u
##     layer dense 4 from b as v
##     loss infonce u v temperature=0.1; optim adam
def loss infonce(u=it, v=target, temperature=0.07) {
  own = sum(u * v, axis=-1)
  there = logsumexp(cross(u, v) / temperature, axis=-1)
  back = logsumexp(cross(v, u) / temperature, axis=-1)
  it = (there + back) / 2 - own / temperature
}
`,
  ],
  [
    'losses/kl.nn',
    `## How far the distribution of the logits is from q: Σ q·(log q - log softmax(logits)) along the last axis, with 0·log 0
## = 0.
##
## Keras: KLDivergence; it takes probabilities
## PyTorch: nn.KLDivLoss; it takes log-probabilities, and is a mean over all numbers unless reduction='batchmean'
## Also: kld, kl_div, kullback_leibler, kullback_leibler_divergence
##
##     input x: f32[4]; target q: f32[3] in 0..1
##     layer dense 3; loss kl; optim adam
def loss kl(logits: logits = it, q=target) {
  require shape(logits) == shape(q) "what is compared with a target must have its shape"
  # ∂kl/∂logits = softmax(logits) Σq − q
  it = sum(q * (log(maximum(q, 1e-30)) - log_softmax(logits)), axis=-1)
}
`,
  ],
  [
    'losses/logcosh.nn',
    `## The logarithm of cosh of the difference d: about d²/2 near 0 and abs(d) - log 2 far away, a smooth huber.
##
## Keras: LogCosh
## PyTorch: none
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss logcosh; optim adam
def loss logcosh(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  d = abs(z - y)
  near = -log1p(-tanh(minimum(d, 1))^2) / 2  # exact for small d, where the other form is a difference of large numbers
  it = where(d < 1, near, d + softplus(-2 * d) - log(2))
}
`,
  ],
  [
    'losses/mae.nn',
    `## The absolute difference. Its gradient at 0 is 0.
##
## Keras: MeanAbsoluteError
## PyTorch: nn.L1Loss
## Also: l1, absolute_error
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mae; optim adam
def loss mae(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = abs(z - y)
}
`,
  ],
  [
    'losses/mse.nn',
    `## The square of the difference.
##
## Keras: MeanSquaredError
## PyTorch: nn.MSELoss
## Also: l2, l2_loss, squared_error, least_squares, quadratic
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
def loss mse(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  error = z - y
  it = error^2
}
`,
  ],
  [
    'losses/poisson.nn',
    `## For counts y: e^z - y·z, z being the logarithm of the rate. What depends on y alone, log y!, is left out.
##
## Keras: Poisson; it takes the rate instead of its logarithm
## PyTorch: nn.PoissonNLLLoss; the same, with log_input=True as it has it
## Also: poisson_nll, poisson_loss
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss poisson; optim adam
##     predict exp(it)
def loss poisson(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = exp(z) - y * z
}
`,
  ],
  [
    'losses/quantile.nn',
    `## The pinball loss, whose least is at the quantile q of the target instead of its mean: with d = y - z, q·d where d is
## above 0 and (q - 1)·d below (Koenker, Bassett 1978). At q = 0.5 it is half of mae.
##
## Keras: none
## PyTorch: none
## Also: pinball, pinball_loss, quantile_loss
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss quantile q=0.9; optim adam
def loss quantile(z=it, y=target, q=0.5) {
  require comparable(z, y) "what is compared with a target must have its shape"
  require q > 0 and q < 1 "a quantile lies between 0 and 1"
  d = y - z
  it = maximum(q * d, (q - 1) * d)
}
`,
  ],
  [
    'losses/triplet.nn',
    `## The anchor should be nearer to the positive than to the negative, by margin in squared distance: max(0, ‖a - p‖² - ‖a
## - n‖² + margin), along the last axis (Schroff et al. 2015).
##
## Keras: none
## PyTorch: nn.TripletMarginLoss; of distances, not of their squares
## Also: triplet_loss, triplet_margin
##
##     input a: f32[8]; input b: f32[8]; input c: f32[8]
##     block encoder { layer dense 4 from a as u }
##     reuse encoder from b as v
##     reuse encoder from c as w
##     loss triplet u v w margin=0.5; optim adam
def loss triplet(anchor, positive, negative, margin=1) {
  require shape(anchor) == shape(positive) and shape(anchor) == shape(negative) "vectors to be compared have one shape"
  near = sum((anchor - positive)^2, axis=-1)
  far = sum((anchor - negative)^2, axis=-1)
  it = relu(near - far + margin)
}
`,
  ],
  [
    'losses/xent.nn',
    `## The cross-entropy of logits with a class, or with a distribution over the classes: -Σ q·log softmax(logits) along the
## last axis, q being 1 at the class and 0 elsewhere. \`smoothing\` mixes the uniform distribution into q.
##
## With a weight for each class the mean is weighted, by n/(K·n_k) where they are \`balanced\`, n_k of n training rows
## being of class k; class -1 is left out of it. Of a distribution the costs are weighted, and their mean is plain.
##
## Keras: SparseCategoricalCrossentropy, CategoricalCrossentropy; they take probabilities unless from_logits=True
## PyTorch: nn.CrossEntropyLoss, nn.NLLLoss; the class that is left out is ignore_index, -100 unless given, and the
## second takes log-probabilities
## Also: cross_entropy, categorical_cross_entropy, sparse_cross_entropy, nll, softmax_cross_entropy,
## softmax_cross_entropy_with_logits, ce, ce_loss
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent smoothing=0.1 weights=[1, 2, 2]; optim adam
def loss xent(logits: logits = it, label=target, smoothing=0, weights: value|balanced = none) {
  K = size(logits, -1)
  if is_class(label) {
    require classes(label) == K "the last axis must have one logit for each class"
    require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
    hot = one_hot(label, K)  # all zeros where the class is -1
    known = sum(hot, axis=-1, keepdims=true)
  } else {
    require shape(logits) == shape(label) "a distribution needs one logit for each of its numbers"
    hot = label; known = 1
  }
  if smoothing > 0 { q = (1 - smoothing) * hot + smoothing / K * known } else { q = hot }
  if weights == none { p = q; w = sum(hot, axis=-1) } else {
    if weights == balanced { each = class_weights(label) } else { each = weights }
    require shape(each) == [K] "there is one weight for each class"
    p = each * q; w = sum(each * hot, axis=-1)
  }
  # ∂cost/∂logits = softmax(logits) Σp − p, of a target p
  log_p = sum(p * log_softmax(logits), axis=-1); cost = -log_p
  if is_class(label) { it = weighted_mean(cost, w) } else { it = cost }
}
`,
  ],
  [
    'metrics/accuracy.nn',
    `## The share of rows whose largest logit is at the class; of equal ones the first counts, and class -1 is left out.
## Where targets are no class but 0 or 1 each, it is the share of numbers whose logit has the right sign; with
## \`distribution\`, that of rows whose largest logit is where the largest number of the target is.
##
## Keras: SparseCategoricalAccuracy, CategoricalAccuracy, BinaryAccuracy; the second is \`distribution\`, the third takes
## probabilities
## PyTorch: torchmetrics.Accuracy
## Also: acc, categorical_acc
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent; optim adam
##     metric accuracy
def metric accuracy(logits=it, label=target, distribution=false) {
  if is_class(label) {
    require classes(label) == size(logits, -1) "the last axis must have one logit for each class"
    require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
    best = argmax(logits, axis=-1); hit = best == label; known = label >= 0
    it = weighted_mean(hit, known)
  } else {
    require shape(logits) == shape(label) "what is compared with a target must have its shape"
    if distribution { it = argmax(logits, axis=-1) == argmax(label, axis=-1) }
    else { it = (logits > 0) == (label > 0.5) }
  }
}
`,
  ],
  [
    'metrics/auc.nn',
    `## The area under the curve of true over false positives: how often a positive has a larger logit than a negative,
## equals counting half (Hanley, McNeil 1982). It is 0 without positives or without negatives.
##
## Targets are 0 or 1 each, and the areas of several outputs are averaged; or the target is class[2], with two logits.
## For the exact area all scores would have to be kept: here they fall into \`bins\` of z/(1 + abs(z)), which are fine
## near 0 and tell large logits apart, and those of one bin are taken as equal.
##
## Keras: AUC; of 200 thresholds, between probabilities
## PyTorch: torchmetrics.AUROC; exact unless thresholds are given
## Also: roc_auc, auroc, roc_auc_score
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss bce; optim adam
##     metric auc
def metric auc(logits=it, label=target, bins: int = 1000) {
  require bins >= 2 "there are two bins at least"
  if is_class(label) {
    require classes(label) == 2 and size(logits, -1) == 2 "auc is of two classes, with a logit for each"
    require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
    z = reshape(logits[..., 1] - logits[..., 0], [-1, 1])
    positive = reshape(label == 1, [-1, 1]); negative = reshape(label == 0, [-1, 1])
  } else {
    require shape(logits) == shape(label) "what is compared with a target must have its shape"
    z = reshape(logits, [-1, size(logits, -1)])
    positive = reshape(label > 0.5, shape(z)); negative = 1 - positive
  }
  bin = expand_dims(minimum(floor(bins * (softsign(z) + 1) / 2), bins - 1), -1)
  above = (bin > arange(bins)) + (bin == arange(bins)) / 2  # [N, outputs, bins]
  worse = batch_sum(sum(expand_dims(negative, -1) * (bin == arange(bins)), axis=0))
  better = batch_sum(sum(expand_dims(positive, -1) * above, axis=0))
  pairs = batch_sum(sum(positive, axis=0)) * batch_sum(sum(negative, axis=0))
  it = mean(sum(worse * better, axis=-1) / maximum(pairs, 1))
}
`,
  ],
  [
    'metrics/counts.nn',
    `## The classes of the target, [N, K] of 0 and 1. Targets that are no class are 1 where they are above 0.5.
def fn meant(label, classes: int) {
  if is_class(label) { it = reshape(one_hot(label, classes), [-1, classes]) }
  else { it = reshape(label > 0.5, [-1, classes]) }
}

## The predicted classes, [N, K] of 0 and 1: that of the largest logit, and none where the target is left out. Of
## targets that are no class, those with a logit above 0.
def fn said(logits, label) {
  K = size(logits, -1)
  if is_class(label) {
    require classes(label) == K "the last axis must have one logit for each class"
    require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
    best = argmax(logits, axis=-1); known = label >= 0
    it = reshape(one_hot(where(known, best, -1), K), [-1, K])
  } else {
    require shape(logits) == shape(label) "what is compared with a target must have its shape"
    it = reshape(logits > 0, [-1, K])
  }
}

## The harmonic mean of precision and recall: 2·hits/(predicted + true) of each class, then the mean over the classes
## that are predicted or true somewhere (\`macro\`), or from the sums over all classes (\`micro\`). Class -1 is left out.
## Targets that are no class are 0 or 1 for each output, which is predicted where its logit is above 0.
##
## Keras: F1Score; a number for each class unless average is given
## PyTorch: torchmetrics.F1Score
## Also: f_score, f1_measure
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent; optim adam
##     metric f1 average=macro
def metric f1(logits=it, label=target, average: macro|micro = macro) {
  p = said(logits, label); q = meant(label, size(logits, -1))
  hits = batch_sum(sum(p * q, axis=0)); all = batch_sum(sum(p + q, axis=0))
  if average == micro { it = 2 * sum(hits) / maximum(sum(all), 1) }
  else { it = sum(2 * hits / maximum(all, 1)) / maximum(sum(all > 0), 1) }
}

## Of the rows that are predicted to be of a class, the share that is: hits/predicted, 0 for a class that is never
## predicted. \`average\`, and targets that are no class, are as in f1.
##
## Keras: Precision; over all outputs at once, of a probability above 0.5
## PyTorch: torchmetrics.Precision
## Also: positive_predictive_value
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent; optim adam
##     metric precision average=micro
def metric precision(logits=it, label=target, average: macro|micro = macro) {
  p = said(logits, label); q = meant(label, size(logits, -1))
  hits = batch_sum(sum(p * q, axis=0)); predicted = batch_sum(sum(p, axis=0)); occur = batch_sum(sum(q, axis=0))
  if average == micro { it = sum(hits) / maximum(sum(predicted), 1) }
  else { it = sum(hits / maximum(predicted, 1)) / maximum(sum(predicted + occur > 0), 1) }
}

## Of the rows that are of a class, the share that is predicted to be: hits/true, 0 for a class that never occurs.
## \`average\`, and targets that are no class, are as in f1.
##
## Keras: Recall; over all outputs at once, of a probability above 0.5
## PyTorch: torchmetrics.Recall
## Also: sensitivity, true_positive_rate
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent; optim adam
##     metric recall average=micro
def metric recall(logits=it, label=target, average: macro|micro = macro) {
  p = said(logits, label); q = meant(label, size(logits, -1))
  hits = batch_sum(sum(p * q, axis=0)); predicted = batch_sum(sum(p, axis=0)); occur = batch_sum(sum(q, axis=0))
  if average == micro { it = sum(hits) / maximum(sum(occur), 1) }
  else { it = sum(hits / maximum(occur, 1)) / maximum(sum(predicted + occur > 0), 1) }
}

## How far predictions and targets go together: 1 is perfect, 0 is chance, whatever the shares of the classes (Matthews
## 1975; Gorodkin 2004 for several classes). It is 0 where one of both is always the same. Class -1 is left out. Targets
## that are no class are taken output by output, and their coefficients averaged.
##
## Keras: none
## PyTorch: torchmetrics.MatthewsCorrCoef
## Also: matthews_corrcoef, matthews, phi_coefficient
##
##     input x: f32[4]; target label: class[3]
##     layer dense 3; loss xent; optim adam
##     metric mcc
def metric mcc(logits=it, label=target) {
  p = said(logits, label); q = meant(label, size(logits, -1))
  hits = batch_sum(sum(p * q, axis=0)); predicted = batch_sum(sum(p, axis=0)); occur = batch_sum(sum(q, axis=0))
  if is_class(label) {
    n = sum(occur)
    together = sum(hits) * n - sum(predicted * occur)
    spread = (n^2 - sum(predicted^2)) * (n^2 - sum(occur^2))
  } else {
    n = batch_sum(sum(p * 0 + 1, axis=0))
    together = hits * n - predicted * occur
    spread = predicted * (n - predicted) * occur * (n - occur)
  }
  it = mean(together / sqrt(maximum(spread, 1)))  # of whole numbers: where there is no spread, nothing goes together
}
`,
  ],
  [
    'metrics/label_error_rate.nn',
    `## How many labels are wrong, missing or too many, of all that there should be: the edit distance (Levenshtein 1966) of
## what is read from the labels, over their number. What is read is the best class of each position without repeats and
## blanks, as \`loss ctc\` means it. Labels that are shorter end in -1; a position where \`mask\` is 0 is left out.
##
## \`best\` tells \`train monitor=\` and the search which way is better.
##
## Keras: none
## PyTorch: torchmetrics.text.CharErrorRate; of texts
## Also: ler, cer, wer, edit_distance, phoneme_error_rate
##
##     input sound: f32[100, 13]; target text: class[28][20]
##     layer lstm 64 sequences=true; layer dense 28
##     loss ctc; optim adam
##     metric label_error_rate
def metric label_error_rate(logits=it, labels=target, mask: value = 1, blank: int = 0, best: lowest|highest = lowest) {
  require rank(logits) == 2 "there are logits at each position"
  K = size(logits, 1); L = size(labels, 0); n = sum(labels >= 0); at = arange(L + 1)
  best = sum(one_hot(argmax(logits, axis=-1), K) * arange(K), axis=-1)
  # d[j]: the distance from what has been read to the first j labels
  scan s, keep over best, mask with d = at, last = -1 {
    new = keep > 0 and s != blank and s != last
    one = minimum(d + 1, concat([[1e9], d[:-1] + (labels != s)]))
    # a label more than there is costs 1: the least one[i] + j - i over all i up to j
    less = expand_dims(at, 1) - at
    all = min(where(less >= 0, one + less, 1e9), axis=-1)
    d = where(new, all, d)
    last = where(keep > 0, s, last)
  }
  distance = sum(where(at == n, d, 0))
  it = batch_sum(distance) / maximum(batch_sum(n), 1)
}
`,
  ],
  [
    'metrics/mae.nn',
    `## The mean absolute difference.
##
## Keras: MeanAbsoluteError
## PyTorch: torchmetrics.MeanAbsoluteError
## Also: l1
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     metric mae
def metric mae(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = abs(z - y)
}
`,
  ],
  [
    'metrics/mse.nn',
    `## The mean square of the difference.
##
## Keras: MeanSquaredError
## PyTorch: torchmetrics.MeanSquaredError
## Also: l2
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss huber; optim adam
##     metric mse
def metric mse(z=it, y=target) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = (z - y)^2
}
`,
  ],
  [
    'metrics/perplexity.nn',
    `## Among how many equally likely classes the model might as well have guessed: e to the mean cross-entropy of all that
## is evaluated. Class -1 is left out.
##
## \`best\` tells \`train monitor=\` and the search which way is better.
##
## Keras: keras_hub.metrics.Perplexity
## PyTorch: torchmetrics.text.Perplexity
## Also: ppl
##
##     input chars: i32[32]; target next: class[78][32]
##     layer gpt 78 16 heads=2 ff=64 depth=2 length=32 from chars
##     loss xent; optim adamw lr=3e-4
##     metric perplexity
def metric perplexity(logits=it, label=target, best: lowest|highest = lowest) {
  require classes(label) == size(logits, -1) "the last axis must have one logit for each class"
  require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
  hot = one_hot(label, size(logits, -1))
  it = exp(weighted_mean(-sum(hot * log_softmax(logits), axis=-1), sum(hot, axis=-1)))
}
`,
  ],
  [
    'metrics/r2.nn',
    `## The share of the target's variance that is explained: 1 is perfect, 0 is what predicting the mean scores, and worse
## is negative, without a limit where the target hardly varies. Several outputs are averaged.
##
## Keras: R2Score
## PyTorch: torchmetrics.R2Score
## Also: r_squared, coefficient_of_determination
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     metric r2
def metric r2(z=it, y=target) {
  require shape(z) == shape(y) "what is compared with a target must have its shape"
  left = batch_mean((y - z)^2)
  it = 1 - mean(left / maximum(batch_variance(y), 1e-30))
}
`,
  ],
  [
    'metrics/rmse.nn',
    `## The root of the mean square difference, of all that is evaluated at once: it is not a mean over batches.
##
## \`best\` tells \`train monitor=\` and the search which way is better.
##
## Keras: RootMeanSquaredError
## PyTorch: torchmetrics.MeanSquaredError(squared=False)
## Also: root_mean_square
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     metric rmse
def metric rmse(z=it, y=target, best: lowest|highest = lowest) {
  require comparable(z, y) "what is compared with a target must have its shape"
  it = sqrt(batch_mean(mean((z - y)^2)))
}
`,
  ],
  [
    'metrics/top_k_accuracy.nn',
    `## The share of rows whose class is among the k largest logits; of equal ones the first is larger, so that k = 1 is
## accuracy. Class -1 is left out.
##
## Keras: SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy
## PyTorch: torchmetrics.Accuracy(top_k=5)
## Also: top_k, top_5, top_5_accuracy
##
##     input x: f32[4]; target label: class[10]
##     layer dense 10; loss xent; optim adam
##     metric top_k_accuracy k=3
def metric top_k_accuracy(logits=it, label=target, k: int = 5) {
  K = size(logits, -1)
  require classes(label) == K "the last axis must have one logit for each class"
  require shape(logits)[:-1] == shape(label) "each place of the target needs logits of its own"
  require k >= 1 and k <= K "k is between 1 and the number of classes"
  own = expand_dims(pick(logits, label), -1); after = arange(K) >= expand_dims(label, -1)
  behind = sum(logits < own or (logits == own and after), axis=-1)  # its own place is one of them
  known = label >= 0
  it = weighted_mean(known * (K - behind < k), known)
}
`,
  ],
  [
    'optimizers/adadelta.nn',
    `## Steps in the units of the weights: the gradient times the ratio of what steps and gradients have been lately, s and u
## being means of their squares (Zeiler 2012).
##
## Keras: Adadelta; lr is 1e-3, eps 1e-7
## PyTorch: optim.Adadelta; rho is 0.9
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adadelta
def optim adadelta(lr=1, rho=0.95, eps=1e-6) {
  state s = zeros; state u = zeros
  s <- rho * s + (1 - rho) * grad^2
  d = grad * sqrt(u + eps) / sqrt(s + eps)
  u <- rho * u + (1 - rho) * d^2
  param <- param - lr * d
}
`,
  ],
  [
    'optimizers/adafactor.nn',
    `## The root of the mean square.
def fn rms(x) = sqrt(mean(x^2))

## adam's second moment kept as one number for each row and column: little memory (Shazeer, Stern 2018). Of g/√square,
## shortened to a root mean square of \`clip\` where it is longer, the step is the share min(lr, 1/√t) of the root mean
## square of the weights, which counts as \`eps\` at least.
##
## \`power\` says how fast the moment forgets less, with 1 - t^-power for beta2, and \`tiny\` keeps divisors from 0.
##
## Keras: Adafactor; lr is 1e-3, tiny 1e-30
## PyTorch: optim.Adafactor; the same formula and defaults
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adafactor
def optim adafactor(lr=0.01, power=0.8, eps=1e-3, tiny=1.1920929e-7, clip=1, decay=0) {
  new = t^(-power)  # the weight of the new square: 1 - beta2
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
  length = maximum(eps, rms(param)) * minimum(lr, 1 / sqrt(t))
  if decays and decay != 0 { param <- param - lr * decay * param }
  param <- param - length * u / maximum(1, rms(u) / clip)
}
`,
  ],
  [
    'optimizers/adagrad.nn',
    `## Each weight's steps shrink with the squares of all its gradients so far, which begin at \`start\` (Duchi et al. 2011).
##
## Keras: Adagrad; lr is 1e-3, and eps stands under the root
## PyTorch: optim.Adagrad; s starts at 0, eps is 1e-10
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adagrad lr=0.1
def optim adagrad(lr=0.01, start=0.1, eps=1e-7) {
  state s = start
  s <- s + grad^2
  param <- param - lr * grad / (sqrt(s) + eps)
}
`,
  ],
  [
    'optimizers/adam.nn',
    `## The mean gradient over the root of the mean square, both of late and corrected for their start at 0
## (Kingma, Ba 2015).
##
## Keras: Adam; eps is added to √v as it is, before its start is corrected
## PyTorch: optim.Adam; eps is 1e-8
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adam lr=1e-3
def optim adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7) {
  state m = zeros; state v = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  param <- param - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
}
`,
  ],
  [
    'optimizers/adamax.nn',
    `## adam with the largest gradient of late instead of the root mean square (Kingma, Ba 2015, section 7).
##
## Keras: Adamax; eps is added to u behind the maximum
## PyTorch: optim.Adamax; lr is 2e-3, eps 1e-8
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adamax
def optim adamax(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7) {
  state m = zeros; state u = zeros
  m <- beta1 * m + (1 - beta1) * grad
  u <- maximum(beta2 * u, abs(grad) + eps)
  param <- param - lr / (1 - beta1^t) * m / u
}
`,
  ],
  [
    'optimizers/adamw.nn',
    `## adam, after every weight has shrunk by the share lr·decay: the decay is not part of the gradient (Loshchilov, Hutter
## 2019). Weights of one axis (biases, scales) do not decay unless a selector names them, as in \`optim adamw for
## **.bias\`.
##
## Keras: AdamW; decay is 4e-3, of weights of one axis too
## PyTorch: optim.AdamW; eps is 1e-8, and weights of one axis decay too
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim adamw lr=1e-3 decay=0.01
def optim adamw(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7, decay=0.01) {
  if decays and decay != 0 { param <- param - lr * decay * param }
  optim adam lr=lr beta1=beta1 beta2=beta2 eps=eps
}
`,
  ],
  [
    'optimizers/amsgrad.nn',
    `## adam that never forgets its largest mean square, so that steps do not grow again (Reddi et al. 2018).
##
## Keras: Adam(amsgrad=True); eps as in adam
## PyTorch: optim.Adam(amsgrad=True); eps is 1e-8
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim amsgrad
def optim amsgrad(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7) {
  state m = zeros; state v = zeros; state top = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  top <- maximum(top, v)
  param <- param - lr * (m / (1 - beta1^t)) / (sqrt(top / (1 - beta2^t)) + eps)
}
`,
  ],
  [
    'optimizers/lamb.nn',
    `## adam whose step has the length of the weights themselves, times lr: for very large batches (You et al. 2020). The
## length is that of each parameter as a whole, and where one of both lengths is 0 the step is that of adam. Weights of
## one axis do not decay unless a selector names them.
##
## Keras: Lamb; eps is 1e-7, and nothing decays unless weight_decay is given
## PyTorch: none
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim lamb
def optim lamb(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-6, decay=0.01) {
  state m = zeros; state v = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + decays * decay * param
  w = norm(param)
  n = norm(u)
  trust = where(w > 0 and n > 0, w / maximum(n, 1e-30), 1)
  param <- param - lr * trust * u
}
`,
  ],
  [
    'optimizers/lars.nn',
    `## Momentum with a step for each parameter that is a share of its own length, whatever that of its gradient, for very
## large batches: v ← beta·v + lr·trust·‖w‖/(‖g‖ + decay·‖w‖)·(g + decay·w) (You et al. 2017). A parameter that is all
## zeros, as biases are at first, moves as by momentum. Weights of one axis do not decay unless a selector names them.
##
## Keras: none
## PyTorch: none
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim lars lr=2 decay=1e-4
def optim lars(lr=1, trust=1e-3, decay=5e-4, beta=0.9) {
  state v = zeros
  shrink = decays * decay
  w = norm(param)
  n = norm(grad) + shrink * w
  scale = where(w > 0 and n > 0, trust * w / maximum(n, 1e-30), 1)
  v <- beta * v + lr * scale * (grad + shrink * param)
  param <- param - v
}
`,
  ],
  [
    'optimizers/lion.nn',
    `## Only the sign of a mixture of gradient and momentum: every weight moves by lr (Chen et al. 2023). It wants a smaller
## lr than adam, and a larger decay. Weights of one axis do not decay unless a selector names them.
##
## Keras: Lion; lr is 1e-3
## PyTorch: none
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim lion lr=1e-4 decay=0.1
def optim lion(lr=1e-4, beta1=0.9, beta2=0.99, decay=0) {
  state m = zeros
  direction = sign(beta1 * m + (1 - beta1) * grad)
  if decays and decay != 0 { param <- param - lr * decay * param }
  param <- param - lr * direction
  m <- beta2 * m + (1 - beta2) * grad
}
`,
  ],
  [
    'optimizers/lookahead.nn',
    `## Another optimizer, whose weights are drawn back toward slow ones every few updates: the slow ones go the share
## \`alpha\` of the way to the fast ones, which start again from there (Zhang et al. 2019). \`lookahead adamw(decay=0.1)
## lr=1e-3\` sets what the inner one has besides lr.
##
## Keras: none
## PyTorch: none
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim lookahead adam lr=1e-3 every=6
def optim lookahead(inner: kind = adam, lr=1e-3, every: int = 6, alpha=0.5) {
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
    `## A step against a running sum of gradients, which goes on in the direction of the steps before (Polyak 1964). With
## \`nesterov\` it looks one step ahead. A steady gradient ends in steps of lr/(1 - beta) times itself.
##
## Keras: SGD(momentum=0.9); lr stands inside the sum: v ← beta·v - lr·g
## PyTorch: optim.SGD(momentum=0.9); lr is 1e-3, and momentum 0 unless given
## Also: sgd_momentum, sgdm, nesterov, heavy_ball, nag
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim momentum lr=0.05 beta=0.9 nesterov=true
def optim momentum(lr=0.01, beta=0.9, nesterov=false) {
  state v = zeros
  v <- beta * v + grad
  if nesterov { param <- param - lr * (grad + beta * v) } else { param <- param - lr * v }
}
`,
  ],
  [
    'optimizers/muon.nn',
    `## About the nearest matrix with orthogonal columns (or rows, where there are fewer): Newton–Schulz steps, five of which
## bring the singular values to about 1.
def fn orthogonalize(x, steps: int = 5, eps=1e-7) {
  it = x / maximum(norm(x), eps)
  repeat steps {
    a = it @ transpose(it)
    it = 3.4445 * it + (2.0315 * a @ a - 4.775 * a) @ it
  }
}

## Matrices move by their momentum made orthogonal, so that no direction outweighs the others (Jordan 2024). A kernel of
## more axes is read as a matrix with its outputs as columns, and where it has more rows than columns the step is
## √(rows/columns) times as long.
##
## Weights of one axis move by momentum alone; \`optim adamw for **.bias\` beside it gives them another optimizer.
##
## Keras: Muon; matrices decay, and a step is 0.2·√(the longer side) times as long, with lr=1e-3; what is no matrix goes
## by adamw
## PyTorch: optim.Muon; of matrices alone, with lr=1e-3 and weight_decay=0.1, and rows are outputs there
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 8 relu; layer dense 1; loss mse
##     optim muon lr=0.02
def optim muon(lr=0.02, beta=0.95, nesterov=true) {
  state v = zeros
  v <- beta * v + (1 - beta) * grad
  if nesterov { u = beta * v + (1 - beta) * grad } else { u = v }
  if rank(param) >= 2 {
    x = reshape(u, [-1, size(u, -1)])
    param <- param - lr * sqrt(maximum(1, size(x, 0) / size(x, 1))) * reshape(orthogonalize(x), shape(u))
  } else {
    param <- param - lr * u
  }
}
`,
  ],
  [
    'optimizers/nadam.nn',
    `## adam with Nesterov's look ahead, and a momentum that grows with t, by \`psi\` (Dozat 2016).
##
## Keras: Nadam; psi is 1
## PyTorch: optim.NAdam; lr is 2e-3, eps 1e-8
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim nadam
def optim nadam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7, psi=4e-3) {
  state m = zeros; state v = zeros
  state mu: [] = 1  # the product of all momenta so far
  now = beta1 * (1 - 0.5 * 0.96^(t * psi))
  next = beta1 * (1 - 0.5 * 0.96^((t + 1) * psi))
  mu <- mu * now
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  ahead = next * m / (1 - mu * next) + (1 - now) * grad / (1 - mu)
  param <- param - lr * ahead / (sqrt(v / (1 - beta2^t)) + eps)
}
`,
  ],
  [
    'optimizers/radam.nn',
    `## adam that divides by the root mean square only once enough gradients are known to trust it: the first steps are the
## mean gradient alone (Liu et al. 2020).
##
## Keras: none
## PyTorch: optim.RAdam; eps is 1e-8
## Also: rectified_adam
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim radam
def optim radam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7) {
  state m = zeros; state v = zeros
  m <- beta1 * m + (1 - beta1) * grad
  v <- beta2 * v + (1 - beta2) * grad^2
  limit = 2 / (1 - beta2) - 1
  known = limit - 2 * t * beta2^t / (1 - beta2^t)  # the length of the average, corrected for its start
  r = maximum(known, 5)
  trust = sqrt((r - 4) * (r - 2) * limit / ((limit - 4) * (limit - 2) * r))
  scale = where(known > 5, trust * sqrt(1 - beta2^t) / (sqrt(v) + eps), 1)
  param <- param - lr * m / (1 - beta1^t) * scale
}
`,
  ],
  [
    'optimizers/rmsprop.nn',
    `## The gradient over the root of its mean square of late (Hinton 2012).
##
## Keras: RMSprop; eps stands under the root
## PyTorch: optim.RMSprop; lr is 1e-2, alpha (rho here) 0.99, eps 1e-8
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim rmsprop lr=1e-3
def optim rmsprop(lr=1e-3, rho=0.9, eps=1e-7) {
  state s = zeros
  s <- rho * s + (1 - rho) * grad^2
  param <- param - lr * grad / (sqrt(s) + eps)
}
`,
  ],
  [
    'optimizers/sam.nn',
    `## Sharpness-aware: another optimizer, by the gradient at the worst point near the weights, w + rho·g/‖g‖, where ‖g‖ is
## over all parameters (Foret et al. 2021). \`sam adamw(decay=0.1) lr=1e-3\` sets what the inner one has besides lr.
##
## An update goes forward and backward twice, over the same masks of dropout; the states of layers are those of the
## first time.
##
## Keras: none
## PyTorch: none
## Also: sharpness_aware_minimization
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim sam adam lr=1e-3 rho=0.05
def optim sam(inner: kind = adam, lr=1e-3, rho=0.05) {
  at <- param + rho * (grad / maximum(grad_norm, 1e-30))
  optim inner lr=lr
}
`,
  ],
  [
    'optimizers/sgd.nn',
    `## A step of lr times the gradient, against it. With a running sum of gradients it is momentum.
##
## Keras: SGD; the same lr
## PyTorch: optim.SGD; lr is 1e-3
## Also: gradient_descent, gd
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse
##     optim sgd lr=0.1
def optim sgd(lr=0.01) = param - lr * grad
`,
  ],
  [
    'penalties/group_l1.nn',
    `## c times the length of each output's weights, times the root of their number: it drives whole outputs toward 0 (Yuan,
## Lin 2006). An output is a place of the last axis. Weights of one axis (biases, scales) are left out unless a selector
## names them.
##
## Keras: none
## PyTorch: none
## Also: group_lasso
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 16 relu; layer dense 1 as head; loss mse; optim sgd
##     penalty group_l1 1e-4 on dense
def penalty group_l1(c) {
  if rank(param) < 2 { it = c * abs(param) }
  else { it = c * sqrt(product(shape(param)[:-1])) * norm(param, axis=axes(param)[:-1]) }
}
`,
  ],
  [
    'penalties/l1.nn',
    `## c times the sum of absolute values: it drives weights toward exactly 0. Weights of one axis (biases, scales) are left
## out unless a selector names them.
##
## Keras: regularizers.L1; 0.01 unless given
## PyTorch: none
## Also: lasso
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim sgd
##     penalty l1 1e-4 on dense
def penalty l1(c) = c * abs(param)
`,
  ],
  [
    'penalties/l2.nn',
    `## c times the sum of squares: it keeps weights small. Weights of one axis (biases, scales) are left out unless a
## selector names them.
##
## Keras: regularizers.L2; 0.01 unless given
## PyTorch: none; weight_decay=c of torch.optim.SGD has the gradient of \`penalty l2 c/2\`
## Also: ridge, weight_decay, tikhonov
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim sgd
##     penalty l2 1e-4 on dense
def penalty l2(c) = c * param^2
`,
  ],
  [
    'reparams/spectral_norm.nn',
    `## The weight over its largest singular value, which \`steps\` of the power method follow in training (Miyato et al.
## 2018). The weight is read as a matrix with a column for each output; u is a constant to the gradient.
##
## Keras: SpectralNormalization; it wraps a layer
## PyTorch: nn.utils.parametrizations.spectral_norm; u has gone 15 steps when training begins
## Also: sn
##
##     input x: f32[8]; target y: f32[1]
##     layer dense 16 relu; layer dense 1; loss mse; optim adam
##     reparam spectral_norm on dense.kernel
def reparam spectral_norm(steps: int = 1) {
  require steps >= 1 "u follows the singular value by one step at least"
  w = reshape(it, [-1, size(it, -1)])
  state u: [size(it, -1)] = l2_normalize(normal([size(it, -1)]))
  if training { repeat steps { v = l2_normalize(w @ u); u <- l2_normalize(v @ w) } }
  sigma = norm(w @ u)
  it = it / sigma
}
`,
  ],
  [
    'reparams/weight_norm.nn',
    `## A direction and a length for each output: g·v/‖v‖, where v is the weight that is stored (Salimans and Kingma 2016).
## An output is a place of the last axis. g starts as ‖v‖, so that the layer starts as it was.
##
## Keras: none
## PyTorch: nn.utils.parametrizations.weight_norm; the same
## Also: weight_normalization
##
##     input x: f32[8]; target y: f32[1]
##     layer dense 16 relu; layer dense 1; loss mse; optim adam
##     reparam weight_norm on dense.kernel
def reparam weight_norm() {
  weight g: [size(it, -1)] init=norm(reshape(it, [-1, size(it, -1)]), axis=0)
  it = it * (g / norm(reshape(it, [-1, size(it, -1)]), axis=0))
}
`,
  ],
  [
    'schedules/constant.nn',
    `## The learning rate as it is, after the warm-up.
##
## Keras: none
## PyTorch: none
## Also: constant_lr, constant_with_warmup
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim sgd
##     schedule constant warmup=100
def schedule constant = 1
`,
  ],
  [
    'schedules/cosine.nn',
    `## Down to 0 along half a cosine (Loshchilov, Hutter 2017).
##
## Keras: CosineDecay; alpha is \`min\`
## PyTorch: lr_scheduler.CosineAnnealingLR; eta_min is a learning rate, \`min\` a share of it
## Also: cosine_annealing, cosine_with_warmup
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     schedule cosine warmup=100 min=0.01
def schedule cosine = (1 + cos(pi * u)) / 2
`,
  ],
  [
    'schedules/exponential.nn',
    `## Times gamma after each update, or after \`every\` of them. The updates of the warm-up count too.
##
## Keras: ExponentialDecay; it falls between the steps too unless staircase=True
## PyTorch: lr_scheduler.ExponentialLR, lr_scheduler.StepLR; by epochs, where scheduler.step() stands there
## Also: step_decay
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim sgd
##     schedule exponential 0.9 every=100
def schedule exponential(gamma, every: int = 1) = gamma^floor((t - 1) / every)
`,
  ],
  [
    'schedules/onecycle.nn',
    `## From a to b along half a cosine, as x goes from 0 to 1.
def fn glide(a: number, b: number, x: number) = b + (a - b) * (1 + cos(pi * x)) / 2

## Up from start to 1 at the share \`peak\` of the run, then down to end, each along half a cosine (Smith, Topin 2018).
##
## Keras: none
## PyTorch: lr_scheduler.OneCycleLR; it ends at start/1e4, and momentum goes the other way
## Also: one_cycle_lr
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim momentum lr=0.1
##     schedule onecycle
def schedule onecycle(start=1/25, end=1e-4, peak=0.3) =
    where(u < peak, glide(start, 1, u / peak), glide(1, end, (u - peak) / (1 - peak)))
`,
  ],
  [
    'schedules/polynomial.nn',
    `## Down to 0 along a straight line.
##
## Keras: PolynomialDecay(power=1); it ends at a learning rate of 1e-4 unless given
## PyTorch: lr_scheduler.LinearLR; it rises unless end_factor is below start_factor
## Also: linear_decay, linear_with_warmup
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     schedule linear warmup=100
def schedule linear = 1 - u

## Down to 0, steeper at first for powers above 1, along a straight line for 1.
##
## Keras: PolynomialDecay; it ends at a learning rate of 1e-4 unless given
## PyTorch: lr_scheduler.PolynomialLR
## Also: poly
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim adam
##     schedule polynomial power=2
def schedule polynomial(power=1) = (1 - u)^power
`,
  ],
  [
    'schedules/step.nn',
    `## Times gamma after each of the updates that \`at\` lists, which count from 1, the warm-up included.
##
## Keras: PiecewiseConstantDecay; it takes the values instead of a factor
## PyTorch: lr_scheduler.MultiStepLR; by epochs, where scheduler.step() stands there
## Also: multi_step, piecewise_constant
##
##     input x: f32[4]; target y: f32[1]
##     layer dense 1; loss mse; optim sgd
##     schedule step at=[500, 800]
def schedule step(at: list, gamma=0.1) {
  it = 1
  repeat limit in at { it = it * where(t > limit, gamma, 1) }
}
`,
  ],
]);
