"""Factors of the learning rate (conventions, section 4)."""

import math


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
