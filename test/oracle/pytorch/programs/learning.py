"""Optimizers, activations, losses, what surrounds the update; normalisation, own layers, mathematics."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, classes, features, halves
from optimizers import AdamW, Formula, Torch, ADAM, adam, lion, momentum, nadam, sgd
from schedules import cosine, onecycle, schedule

CASES = Cases(20261122)
case = CASES.case


def dense(w, path, x, act=None):
    y = x @ w[f"{path}.kernel"]
    if f"{path}.bias" in w:
        y = y + w[f"{path}.bias"]
    return act(y) if act else y


def mlp_shapes(*sizes):
    out = {}
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        path = "dense" if i == 0 else f"dense_{i}"
        out[f"{path}.kernel"], out[f"{path}.bias"] = (a, b), (b,)
    return out


def xent(z, label, **more):
    return F.cross_entropy(z, label.long(), **more)


def classifier(name, tail, optimizer, lr, act="relu", act_fn=torch.relu, **more):
    """x: f32[5] → dense 7 act → dense 3, cross-entropy."""

    def logits(w, b):
        return dense(w, "dense_1", dense(w, "dense", b["x"], act_fn))

    case(
        name,
        f"input x: f32[5]\ntarget y: class[3]\nlayer dense 7 {act}\nlayer dense 3\nloss xent\n{tail}\n",
        mlp_shapes(5, 7, 3),
        lambda w, b, s: ([xent(logits(w, b), b["y"])], s),
        optimizer=optimizer, lr=lr, batch={"x": features(6, 5), "y": classes(6, 3)},
        predict=lambda w, b, s: logits(w, b), **more,
    )


def regression(name, loss_line, loss, optimizer_line="optim sgd lr=0.1", optimizer=sgd, lr=0.1, target=features(6, 2), **more):
    """x: f32[4] → dense 5 tanh → dense 2 against y: f32[2]."""

    def out(w, b):
        return dense(w, "dense_1", dense(w, "dense", b["x"], torch.tanh))

    case(
        name,
        f"input x: f32[4]\ntarget y: f32[2]\nlayer dense 5 tanh\nlayer dense 2\n{loss_line}\n{optimizer_line}\n",
        mlp_shapes(4, 5, 2),
        lambda w, b, s: ([loss(out(w, b), b["y"])], s),
        optimizer=optimizer, lr=lr, batch={"x": features(6, 4), "y": target}, predict=lambda w, b, s: out(w, b), **more,
    )


# every optimizer, at the start and in the middle of a run
classifier("sgd", "optim sgd lr=0.1", sgd, 0.1)
classifier("momentum", "optim momentum lr=0.05 beta=0.8", lambda: momentum(0.8), 0.05, before=3)
classifier("nesterov", "optim momentum lr=0.05 nesterov=true", lambda: momentum(0.9, True), 0.05, before=2)
classifier("adam-first", "optim adam lr=1e-2", adam, 1e-2)
classifier("adam-mid-run", "optim adam lr=1e-2 beta1=0.8 beta2=0.95", lambda: adam(0.8, 0.95), 1e-2, before=7)
classifier("adamw-mid-run", "optim adamw lr=1e-2 decay=0.1", lambda: AdamW(0.1), 1e-2, before=4)
classifier("nadam-mid-run", "optim nadam lr=1e-2", nadam, 1e-2, before=5)
classifier("rmsprop-mid-run", "optim rmsprop lr=1e-2",
           lambda: Torch(lambda ps: torch.optim.RMSprop(ps, lr=1, alpha=0.9, eps=1e-7), {"s": "square_avg"}), 1e-2, before=3)
classifier("adagrad-mid-run", "optim adagrad lr=0.1",
           lambda: Torch(lambda ps: torch.optim.Adagrad(ps, lr=1, initial_accumulator_value=0.1, eps=1e-7), {"s": "sum"}),
           0.1, before=3)
classifier("adadelta-mid-run", "optim adadelta",
           lambda: Torch(lambda ps: torch.optim.Adadelta(ps, lr=1, rho=0.95, eps=1e-6), {"s": "square_avg", "u": "acc_delta"}),
           1, before=3)
classifier("adamax-mid-run", "optim adamax lr=1e-2",
           lambda: Torch(lambda ps: torch.optim.Adamax(ps, lr=1, eps=1e-7), {"m": "exp_avg", "u": "exp_inf"}), 1e-2, before=3)
classifier("radam-mid-run", "optim radam lr=1e-2",
           lambda: Torch(lambda ps: torch.optim.RAdam(ps, lr=1, eps=1e-7), ADAM), 1e-2, before=8)
classifier("lion-mid-run", "optim lion lr=1e-2", lambda: Formula(lion, {"m": (0, False)}), 1e-2, before=2)

# activations
ACTS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "elu": F.elu, "selu": F.selu, "gelu": F.gelu, "silu": F.silu,
    "mish": F.mish, "softplus": F.softplus, "softsign": F.softsign, "relu6": F.relu6, "hard_silu": F.hardswish,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2), "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
}
for act, fn in ACTS.items():
    classifier(f"act-{act}", "optim sgd lr=0.1", sgd, 0.1, act=act, act_fn=fn)

# losses
regression("loss-mse", "loss mse", F.mse_loss)
regression("loss-mae", "loss mae", F.l1_loss)
regression("loss-huber", "loss huber delta=0.7", lambda z, y: F.huber_loss(z, y, delta=0.7))
regression("loss-bce", "loss bce", F.binary_cross_entropy_with_logits, target=halves(6, 2))
regression("loss-expression", "loss = mean(abs(it - y)^1.5)", lambda z, y: (z - y).abs().pow(1.5).mean())


def smooth(name, line, n, k, label, loss):
    case(name, f"input x: f32[5]\ntarget y: class[{k}]\nlayer dense {k}\n{line}\noptim sgd lr=0.2\n",
         mlp_shapes(5, k), lambda w, b, s: ([loss(dense(w, "dense", b["x"]), b["y"])], s),
         optimizer=sgd, lr=0.2, batch={"x": features(n, 5), "y": label}, predict=lambda w, b, s: dense(w, "dense", b["x"]))


smooth("xent-smoothing", "loss xent smoothing=0.1", 6, 4, classes(6, 4), lambda z, y: xent(z, y, label_smoothing=0.1))
smooth("xent-weights", "loss xent weights=[0.5, 2, 1, 3]", 6, 4, classes(6, 4),
       lambda z, y: xent(z, y, weight=torch.tensor([0.5, 2, 1, 3], dtype=z.dtype)))
smooth("xent-left-out", "loss xent", 6, 4, lambda rng: np.array([0, -1, 2, 3, -1, 1], np.int32),
       lambda z, y: xent(z, y, ignore_index=-1))


def two_heads():
    def heads(w, b):
        h = dense(w, "dense", b["x"], torch.relu)
        return dense(w, "kind", h), dense(w, "size", h)

    def losses(w, b, s):
        kind, size = heads(w, b)
        return [xent(kind, b["a"]), 0.3 * F.mse_loss(size, b["c"])], s

    case("two-losses",
         "input x: f32[5]\ntarget a: class[3]\ntarget c: f32[1]\nlayer dense 6 relu as dense\nlayer dense 3 as kind\n"
         "layer dense 1 from dense as size\nloss xent kind a\nloss mse size c weight=0.3\noptim adam lr=1e-2\n"
         "predict kind=softmax(kind) size=size\n",
         {"dense.kernel": (5, 6), "dense.bias": (6,), "kind.kernel": (6, 3), "kind.bias": (3,), "size.kernel": (6, 1),
          "size.bias": (1,)},
         losses, optimizer=adam, lr=1e-2, before=2,
         batch={"x": features(6, 5), "a": classes(6, 3), "c": features(6, 1)},
         predict=lambda w, b, s: {"kind": torch.softmax(heads(w, b)[0], -1), "size": heads(w, b)[1]})


two_heads()

# what surrounds the update


def clip_norm(params, limit):
    """c / norm, and no more; torch.nn.utils.clip_grad_norm_ adds 1e-6 to the norm."""
    norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
    for p in params:
        p.grad *= min(1.0, limit / float(norm))


classifier("penalty-l2", "optim sgd lr=0.1\npenalty l2 1e-2", sgd, 0.1,
           penalty=lambda w: sum(1e-2 * (p**2).sum() for n, p in w.items() if n.endswith("kernel")))
classifier("penalty-l1-bias", "optim sgd lr=0.1\npenalty l1 1e-2 on dense_1.bias", sgd, 0.1,
           penalty=lambda w: 1e-2 * w["dense_1.bias"].abs().sum())
classifier("clip-norm", "optim momentum lr=0.1\nclip norm 0.05", momentum, 0.1, before=2,
           clip=lambda ps: clip_norm(ps, 0.05))
classifier("clip-value", "optim sgd lr=0.1\nclip value 0.01", sgd, 0.1,
           clip=lambda ps: torch.nn.utils.clip_grad_value_(ps, 0.01))
classifier("accumulate", "optim adam lr=1e-2\naccumulate 3", adam, 1e-2, accumulate=3)
for name, line, factor in [
    ("cosine", "schedule cosine warmup=3 min=0.01", lambda t, T: schedule(cosine, t, T, 3, 0.01)),
    ("warmup", "schedule linear warmup=10", lambda t, T: schedule(lambda t, u: 1 - u, t, T, 10)),
    ("linear", "schedule linear", lambda t, T: schedule(lambda t, u: 1 - u, t, T)),
    ("exponential", "schedule exponential gamma=0.9 every=2", lambda t, T: schedule(lambda t, u: 0.9 ** ((t - 1) // 2), t, T)),
    ("step", "schedule step at=[2, 5] gamma=0.1", lambda t, T: schedule(lambda t, u: 0.1 ** sum(a < t for a in [2, 5]), t, T)),
    ("onecycle", "schedule onecycle", lambda t, T: schedule(onecycle, t, T)),
]:
    classifier(f"schedule-{name}", f"optim adam lr=1e-2\n{line}", adam, 1e-2, before=5, updates=20, factor=factor)

# normalisation, freezing, own layers, shapes


def batchnorm(frozen):
    states = {"norm.mean": (6,), "norm.var": (6,)}
    shapes = {"dense.kernel": (5, 6), "norm.gamma": (6,), "norm.beta": (6,), "head.kernel": (6, 3),
              "head.bias": (3,)}

    def body(w, b, s, training):
        x = dense(w, "dense", b["x"])
        if training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            s = {"norm.mean": 0.9 * s["norm.mean"] + 0.1 * mean, "norm.var": 0.9 * s["norm.var"] + 0.1 * var}
            s = {n: v.detach() for n, v in s.items()}
        else:
            mean, var = s["norm.mean"], s["norm.var"]
        x = torch.relu((x - mean) / torch.sqrt(var + 1e-3) * w["norm.gamma"] + w["norm.beta"])
        return dense(w, "head", x), s

    def losses(w, b, s):
        z, s = body(w, b, s, not frozen)
        return [xent(z, b["y"])], s

    tail = "freeze dense; freeze norm\n" if frozen else ""
    case("batchnorm-frozen" if frozen else "batchnorm",
         "input x: f32[5]\ntarget y: class[3]\nlayer dense 6 bias=false\nlayer batchnorm momentum=0.9 as norm\nlayer relu\n"
         f"layer dense 3 as head\nloss xent\noptim momentum lr=0.1\n{tail}",
         shapes, losses, optimizer=momentum, lr=0.1, before=2, states=states,
         frozen=("dense", "norm") if frozen else (), batch={"x": features(6, 5), "y": classes(6, 3)},
         predict=lambda w, b, s: body(w, b, s, False)[0])


batchnorm(False)
batchnorm(True)


def layernorm():
    def out(w, b):
        x = dense(w, "dense", b["x"], F.gelu)
        x = F.layer_norm(x, (6,), w["layernorm.gamma"], w["layernorm.beta"], 1e-3)
        return dense(w, "dense_1", x)

    case("layernorm",
         "input x: f32[5]\ntarget y: f32[2]\nlayer dense 6 gelu\nlayer layernorm\nlayer dense 2\nloss mse\noptim adam lr=1e-2\n",
         {**mlp_shapes(5, 6), "layernorm.gamma": (6,), "layernorm.beta": (6,), "dense_1.kernel": (6, 2), "dense_1.bias": (2,)},
         lambda w, b, s: ([F.mse_loss(out(w, b), b["y"])], s), optimizer=adam, lr=1e-2, before=1,
         batch={"x": features(6, 5), "y": features(6, 2)}, predict=lambda w, b, s: out(w, b))


layernorm()


def groups():
    def out(w, b):
        return dense(w, "head", dense(w, "backbone.dense", b["x"], torch.relu))

    case("optimizer-groups",
         "input x: f32[5]\ntarget y: class[3]\nblock backbone { layer dense 7 relu }\nlayer dense 3 as head\nloss xent\n"
         "optim sgd lr=0.01 for backbone\noptim sgd lr=0.5 for head\n",
         {"backbone.dense.kernel": (5, 7), "backbone.dense.bias": (7,), "head.kernel": (7, 3), "head.bias": (3,)},
         lambda w, b, s: ([xent(out(w, b), b["y"])], s),
         optimizer=lambda: Formula(lambda p, g, s, lr, t: (p - (0.01 if p.shape[-1] == 7 else 0.5) * g, s), {}), lr=1,
         batch={"x": features(6, 5), "y": classes(6, 3)}, predict=lambda w, b, s: out(w, b))


groups()


def swiglu():
    def out(w, b):
        x = b["x"]
        x = (F.silu(x @ w["swiglu.gate"]) * (x @ w["swiglu.up"])) @ w["swiglu.down"]
        return dense(w, "dense", x)

    case("own-layer",
         "def layer swiglu(units) {\n  weight gate: [in, units]\n  weight up: [in, units]\n  weight down: [units, in]\n"
         "  it = (silu(it @ gate) * (it @ up)) @ down\n}\ninput x: f32[4, 5]\ntarget y: f32[4, 1]\nlayer swiglu 6\n"
         "layer dense 1\nloss mse\noptim sgd lr=0.1\n",
         {"swiglu.gate": (5, 6), "swiglu.up": (5, 6), "swiglu.down": (6, 5), "dense.kernel": (5, 1), "dense.bias": (1,)},
         lambda w, b, s: ([F.mse_loss(out(w, b), b["y"])], s), optimizer=sgd, lr=0.1,
         batch={"x": features(3, 4, 5), "y": features(3, 4, 1)}, predict=lambda w, b, s: out(w, b))


swiglu()


def mathematics():
    def out(w, b):
        x = b["x"]
        a = dense(w, "a", x, torch.tanh)
        c = dense(w, "c", x)
        joined = torch.cat([a, c * w["scale"]], -1).reshape(-1, 2, 4).transpose(1, 2).reshape(-1, 8)
        return dense(w, "dense", joined + torch.maximum(joined, joined[:, :1]))

    case("mathematics",
         "input x: f32[5]\ntarget y: f32[1]\nweight scale: [] init=constant(0.5)\nlayer dense 4 tanh from x as a\n"
         "layer dense 4 from x as c\njoined = reshape(transpose(reshape(concat([a, c * scale]), [2, 4]), [1, 0]), [8])\n"
         "it = joined + maximum(joined, joined[0:1])\nlayer dense 1\nloss mse\noptim sgd lr=0.1\n",
         {"scale": (), "a.kernel": (5, 4), "a.bias": (4,), "c.kernel": (5, 4), "c.bias": (4,), "dense.kernel": (8, 1),
          "dense.bias": (1,)},
         lambda w, b, s: ([F.mse_loss(out(w, b), b["y"])], s), optimizer=sgd, lr=0.1,
         batch={"x": features(6, 5), "y": features(6, 1)}, predict=lambda w, b, s: out(w, b))


mathematics()
