"""Makes the fixtures of ONNX's node tests: for each that the language can say one small spec, with what ONNX says comes out.

    python3 test/oracle/onnx            (onnx 1.23 or newer, and NumPy)

`fixtures.json` beside this file has the specs and their tensors by number, `fixtures.safetensors` the tensors, each once;
what is left out is listed with its reason. A model of several nodes is another form of a single one, and is left out.
"""

import json
import os
import sys
import warnings
from collections import defaultdict

import numpy as np

sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pytorch"))

import onnx
from onnx.backend.test.case.node import collect_testcases

import elements
import networks
import shapes
import windows
from absent import ABSENT
from node import Case, Left
from safetensors import save

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = {**elements.TABLE, **shapes.TABLE, **windows.TABLE, **networks.TABLE}
LARGEST = 4_000  # numbers that go into a case and come out of it


def written(test):
    """The operator, and its spec, or the reason why there is none."""
    nodes = test.model.graph.node
    if "_expanded" in test.name or len(nodes) != 1:
        return None
    (node,) = nodes
    if node.op_type in ABSENT:
        raise Left(ABSENT[node.op_type])
    c = Case(node, *test.data_sets[0])
    text, expected = c.finish(TABLE[node.op_type](c))
    if sum(np.size(a) for a in [*c.batch.values(), *c.weights.values(), *expected.values()]) > LARGEST:
        raise Left("with many numbers")
    return text, c.batch, c.weights, expected


def main():
    tensors, known, cases, left = {}, {}, [], defaultdict(list)

    def kept(array):
        array = np.array(array, order="C")
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in known:
            known[key] = str(len(known))
            tensors[known[key]] = array
        return known[key]

    for test in collect_testcases(None):
        op, name = test.model.graph.node[0].op_type, test.name.removeprefix("test_")
        try:
            made = written(test)
        except Left as reason:
            left[f"{op} {reason}" if op not in ABSENT else f"{op}: {reason}"].append(name)
            continue
        if made is None:
            continue
        text, batch, weights, expected = made
        names = lambda arrays: {key: kept(value) for key, value in arrays.items()}
        cases.append({"op": op, "name": name, "text": text, "batch": names(batch), "weights": names(weights),
                      "expected": names(expected)})
    save(os.path.join(HERE, "fixtures.safetensors"), tensors)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    reasons = ",\n".join(f"{json.dumps(reason)}: {json.dumps(names)}" for reason, names in sorted(left.items()))
    with open(os.path.join(HERE, "fixtures.json"), "w") as file:
        file.write(f'{{"onnx": "{onnx.__version__}",\n"cases": [\n{lines}\n],\n"left": {{\n{reasons}\n}}}}\n')
    print(f"{len(cases)} cases of {len({case['op'] for case in cases})} operators; {sum(map(len, left.values()))} left out")


main()
