"""Losses in which classes or rows count differently."""

import torch
import torch.nn.functional as F

from case import Cases, classes, features, halves
from optimizers import sgd

CASES = Cases(20276000)


def case(name, ports, line, k, loss, batch, states=()):
    """`loss(z, b, s)` of the logits z of one dense layer."""
    def logits(w, b):
        return b["x"] @ w["dense.kernel"] + w["dense.bias"]

    spec = f"{ports}\nlayer dense {k} from x\n{line}\noptim sgd lr=0.2\n"
    def losses(w, b, s):
        found = loss(logits(w, b), b, s)
        return found if isinstance(found, list) else [found], s

    CASES.case(name, spec, {"dense.kernel": (5, k), "dense.bias": (k,)}, losses,
               optimizer=sgd, lr=0.2, batch={"x": features(7, 5), **batch}, states=dict(states), predict=lambda w, b, s: logits(w, b))


def amounts(n):
    return lambda rng: rng.uniform(0.1, 3, n).astype("float32")


def rows(cost, w):
    """The mean over the batch of costs of which each row has some."""
    return (w * cost.reshape(len(w), -1).mean(1)).sum() / w.sum()


label = {"label": classes(7, 4)}
klass, w = "input x: f32[5]; target label: class[4]", "input x: f32[5]; input w: f32[]; target label: class[4]"
case("balanced-xent", klass, "loss xent weights=balanced", 4,
     lambda z, b, s: F.cross_entropy(z, b["label"].long(), weight=s["label.weights"]), label, {"label.weights": (4,)})
case("balanced-xent-smoothing", klass, "loss xent smoothing=0.2 weights=balanced", 4,
     lambda z, b, s: F.cross_entropy(z, b["label"].long(), weight=s["label.weights"], label_smoothing=0.2), label,
     {"label.weights": (4,)})


def focal(z, b, s):
    y = b["label"].long()
    p = torch.softmax(z, -1).gather(1, y[:, None])[:, 0]
    c = s["label.weights"][y]
    return (c * (1 - p) ** 1.5 * -torch.log(p)).sum() / c.sum()


case("balanced-focal", klass, "loss focal gamma=1.5 weights=balanced", 4, focal, label, {"label.weights": (4,)})
case("rows-mse", "input x: f32[5]; input w: f32[]; target y: f32[3]", "loss mse rows=w", 3,
     lambda z, b, s: rows((z - b["y"]) ** 2, b["w"]), {"w": amounts(7), "y": features(7, 3)})
case("rows-bce", "input x: f32[5]; input w: f32[]; target y: f32[3]", "loss bce rows=w", 3,
     lambda z, b, s: rows(F.binary_cross_entropy_with_logits(z, b["y"], reduction="none"), b["w"]),
     {"w": amounts(7), "y": halves(7, 3)})
case("rows-xent", w, "loss xent rows=w weights=[0.5, 2, 1, 3]", 4,
     lambda z, b, s: weighted_xent(z, b["label"].long(), b["w"], [0.5, 2, 1, 3]), {"w": amounts(7), **label})
case("rows-xent-left-out", w, "loss xent rows=w", 4,
     lambda z, b, s: weighted_xent(z[b["label"] >= 0], b["label"][b["label"] >= 0].long(), b["w"][b["label"] >= 0], [1] * 4),
     {"w": amounts(7), "label": lambda rng: rng.integers(-1, 4, 7).astype("int32")})
case("rows-of-one-loss", "input x: f32[5]; input w: f32[]; target y: f32[3]", "loss = mean(it)^2\nloss mse rows=(w * w)", 3,
     lambda z, b, s: [z.mean(1).square().mean(), rows((z - b["y"]) ** 2, b["w"] ** 2)], {"w": amounts(7), "y": features(7, 3)})


def weighted_xent(z, y, w, of_class):
    c = w * torch.tensor(of_class, dtype=z.dtype)[y]
    return (c * F.cross_entropy(z, y, reduction="none")).sum() / c.sum()
