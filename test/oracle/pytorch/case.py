"""What a fixture is made of: a spec, what goes into one training step, and the PyTorch program that says what comes out."""

from dataclasses import dataclass, field
from typing import Callable

import numpy as np
import torch

torch.set_default_dtype(torch.float64)  # before any program asks for a number


@dataclass(frozen=True)
class Case:
    name: str
    spec: str
    shapes: dict  # of the parameters, by path
    forward: Callable  # (weights, batch, states) -> ([loss, ...], states)
    optimizer: Callable
    lr: float
    batch: dict  # how each port is drawn
    seed: int
    predict: Callable | None = None  # (weights, batch, states) -> a tensor, or several by name
    before: int = 0  # updates done before the step
    updates: int = 100  # all updates of the run, for schedules
    factor: Callable | None = None  # (t, T) -> what the schedule makes of the learning rate
    clip: Callable | None = None
    rho: float | None = None  # how far away the gradients are taken (sam)
    penalty: Callable | None = None
    frozen: tuple = ()  # scopes
    still: tuple = ()  # parameters that are frozen by themselves
    states: dict = field(default_factory=dict)  # shapes, by path
    accumulate: int = 1
    ema: float | None = None  # how much of the averages stays
    scale: float = 0.5  # of the weights
    weights: dict | None = None  # arrays by path, in the place of what is drawn
    files: dict = field(default_factory=dict)  # that the spec loads: tensors by name, by the name of the file
    multiple: float | None = None  # weights are multiples of it, so that equals meet


class Cases(list):
    """The cases of one sort, each with a seed of its own."""

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def case(self, name, spec, shapes, forward, **more):
        if any(other.name == name for other in self):
            raise ValueError(f"two cases are called {name}")
        self.append(Case(name=name, spec=spec, shapes=shapes, forward=forward, seed=self.seed + len(self), **more))


def features(n, *shape):
    return lambda rng: rng.standard_normal((n, *shape)).astype(np.float32)


def classes(n, k, *shape):
    return lambda rng: rng.integers(0, k, (n, *shape)).astype(np.int32)


def halves(n, *shape):
    return lambda rng: rng.integers(0, 2, (n, *shape)).astype(np.float32)


def steps_of(n, width, *shape):
    """Multiples of a half below `width` in size: equals are frequent."""
    return lambda rng: (rng.integers(-2 * width, 2 * width + 1, (n, *shape)) / 2).astype(np.float32)
