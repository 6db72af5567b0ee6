"""Moving averages of the weights: after the first update and in the middle of a run, behind all that surrounds it."""

import torch

from case import Cases, classes, features
from optimizers import AdamW, adam, momentum, sgd
from programs.learning import clip_norm, dense, mlp_shapes, xent
from schedules import cosine, schedule

CASES = Cases(20261130)


def classifier(name, decay, tail, optimizer, lr, **more):
    """x: f32[5] → dense 7 relu → dense 3, cross-entropy; what evaluation predicts comes from the averages."""

    def logits(w, b):
        return dense(w, "dense_1", dense(w, "dense", b["x"], torch.relu))

    CASES.case(
        name,
        f"input x: f32[5]\ntarget y: class[3]\nlayer dense 7 relu\nlayer dense 3\nloss xent\n{tail}\nema {decay}\n",
        mlp_shapes(5, 7, 3),
        lambda w, b, s: ([xent(logits(w, b), b["y"])], s),
        optimizer=optimizer, lr=lr, batch={"x": features(6, 5), "y": classes(6, 3)},
        predict=lambda w, b, s: logits(w, b), ema=decay, **more,
    )


classifier("first", 0.9, "optim sgd lr=0.1", sgd, 0.1)
classifier("mid-run", 0.9, "optim sgd lr=0.3", sgd, 0.3, before=2)
classifier("slow", 0.9999, "optim momentum lr=0.1", momentum, 0.1, before=5)
classifier("adamw", 0.5, "optim adamw lr=1e-2 decay=0.1", lambda: AdamW(0.1), 1e-2, before=2)
classifier("clip-norm", 0.8, "optim adam lr=1e-2\nclip norm 0.05", adam, 1e-2, before=2, clip=lambda ps: clip_norm(ps, 0.05))
classifier("accumulate", 0.8, "optim adam lr=1e-2\naccumulate 3\nclip norm 0.05\nclip value 0.01", adam, 1e-2, before=2,
           accumulate=3, clip=lambda ps: (clip_norm(ps, 0.05), torch.nn.utils.clip_grad_value_(ps, 0.01)))
classifier("schedule", 0.7, "optim adam lr=1e-2\nschedule cosine warmup=3 min=0.01", adam, 1e-2, before=5, updates=20,
           factor=lambda t, T: schedule(cosine, t, T, 3, 0.01))
classifier("frozen", 0.6, "optim momentum lr=0.1\nfreeze dense", momentum, 0.1, before=2, frozen=("dense",))


def batchnorm():
    """States are those of the layer, and are not averaged."""
    shapes = {"dense.kernel": (5, 6), "norm.gamma": (6,), "norm.beta": (6,), "head.kernel": (6, 3), "head.bias": (3,)}

    def body(w, b, s, training):
        x = dense(w, "dense", b["x"])
        mean, var = s["norm.mean"], s["norm.var"]
        if training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            s = {n: (0.9 * s[n] + 0.1 * v).detach() for n, v in {"norm.mean": mean, "norm.var": var}.items()}
        x = torch.relu((x - mean) / torch.sqrt(var + 1e-3) * w["norm.gamma"] + w["norm.beta"])
        return dense(w, "head", x), s

    def losses(w, b, s):
        z, s = body(w, b, s, True)
        return [xent(z, b["y"])], s

    CASES.case(
        "batchnorm",
        "input x: f32[5]\ntarget y: class[3]\nlayer dense 6 bias=false\nlayer batchnorm momentum=0.9 as norm\nlayer relu\n"
        "layer dense 3 as head\nloss xent\noptim momentum lr=0.1\nema 0.75\n",
        shapes, losses, optimizer=momentum, lr=0.1, before=2, states={"norm.mean": (6,), "norm.var": (6,)},
        batch={"x": features(6, 5), "y": classes(6, 3)}, predict=lambda w, b, s: body(w, b, s, False)[0], ema=0.75)


batchnorm()
