"""What PyTorch's ReduceLROnPlateau makes of figures as they go by: the factor of the rate after each epoch."""

import json

import numpy as np
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def walk(rng, mode):
    """Figures above 0 that come nearer to their best, and stand still for a while now and then."""
    steps = rng.exponential(0.1, 40) * (rng.random(40) < 0.4) - rng.exponential(0.01, 40)
    course = np.exp(-np.cumsum(steps))
    figures = course if mode == "min" else 1 / (1 + course)
    return [round(float(x), 4) for x in figures]


def factors(mode, factor, patience, gain, least, figures):
    rate = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    # PyTorch counts the epochs that it bears, and acts on the one after them.
    plateau = ReduceLROnPlateau(
        rate, mode=mode, factor=factor, patience=patience - 1, threshold=gain, threshold_mode="rel", min_lr=least, eps=0)
    out = []
    for figure in figures:
        plateau.step(figure)
        out.append(rate.param_groups[0]["lr"])
    return out


def write(path):
    rng = np.random.default_rng(20261130)
    cases = []
    for mode in ["min", "max"]:
        for factor, patience, gain, least in [
            (0.5, 1, 1e-4, 0), (0.5, 3, 1e-4, 0), (0.1, 2, 0, 1e-3), (0.9, 1, 0.02, 0.5), (0.25, 5, 0.1, 0), (0.5, 2, 0.3, 0.05),
        ]:
            figures = walk(rng, mode)
            cases.append({
                "mode": mode, "factor": factor, "patience": patience, "gain": gain, "least": least, "figures": figures,
                "factors": factors(mode, factor, patience, gain, least, figures),
            })
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
