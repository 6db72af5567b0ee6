"""Runs of several steps and phases, as a PyTorch program would write them: what they start from, and where they end.

    python3 test/oracle/pytorch/stages.py            (PyTorch 2.5 or newer, and NumPy)

Each case is a spec in test/oracle/stages and a file beside it: `start/<path>`, `batch-<i>/<port>`, and `end/<path>`;
`loss/<name>` are the losses of all runs of a step in their order, or `figure-<epoch>/<name>` all that an epoch reports.
"""

import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True

from safetensors import save
from threefry import dropout, uniform

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "stages")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(7)


def normal(stream, shape, micro):
    """Standard normals by Box–Muller, over the two words of a block."""
    count = int(np.prod(shape))
    pairs = uniform(stream, ((count + 1) // 2, 2), micro=micro)
    radius, angle = torch.sqrt(-2 * torch.log(1 - pairs[:, 0])), 2 * torch.pi * pairs[:, 1]
    both = torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], -1)
    return both.reshape(-1)[:count].reshape(shape)


def single(*shape, scale=1.0):
    return torch.tensor(random.normal(size=shape).astype(np.float32) * np.float32(scale)).double()


def batchnorm(x, p, name, training, writes):
    """Keras's: the biased variance, for the moving averages too."""
    if not training:
        mean, var = p[f"{name}.mean"], p[f"{name}.var"]
    else:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        if writes:
            for key, now in (("mean", mean), ("var", var)):
                p[f"{name}.{key}"] = 0.99 * p[f"{name}.{key}"] + 0.01 * now.detach()
    return (x - mean) / torch.sqrt(var + 1e-3) * p[f"{name}.gamma"] + p[f"{name}.beta"]


def write(name, spec, start, batches, end, losses, figures=()):
    with open(os.path.join(OUT, f"{name}.nn"), "w") as file:
        file.write(spec)
    tensors = {f"start/{path}": value.numpy().astype(np.float32) for path, value in start.items()}
    for i, batch in enumerate(batches):
        for port, value in batch.items():
            kind = np.float32 if value.is_floating_point() else np.int32
            tensors[f"batch-{i}/{port}"] = value.numpy().astype(kind)
    tensors.update({f"end/{path}": value.detach().numpy() for path, value in end.items()})
    tensors.update({f"loss/{step}": np.array(values) for step, values in losses.items()})
    for epoch, each in enumerate(figures):
        tensors.update({f"figure-{epoch}/{name}": np.array(value) for name, value in each.items()})
    save(os.path.join(OUT, f"{name}.safetensors"), tensors)


def trained(p, names):
    """Leaves of their own, which an optimizer changes in place."""
    for name in names:
        p[name] = p[name].detach().clone().requires_grad_(True)
    return [p[name] for name in names]


def clip(parameters, limit):
    """By one norm over all gradients, without an epsilon."""
    norm = torch.sqrt(sum((q.grad**2).sum() for q in parameters))
    for q in parameters:
        q.grad *= min(1.0, limit / norm.item())


GAN = """input image: f32[6]
noise z: f32[4] = normal
block generator { layer dense 8 relu from z; layer dense 6 tanh as fake }
block discriminator {
  layer dense 8 bias=false from image
  layer batchnorm
  layer leaky_relu
  layer dense 1 as real_score
}
reuse discriminator from fake as fake_score
step d updates discriminator times=2 { loss bce real_score 1; loss bce fake_score 0; optim adam lr=2e-3 beta1=0.5 }
step g updates generator { loss bce fake_score 1; optim momentum lr=0.05; clip norm 0.1 }
train epochs=1 batch=5
predict fake
"""


def gan():
    start = {
        "generator.dense.kernel": single(4, 8, scale=0.5),
        "generator.dense.bias": single(8, scale=0.1),
        "generator.fake.kernel": single(8, 6, scale=0.5),
        "generator.fake.bias": single(6, scale=0.1),
        "discriminator.dense.kernel": single(6, 8, scale=0.5),
        "discriminator.batchnorm.gamma": 1 + single(8, scale=0.1),
        "discriminator.batchnorm.beta": single(8, scale=0.1),
        "discriminator.batchnorm.mean": single(8, scale=0.1),
        "discriminator.batchnorm.var": 1 + single(8, scale=0.1) ** 2,
        "discriminator.real_score.kernel": single(8, 1, scale=0.5),
        "discriminator.real_score.bias": single(1, scale=0.1),
    }
    start = {path: value.float().double() for path, value in start.items()}
    batches = [{"image": single(5, 6)} for _ in range(3)]
    p = dict(start)
    states = {"discriminator.batchnorm.mean", "discriminator.batchnorm.var"}
    of = lambda scope: trained(p, [path for path in start if path.startswith(scope) and path not in states])
    discriminator, generator = of("discriminator"), of("generator")
    adam = torch.optim.Adam(discriminator, lr=2e-3, betas=(0.5, 0.999), eps=1e-7)
    sgd = torch.optim.SGD(generator, lr=0.05, momentum=0.9)

    def fake(z):
        h = F.relu(z @ p["generator.dense.kernel"] + p["generator.dense.bias"])
        return torch.tanh(h @ p["generator.fake.kernel"] + p["generator.fake.bias"])

    def score(x, writes):
        h = batchnorm(x @ p["discriminator.dense.kernel"], p, "discriminator.batchnorm", True, writes)
        h = F.leaky_relu(h, 0.2)
        return h @ p["discriminator.real_score.kernel"] + p["discriminator.real_score.bias"]

    losses = {"d": [], "g": []}
    runs = {"d": 0, "g": 0}
    bce = lambda logits, y: F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, y))
    for batch in batches:
        for _ in range(2):
            z = normal("d/z", (5, 4), runs["d"])
            loss = bce(score(batch["image"], True), 1.0) + bce(score(fake(z), True), 0.0)
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses["d"].append(loss.item())
            runs["d"] += 1
        z = normal("g/z", (5, 4), runs["g"])
        loss = bce(score(fake(z), False), 1.0)
        sgd.zero_grad()
        loss.backward()
        clip(generator, 0.1)
        sgd.step()
        losses["g"].append(loss.item())
        runs["g"] += 1
    write("gan", GAN, start, batches, p, losses)


TUNED = """input x: f32[5]
target y: class[3]
block backbone { layer dense 6 relu; layer batchnorm; layer dropout 0.3 }
layer dense 3 as head
loss xent
optim adam lr=1e-2
schedule linear
phase head_only epochs=2 { freeze backbone }
phase all epochs=2 { unfreeze backbone; optim momentum lr=0.05; clip norm 0.7 }
train batch=4
"""


def tuned():
    start = {
        "backbone.dense.kernel": single(5, 6, scale=0.5),
        "backbone.dense.bias": single(6, scale=0.1),
        "backbone.batchnorm.gamma": 1 + single(6, scale=0.1),
        "backbone.batchnorm.beta": single(6, scale=0.1),
        "backbone.batchnorm.mean": single(6, scale=0.1),
        "backbone.batchnorm.var": 1 + single(6, scale=0.1) ** 2,
        "head.kernel": single(6, 3, scale=0.5),
        "head.bias": single(3, scale=0.1),
    }
    start = {path: value.float().double() for path, value in start.items()}
    sizes = [4, 4, 2]
    batches = [{"x": single(n, 5), "y": torch.tensor(random.integers(0, 3, n))} for n in sizes]
    p = dict(start)
    states = {"backbone.batchnorm.mean", "backbone.batchnorm.var"}
    losses = {"loss": []}
    seen = 0
    for phase in ("head_only", "all"):
        tuning = phase == "all"
        names = [path for path in start if path not in states and (tuning or path.startswith("head"))]
        own = trained(p, names)
        rate = 0.05 if tuning else 1e-2
        optimizer = torch.optim.SGD(own, lr=rate, momentum=0.9) if tuning else torch.optim.Adam(own, lr=rate, eps=1e-7)
        t = 0
        for _ in range(2):
            for batch in batches:
                h = F.relu(batch["x"] @ p["backbone.dense.kernel"] + p["backbone.dense.bias"])
                h = batchnorm(h, p, "backbone.batchnorm", tuning, True)
                if tuning:
                    h = dropout(h, 0.3, "backbone.dropout", seen)
                loss = F.cross_entropy(h @ p["head.kernel"] + p["head.bias"], batch["y"])
                optimizer.zero_grad()
                loss.backward()
                if tuning:
                    clip(own, 0.7)
                t += 1
                optimizer.param_groups[0]["lr"] = rate * (1 - (t - 1) / 6)
                optimizer.step()
                losses["loss"].append(loss.item())
                seen += 1
    write("tuned", TUNED, start, batches, p, losses)


ADAPTED = """input x: f32[5]
target y: class[3]
block backbone { layer dense 6 tanh; layer dense 4 tanh as top }
layer dense 3 as head
loss xent
optim adamw lr=1e-2 decay=0.1
lora backbone rank=2 alpha=3
phase head_only epochs=1 { freeze backbone; freeze **.lora }
phase thin epochs=2 { unfreeze **.lora; clip norm 0.3 }
phase all epochs=1 { unfreeze backbone; optim momentum lr=0.05; clip norm 0.7 }
train batch=4
"""


def adapted():
    """Pairs that are frozen at first, then trained beside frozen matrices, then with them."""
    scopes = {"backbone.dense": (5, 6), "backbone.top": (6, 4)}
    start = {}
    for scope, (ins, outs) in scopes.items():
        start.update({
            f"{scope}.kernel": single(ins, outs, scale=0.5),
            f"{scope}.bias": single(outs, scale=0.1),
            f"{scope}.lora.a": single(ins, 2, scale=0.4),
            f"{scope}.lora.b": single(2, outs, scale=0.4),
        })
    start.update({"head.kernel": single(4, 3, scale=0.5), "head.bias": single(3, scale=0.1)})
    start = {path: value.float().double() for path, value in start.items()}
    batches = [{"x": single(n, 5), "y": torch.tensor(random.integers(0, 3, n))} for n in [4, 4, 2]]
    p = dict(start)
    losses = {"loss": []}
    phases = [("head_only", 1, None), ("thin", 2, 0.3), ("all", 1, 0.7)]
    for phase, count, limit in phases:
        pairs, matrices = phase != "head_only", phase == "all"
        reached = lambda path: path.startswith("head") or (pairs if ".lora." in path else matrices)
        own = trained(p, [path for path in start if reached(path)])
        if matrices:
            optimizer = torch.optim.SGD(own, lr=0.05, momentum=0.9)
        else:
            wide, narrow = [q for q in own if q.dim() > 1], [q for q in own if q.dim() < 2]
            groups = [{"params": wide, "weight_decay": 0.1}, {"params": narrow, "weight_decay": 0.0}]
            optimizer = torch.optim.AdamW(groups, lr=1e-2, eps=1e-7)
        for _ in range(count):
            for batch in batches:
                h = batch["x"]
                for scope in scopes:
                    low = F.linear(F.linear(h, p[f"{scope}.lora.a"].T), p[f"{scope}.lora.b"].T)
                    h = torch.tanh(F.linear(h, p[f"{scope}.kernel"].T, p[f"{scope}.bias"]) + 1.5 * low)
                loss = F.cross_entropy(h @ p["head.kernel"] + p["head.bias"], batch["y"])
                optimizer.zero_grad()
                loss.backward()
                if limit:
                    clip(own, limit)
                optimizer.step()
                losses["loss"].append(loss.item())
    write("adapted", ADAPTED, start, batches, p, losses)


PRETRAINED = """input x: f32[5]
target y: class[3]
block encoder { layer dense 6 tanh; layer batchnorm as code }
layer dense 5 from code as decoded
layer dense 3 from code as head
optim adam lr=1e-2
metric mse decoded x as restored
phase pretrain epochs=2 { freeze head; loss mse decoded x }
phase apart epochs=1 {
  unfreeze head
  freeze decoded
  metric accuracy head y
  step a updates encoder { loss xent head y weight=0.5; optim momentum lr=0.05 }
  step b updates head times=2 { loss xent head y }
}
phase together epochs=2 {
  optim sgd lr=0.1
  clip norm 0.7
  loss xent head y
  loss = 0.1 * mean(decoded^2)
}
train batch=4
predict head
"""


def pretrained():
    """What is minimised and what is reported change from phase to phase."""
    start = {
        "encoder.dense.kernel": single(5, 6, scale=0.5),
        "encoder.dense.bias": single(6, scale=0.1),
        "encoder.code.gamma": 1 + single(6, scale=0.1),
        "encoder.code.beta": single(6, scale=0.1),
        "encoder.code.mean": single(6, scale=0.1),
        "encoder.code.var": 1 + single(6, scale=0.1) ** 2,
        "decoded.kernel": single(6, 5, scale=0.5),
        "decoded.bias": single(5, scale=0.1),
        "head.kernel": single(6, 3, scale=0.5),
        "head.bias": single(3, scale=0.1),
    }
    start = {path: value.float().double() for path, value in start.items()}
    batches = [{"x": single(n, 5), "y": torch.tensor(random.integers(0, 3, n))} for n in [4, 4, 2]]
    p = dict(start)
    figures = []
    of = lambda *scopes: trained(
        p, [path for path in start if path.startswith(scopes) and path.split(".")[-1] not in ("mean", "var")])

    def net(x, training, writes=True):
        h = torch.tanh(x @ p["encoder.dense.kernel"] + p["encoder.dense.bias"])
        code = batchnorm(h, p, "encoder.code", training, writes)
        return code @ p["decoded.kernel"] + p["decoded.bias"], code @ p["head.kernel"] + p["head.bias"]

    def step(optimizer, own, loss, limit=None):
        optimizer.zero_grad()
        loss.backward()
        if limit:
            clip(own, limit)
        optimizer.step()
        return loss.item()

    def evaluate():
        """Of all rows as one batch."""
        x, y = (torch.cat([batch[port] for batch in batches]) for port in ("x", "y"))
        with torch.no_grad():
            decoded, head = net(x, False)
            return {
                "restored": F.mse_loss(decoded, x).item(),
                "xent": F.cross_entropy(head, y).item(),
                "accuracy": (head.argmax(-1) == y).double().mean().item(),
                "small": 0.1 * (decoded**2).mean().item(),
            }

    weighted = lambda each: sum(n * value for n, value in zip([4, 4, 2], each)) / 10
    own = of("encoder", "decoded")
    adam = torch.optim.Adam(own, lr=1e-2, eps=1e-7)
    for _ in range(2):
        losses = [step(adam, own, F.mse_loss(net(batch["x"], True)[0], batch["x"])) for batch in batches]
        seen = evaluate()
        figures.append({"loss": weighted(losses), "val_loss": seen["restored"], "val_restored": seen["restored"]})
    body, head = of("encoder"), of("head")
    first = torch.optim.SGD(body, lr=0.05, momentum=0.9)
    second = torch.optim.Adam(head, lr=1e-2, eps=1e-7)
    losses = {"a": [], "b": []}
    for batch in batches:
        losses["a"].append(step(first, body, 0.5 * F.cross_entropy(net(batch["x"], True)[1], batch["y"])))
        runs = [step(second, head, F.cross_entropy(net(batch["x"], True, False)[1], batch["y"])) for _ in range(2)]
        losses["b"].append(sum(runs) / 2)
    seen = evaluate()
    figures.append({
        **{f"loss/{name}": weighted(each) for name, each in losses.items()},
        "val_loss": 1.5 * seen["xent"],
        "val_accuracy": seen["accuracy"],
    })
    own = of("encoder", "head")
    sgd = torch.optim.SGD(own, lr=0.1)
    for _ in range(2):
        losses = []
        for batch in batches:
            decoded, head = net(batch["x"], True)
            losses.append(step(sgd, own, F.cross_entropy(head, batch["y"]) + 0.1 * (decoded**2).mean(), 0.7))
        seen = evaluate()
        figures.append({
            "loss": weighted(losses),
            "val_loss": seen["xent"] + seen["small"],
            "val_accuracy": seen["accuracy"],
        })
    write("pretrained", PRETRAINED, start, batches, p, {}, figures)


os.makedirs(OUT, exist_ok=True)
gan()
tuned()
adapted()
pretrained()
