"""One exact step of a case: in double precision, from inputs that are exact in single precision."""

import numpy as np
import torch
from torch.optim.swa_utils import get_ema_avg_fn


def single(x):
    return x.detach().to(torch.float32).numpy()


def exact(array):
    return torch.tensor(array, dtype=torch.float64)


def tensors(batch):
    return {n: torch.tensor(a, dtype=torch.float64 if a.dtype == np.float32 else torch.int32) for n, a in batch.items()}


def trained(c, w):
    return {n: p for n, p in w.items() if n not in c.still and not any(n.startswith(f + ".") for f in c.frozen)}


def gradients(c, w, s, batches):
    """Losses and gradients: means over the micro-batches."""
    for p in w.values():
        p.grad = None
    losses = []
    for batch in batches:
        parts, s = c.forward(w, tensors(batch), s)
        extra = c.penalty(w) if c.penalty else 0
        loss = sum(parts) + extra
        (loss / len(batches)).backward()
        losses.append([loss, *parts])
    loss, *parts = [sum(each) / len(batches) for each in zip(*losses)]
    return loss, parts, s


def averaged(c, w, averages):
    """Moves the averages after an update; evaluation takes them in the place of what is trained."""
    if c.ema is None:
        return {}
    move = get_ema_avg_fn(c.ema)
    return {n: move(averages[n], p.detach(), torch.tensor(0)) for n, p in trained(c, w).items()}


def step(c, w, s, optimizer, t, batches):
    loss, parts, after = gradients(c, w, s, batches)
    learning = trained(c, w)
    if c.rho is not None:
        at_the_worst_point(c, w, s, learning, batches)
    s = after
    for p in learning.values():
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    grads = {n: p.grad.clone() for n, p in learning.items()}
    if c.clip:
        c.clip(list(learning.values()))
    factor = c.factor(t, c.updates) if c.factor else 1
    optimizer.step(learning, c.lr * factor, t)
    return loss, parts, grads, s


def at_the_worst_point(c, w, s, learning, batches):
    """Sharpness-aware: the gradients there take the place of those at the weights, which stay as they are."""
    norm = torch.stack([p.grad.norm() for p in learning.values()]).norm()
    there = {n: p.detach() + c.rho * p.grad / norm for n, p in learning.items()}
    there = {n: there.get(n, p.detach()).requires_grad_(n in learning) for n, p in w.items()}
    gradients(c, there, s, batches)
    for n, p in learning.items():
        p.grad = there[n].grad


def drawn(c, rng):
    """Weights and states at the start, exact in single precision."""

    def weight(shape):
        w = rng.normal(0, c.scale, shape)
        return np.asarray(np.round(w / c.multiple) * c.multiple if c.multiple else w, np.float32)

    weights = {n: exact(c.weights[n] if c.weights else weight(s)) for n, s in c.shapes.items()}
    states = {n: exact(rng.uniform(0.5, 1.5, s).astype(np.float32)) for n, s in c.states.items()}
    return weights, states


def run(c):
    """What goes in, and what comes out: `weights/…`, `batch-0/…`, `expected/…`, named as `nnc step` names them."""
    rng = np.random.default_rng(c.seed)
    weights, states = drawn(c, rng)
    batches = [{n: make(rng) for n, make in c.batch.items()} for _ in range(c.accumulate)]

    w = {n: p.clone().requires_grad_() for n, p in weights.items()}
    optimizer = c.optimizer()
    optimizer.start(trained(c, w))
    averages = start_of_averages(c, w)
    for t in range(1, c.before + 1):
        *_, states = step(c, w, states, optimizer, t, batches)
        averages = averaged(c, w, averages)

    # what goes in is rounded to single precision, and the step starts from just that
    given = {n: single(p) for n, p in w.items()}
    given.update({n: single(v) for n, v in states.items()})
    slots = {n: single(v) for n, v in optimizer.state(trained(c, w)).items()} if c.before > 0 else {}
    means = {n: single(v) for n, v in averages.items()} if c.before > 0 else {}

    w = {n: exact(given[n]).requires_grad_() for n in weights}
    states = {n: exact(given[n]) for n in states}
    optimizer = c.optimizer()
    optimizer.start(trained(c, w))
    if slots:
        optimizer.load(trained(c, w), {n: exact(v) for n, v in slots.items()}, c.before)
    averages = {n: exact(v) for n, v in means.items()} or start_of_averages(c, w)
    out = predictions(c, {**w, **averages}, batches, states)
    loss, parts, grads, states = step(c, w, states, optimizer, c.before + 1, batches)
    out.update({f"ema/{n}": v for n, v in averaged(c, w, averages).items()})
    out.update({"loss": loss, **{f"loss/{i}": p for i, p in enumerate(parts)}})
    out.update({f"grad/{n}": g for n, g in grads.items()})
    out.update({f"new/{n}": p for n, p in {**w, **states}.items()})
    out.update({f"state/{n}": v for n, v in optimizer.state(trained(c, w)).items()})
    return {
        **{f"weights/{n}": a for n, a in given.items()},
        **{f"weights/state/{n}": a for n, a in slots.items()},
        **{f"weights/ema/{n}": a for n, a in means.items()},
        "weights/t": np.array(c.before, np.int32),
        **{f"batch-{i}/{n}": a for i, batch in enumerate(batches) for n, a in batch.items()},
        **{f"expected/{n}": v.detach().to(torch.float64).numpy() for n, v in out.items()},
        "expected/t": np.array(c.before + 1, np.int32),
    }


def start_of_averages(c, w):
    return {n: p.detach().clone() for n, p in trained(c, w).items()} if c.ema is not None else {}


def predictions(c, w, batches, states):
    if c.predict is None:
        return {}
    outs = [c.predict(w, tensors(batch), states) for batch in batches]
    named = [{f"predict/{n}": v for n, v in o.items()} if isinstance(o, dict) else {"predict": o} for o in outs]
    return {n: torch.cat([each[n].detach() for each in named]) for n in named[0]}
