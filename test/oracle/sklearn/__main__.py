"""Makes the fixtures of metrics with scikit-learn: logits and targets that are drawn, and what its metrics are of them.

    python3 test/oracle/sklearn            (scikit-learn 1.5 or newer, and NumPy)
"""

import json
import os

import numpy as np
import sklearn
from sklearn import metrics

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20290101)
ROWS = 31
cases = []


def case(metric, ports, x, y, value):
    assert np.isfinite(value)
    cases.append({"metric": metric, "ports": ports, "x": np.round(x, 3).tolist(), "y": np.round(y, 3).tolist(), "value": float(value)})


for k in (2, 3, 7):
    z = np.round(rng.normal(size=(ROWS, k)), 3)
    label = rng.integers(0, k, ROWS)
    said, ports = z.argmax(-1), f"input x: f32[{k}]; target y: class[{k}]"
    for average in ("macro", "micro"):
        for name, score in [("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)]:
            case(f"{name} x y average={average}", ports, z, label, score(label, said, average=average, zero_division=0))
    case("accuracy x y", ports, z, label, metrics.accuracy_score(label, said))
    case("mcc x y", ports, z, label, metrics.matthews_corrcoef(label, said))
    p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    case("perplexity x y", ports, z, label, np.exp(metrics.log_loss(label, p, labels=range(k))))
    for best in {1, max(1, k - 1)}:
        given = z[:, 1] - z[:, 0] if k == 2 else z  # of two classes it takes one score
        case(f"top_k_accuracy x y k={best}", ports, z, label, metrics.top_k_accuracy_score(label, given, k=best, labels=range(k)))

for outputs in (1, 3):
    ports = f"input x: f32[{outputs}]; target y: f32[{outputs}]"
    z, bits = rng.integers(-20, 21, (ROWS, outputs)) / 10, rng.integers(0, 2, (ROWS, outputs))
    case("auc x y bins=2000", ports, z, bits, metrics.roc_auc_score(bits, z, average="macro"))
    z, y = rng.normal(size=(ROWS, outputs)).round(3), rng.normal(size=(ROWS, outputs)).round(3)
    y = (y + z).round(3)
    case("mae x y", ports, z, y, metrics.mean_absolute_error(y, z))
    case("mse x y", ports, z, y, metrics.mean_squared_error(y, z))
    case("rmse x y", ports, z, y, np.sqrt(metrics.mean_squared_error(y, z)))
    case("r2 x y", ports, z, y, metrics.r2_score(y, z))

with open(os.path.join(HERE, "fixtures.json"), "w") as file:
    lines = ",\n".join(json.dumps(each) for each in cases)
    file.write(f'{{"sklearn": "{sklearn.__version__}",\n"cases": [\n{lines}\n]}}\n')
print(f"{len(cases)} cases")
