"""Sharpness-aware minimisation around optimizers of PyTorch's."""

import torch
import torch.nn.functional as F

from case import Cases, classes, features
from layers import biased, written
from net import cross_entropy
from optimizers import adam, momentum, sgd

CASES = Cases(20277000)


def case(name, line, optimizer, lr, rho, norm=False, frozen=(), tail="", before=0, **more):
    """7 units, with a batchnorm behind them or not, and 3 classes."""
    shapes = {"dense.kernel": (5, 7), "dense.bias": (7,), "dense_1.kernel": (7, 3), "dense_1.bias": (3,)}
    states = {}
    if norm:
        shapes.update({"batchnorm.gamma": (7,), "batchnorm.beta": (7,)})
        states = {"batchnorm.mean": (7,), "batchnorm.var": (7,)}

    def run(w, b, s, training):
        x = torch.tanh(b["x"] @ w["dense.kernel"] + w["dense.bias"])
        if norm:
            mean, var = (x.mean(0), x.var(0, unbiased=False)) if training else (s["batchnorm.mean"], s["batchnorm.var"])
            if training:
                s = {"batchnorm.mean": 0.99 * s["batchnorm.mean"] + 0.01 * mean.detach(),
                     "batchnorm.var": 0.99 * s["batchnorm.var"] + 0.01 * var.detach()}
            x = w["batchnorm.gamma"] * (x - mean) / torch.sqrt(var + 1e-3) + w["batchnorm.beta"]
        return x @ w["dense_1.kernel"] + w["dense_1.bias"], s

    def losses(w, b, s):
        z, s = run(w, b, s, True)
        return [cross_entropy(z, b["y"])], s

    layers = "layer dense 7 tanh\n" + ("layer batchnorm\n" if norm else "") + "layer dense 3\n"
    CASES.case(name, f"input x: f32[5]\ntarget y: class[3]\n{layers}loss xent\noptim sam {line}\n{tail}", shapes, losses,
               optimizer=optimizer, lr=lr, rho=rho, states=states, frozen=frozen, before=before,
               batch={"x": features(6, 5), "y": classes(6, 3)},
               predict=lambda w, b, s: run(w, b, s, False)[0], **more)


case("sam-sgd", "sgd lr=0.1", sgd, 0.1, 0.05)
case("sam-far", "sgd lr=0.1 rho=2", sgd, 0.1, 2)
case("sam-adam", "lr=1e-2 rho=0.3", adam, 1e-2, 0.3, before=3)
case("sam-momentum-batchnorm", "(momentum(beta=0.8)) lr=0.05 rho=0.5", lambda: momentum(0.8), 0.05, 0.5, norm=True, before=2)
case("sam-frozen", "sgd lr=0.1 rho=0.5", sgd, 0.1, 0.5, tail="freeze dense\n", frozen=("dense",))
