"""Whole models: the residual net with its backbone frozen, text with an LSTM, layers that the user wrote, two views."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, classes, features
from layers import biased, convolution, recur, scope
from optimizers import Torch, adam, momentum, nadam
from threefry import dropout

SEED = 20275000


def brightness(n, *shape):
    return lambda rng: rng.random((n, *shape), np.float32)


def residual_net(cases, width, size, rows):
    """The statistics of a frozen batchnorm are those that came in; the penalty on what is frozen is left out."""
    spec = f"""def layer residual(ch, stride=1) {{
  x = it
  layer conv ch 3x3 stride=stride pad=same bias=false
  layer batchnorm
  layer relu
  layer conv ch 3x3 pad=same bias=false
  layer batchnorm as main
  if stride != 1 {{ layer conv ch 1x1 stride=stride from x as skip }} else {{ skip = x }}
  it = relu(main + skip)
}}
input image: f32[{size}, {size}, 3] in 0..1
target label: class[10]
block backbone {{
  layer conv {width} 3x3 pad=same bias=false; layer batchnorm; layer relu
  repeat 2 {{ layer residual {width} }}
  layer residual {2 * width} stride=2
  layer residual {4 * width} stride=2
  layer avgpool global
}}
layer dense 10 as head
loss xent; optim momentum lr=0.05 beta=0.9; penalty l2 1e-4 on backbone
freeze backbone
train epochs=3 batch=32
"""
    shapes, states = {}, {}

    def conv(path, k, i, o, bias=False):
        shapes[f"{path}.kernel"] = (k, k, i, o)
        if bias:
            shapes[f"{path}.bias"] = (o,)

    def norm(path, c):
        shapes.update({f"{path}.gamma": (c,), f"{path}.beta": (c,)})
        states.update({f"{path}.mean": (c,), f"{path}.var": (c,)})

    rounds = [("backbone.repeat.0.residual", width, width, 1), ("backbone.repeat.1.residual", width, width, 1),
              ("backbone.residual", width, 2 * width, 2), ("backbone.residual_1", 2 * width, 4 * width, 2)]
    conv("backbone.conv", 3, 3, width)
    norm("backbone.batchnorm", width)
    for path, i, o, stride in rounds:
        conv(f"{path}.conv", 3, i, o)
        norm(f"{path}.batchnorm", o)
        conv(f"{path}.conv_1", 3, o, o)
        norm(f"{path}.main", o)
        if stride != 1:
            conv(f"{path}.skip", 1, i, o, bias=True)
    shapes.update({"head.kernel": (4 * width, 10), "head.bias": (10,)})

    def out(w, b, s):
        conv = lambda path, x, stride=1: biased(
            scope(w, path), convolution(x, w[f"{path}.kernel"], (stride, stride), "same", (1, 1), 1))
        norm = lambda path, x: F.batch_norm(x.movedim(-1, 1), s[f"{path}.mean"], s[f"{path}.var"], w[f"{path}.gamma"],
                                            w[f"{path}.beta"], eps=1e-3).movedim(1, -1)
        x = torch.relu(norm("backbone.batchnorm", conv("backbone.conv", b["image"])))
        for path, _, _, stride in rounds:
            y = torch.relu(norm(f"{path}.batchnorm", conv(f"{path}.conv", x, stride)))
            y = norm(f"{path}.main", conv(f"{path}.conv_1", y))
            x = torch.relu(y + (conv(f"{path}.skip", x, stride) if stride != 1 else x))
        return F.linear(x.mean((1, 2)), w["head.kernel"].T, w["head.bias"])

    cases.case("residual-net", spec, shapes, lambda w, b, s: ([F.cross_entropy(out(w, b, s), b["label"].long())], s),
               predict=out, optimizer=lambda: momentum(0.9), lr=0.05, before=1, frozen=("backbone",), states=states,
               scale=0.2, batch={"image": brightness(rows, size, size, 3), "label": classes(rows, 10)})


def text(cases, length, vocabulary, width, units, rows, scale):
    """Weights that are too large make the recurrence chaotic, and a step of single precision another one."""
    spec = f"""input words: i32[{length}]; target label: class[2]
layer embedding {vocabulary} {width}; layer lstm {units}; layer dropout 0.5; layer dense 2
loss xent; optim rmsprop lr=1e-3; clip norm 5
"""
    def out(w, b, training):
        x = F.embedding(b["words"].long(), w["embedding.table"])
        h = recur("lstm", scope(w, "lstm"), x, units)[1]
        h = dropout(h, 0.5) if training else h
        return F.linear(h, w["dense.kernel"].T, w["dense.bias"])

    def clip(params):
        norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
        for p in params:
            p.grad *= min(1.0, 5 / float(norm))

    cases.case("text", spec,
               {"embedding.table": (vocabulary, width), "lstm.kernel": (width, 4 * units), "lstm.recurrent": (units, 4 * units),
                "lstm.bias": (4 * units,), "dense.kernel": (units, 2), "dense.bias": (2,)},
               lambda w, b, s: ([F.cross_entropy(out(w, b, True), b["label"].long())], s),
               predict=lambda w, b, s: out(w, b, False), clip=clip, lr=1e-3, scale=scale,
               optimizer=lambda: Torch(lambda ps: torch.optim.RMSprop(ps, lr=1, alpha=0.9, eps=1e-7), {"s": "square_avg"}),
               batch={"words": classes(rows, vocabulary, length), "label": classes(rows, 2)})


def own_layers(cases, rows):
    spec = """def layer swiglu(units) {
  weight gate: [in, units]
  weight up:   [in, units]
  weight down: [units, in]
  it = (silu(it @ gate) * (it @ up)) @ down
}
def layer elman(units) {
  weight w: [in, units]; weight u: [units, units] init=orthogonal; weight b: [units] init=zeros
  scan x over it with h = zeros([units]) { h = tanh(x @ w + h @ u + b) }
  it = h
}
input x: f32[20, 8]; target y: f32[1]
layer elman 32; layer swiglu 64; layer dense 1
loss mse; optim nadam lr=1e-3
"""

    def out(w, b):
        x = b["x"]
        weights = [w["elman.w"].T, w["elman.u"].T, w["elman.b"], torch.zeros(32)]
        h = torch.rnn_tanh(x, x.new_zeros(1, len(x), 32), weights, True, 1, 0.0, True, False, True)[0][:, -1]
        h = (F.silu(h @ w["swiglu.gate"]) * (h @ w["swiglu.up"])) @ w["swiglu.down"]
        return F.linear(h, w["dense.kernel"].T, w["dense.bias"])

    cases.case("own-layers", spec,
               {"elman.w": (8, 32), "elman.u": (32, 32), "elman.b": (32,), "swiglu.gate": (32, 64), "swiglu.up": (32, 64),
                "swiglu.down": (64, 32), "dense.kernel": (32, 1), "dense.bias": (1,)},
               lambda w, b, s: ([F.mse_loss(out(w, b), b["y"])], s), predict=lambda w, b, s: out(w, b),
               optimizer=nadam, lr=1e-3, before=2, scale=0.2, batch={"x": features(rows, 20, 8), "y": features(rows, 1)})


def contrastive(cases, rows, width, hidden, units):
    """One encoder for both views, whose own pairs are to be found among those of the batch; and a classifier."""
    spec = f"""input a: f32[{width}]; input b: f32[{width}]; target label: class[5]
block encoder {{ layer dense {hidden} gelu from a; layer dense {units} as za }}
reuse encoder from b as zb
u = za / sqrt(sum(za^2, axis=-1, keepdims=true))
v = zb / sqrt(sum(zb^2, axis=-1, keepdims=true))
loss infonce u v temperature=0.1 weight=0.5
layer dense 5 from za
loss xent it label
optim adam lr=1e-3
"""
    linear = lambda w, path, x: F.linear(x, w[f"{path}.kernel"].T, w[f"{path}.bias"])
    encoded = lambda w, x: linear(w, "encoder.za", F.gelu(linear(w, "encoder.dense", x)))

    def losses(w, b, s):
        za = encoded(w, b["a"])
        products = F.normalize(za, dim=-1) @ F.normalize(encoded(w, b["b"]), dim=-1).T / 0.1
        own = torch.arange(len(products))
        both = (F.cross_entropy(products, own) + F.cross_entropy(products.T, own)) / 2
        return [0.5 * both, F.cross_entropy(linear(w, "dense", za), b["label"].long())], s

    shapes = {"encoder.dense": (width, hidden), "encoder.za": (hidden, units), "dense": (units, 5)}
    cases.case("contrastive", spec,
               {f"{path}.{name}": size for path, (i, o) in shapes.items() for name, size in [("kernel", (i, o)), ("bias", (o,))]},
               losses, predict=lambda w, b, s: linear(w, "dense", encoded(w, b["a"])), optimizer=adam, lr=1e-3, before=1,
               batch={"a": features(rows, width), "b": features(rows, width), "label": classes(rows, 5)})


def small():
    cases = Cases(SEED)
    residual_net(cases, width=3, size=8, rows=3)
    text(cases, length=12, vocabulary=9, width=5, units=6, rows=4, scale=0.5)
    own_layers(cases, rows=4)
    contrastive(cases, rows=5, width=6, hidden=7, units=4)
    return cases


def full():
    cases = Cases(SEED)
    residual_net(cases, width=16, size=32, rows=8)
    text(cases, length=80, vocabulary=5000, width=64, units=128, rows=32, scale=0.08)
    own_layers(cases, rows=32)
    return cases


CASES = small()
