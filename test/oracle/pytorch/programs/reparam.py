"""Reparametrisations: layers that read a function of their weights, as PyTorch's own code computes it. Each is asked once
in a step, for all that read the weight."""

import torch
import torch.nn.functional as F
from torch.nn.utils.parametrizations import _SpectralNorm

from case import Cases, classes, features
from layers import attention, conv, dense, flatten, layernorm, recurrent, scope
from net import cross_entropy
from optimizers import AdamW, adam, momentum, sgd

CASES = Cases(20277000)


def weight_norm(v, own):
    """g·v/‖v‖ with a norm for each output, the last axis."""
    return torch._weight_norm(v, own["g"].reshape(*[1] * (v.dim() - 1), -1), v.dim() - 1)


def spectral_norm(v, own, steps):
    """The weight over σ, and the u that it leaves; without steps as in evaluation. PyTorch's second vector is what the
    first one says of the weight as it is now."""
    module = _SpectralNorm(v.detach(), n_power_iterations=max(steps, 1), dim=v.dim() - 1)
    module._u = own["u"].clone()
    module._v = F.normalize(v.detach().movedim(-1, 0).flatten(1).T @ own["u"], dim=0)
    return module.train(steps > 0)(v), {"u": module._u.clone()}


def read(w, s, adapted, training):
    """The weights that layers read, and the new states. `adapted`: by weight the kind, and the scope of its own."""
    whole, states = dict(w), dict(s)
    for path, (kind, at) in adapted.items():
        if kind == "weight_norm":
            whole[path] = weight_norm(w[path], scope(w, at))
        else:
            whole[path], new = spectral_norm(w[path], scope(s, at), kind if training else 0)
            states.update({f"{at}.{n}": value for n, value in new.items()})
    return whole, states


def case(name, spec, lines, shapes, adapted, forward, batch, pairs={}, frozen=(), still=(), **more):
    """`adapted` has the kind of each weight (a number: spectral_norm, with so many steps); `pairs` as in lora."""
    states = {}
    for path, (kind, at) in adapted.items():
        last = (shapes[path][-1],)
        if kind == "weight_norm":
            shapes = {**shapes, f"{at}.g": last}
        else:
            states[f"{at}.u"] = last
    for path, (scale, at, rank) in pairs.items():
        ins, outs = shapes[path]
        shapes = {**shapes, f"{at}.a": (ins, rank), f"{at}.b": (rank, outs)}
    loss, f = ("xent", cross_entropy) if "class[" in spec else ("mse", F.mse_loss)

    def run(w, b, s, training):
        whole, new = read(w, s, adapted, training)
        for path, (scale, at, rank) in pairs.items():
            whole[path] = whole[path] + scale * (w[f"{at}.a"] @ w[f"{at}.b"])
        return forward(whole, b), new

    def step(w, b, s):
        z, new = run(w, b, s, True)
        return [f(z, b["y"])], new

    kept = [n for n in shapes if any(n.startswith(f"{f}.") for f in frozen) and ".lora." not in n]
    CASES.case(name, f"{spec}\nloss {loss}\n{lines}\n", shapes, step, predict=lambda w, b, s: run(w, b, s, False)[0],
               batch=batch, still=(*kept, *still), states=states, **more)


def at(layer, path):
    return {f"{path}.{n}": s for n, s in layer.weights.items()}


BODY, HEAD = dense(5, 4, "tanh"), dense(4, 3)
PLAIN = {**at(BODY, "dense"), **at(HEAD, "head")}
SPEC = "input x: f32[5]; target y: class[3]; layer dense 4 tanh; layer dense 3 as head"
FLAT = {"x": features(6, 5), "y": classes(6, 3)}


def perceptron(w, b):
    return HEAD.apply(scope(w, "head"), BODY.apply(scope(w, "dense"), b["x"], b), b)


for before in (0, 1, 2):  # the first update, and later ones with the states and slots that those before have left
    case(f"weight-norm-{before + 1}", SPEC, "optim adam lr=1e-2\nreparam weight_norm on dense", PLAIN,
         {"dense.kernel": ("weight_norm", "dense.weight_norm")}, perceptron, FLAT, optimizer=adam, lr=1e-2, before=before)
    case(f"spectral-norm-{before + 1}", SPEC, "optim momentum lr=0.05 beta=0.8\nreparam spectral_norm on **.kernel", PLAIN,
         {f"{p}.kernel": (1, f"{p}.spectral_norm") for p in ("dense", "head")}, perceptron, FLAT,
         optimizer=lambda: momentum(0.8), lr=0.05, before=before)

case("both", SPEC, "optim adamw lr=1e-2 decay=0.1\nreparam spectral_norm steps=3 on dense; reparam weight_norm on head", PLAIN,
     {"dense.kernel": (3, "dense.spectral_norm"), "head.kernel": ("weight_norm", "head.weight_norm")}, perceptron, FLAT,
     optimizer=lambda: AdamW(0.1), lr=1e-2, before=1)

# Where the weight is frozen its states stay, and what it has to be trained beside it learns.
case("frozen", SPEC, "optim sgd lr=0.1\nfreeze dense; reparam weight_norm on head; freeze head.kernel", PLAIN,
     {"head.kernel": ("weight_norm", "head.weight_norm")}, perceptron, FLAT, frozen=("dense",), still=("head.kernel",),
     optimizer=sgd, lr=0.1)
case("frozen-spectral", SPEC, "optim sgd lr=0.1\nreparam spectral_norm on **.kernel; freeze dense.kernel", PLAIN,
     {"dense.kernel": (0, "dense.spectral_norm"), "head.kernel": (1, "head.spectral_norm")}, perceptron, FLAT,
     still=("dense.kernel",), optimizer=sgd, lr=0.1, before=1)

FILTERS, OUT = conv(2, 4, (3, 2), pad="same"), dense(4 * 4 * 4, 3)
IMAGE = "input x: f32[4, 4, 2]; target y: class[3]; layer conv 4 3x2 pad=same; it = tanh(it); layer flatten; layer dense 3"
IMAGES = {"x": features(3, 4, 4, 2), "y": classes(3, 3)}


def picture(w, b):
    h = torch.tanh(FILTERS.apply(scope(w, "conv"), b["x"], b))
    return OUT.apply(scope(w, "dense"), flatten().apply({}, h, b), b)


for before in (0, 1):
    case(f"conv-{before + 1}", IMAGE, "optim adam lr=1e-2\nreparam spectral_norm on conv; reparam weight_norm on dense",
         {**at(FILTERS, "conv"), **at(OUT, "dense")},
         {"conv.kernel": (1, "conv.spectral_norm"), "dense.kernel": ("weight_norm", "dense.weight_norm")}, picture, IMAGES,
         optimizer=adam, lr=1e-2, before=before)
case("conv-weight-norm", IMAGE, "optim sgd lr=0.1\nreparam weight_norm on conv.kernel", {**at(FILTERS, "conv"), **at(OUT, "dense")},
     {"conv.kernel": ("weight_norm", "conv.weight_norm")}, picture, IMAGES, optimizer=sgd, lr=0.1)

SQUARE = dense(4, 4, "tanh")


def twice(w, b):
    own = lambda x: SQUARE.apply(scope(w, "enc"), x, b)
    h = own(own(b["x"]) + b["x"])
    return HEAD.apply(scope(w, "head"), own(torch.sin(h)) @ w["enc.kernel"].T, b)


REUSED = """input x: f32[4]; target y: class[3]
layer dense 4 tanh as enc; reuse enc from (it + x); reuse enc from sin(it); it = it @ transpose(enc.kernel)
layer dense 3 as head"""
for before in (0, 1):
    for kind, adapted in [("spectral_norm", (1, "enc.spectral_norm")), ("weight_norm", ("weight_norm", "enc.weight_norm"))]:
        case(f"reuse-{kind}-{before + 1}", REUSED, f"optim adam lr=1e-2\nreparam {kind} on enc",
             {**at(SQUARE, "enc"), **at(HEAD, "head")}, {"enc.kernel": adapted}, twice, {"x": features(5, 4), "y": classes(5, 3)},
             optimizer=adam, lr=1e-2, before=before)

WIDE, HEADS, DEEP, STEPS = 6, 2, 3, 4
LOOK, NORM, CLASSIFIER = attention(WIDE, HEADS, bias=False), layernorm(WIDE), dense(WIDE, 3)
ENCODER = f"""input x: f32[{STEPS}, {WIDE}]; target y: class[3]
block bert {{
  repeat {DEEP} as encoder {{ h = it; layer attention {HEADS} bias=false; it = it + h; layer layernorm }}
}}
layer dense 3 from (it[0, :]) as classifier"""
ROUNDS = {n: s for i in range(DEEP) for part in [at(LOOK, f"bert.encoder.{i}.attention"),
                                                at(NORM, f"bert.encoder.{i}.layernorm")] for n, s in part.items()}
ROUNDS.update(at(CLASSIFIER, "classifier"))
SEQUENCES = {"x": features(4, STEPS, WIDE), "y": classes(4, 3)}


def encoder(w, b):
    x = b["x"]
    for i in range(DEEP):
        own = scope(w, f"bert.encoder.{i}")
        x = NORM.apply(scope(own, "layernorm"), x + LOOK.apply(scope(own, "attention"), x, b), b)
    return CLASSIFIER.apply(scope(w, "classifier"), x[:, 0], b)


PARTS = [f"bert.encoder.{i}.attention.{part}" for i in range(DEEP) for part in ("query", "key", "value", "output")]
QUERIES, OUTPUTS = [[p for p in PARTS if p.endswith(part)] for part in ("query", "output")]
for before in (0, 1):
    case(f"repeat-{before + 1}", ENCODER, "optim adam lr=1e-2\n"
         "reparam spectral_norm on bert.encoder.*.attention.query; reparam weight_norm on bert.encoder.*.attention.output", ROUNDS,
         {**{f"{p}.kernel": (1, f"{p}.spectral_norm") for p in QUERIES},
          **{f"{p}.kernel": ("weight_norm", f"{p}.weight_norm") for p in OUTPUTS}}, encoder, SEQUENCES,
         optimizer=adam, lr=1e-2, before=before)
    # What lora adapts is frozen, with what the reparametrisation has of its own.
    case(f"lora-{before + 1}", ENCODER, "optim adam lr=1e-2\nreparam weight_norm on bert.encoder.*.attention.query\n"
         "reparam spectral_norm on bert.encoder.*.attention.output; lora bert.encoder.*.attention rank=2 alpha=3", ROUNDS,
         {**{f"{p}.kernel": ("weight_norm", f"{p}.weight_norm") for p in QUERIES},
          **{f"{p}.kernel": (0, f"{p}.spectral_norm") for p in OUTPUTS}}, encoder, SEQUENCES,
         pairs={f"{p}.kernel": (1.5, f"{p}.lora", 2) for p in PARTS},
         still=[*(f"{p}.kernel" for p in PARTS), *(f"{p}.weight_norm.g" for p in QUERIES)],
         optimizer=adam, lr=1e-2, before=before)

LSTM = recurrent("lstm", 3, 4)
case("lstm", "input x: f32[5, 3]; target y: f32[4]; layer lstm 4",
     "optim adam lr=1e-2\nreparam spectral_norm on lstm.recurrent; reparam weight_norm on lstm.kernel", at(LSTM, "lstm"),
     {"lstm.recurrent": (1, "lstm.recurrent.spectral_norm"), "lstm.kernel": ("weight_norm", "lstm.kernel.weight_norm")},
     lambda w, b: LSTM.apply(scope(w, "lstm"), b["x"], b), {"x": features(3, 5, 3), "y": features(3, 4)},
     optimizer=adam, lr=1e-2, before=1)
