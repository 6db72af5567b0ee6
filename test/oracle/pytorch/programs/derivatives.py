"""Gradients within a loss: a penalty on a gradient, and a differential equation, which take second and third derivatives."""

import torch
import torch.nn.functional as F

from case import Cases, features
from optimizers import adam, sgd

CASES = Cases(20276000)


def linear(w, path, x):
    return F.linear(x, w[f"{path}.kernel"].T, w[f"{path}.bias"])


def dense(**sizes):
    return {f"{path}.{name}": size for path, (i, o) in sizes.items() for name, size in [("kernel", (i, o)), ("bias", (o,))]}


def grad(y, x):
    return torch.autograd.grad(y.sum(), x, create_graph=True)[0]


def critic(w, x):
    return linear(w, "score", torch.tanh(linear(w, "dense", x)))


def penalised(w, b, s):
    x = b["x"].clone().requires_grad_()
    score = critic(w, x)
    return [((grad(score, x).pow(2).sum(-1).add(0.1).sqrt() - 1) ** 2).mean(), 0.1 * (score**2).mean()], s


CASES.case("gradient-penalty", """input x: f32[3]
layer dense 5 tanh; layer dense 1 as score
loss = (sqrt(sum(grad(score, x)^2) + 0.1) - 1)^2
loss = 0.1 * score^2
optim adam lr=1e-2
""", dense(dense=(3, 5), score=(5, 1)), penalised, predict=lambda w, b, s: critic(w, b["x"]), optimizer=adam, lr=1e-2,
           before=2, batch={"x": features(4, 3)})


def net(w, x):
    return linear(w, "u", torch.tanh(linear(w, "dense_1", torch.tanh(linear(w, "dense", x)))))


def equation(w, b, s):
    x = b["x"].clone().requires_grad_()
    u = net(w, x)
    return [((grad(grad(u, x), x) + 4 * u) ** 2).mean(), F.mse_loss(u, b["y"])], s


CASES.case("differential-equation", """input x: f32[1]; target y: f32[1]
layer dense 5 tanh; layer dense 4 tanh; layer dense 1 as u
loss = (grad(grad(u, x), x) + 4 * u)^2
loss mse u y
optim sgd lr=0.01
""", dense(dense=(1, 5), dense_1=(5, 4), u=(4, 1)), equation, predict=lambda w, b, s: net(w, b["x"]), optimizer=sgd, lr=0.01,
           before=0, batch={"x": features(5, 1), "y": features(5, 1)})
