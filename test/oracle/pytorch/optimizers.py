"""Optimizers: PyTorch's own, or the formula of the manual or the paper."""

import torch


class Torch:
    """An optimizer of torch.optim, with our names for what it keeps."""

    def __init__(self, make, slots):
        self.make, self.slots = make, slots

    def start(self, params):
        self.optimizer = self.make(list(params.values()))

    def set_lr(self, lr):
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def step(self, params, lr, t):
        self.set_lr(lr)
        self.optimizer.step()

    def state(self, params):
        out = {}
        for path, p in params.items():
            kept = self.optimizer.state.get(p, {})
            for ours, theirs in self.slots.items():
                value = kept.get(theirs)
                out[f"{path}/{ours}"] = torch.zeros_like(p) if value is None else value.detach().clone()
        return out

    def load(self, params, state, t):
        for path, p in params.items():
            kept = {theirs: state[f"{path}/{ours}"].clone() for ours, theirs in self.slots.items()}
            kept["step"] = torch.tensor(float(t))
            self.optimizer.state[p] = kept


class Formula:
    """An update written out from the manual or the paper: (param, grad, slots, lr, t) -> (param, slots)."""

    def __init__(self, update, slots):
        self.update, self.slots = update, slots

    def start(self, params):
        self.kept = {
            f"{path}/{name}": torch.full((), value, dtype=p.dtype) if scalar else torch.full_like(p, value)
            for path, p in params.items()
            for name, (value, scalar) in self.slots.items()
        }

    def step(self, params, lr, t):
        with torch.no_grad():
            for path, p in params.items():
                kept = {name: self.kept[f"{path}/{name}"] for name in self.slots}
                new, kept = self.update(p.detach().clone(), p.grad, kept, lr, t)
                p.copy_(new)
                for name in self.slots:
                    self.kept[f"{path}/{name}"] = kept[name]

    def state(self, params):
        return {name: value.clone() for name, value in self.kept.items()}

    def load(self, params, state, t):
        self.kept = {name: value.clone() for name, value in state.items()}


def lion(p, g, s, lr, t, b1=0.9, b2=0.99):
    u = torch.sign(b1 * s["m"] + (1 - b1) * g)
    return p - lr * u, {"m": b2 * s["m"] + (1 - b2) * g}


def sgd():
    return Torch(lambda ps: torch.optim.SGD(ps, lr=1), {})


def momentum(beta=0.9, nesterov=False):
    return Torch(lambda ps: torch.optim.SGD(ps, lr=1, momentum=beta, nesterov=nesterov), {"v": "momentum_buffer"})


ADAM = {"m": "exp_avg", "v": "exp_avg_sq"}


def adam(b1=0.9, b2=0.999, eps=1e-7):
    return Torch(lambda ps: torch.optim.Adam(ps, lr=1, betas=(b1, b2), eps=eps), ADAM)


class AdamW(Torch):
    """Decay skips parameters of one axis, as ours does."""

    def __init__(self, decay, b1=0.9, b2=0.999, eps=1e-7):
        def make(ps):
            groups = [
                {"params": [p for p in ps if p.dim() > 1], "weight_decay": decay},
                {"params": [p for p in ps if p.dim() <= 1], "weight_decay": 0.0},
            ]
            return torch.optim.AdamW([g for g in groups if g["params"]], lr=1, betas=(b1, b2), eps=eps)

        super().__init__(make, ADAM)


def nadam():
    return Torch(lambda ps: torch.optim.NAdam(ps, lr=1, eps=1e-7), {**ADAM, "mu": "mu_product"})
