"""The loss ctc against PyTorch's: lengths, blanks, repeated labels and masks are drawn."""

import numpy as np
import torch
import torch.nn.functional as F

from case import Cases, features, halves
from layers import recur, scope
from net import OPTIMIZERS

CASES = Cases(20274000)
rng = np.random.default_rng(4)


def ctc(z, labels, blank, mask=None):
    """Mean of the examples' negative log likelihoods, over the frames that are kept; what cannot fit counts 0."""
    costs = []
    for i in range(len(z)):
        kept = labels[i][labels[i] >= 0].long()
        frames = z[i] if mask is None else z[i][mask[i] > 0]
        if len(frames) == 0:
            costs.append(z.new_zeros(()))  # no frame: nothing to say, or no way to say it
            continue
        costs.append(F.ctc_loss(F.log_softmax(frames, -1)[:, None], kept[None], torch.tensor([len(frames)]),
                                torch.tensor([len(kept)]), blank, reduction="sum", zero_infinity=True))
    return torch.stack(costs).mean()


def labels(n, k, longest, blank):
    """Up to `longest` labels that are no blank, -1 behind them."""

    def draw(rng):
        out = np.full((n, longest), -1, np.int32)
        for row in out:
            length = rng.integers(0, longest + 1)
            row[:length] = rng.choice([c for c in range(k) if c != blank], length)
        return out

    return draw


for i in range(12):
    steps, k, longest, rows = (int(rng.integers(a, b)) for a, b in [(1, 8), (2, 5), (1, 4), (1, 5)])
    blank, masked, chosen = int(rng.integers(k)), i % 2 == 1, OPTIMIZERS[rng.integers(3)]
    settings = (" m" if masked else "") + (f" blank={blank}" if blank else "")
    spec = f"input m: f32[{steps}]\n" if masked else ""
    spec += f"input x: f32[{steps}, 3]\ntarget y: class[{k}][{longest}]\nlayer gru 3 sequences=true\nlayer dense {k}\n"
    spec += f"loss ctc it y{settings}\n{chosen['line']}\n"

    def logits(w, b):
        return F.linear(recur("gru", scope(w, "gru"), b["x"], 3)[0], w["dense.kernel"].T, w["dense.bias"])

    def losses(w, b, s, blank=blank, masked=masked):
        return [ctc(logits(w, b), b["y"], blank, b["m"] if masked else None)], s

    CASES.case(f"ctc-{i}", spec,
               {"gru.kernel": (3, 9), "gru.recurrent": (3, 9), "gru.bias": (2, 9), "dense.kernel": (3, k), "dense.bias": (k,)},
               losses, predict=lambda w, b, s: logits(w, b),
               batch={**({"m": halves(rows, steps)} if masked else {}), "x": features(rows, steps, 3),
                      "y": labels(rows, k, longest, blank)},
               **{name: value for name, value in chosen.items() if name != "line"})
