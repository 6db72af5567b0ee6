"""The same training by PyTorch on one thread: reads a line of `{"work": …, "steps": n}` at a time, and answers each with
a line of `{"ms": …}`, the milliseconds of one step (Adam, forward to update, loss read back) of a new model."""

import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


class Last(nn.Module):
    """A recurrence, of which the last state is the result."""

    def __init__(self, recurrence):
        super().__init__()
        self.recurrence = recurrence

    def forward(self, x):
        return self.recurrence(x)[0][:, -1]


class Block(nn.Module):
    """As `layer transformer_block` has it: PyTorch's fused attention, norms in front."""

    def __init__(self, width, heads, wide):
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width, 1e-3), nn.LayerNorm(width, 1e-3)
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.wide, self.narrow = nn.Linear(width, wide), nn.Linear(wide, width)

    def forward(self, x):
        y = self.first(x)
        split = lambda z: z.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        y = F.scaled_dot_product_attention(split(self.query(y)), split(self.key(y)), split(self.value(y)))
        x = x + self.output(y.transpose(1, 2).flatten(2))
        return x + self.narrow(F.gelu(self.wide(self.second(x))))


def perceptron(inputs, hidden, classes, batch):
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    return model, (batch, inputs), classes


def cnn():
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Flatten(), nn.Linear(400, 10))
    return model, (32, 1, 28, 28), 10


def lstm():
    return nn.Sequential(Last(nn.LSTM(64, 128, batch_first=True)), nn.Linear(128, 10)), (32, 80, 64), 10


def transformer():
    return Block(128, 4, 512), (16, 64, 128), None


WORKS = {
    "mlp-784-128-10": lambda: perceptron(784, 128, 10, 64),
    "mlp-784-1024-10": lambda: perceptron(784, 1024, 10, 256),
    "mlp-8-16-4": lambda: perceptron(8, 16, 4, 16),
    "cnn-28": cnn,
    "lstm-80": lstm,
    "transformer-64": transformer,
}


def timed(work, steps):
    model, shape, classes = WORKS[work]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, fused=True)
    xs = [torch.rand(shape) for _ in range(4)]
    ys = [torch.rand(shape) if classes is None else torch.randint(classes, shape[:1]) for _ in xs]
    loss_of = F.mse_loss if classes is None else F.cross_entropy

    def step(i):
        optimizer.zero_grad()
        loss = loss_of(model(xs[i % 4]), ys[i % 4])
        loss.backward()
        optimizer.step()
        return loss.item()

    for i in range(max(2, steps // 4)):
        step(i)
    start = time.perf_counter()
    for i in range(steps):
        step(i)
    return (time.perf_counter() - start) / steps * 1000


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"ms": timed(asked["work"], asked["steps"])}), flush=True)
