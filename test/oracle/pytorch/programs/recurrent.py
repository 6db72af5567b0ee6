"""rnn, lstm, gru and bidirectional: sizes, layers, masks and directions are drawn; and recurrences of a spec's own."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, classes, features, halves
from layers import along, bidirectional, dense, embedding, recurrent, scope
from net import Net, cross_entropy
from optimizers import adam, momentum, sgd

CASES = Cases(20271000)
rng = np.random.default_rng(2)


def one(*choices):
    return choices[rng.integers(len(choices))]


def between(low, high):
    return int(rng.integers(low, high + 1))


def lengths(n, steps):
    """1 up to a length of each row's own, at least one."""
    return lambda rng: (np.arange(steps) < rng.integers(1, steps + 1, (n, 1))).astype(np.float32)


def start(steps, width, mask):
    net = Net(rows=between(1, 3))
    if mask:
        net.input("m", (steps,), one(halves, lengths))
    if rng.random() < 0.5:
        return net.input("x", (steps, width))
    first = between(1, 4)
    return net.input("x", (steps, first)).layer(dense(first, width, "tanh"))


for i in range(27):
    cell = ["rnn", "lstm", "gru"][i % 3]
    steps, width, layers = between(1, 6), between(1, 4), one(1, 1, 2, 3)
    mask = one(None, None, "m")
    net = start(steps, width, mask)
    for layer in range(layers):
        units = between(1, 5)
        sequences = layer < layers - 1 or one(True, False)
        act = one("tanh", "relu", "sigmoid") if cell == "rnn" else "tanh"
        net.layer(recurrent(cell, width, units, act, sequences, one(False, False, True), mask))
        width = units
    if one(True, False):
        net.layer(dense(width, 3))
        net.close(CASES, f"{cell}-{i}", rng, classes_too=True)
    else:
        net.close(CASES, f"{cell}-{i}", rng)

for i in range(9):
    cell = ["rnn", "lstm", "gru"][i % 3]
    steps, width, layers = between(1, 6), between(1, 3), one(1, 2)
    mask = one(None, "m")
    net = start(steps, width, mask)
    for layer in range(layers):
        units = between(1, 4)
        net.layer(bidirectional(cell, width, units, layer < layers - 1 or one(True, False), mask))
        width = 2 * units
    net.close(CASES, f"bidirectional-{cell}-{i}", rng)

for i in range(3):  # kinds after one another
    steps, width = between(2, 5), between(1, 3)
    net = start(steps, width, None)
    for cell in ["lstm", "gru", "rnn"][i:] + ["lstm", "gru", "rnn"][:i]:
        net.layer(recurrent(cell, width, 3, sequences=True, reverse=one(False, True)))
        width = 3
    net.close(CASES, f"mixed-{i}", rng)


def words_left_out(n, k, *shape):
    """About a quarter of the positions has no class; the first of all has one."""

    def draw(rng):
        labels = rng.integers(0, k, (n, *shape))
        labels[rng.random(labels.shape) < 0.25] = -1
        labels.flat[0] = 0
        return labels.astype(np.int32)

    return draw


for i in range(6):  # words, some of them twice, and a class for each or for all
    length, vocabulary, units = between(2, 7), between(2, 6), between(1, 4)
    net = Net(rows=between(1, 3)).words("words", length, vocabulary).layer(embedding(vocabulary, units))
    if i >= 2:
        net.layer(recurrent(["rnn", "lstm", "gru"][i % 3], units, 3, sequences=i % 2 == 0))
        units = 3
    net.layer(dense(units, 4)).close(CASES, f"embedding-{i}", rng, classes_too=True, target=words_left_out)


# ---------------------------------------------------------------- recurrences of the spec's own

LINES = {"sgd": (sgd, 0.1, 0), "momentum beta=0.8": (lambda: momentum(0.8), 0.1, 1), "adam": (adam, 1e-3, 2)}


def own(name, spec, shapes, forward, batch, optim="sgd", loss="mse", f=F.mse_loss):
    """`forward(w, b)` is what the loss is of."""
    optimizer, lr, before = LINES[optim]
    CASES.case(name, f"{spec}loss {loss}\noptim {optim} lr={lr}\n", shapes,
               lambda w, b, s: ([f(forward(w, b), b["y"])], s), predict=lambda w, b, s: forward(w, b),
               optimizer=optimizer, lr=lr, before=before, batch=batch)


ELMAN = """def layer elman(units, reverse=false, sequences=false) {
  weight w: [in, units]; weight u: [units, units] init=orthogonal; weight b: [units] init=zeros
  scan x over it with h = zeros([units]) reverse=reverse { h = tanh(x @ w + h @ u + b) }
  if sequences { it = h.all } else { it = h }
}
"""


def elman(w, x, units, reverse=False):
    weights = (w["w"].T, w["u"].T, w["b"], torch.zeros(units))
    return along(lambda x, h: (torch.rnn_tanh_cell(x, h, *weights),), x, (x.new_zeros(len(x), units),), None, reverse)


for i in range(4):
    n, T, c, u = between(1, 3), between(1, 6), between(1, 4), between(1, 4)
    reverse, every = i % 2 == 1, i >= 2
    args = f"{u}" + (" reverse=true" if reverse else "") + (" sequences=true" if every else "")
    target = (T, u) if every else (u,)
    own(f"elman-{i}", f"{ELMAN}input x: f32[{T}, {c}]; target y: f32[{', '.join(map(str, target))}]\nlayer elman {args}\n",
        {"elman.w": (c, u), "elman.u": (u, u), "elman.b": (u,)},
        lambda w, b, u=u, r=reverse, e=every: elman(scope(w, "elman"), b["x"], u, r)[0 if e else 1],
        {"x": features(n, T, c), "y": features(n, *target)}, one(*LINES))


def given_start(T, c, u, source):
    """A state that starts as an input, a weight, or what a layer makes of an input."""
    head = f"input x: f32[{T}, {c}]; target y: f32[{u}]\nweight w: [{c}, {u}]; weight u: [{u}, {u}]\n"
    shapes = {"w": (c, u), "u": (u, u)}
    batch = {"x": features(2, T, c), "y": features(2, u)}
    if source == "input":
        head = f"input h0: f32[{u}]\n" + head
        batch["h0"] = features(2, u)
        begin = lambda w, b: b["h0"]
    elif source == "weight":
        head += f"weight h0: [{u}] init=normal\n"
        shapes["h0"] = (u,)
        begin = lambda w, b: w["h0"].expand(2, u)
    else:
        head = f"input z: f32[3]\nlayer dense {u} tanh from z as h0\n" + head
        shapes.update({"h0.kernel": (3, u), "h0.bias": (u,)})
        batch["z"] = features(2, 3)
        begin = lambda w, b: torch.tanh(b["z"] @ w["h0.kernel"] + w["h0.bias"])
    zero = torch.zeros(u)
    own(f"start-{source}", head + "scan e over x with h = h0 { h = tanh(e @ w + h @ u) }\nit = h\n", shapes,
        lambda w, b: along(lambda x, h: (torch.rnn_tanh_cell(x, h, w["w"].T, w["u"].T, zero, zero),), b["x"],
                           (begin(w, b),))[1], batch, one(*LINES))


for source in ("input", "weight", "layer"):
    given_start(between(2, 5), between(1, 3), between(2, 4), source)


def peephole(T, c, u):
    """An lstm whose gates see the memory (Gers, Schmidhuber 2000), with both states started by the spec."""

    def turn(w, x, h, m):
        i, f, g = (F.linear(x, w[f"w{k}"].T) + F.linear(h, w[f"u{k}"].T) for k in "ifg")
        i, f = torch.sigmoid(i + m * w["pi"]), torch.sigmoid(f + m * w["pf"])
        m = f * m + i * torch.tanh(g)
        return torch.sigmoid(F.linear(x, w["wo"].T) + m * w["po"]) * torch.tanh(m), m

    weights = " ".join(f"weight w{k}: [in, units]; " for k in "ifgo") + "".join(f"weight u{k}: [units, units]; " for k in "ifg")
    weights += "; ".join(f"weight p{k}: [units] init=normal" for k in "ifo")
    spec = f"""def layer peephole(units) {{
  {weights}
  scan x over it with h = zeros([units]), m = ones([units]) {{
    i = sigmoid(x @ wi + h @ ui + m * pi); f = sigmoid(x @ wf + h @ uf + m * pf)
    m = f * m + i * tanh(x @ wg + h @ ug)
    h = sigmoid(x @ wo + m * po) * tanh(m)
  }}
  it = h.all
}}
input x: f32[{T}, {c}]; target y: f32[{T}, {u}]
layer peephole {u}
"""
    shapes = {f"peephole.w{k}": (c, u) for k in "ifgo"} | {f"peephole.u{k}": (u, u) for k in "ifg"}
    shapes |= {f"peephole.p{k}": (u,) for k in "ifo"}

    def forward(w, b):
        w, x = scope(w, "peephole"), b["x"]
        return along(lambda x, h, m: turn(w, x, h, m), x, (torch.zeros(len(x), u), torch.ones(len(x), u)))[0]

    own("peephole", spec, shapes, forward, {"x": features(2, T, c), "y": features(2, T, u)}, "adam")


peephole(4, 2, 3)


def two_sequences(T, c, u):
    """Two sequences in step, three values carried: a state, a running maximum and a count."""
    spec = f"""input a: f32[{T}, {c}]; input g: f32[{T}]; target y: f32[{u}]
weight w: [{c}, {u}]; weight u: [{u}, {u}]
scan x, k over a, g with h = zeros([{u}]), top = (-10) * ones([{u}]), n = 0 reverse=true {{
  h = k * tanh(x @ w + h @ u) + (1 - k) * h
  top = maximum(top, h * (1 + n))
  n = n + 0.25
}}
it = top + h
"""

    def forward(w, b):
        h, top, n = torch.zeros(2, u), torch.full((2, u), -10.0), 0.0
        for t in reversed(range(T)):
            k = b["g"][:, t, None]
            h = k * torch.tanh(b["a"][:, t] @ w["w"] + h @ w["u"]) + (1 - k) * h
            top = torch.maximum(top, h * (1 + n))
            n += 0.25
        return top + h

    own("two-sequences", spec, {"w": (c, u), "u": (u, u)}, forward,
        {"a": features(2, T, c), "g": features(2, T), "y": features(2, u)}, "momentum beta=0.8")


two_sequences(5, 2, 3)


def layers_within(T, c, u):
    """Layers in a turn: their weights are one for all positions; the turn before is read through a norm."""
    spec = f"""input x: f32[{T}, {c}]; target y: class[3]
scan e over x with h = ones([{u}]) {{
  layer layernorm from h
  layer dense {u} gelu as wide
  layer dense {u} bias=false from e as read
  h = h + read * wide
}}
layer dense 3 from (mean(h.all, axis=0)) as head
"""

    def forward(w, b):
        h, all = torch.ones(len(b["x"]), u), []
        for t in range(T):
            n = F.layer_norm(h, (u,), w["layernorm.gamma"], w["layernorm.beta"], 1e-3)
            h = h + (b["x"][:, t] @ w["read.kernel"]) * F.gelu(n @ w["wide.kernel"] + w["wide.bias"])
            all.append(h)
        return torch.stack(all, 1).mean(1) @ w["head.kernel"] + w["head.bias"]

    shapes = {"layernorm.gamma": (u,), "layernorm.beta": (u,), "wide.kernel": (u, u), "wide.bias": (u,),
              "read.kernel": (c, u), "head.kernel": (u, 3), "head.bias": (3,)}
    own("layers-within", spec, shapes, forward, {"x": features(3, T, c), "y": classes(3, 3)}, "adam", "xent", cross_entropy)


layers_within(4, 2, 3)


def scan_in_scan(P, T, c, u):
    """Words of letters: a recurrence over each word's letters inside that over the words."""
    spec = f"""input x: f32[{P}, {T}, {c}]; target y: f32[{u}]
weight w: [{c}, {u}]; weight u: [{u}, {u}]; weight v: [{u}, {u}]
scan word over x with s = zeros([{u}]) {{
  scan e over word with h = s {{ h = tanh(e @ w + h @ u) }}
  s = s @ v + h
}}
it = s
"""

    def forward(w, b):
        s = torch.zeros(len(b["x"]), u)
        for p in range(P):
            h = s
            for t in range(T):
                h = torch.tanh(b["x"][:, p, t] @ w["w"] + h @ w["u"])
            s = s @ w["v"] + h
        return s

    own("scan-in-scan", spec, {"w": (c, u), "u": (u, u), "v": (u, u)}, forward,
        {"x": features(2, P, T, c), "y": features(2, u)})


scan_in_scan(3, 2, 2, 3)
