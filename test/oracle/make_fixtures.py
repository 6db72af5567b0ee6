"""Makes the fixtures of `nnc step` with PyTorch: for each small spec one exact training step, computed apart from us.

    python3 test/oracle/make_fixtures.py          (Debian: apt-get install python3-torch)

Each case is a folder under test/oracle/fixtures: the spec, what goes in (weights and slots, one batch a file) and
what must come out (`loss`, `loss/0`, `grad/…`, `new/…`, `state/…`, `predict`, `t`), as `nnc step` names them.
Mid-run states are made by running PyTorch's own optimizer for some steps first. The step itself is taken in double
precision from inputs that are exact in single precision.
"""

import json
import math
import os
import shutil
import struct

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "fixtures")
SEED = 20261122


# ---------------------------------------------------------------- safetensors, as published


def save(path, tensors):
    header, blobs, at = {}, [], 0
    for name in sorted(tensors):
        array = np.asarray(tensors[name], order="C")  # ascontiguousarray would give a number an axis
        kind = {"float32": "F32", "float64": "F64", "int32": "I32"}[str(array.dtype)]
        blob = array.tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


# ---------------------------------------------------------------- optimizers: PyTorch's own, or the manual's formula


class Torch:
    """An optimizer of torch.optim, with our names for what it keeps."""

    def __init__(self, make, slots):
        self.make, self.slots = make, slots

    def start(self, params):
        self.optimizer = self.make(list(params.values()))

    def set_lr(self, lr):
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def step(self, params, lr, t):
        self.set_lr(lr)
        self.optimizer.step()

    def state(self, params):
        out = {}
        for path, p in params.items():
            kept = self.optimizer.state.get(p, {})
            for ours, theirs in self.slots.items():
                value = kept.get(theirs)
                out[f"{path}/{ours}"] = torch.zeros_like(p) if value is None else value.detach().clone()
        return out

    def load(self, params, state, t):
        for path, p in params.items():
            kept = {theirs: state[f"{path}/{ours}"].clone() for ours, theirs in self.slots.items()}
            kept["step"] = torch.tensor(float(t))
            self.optimizer.state[p] = kept


class Formula:
    """An update written out from the manual or the paper: (param, grad, slots, lr, t) -> (param, slots)."""

    def __init__(self, update, slots):
        self.update, self.slots = update, slots

    def start(self, params):
        self.kept = {
            f"{path}/{name}": torch.full((), value, dtype=p.dtype) if scalar else torch.full_like(p, value)
            for path, p in params.items()
            for name, (value, scalar) in self.slots.items()
        }

    def step(self, params, lr, t):
        with torch.no_grad():
            for path, p in params.items():
                kept = {name: self.kept[f"{path}/{name}"] for name in self.slots}
                new, kept = self.update(p.detach().clone(), p.grad, kept, lr, t)
                p.copy_(new)
                for name in self.slots:
                    self.kept[f"{path}/{name}"] = kept[name]

    def state(self, params):
        return {name: value.clone() for name, value in self.kept.items()}

    def load(self, params, state, t):
        self.kept = {name: value.clone() for name, value in state.items()}


def nadam(p, g, s, lr, t, b1=0.9, b2=0.999, eps=1e-7, psi=4e-3):
    now = b1 * (1 - 0.5 * 0.96 ** (t * psi))
    after = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi))
    mu = s["mu"] * now
    m = b1 * s["m"] + (1 - b1) * g
    v = b2 * s["v"] + (1 - b2) * g * g
    m_hat = after * m / (1 - mu * after) + (1 - now) * g / (1 - mu)
    return p - lr * m_hat / ((v / (1 - b2**t)).sqrt() + eps), {"m": m, "v": v, "mu": mu}


def lion(p, g, s, lr, t, b1=0.9, b2=0.99):
    u = torch.sign(b1 * s["m"] + (1 - b1) * g)
    return p - lr * u, {"m": b2 * s["m"] + (1 - b2) * g}


def sgd():
    return Torch(lambda ps: torch.optim.SGD(ps, lr=1), {})


def momentum(beta=0.9, nesterov=False):
    return Torch(lambda ps: torch.optim.SGD(ps, lr=1, momentum=beta, nesterov=nesterov), {"v": "momentum_buffer"})


ADAM = {"m": "exp_avg", "v": "exp_avg_sq"}


def adam(b1=0.9, b2=0.999, eps=1e-7):
    return Torch(lambda ps: torch.optim.Adam(ps, lr=1, betas=(b1, b2), eps=eps), ADAM)


class AdamW(Torch):
    """Decay skips parameters of one axis, as ours does."""

    def __init__(self, decay):
        def make(ps):
            groups = [
                {"params": [p for p in ps if p.dim() > 1], "weight_decay": decay},
                {"params": [p for p in ps if p.dim() <= 1], "weight_decay": 0.0},
            ]
            return torch.optim.AdamW([g for g in groups if g["params"]], lr=1, eps=1e-7)

        super().__init__(make, ADAM)


# ---------------------------------------------------------------- schedules (conventions, section 4)


def schedule(shape, t, T, W=0, low=0.0):
    if W > 0 and t <= W:
        return t / W
    u = min(max((t - 1 - W) / (T - W), 0), 1)
    return max(shape(t, u), low)


def cosine(t, u):
    return (1 + math.cos(math.pi * u)) / 2


def onecycle(t, u, start=1 / 25, end=1e-4, peak=0.3):
    def glide(a, b, x):
        return b + (a - b) * (1 + math.cos(math.pi * x)) / 2

    return glide(start, 1, u / peak) if u < peak else glide(1, end, (u - peak) / (1 - peak))


# ---------------------------------------------------------------- cases

CASES = []


def case(name, spec, shapes, forward, *, optimizer, lr, batch, predict=None, before=0, updates=100, factor=None,
         clip=None, frozen=(), states=None, accumulate=1):
    CASES.append(dict(name=name, spec=spec, shapes=shapes, forward=forward, optimizer=optimizer, lr=lr, batch=batch,
                      predict=predict, before=before, updates=updates, factor=factor, clip=clip, frozen=frozen,
                      states=states or {}, accumulate=accumulate))


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


def features(n, *shape):
    return lambda rng: rng.standard_normal((n, *shape)).astype(np.float32)


def classes(n, k, *shape):
    return lambda rng: rng.integers(0, k, (n, *shape)).astype(np.int32)


def halves(n, *shape):
    return lambda rng: rng.integers(0, 2, (n, *shape)).astype(np.float32)


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
classifier("nadam-mid-run", "optim nadam lr=1e-2",
           lambda: Formula(nadam, {"m": (0, False), "v": (0, False), "mu": (1, True)}), 1e-2, before=5)
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


classifier("penalty-l2", "optim sgd lr=0.1\npenalty l2 1e-2", sgd, 0.1)
CASES[-1]["penalty"] = lambda w: sum(1e-2 * (p**2).sum() for n, p in w.items() if n.endswith("kernel"))
classifier("penalty-l1-bias", "optim sgd lr=0.1\npenalty l1 1e-2 on dense_1.bias", sgd, 0.1)
CASES[-1]["penalty"] = lambda w: 1e-2 * w["dense_1.bias"].abs().sum()
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


# ---------------------------------------------------------------- one exact step


def single(x):
    return x.detach().to(torch.float32).numpy()


def run(c, rng):
    path = os.path.join(OUT, c["name"])
    os.makedirs(path)
    with open(os.path.join(path, "model.nn"), "w") as file:
        file.write(c["spec"])

    weights = {n: torch.tensor(rng.normal(0, 0.5, s).astype(np.float32), dtype=torch.float64) for n, s in c["shapes"].items()}
    states = {n: torch.tensor(rng.uniform(0.5, 1.5, s).astype(np.float32), dtype=torch.float64) for n, s in c["states"].items()}
    batches = [{n: make(rng) for n, make in c["batch"].items()} for _ in range(c["accumulate"])]

    def trained(w):
        return {n: p for n, p in w.items() if not any(n.startswith(f + ".") for f in c["frozen"])}

    def tensors(batch):
        return {n: torch.tensor(a, dtype=torch.float64 if a.dtype == np.float32 else torch.int32) for n, a in batch.items()}

    def gradients(w, s):
        """Losses and gradients: means over the micro-batches."""
        for p in w.values():
            p.grad = None
        losses = []
        for batch in batches:
            parts, s = c["forward"](w, tensors(batch), s)
            extra = c["penalty"](w) if "penalty" in c else 0
            loss = sum(parts) + extra
            (loss / len(batches)).backward()
            losses.append([loss, *parts])
        loss, *parts = [sum(each) / len(batches) for each in zip(*losses)]
        return loss, parts, s

    def step(w, s, optimizer, t):
        loss, parts, s = gradients(w, s)
        grads = {n: p.grad.clone() for n, p in trained(w).items()}
        if c["clip"]:
            c["clip"](list(trained(w).values()))
        factor = c["factor"](t, c["updates"]) if c["factor"] else 1
        optimizer.step(trained(w), c["lr"] * factor, t)
        return loss, parts, grads, s

    w = {n: p.clone().requires_grad_() for n, p in weights.items()}
    optimizer = c["optimizer"]()
    optimizer.start(trained(w))
    for t in range(1, c["before"] + 1):
        *_, states = step(w, states, optimizer, t)

    # what goes in is rounded to single precision, and the step starts from just that
    given = {n: single(p) for n, p in w.items()}
    given.update({n: single(v) for n, v in states.items()})
    slots = {n: single(v) for n, v in optimizer.state(trained(w)).items()} if c["before"] > 0 else {}
    save(os.path.join(path, "weights.safetensors"),
         {**given, **{f"state/{n}": v for n, v in slots.items()}, "t": np.array(c["before"], np.int32)})
    for i, batch in enumerate(batches):
        save(os.path.join(path, f"batch-{i}.safetensors"), batch)

    exact = lambda a: torch.tensor(a, dtype=torch.float64)
    w = {n: exact(given[n]).requires_grad_() for n in weights}
    states = {n: exact(given[n]) for n in states}
    optimizer = c["optimizer"]()
    optimizer.start(trained(w))
    if slots:
        optimizer.load(trained(w), {n: exact(v) for n, v in slots.items()}, c["before"])
    predicted = {}
    if c["predict"]:
        outs = [c["predict"](w, tensors(batch), states) for batch in batches]
        named = [{f"predict/{n}": v for n, v in out.items()} if isinstance(out, dict) else {"predict": out} for out in outs]
        predicted = {n: torch.cat([each[n].detach() for each in named]) for n in named[0]}
    loss, parts, grads, states = step(w, states, optimizer, c["before"] + 1)
    out = {"loss": loss, **{f"loss/{i}": p for i, p in enumerate(parts)}}
    out.update({f"grad/{n}": g for n, g in grads.items()})
    out.update({f"new/{n}": p for n, p in w.items()})
    out.update({f"new/{n}": v for n, v in states.items()})
    out.update({f"state/{n}": v for n, v in optimizer.state(trained(w)).items()})
    out.update(predicted)
    expected = {n: v.detach().to(torch.float64).numpy() for n, v in out.items()}
    expected["t"] = np.array(c["before"] + 1, np.int32)
    save(os.path.join(path, "expected.safetensors"), expected)
    return {"batches": len(batches), "updates": c["updates"]}


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    index = {}
    for number, c in enumerate(CASES):
        index[c["name"]] = run(c, np.random.default_rng(SEED + number))
    about = {"torch": torch.__version__, "numpy": np.__version__, "seed": SEED, "cases": index}
    with open(os.path.join(OUT, "index.json"), "w") as file:
        json.dump(about, file, indent=1)
        file.write("\n")
    print(f"{len(index)} cases")


main()
