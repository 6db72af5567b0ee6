"""LoRA: pairs beside the frozen matrices of attention in the rounds of a repeat, of dense and recurrent layers, and of a
layer of the spec's own. A pair is the parametrization W + scale·(a b) of its matrix, of which autograd knows the rest."""

import torch
import torch.nn.functional as F

from case import Cases, classes, features, halves
from layers import attention, dense, layernorm, recurrent, scope
from net import cross_entropy
from optimizers import AdamW, adam, sgd

from programs.learning import clip_norm

CASES = Cases(20276000)


def adapted(w, pairs):
    """The weights that layers read; `pairs` has the scale and the scope of the pair of each matrix."""
    whole = dict(w)
    for matrix, (scale, at) in pairs.items():
        whole[matrix] = w[matrix] + scale * (w[f"{at}.a"] @ w[f"{at}.b"])
    return whole


def case(name, spec, directives, shapes, pairs, rank, forward, batch, frozen=(), **more):
    """`pairs` by their matrices; `frozen` are scopes besides those."""
    for matrix, (_, at) in pairs.items():
        ins, outs = shapes[matrix]
        shapes = {**shapes, f"{at}.a": (ins, rank), f"{at}.b": (rank, outs)}
    still = [n for n in shapes if any(n.startswith(f"{f}.") for f in frozen) and ".lora." not in n]
    loss, f = ("xent", cross_entropy) if "class[" in spec else ("mse", F.mse_loss)
    run = lambda w, b: forward(adapted(w, pairs), b)
    CASES.case(name, f"{spec}\nloss {loss}\n{directives}\n", shapes, lambda w, b, s: ([f(run(w, b), b["y"])], s),
               predict=lambda w, b, s: run(w, b), batch=batch, still=(*still, *pairs), **more)


def at(layer, path):
    return {f"{path}.{n}": s for n, s in layer.weights.items()}


WIDE, HEADS, DEEP, STEPS = 6, 2, 3, 4
LOOK, NORM, HEAD = attention(WIDE, HEADS, "m"), layernorm(WIDE), dense(WIDE, 3)


def encoder(w, b):
    x = b["x"]
    for i in range(DEEP):
        own = scope(w, f"bert.encoder.{i}")
        x = NORM.apply(scope(own, "layernorm"), x + LOOK.apply(scope(own, "attention"), x, b), b)
    return HEAD.apply(scope(w, "classifier"), x[:, 0], b)


SPEC = f"""input m: f32[{STEPS}]; input x: f32[{STEPS}, {WIDE}]; target y: class[3]
block bert {{
  repeat {DEEP} as encoder {{ h = it; layer attention {HEADS} mask=m; it = it + h; layer layernorm }}
}}
layer dense 3 from (it[0, :]) as classifier"""
SHAPES = {n: s for i in range(DEEP) for part in [at(LOOK, f"bert.encoder.{i}.attention"),
                                                at(NORM, f"bert.encoder.{i}.layernorm")] for n, s in part.items()}
SHAPES.update(at(HEAD, "classifier"))
PARTS = [f"bert.encoder.{i}.attention.{part}" for i in range(DEEP) for part in ("query", "key", "value", "output")]
BATCH = {"x": features(5, STEPS, WIDE), "m": halves(5, STEPS), "y": classes(5, 3)}

for before in (0, 1):  # the first update, and the second one with what the first has left in the slots
    case(f"encoder-{before + 1}", SPEC,
         "optim adamw lr=1e-2 decay=0.1; clip norm 0.3\nfreeze bert; lora bert.encoder.*.attention rank=2 alpha=3",
         SHAPES, {f"{p}.kernel": (1.5, f"{p}.lora") for p in PARTS}, 2, encoder, BATCH, frozen=("bert",),
         optimizer=lambda: AdamW(0.1), lr=1e-2, before=before, clip=lambda ps: clip_norm(ps, 0.3))

CHOSEN = ["bert.encoder.0.attention.query", "bert.encoder.2.attention.query"]
case("some-rounds", SPEC, "optim sgd lr=0.1\nlora bert.encoder.0.attention.query rank=1; lora bert.encoder.2.attention.query rank=1",
     SHAPES, {f"{p}.kernel": (1, f"{p}.lora") for p in CHOSEN}, 1, encoder, BATCH, optimizer=sgd, lr=0.1)


def perceptron(w, b):
    hidden = dense(4, 5, "tanh").apply(scope(w, "body"), b["x"], b)
    return dense(5, 2).apply(scope(w, "head"), hidden, b)


case("dense", "input x: f32[4]; target y: f32[2]; layer dense 5 tanh as body; layer dense 2 as head",
     "optim adam lr=1e-2\nlora ** rank=2 alpha=1", {**at(dense(4, 5), "body"), **at(dense(5, 2), "head")},
     {f"{p}.kernel": (0.5, f"{p}.lora") for p in ("body", "head")}, 2, perceptron,
     {"x": features(6, 4), "y": features(6, 2)}, optimizer=adam, lr=1e-2, before=2)

for cell in ("lstm", "gru"):
    layer = recurrent(cell, 3, 4)
    case(cell, f"input x: f32[5, 3]; target y: f32[4]; layer {cell} 4", f"optim adam lr=1e-2\nlora {cell} rank=2 alpha=5",
         at(layer, cell), {f"{cell}.{n}": (2.5, f"{cell}.{n}.lora") for n in ("kernel", "recurrent")}, 2,
         lambda w, b, layer=layer, cell=cell: layer.apply(scope(w, cell), b["x"], b),
         {"x": features(3, 5, 3), "y": features(3, 4)}, optimizer=adam, lr=1e-2, before=1)


def swiglu(w, b):
    w = scope(w, "swiglu")
    return (F.silu(b["x"] @ w["gate"]) * (b["x"] @ w["up"])) @ w["down"]


case("swiglu", """def layer swiglu(units) {
  weight gate: [in, units]; weight up: [in, units]; weight down: [units, in]
  it = (silu(it @ gate) * (it @ up)) @ down
}
input x: f32[2, 3]; target y: f32[2, 3]
layer swiglu 5""", "optim adam lr=1e-2\nlora swiglu rank=3 alpha=6",
     {"swiglu.gate": (3, 5), "swiglu.up": (3, 5), "swiglu.down": (5, 3)},
     {f"swiglu.{n}": (2, f"swiglu.{n}.lora") for n in ("gate", "up", "down")}, 3, swiglu,
     {"x": features(4, 2, 3), "y": features(4, 2, 3)}, optimizer=adam, lr=1e-2)
