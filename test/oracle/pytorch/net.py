"""A spec that grows line by line, and beside it the PyTorch program that means the same."""

import numpy as np
import torch
import torch.nn.functional as F

from case import classes, features, halves
from layers import scope
from optimizers import adam, momentum, sgd

OPTIMIZERS = [
    dict(line="optim sgd lr=0.1", optimizer=sgd, lr=0.1, before=0),
    dict(line="optim momentum lr=0.05 beta=0.8", optimizer=lambda: momentum(0.8), lr=0.05, before=1),
    dict(line="optim adam lr=1e-2", optimizer=adam, lr=1e-2, before=2),
]

NUMBERS = [
    ("mse", F.mse_loss, features),
    ("mae", F.l1_loss, features),
    ("huber delta=0.7", lambda z, y: F.huber_loss(z, y, delta=0.7), features),
    ("bce", F.binary_cross_entropy_with_logits, halves),
]


def cross_entropy(z, label):
    """Over the last axis; -1 is left out."""
    return F.cross_entropy(z.flatten(0, -2), label.flatten().long(), ignore_index=-1)


class Net:
    def __init__(self, rows):
        self.rows = rows
        self.lines, self.shapes, self.ports, self.program, self.counts = [], {}, {}, [], {}

    def input(self, name, shape, draw=features):
        """Numbers; `draw(rows, *shape)` says how they are drawn. The last one is the current value."""
        self.lines.append(f"input {name}: f32[{', '.join(map(str, shape))}]")
        self.ports[name] = draw(self.rows, *shape)
        self.program.append(lambda w, x, b: b[name])
        return self

    def words(self, name, length, vocabulary):
        self.lines.append(f"input {name}: i32[{length}]")
        self.ports[name] = classes(self.rows, vocabulary, length)
        self.program.append(lambda w, x, b: b[name])
        return self

    def layer(self, layer, source=None):
        """`source` is the input that it is applied to, instead of the current value."""
        n = self.counts.get(layer.kind, 0)
        self.counts[layer.kind] = n + 1
        path = f"{layer.kind}_{n}" if n else layer.kind
        self.lines.append(f"layer {layer.kind} {layer.args}".rstrip() + (f" from {source}" if source else ""))
        self.shapes.update({f"{path}.{name}": shape for name, shape in layer.weights.items()})
        self.program.append(lambda w, x, b: layer.apply(scope(w, path), b[source] if source else x, b))
        return self

    def add(self, path, shape):
        """A parameter of the spec's own is added: what comes before has a gradient to give back."""
        self.lines += [f"weight {path}: [{', '.join(map(str, shape))}] init=normal", f"it = it + {path}"]
        self.shapes[path] = tuple(shape)
        self.program.append(lambda w, x, b: x + w[path])
        return self

    def forward(self, w, b):
        x = None
        for part in self.program:
            x = part(w, x, b)
        return x

    def shape(self):
        """Of one example, as it stands."""
        zeros = {name: torch.zeros(shape, dtype=torch.float64) for name, shape in self.shapes.items()}
        rng = np.random.default_rng(0)
        batch = {n: torch.zeros(draw(rng).shape) for n, draw in self.ports.items()}
        with torch.no_grad():
            return tuple(self.forward(zeros, batch).shape[1:])

    def close(self, cases, name, rng, classes_too=False, target=None, optimizers=OPTIMIZERS, **more):
        """A loss, a target and an optimizer are drawn, and the case is complete. `target(rows, k, *shape)` draws classes."""
        shape = self.shape()
        if classes_too and shape[-1] > 1:
            *places, k = shape
            loss, f, draw = "xent", cross_entropy, (target or classes)(self.rows, k, *places)
            port = f"class[{k}]" + "".join(f"[{n}]" for n in places)
        else:
            loss, f, kind = NUMBERS[rng.integers(len(NUMBERS))]
            draw, port = kind(self.rows, *shape), f"f32[{', '.join(map(str, shape))}]"
        chosen = optimizers[rng.integers(len(optimizers))]
        lines = [*self.lines, f"target y: {port}", f"loss {loss}", chosen["line"]]
        cases.case(
            name, "\n".join(lines) + "\n", self.shapes,
            lambda w, b, s: ([f(self.forward(w, b), b["y"])], s),
            predict=lambda w, b, s: self.forward(w, b),
            batch={**self.ports, "y": draw},
            **{**{k: v for k, v in chosen.items() if k != "line"}, **more})
