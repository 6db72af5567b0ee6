"""`repeat` by counts, lists and names, and `reuse` of layers and blocks: what has whose parameters, and how often it acts."""

import torch
import torch.nn.functional as F

from case import Cases, classes, features
from layers import ACTS, recur, scope
from net import cross_entropy
from optimizers import adam, momentum, sgd
from threefry import dropout

CASES = Cases(20273000)
OPTIMIZERS = [("sgd", sgd, 0.1, 0), ("momentum beta=0.8", lambda: momentum(0.8), 0.05, 1), ("adam", adam, 1e-2, 2)]


def case(name, spec, shapes, forward, batch, states=None, plain=False):
    """`forward(w, b, s)` gives what mse takes, or cross-entropy where classes are drawn, and the new states."""
    optim, optimizer, lr, before = OPTIMIZERS[0 if plain else len(CASES) % 3]
    loss, f = ("xent", cross_entropy) if "class[" in spec else ("mse", F.mse_loss)

    def losses(w, b, s):
        z, s = forward(w, b, s, True)
        return [f(z, b["y"])], {n: v.detach() for n, v in s.items()}

    CASES.case(name, f"{spec}loss {loss}\noptim {optim} lr={lr}\n", shapes, losses, optimizer=optimizer, lr=lr,
               before=before, batch=batch, states=states or {}, predict=lambda w, b, s: forward(w, b, s, False)[0])


def dense(w, path, x, act=""):
    return ACTS[act](F.linear(x, w[f"{path}.kernel"].T, w[f"{path}.bias"]))


def dense_shapes(paths, i, o):
    return {f"{path}.{n}": s for path in paths for n, s in [("kernel", (i, o)), ("bias", (o,))]}


def stateless(f):
    return lambda w, b, s, training: (f(w, b), s)


# ---------------------------------------------------------------- repeat


def chain(w, x, paths, act):
    for path in paths:
        x = dense(w, path, x, act)
    return x


for count in (1, 2, 5):
    paths = [f"repeat.{i}.dense" for i in range(count)]
    case(f"repeat-{count}", f"input x: f32[4]; target y: f32[4]\nrepeat {count} {{ layer dense 4 tanh }}\n",
         dense_shapes(paths, 4, 4), stateless(lambda w, b, paths=paths: chain(w, b["x"], paths, "tanh")),
         {"x": features(3, 4), "y": features(3, 4)})



def tower(w, b):
    x = b["x"]
    for i in range(3):
        x = dense(w, f"tower.{i}.dense_1", dense(w, f"tower.{i}.dense", x, "gelu"), "silu")
    return x


paths = [f"tower.{i}.{name}" for i in range(3) for name in ("dense", "dense_1")]
case("repeat-named", "input x: f32[3]; target y: class[3]\nrepeat 3 as tower { layer dense 3 gelu; layer dense 3 silu }\n",
     dense_shapes(paths, 3, 3),
     stateless(tower), {"x": features(4, 3), "y": classes(4, 3)})


def widths(w, b):
    x = b["x"]
    for i in range(3):
        x = dense(w, f"repeat.{i}.dense", x, "tanh")
    return x


case("repeat-list", "input x: f32[3]; target y: f32[2]\nrepeat n in [5, 4, 2] { layer dense n tanh }\n",
     {**dense_shapes(["repeat.0.dense"], 3, 5), **dense_shapes(["repeat.1.dense"], 5, 4),
      **dense_shapes(["repeat.2.dense"], 4, 2)},
     stateless(widths), {"x": features(3, 3), "y": features(3, 2)})


def powers(w, b):
    return sum(w["scale"] ** n * dense(w, f"terms.{i}.dense", b["x"]) for i, n in enumerate([1, 2, 3]))


case("repeat-list-sum", "input x: f32[3]; target y: f32[2]\nweight scale: [2] init=normal\nit = zeros([2])\n"
     "repeat n in [1, 2, 3] as terms {\n  total = it\n  layer dense 2 from x\n  it = total + scale^n * it\n}\n",
     {"scale": (2,), **dense_shapes([f"terms.{i}.dense" for i in range(3)], 3, 2)}, stateless(powers),
     {"x": features(4, 3), "y": features(4, 2)})


def nested(w, b):
    x = b["x"]
    for i in range(2):
        y = x
        for j in range(3):
            y = dense(w, f"outer.{i}.repeat.{j}.dense", y, "relu")
        x = x + dense(w, f"outer.{i}.join", y)
    return x


case("repeat-nested", "input x: f32[4]; target y: f32[4]\nrepeat 2 as outer {\n  x0 = it\n  repeat 3 { layer dense 4 relu }\n"
     "  layer dense 4 as join\n  it = x0 + join\n}\n",
     {**dense_shapes([f"outer.{i}.repeat.{j}.dense" for i in range(2) for j in range(3)], 4, 4),
      **dense_shapes(["outer.0.join", "outer.1.join"], 4, 4)}, stateless(nested), {"x": features(3, 4), "y": features(3, 4)})

case("repeat-twice", "input x: f32[4]; target y: f32[4]\nrepeat 2 { layer dense 4 tanh }\nrepeat 2 { layer dense 4 elu }\n",
     dense_shapes([f"{r}.{i}.dense" for r in ("repeat", "repeat_1") for i in range(2)], 4, 4),
     stateless(lambda w, b: chain(w, chain(w, b["x"], ["repeat.0.dense", "repeat.1.dense"], "tanh"),
                                  ["repeat_1.0.dense", "repeat_1.1.dense"], "elu")),
     {"x": features(3, 4), "y": features(3, 4)})


def norm(w, path, x, s, training):
    """Batch normalisation with momentum 0.9, and what it makes of its states."""
    mean, var = s[f"{path}.mean"].clone(), s[f"{path}.var"].clone()
    axes = tuple(range(x.dim() - 1))
    y = F.batch_norm(x.movedim(-1, 1), None if training else mean, None if training else var, w[f"{path}.gamma"],
                     w[f"{path}.beta"], training, eps=1e-3).movedim(1, -1)
    if training:
        s = {**s, f"{path}.mean": 0.9 * mean + 0.1 * x.mean(axes), f"{path}.var": 0.9 * var + 0.1 * x.var(axes, unbiased=False)}
    return y, s


def norms_of(paths, c):
    weights = {f"{path}.{n}": (c,) for path in paths for n in ("gamma", "beta")}
    return weights, {f"{path}.{n}": (c,) for path in paths for n in ("mean", "var")}


def normed(w, b, s, training):
    x = b["x"]
    for i in range(3):
        x, s = norm(w, f"repeat.{i}.batchnorm", x @ w[f"repeat.{i}.dense.kernel"], s, training)
        x = torch.tanh(x)
    return x, s


weights, states = norms_of([f"repeat.{i}.batchnorm" for i in range(3)], 4)
case("repeat-batchnorm", "input x: f32[4]; target y: f32[4]\n"
     "repeat 3 { layer dense 4 bias=false; layer batchnorm momentum=0.9; layer tanh }\n",
     {**{f"repeat.{i}.dense.kernel": (4, 4) for i in range(3)}, **weights}, normed,
     {"x": features(5, 4), "y": features(5, 4)}, states, plain=True)


def dropped(w, b, s, training):
    x = b["x"]
    for i in range(2):
        x = dense(w, f"repeat.{i}.dense", x, "tanh")
        x = dropout(x, 0.4, f"repeat.{i}.dropout") if training else x
    return x, s


case("repeat-dropout", "input x: f32[6]; target y: f32[6]\nrepeat 2 { layer dense 6 tanh; layer dropout 0.4 }\n",
     dense_shapes(["repeat.0.dense", "repeat.1.dense"], 6, 6), dropped, {"x": features(3, 6), "y": features(3, 6)}, plain=True)


def recurrences(w, b):
    x = b["x"]
    for i, cell in enumerate(["lstm", "lstm"]):
        x = recur(cell, scope(w, f"repeat.{i}.{cell}"), x, 3)[0]
    return x


case("repeat-lstm", "input x: f32[4, 3]; target y: f32[4, 3]\nrepeat 2 { layer lstm 3 sequences=true }\n",
     {f"repeat.{i}.lstm.{n}": s for i in range(2) for n, s in [("kernel", (3, 12)), ("recurrent", (3, 12)), ("bias", (12,))]},
     stateless(recurrences), {"x": features(2, 4, 3), "y": features(2, 4, 3)})


# ---------------------------------------------------------------- reuse

case("reuse-layer", "input a: f32[4]; input b: f32[4]; target y: f32[3]\nlayer dense 3 tanh from a as f\n"
     "reuse f from b as g\nit = f * g - f\n",
     dense_shapes(["f"], 4, 3), stateless(lambda w, b: (f := dense(w, "f", b["a"], "tanh")) * dense(w, "f", b["b"], "tanh") - f),
     {"a": features(3, 4), "b": features(3, 4), "y": features(3, 3)})


def thrice(w, b):
    x = b["x"]
    for _ in range(3):
        x = dense(w, "f", x, "tanh")
    return x


case("reuse-in-a-row", "input x: f32[4]; target y: f32[4]\nlayer dense 4 tanh as f\nreuse f\nreuse f\n",
     dense_shapes(["f"], 4, 4), stateless(thrice), {"x": features(3, 4), "y": features(3, 4)})


def siamese(w, b):
    tower = lambda x: dense(w, "tower.dense_1", dense(w, "tower.dense", x, "relu"))
    u, v = tower(b["a"]), tower(b["b"])
    return dense(w, "dense", torch.cat([u, v, u * v], -1))


case("reuse-block", "input a: f32[4]; input b: f32[4]; target y: class[3]\n"
     "block tower { layer dense 6 relu from a; layer dense 2 as u }\nreuse tower from b as v\n"
     "layer dense 3 from (concat([u, v, u * v]))\n",
     {**dense_shapes(["tower.dense"], 4, 6), **dense_shapes(["tower.u"], 6, 2), **dense_shapes(["dense"], 6, 3)},
     stateless(lambda w, b: siamese({n.replace("tower.u.", "tower.dense_1."): p for n, p in w.items()}, b)),
     {"a": features(4, 4), "b": features(4, 4), "y": classes(4, 3)})


def reused_norm(w, b, s, training):
    out = []
    for name in ("a", "b"):
        x, s = norm(w, "f.batchnorm", b[name] @ w["f.dense.kernel"], s, training)
        out.append(torch.sigmoid(x))
    return out[0] - out[1], s


weights, states = norms_of(["f.batchnorm"], 3)
case("reuse-batchnorm", "input a: f32[4]; input b: f32[4]; target y: f32[3]\n"
     "block f { layer dense 3 bias=false from a; layer batchnorm momentum=0.9; layer sigmoid as u }\n"
     "reuse f from b as v\nit = u - v\n",
     {"f.dense.kernel": (4, 3), **weights}, reused_norm,
     {"a": features(5, 4), "b": features(5, 4), "y": features(5, 3)}, states, plain=True)


def reused_dropout(w, b, s, training):
    drop = (lambda x, path: dropout(x, 0.5, path)) if training else (lambda x, path: x)
    u = drop(dense(w, "f.dense", b["a"], "tanh"), "f.u")
    v = drop(dense(w, "f.dense", b["b"], "tanh"), "f#1.u")
    return u + 2 * v, s


case("reuse-dropout", "input a: f32[4]; input b: f32[4]; target y: f32[5]\n"
     "block f { layer dense 5 tanh from a; layer dropout 0.5 as u }\nreuse f from b as v\nit = u + 2 * v\n",
     dense_shapes(["f.dense"], 4, 5), reused_dropout, {"a": features(3, 4), "b": features(3, 4), "y": features(3, 5)},
     plain=True)

case("reuse-gru", "input a: f32[4, 2]; input b: f32[4, 2]; target y: f32[6]\nlayer gru 3 from a as u\nreuse u from b as v\n"
     "it = concat([u, v])\n",
     {"u.kernel": (2, 9), "u.recurrent": (3, 9), "u.bias": (2, 9)},
     stateless(lambda w, b: torch.cat([recur("gru", scope(w, "u"), b[n], 3)[1] for n in "ab"], -1)),
     {"a": features(2, 4, 2), "b": features(2, 4, 2), "y": features(2, 6)})


def universal(w, b):
    x = b["x"]
    for _ in range(3):
        for i in range(2):
            x = x + dense(w, f"core.repeat.{i}.dense", x, "gelu")
    return x


case("reuse-repeat", "input x: f32[4]; target y: f32[4]\n"
     "block core { repeat 2 { y0 = it; layer dense 4 gelu; it = it + y0 } }\nreuse core\nreuse core\n",
     dense_shapes([f"core.repeat.{i}.dense" for i in range(2)], 4, 4), stateless(universal),
     {"x": features(3, 4), "y": features(3, 4)})


def tied(w, b):
    x = F.embedding(b["words"].long(), w["tok.table"])
    return dense(w, "dense", x, "tanh") @ w["tok.table"].T


case("tied-table", "input words: i32[4]; target y: class[5][4]\nlayer embedding 5 3 as tok\nlayer dense 3 tanh\n"
     "it = it @ transpose(tok.table)\n",
     {"tok.table": (5, 3), **dense_shapes(["dense"], 3, 3)}, stateless(tied),
     {"words": classes(3, 5, 4), "y": classes(3, 5, 4)})
