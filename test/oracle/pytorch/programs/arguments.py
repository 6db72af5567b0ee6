"""Arguments away from their defaults: optimizers, schedules, losses of named values, penalties, norms, and what joins values."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, classes, features, halves
from layers import Layer, back, dense, front, layernorm, pad, transformer_block, written
from net import Net
from optimizers import ADAM, AdamW, Torch, adam, momentum, sgd
from schedules import onecycle, schedule

CASES = Cases(20290000)
rng = np.random.default_rng(3)
SHAPES = {"dense.kernel": (5, 7), "dense.bias": (7,), "dense_1.kernel": (7, 3), "dense_1.bias": (3,)}


def classifier(name, tail, optimizer, lr, **more):
    """x: f32[5] → dense 7 tanh → dense 3, cross-entropy."""

    def logits(w, b):
        h = torch.tanh(b["x"] @ w["dense.kernel"] + w["dense.bias"])
        return h @ w["dense_1.kernel"] + w["dense_1.bias"]

    CASES.case(name, f"input x: f32[5]\ntarget y: class[3]\nlayer dense 7 tanh\nlayer dense 3\nloss xent\n{tail}\n", SHAPES,
               lambda w, b, s: ([F.cross_entropy(logits(w, b), b["y"].long())], s), optimizer=optimizer, lr=lr,
               batch={"x": features(6, 5), "y": classes(6, 3)}, predict=lambda w, b, s: logits(w, b), **more)


def published(name, settings, make, slots, lr=0.02):
    classifier(f"{name}-settings", f"optim {name} lr={lr} {settings}", lambda: Torch(make, slots), lr, before=4)


published("adam", "beta1=0.7 beta2=0.9 eps=1e-3", lambda ps: torch.optim.Adam(ps, betas=(0.7, 0.9), eps=1e-3), ADAM)
classifier("adamw-settings", "optim adamw lr=0.02 beta1=0.7 beta2=0.9 eps=1e-3 decay=0.3", lambda: AdamW(0.3, 0.7, 0.9, 1e-3),
           0.02, before=4)
published("adamax", "beta1=0.7 beta2=0.9 eps=1e-3", lambda ps: torch.optim.Adamax(ps, betas=(0.7, 0.9), eps=1e-3),
          {"m": "exp_avg", "u": "exp_inf"})
published("nadam", "beta1=0.7 beta2=0.9 eps=1e-3 psi=0.03",
          lambda ps: torch.optim.NAdam(ps, betas=(0.7, 0.9), eps=1e-3, momentum_decay=0.03), {**ADAM, "mu": "mu_product"})
published("radam", "beta1=0.7 beta2=0.9 eps=1e-3", lambda ps: torch.optim.RAdam(ps, betas=(0.7, 0.9), eps=1e-3), ADAM)
published("amsgrad", "beta1=0.7 beta2=0.5 eps=1e-3",
          lambda ps: torch.optim.Adam(ps, betas=(0.7, 0.5), eps=1e-3, amsgrad=True), {**ADAM, "top": "max_exp_avg_sq"})
published("adadelta", "rho=0.6 eps=1e-3", lambda ps: torch.optim.Adadelta(ps, rho=0.6, eps=1e-3),
          {"s": "square_avg", "u": "acc_delta"}, lr=0.5)
published("adagrad", "start=0.3 eps=1e-2",
          lambda ps: torch.optim.Adagrad(ps, initial_accumulator_value=0.3, eps=1e-2), {"s": "sum"})
published("rmsprop", "rho=0.6 eps=1e-2", lambda ps: torch.optim.RMSprop(ps, alpha=0.6, eps=1e-2), {"s": "square_avg"})

for name, line, factor in [
    ("onecycle", "onecycle start=0.2 end=0.01 peak=0.4", lambda t, u: onecycle(t, u, 0.2, 0.01, 0.4)),
    ("onecycle-late", "onecycle start=0.2 end=0.01 peak=0.1", lambda t, u: onecycle(t, u, 0.2, 0.01, 0.1)),
    ("polynomial", "polynomial power=2.5", lambda t, u: (1 - u) ** 2.5),
    ("step", "step at=[2, 5] gamma=0.3", lambda t, u: 0.3 ** sum(a < t for a in [2, 5])),
    ("constant", "constant warmup=9", lambda t, u: 1),
]:
    warmup = 9 if name == "constant" else 0
    classifier(f"schedule-{name}-settings", f"optim sgd lr=0.1\nschedule {line}", sgd, 0.1, before=5, updates=20,
               factor=lambda t, T, factor=factor, warmup=warmup: schedule(factor, t, T, warmup))


def group_l1(w):
    """Of each output the norm of what leads to it, times the root of how much that is."""
    return sum(0.02 * torch.sqrt(torch.tensor(p.numel() / p.shape[-1])) * p.flatten(0, -2).norm(dim=0).sum()
               for n, p in w.items() if n.endswith("kernel"))


classifier("penalty-group_l1", "optim sgd lr=0.1\npenalty group_l1 0.02", sgd, 0.1, penalty=group_l1)


# ---------------------------------------------------------------- losses of named values


def signs(n, *shape):
    return lambda rng: (2 * rng.integers(0, 2, (n, *shape)) - 1).astype(np.float32)


def shares(n, k):
    def draw(rng):
        parts = rng.uniform(0.1, 1, (n, k))
        return (parts / parts.sum(-1, keepdims=True)).astype(np.float32)

    return draw


def compared(name, line, loss, target=None, port="f32[3]"):
    """Three values a, b, c of three numbers each, and perhaps a target; the loss is a mean over what it leaves."""

    used = [n for n in "abc" if f" {n}" in line]
    heads = "".join(f"layer dense 3 from x as {n}\n" for n in used)
    shapes = {f"{n}.{p}": s for n in used for p, s in [("kernel", (4, 3)), ("bias", (3,))]}

    def value(w, b, n):
        return b["x"] @ w[f"{n}.kernel"] + w[f"{n}.bias"] if n in used else None

    CASES.case(f"loss-{name}", f"input x: f32[4]\n" + (f"target y: {port}\n" if target else "") + heads +
               f"loss {line}\noptim sgd lr=0.1\npredict {used[0]}\n", shapes,
               lambda w, b, s: ([loss(*(value(w, b, n) for n in "abc"), b.get("y")).mean()], s), optimizer=sgd, lr=0.1,
               batch={"x": features(5, 4), **({"y": target} if target else {})}, predict=lambda w, b, s: value(w, b, used[0]))


compared("cosine", "cosine a b", lambda a, b, c, y: 1 - F.cosine_similarity(a, b, eps=1e-8))
compared("cosine-eps", "cosine a b eps=6", lambda a, b, c, y: 1 - (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1)).clamp(min=6))
compared("hinge", "hinge a y", lambda a, b, c, y: F.relu(1 - y * a), signs(5, 3))
compared("kl", "kl a y", lambda a, b, c, y: F.kl_div(a.log_softmax(-1), y, reduction="none").sum(-1), shares(5, 3))
compared("logcosh", "logcosh a b", lambda a, b, c, y: (a - b).cosh().log())
compared("poisson", "poisson a y", lambda a, b, c, y: F.poisson_nll_loss(a, y, reduction="none"), halves(5, 3))
compared("quantile", "quantile a y q=0.3", lambda a, b, c, y: torch.where(y > a, 0.3 * (y - a), 0.7 * (a - y)), features(5, 3))
compared("triplet", "triplet a b c margin=4",
         lambda a, b, c, y: F.triplet_margin_with_distance_loss(
             a, b, c, distance_function=lambda u, v: ((u - v) ** 2).sum(-1), margin=4, reduction="none"))
compared("contrastive", "contrastive a b y margin=3",
         lambda a, b, c, y: (y[:, 0] * (a - b).norm(dim=-1) ** 2 + (1 - y[:, 0]) * F.relu(3 - (a - b).norm(dim=-1)) ** 2) / 2,
         halves(5, 1), "f32[1]")
compared("dice", "dice a y smooth=0.5",
         lambda a, b, c, y: 1 - (2 * (a.sigmoid() * y).sum(-1) + 0.5) / (a.sigmoid().sum(-1) + y.sum(-1) + 0.5), halves(5, 3))
compared("huber-values", "huber a b delta=0.4", lambda a, b, c, y: F.huber_loss(a, b, delta=0.4, reduction="none"))


# ---------------------------------------------------------------- norms, and what joins values


def rmsnorm(c, eps):
    return Layer("rmsnorm", f"eps={eps}", {"gamma": (c,)}, lambda w, x, b: F.rms_norm(x, (c,), w["gamma"], eps))


def groupnorm(c, groups, eps=1e-3):
    return Layer("groupnorm", written(groups=groups, eps=None if eps == 1e-3 else eps), {"gamma": (c,), "beta": (c,)},
                 lambda w, x, b: back(F.group_norm(front(x), groups, w["gamma"], w["beta"], eps)))


def prelu(c):
    return Layer("prelu", "", {"slope": (c,)}, lambda w, x, b: back(F.prelu(front(x), w["slope"])))


for name, shape, make in [
    ("layernorm", (3, 6), lambda: layernorm(6, 0.3)), ("rmsnorm", (3, 6), lambda: rmsnorm(6, 0.3)),
    ("rmsnorm-small", (6,), lambda: rmsnorm(6, 1e-4)), ("groupnorm", (4, 6), lambda: groupnorm(6, 3)),
    ("groupnorm-eps", (2, 3, 6), lambda: groupnorm(6, 2, 0.3)), ("prelu", (6,), lambda: prelu(6)),
    ("prelu-image", (2, 3, 6), lambda: prelu(6)), ("pad-value", (5, 6), lambda: pad((1,), value=-1.5)),
    ("pad-value-sides", (3, 4, 6), lambda: pad(((0, 2), (1, 0)), value=0.5)),
    ("transformer_block", (3, 6), lambda: transformer_block(6, 2, 8, "relu", eps=0.1)),
]:
    net = Net(rows=4).input("x", (*shape[:-1], 3))
    net.layer(dense(3, shape[-1]))
    net.layer(make())
    net.close(CASES, f"layer-{name}", rng)


def batchnorm(name, eps, scale, center):
    def body(w, b, s, training):
        x = b["x"] @ w["dense.kernel"]
        mean, var = (x.mean(0), x.var(0, unbiased=False)) if training else (s["norm.mean"], s["norm.var"])
        after = {"norm.mean": 0.8 * s["norm.mean"] + 0.2 * mean, "norm.var": 0.8 * s["norm.var"] + 0.2 * var}
        moving = (None, None) if training else (mean, var)
        x = F.batch_norm(x, *moving, w.get("norm.gamma"), w.get("norm.beta"), training, 0, eps)
        return torch.tanh(x), {n: v.detach() for n, v in after.items()} if training else s

    own = {**({"norm.gamma": (6,)} if scale else {}), **({"norm.beta": (6,)} if center else {})}

    def losses(w, b, s):
        z, s = body(w, b, s, True)
        return [F.mse_loss(z, b["y"])], s

    settings = written(momentum=0.8, eps=eps, scale=None if scale else "false", center=None if center else "false")
    CASES.case(name, f"input x: f32[5]\ntarget y: f32[6]\nlayer dense 6 bias=false\nlayer batchnorm {settings} as norm\nlayer tanh\n"
               "loss mse\noptim momentum lr=0.1\n", {"dense.kernel": (5, 6), **own}, losses,
               optimizer=momentum, lr=0.1, before=2, states={"norm.mean": (6,), "norm.var": (6,)},
               batch={"x": features(6, 5), "y": features(6, 6)}, predict=lambda w, b, s: body(w, b, s, False)[0])


batchnorm("batchnorm-bare", 0.2, False, False)
batchnorm("batchnorm-center", 0.05, False, True)
batchnorm("batchnorm-scale", 0.05, True, False)


def joined():
    def out(w, b):
        x = b["x"]
        u, v = (x @ w[f"{n}.kernel"] + w[f"{n}.bias"] for n in "uv")
        tall = torch.cat([u, v], 1).transpose(1, 2)
        wide = tall.reshape(-1, 2, 8)
        return torch.cat([wide[:, :, :4] * u, u + v + u * v], -1)

    CASES.case("joined",
               "input x: f32[2, 3]\ntarget y: f32[2, 8]\nlayer dense 4 from x as u\nlayer dense 4 from x as v\n"
               "layer concat from u, v axis=0\nlayer transpose [1, 0]\nlayer reshape [2, 8] as wide\n"
               "layer multiply from (wide[:, :4]), u as left\nlayer multiply from u, v as product\n"
               "layer add from u, v, product as right\nlayer concat from left, right\nloss mse\noptim adam lr=0.01\n",
               {"u.kernel": (3, 4), "u.bias": (4,), "v.kernel": (3, 4), "v.bias": (4,)},
               lambda w, b, s: ([F.mse_loss(out(w, b), b["y"])], s), optimizer=adam, lr=0.01, before=1,
               batch={"x": features(4, 2, 3), "y": features(4, 2, 8)}, predict=lambda w, b, s: out(w, b))


joined()
