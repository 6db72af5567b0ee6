"""Makes the fixtures of `nnc step` with PyTorch: for each small spec one exact training step, computed apart from us.

    python3 test/oracle/pytorch                      (PyTorch 2.5 or newer, and NumPy)
    python3 test/oracle/pytorch --full --out DIR     (the contract's specs in their full size, which are not kept)

Each sort of cases is a folder of specs under test/oracle/fixtures, and one file beside it with what goes in (weights
and slots, batches) and what must come out (`loss`, `loss/0`, `grad/…`, `new/…`, `ema/…`, `state/…`, `predict`,
`t`), as
`nnc step` names them: `<case>/weights/…`, `<case>/batch-0/…`, `<case>/expected/…`. Mid-run states are made by running
the optimizer for some steps first.
"""

import argparse
import json
import os
import shutil
import sys

import numpy as np
import torch

sys.dont_write_bytecode = True

import plateaus
from exact import run
from programs import (arguments, attention, averages, borders, contract, ctc, derivatives, learning, library, lora, published,
                      recurrent, reparam, sharpness, structure, weighted, windows)
from safetensors import save

KEPT = [learning, windows, borders, recurrent, attention, structure, lora, reparam, ctc, derivatives, averages, published,
        library, arguments, weighted, sharpness, contract]
HERE = os.path.dirname(os.path.abspath(__file__))


def write(out, sorts):
    shutil.rmtree(out, ignore_errors=True)
    index = {"torch": torch.__version__, "numpy": np.__version__, "sorts": {}}
    for sort, cases in sorts.items():
        os.makedirs(os.path.join(out, sort))
        tensors = {}
        for c in cases:
            with open(os.path.join(out, sort, f"{c.name}.nn"), "w") as file:
                file.write(c.spec)
            for name, own in c.files.items():
                save(os.path.join(out, sort, name), own)
            tensors.update({f"{c.name}/{name}": array for name, array in run(c).items()})
        save(os.path.join(out, f"{sort}.safetensors"), tensors)
        index["sorts"][sort] = {c.name: {"batches": c.accumulate, "updates": c.updates} for c in cases}
        print(f"{len(cases):4} {sort}")
    with open(os.path.join(out, "index.json"), "w") as file:
        file.write(text(index) + "\n")


def text(index, room=""):
    """JSON, with the facts of a case on one line."""
    if not isinstance(index, dict) or not any(isinstance(value, dict) for value in index.values()):
        return json.dumps(index)
    lines = [f"{room} {json.dumps(name)}: {text(value, room + ' ')}" for name, value in index.items()]
    return "{\n" + ",\n".join(lines) + f"\n{room}}}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--out", default=os.path.join(HERE, "..", "fixtures"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    kept = [contract] if options.full else KEPT
    sorts = {sort.__name__.split(".")[-1]: sort.full() if options.full else sort.CASES for sort in kept}
    write(options.out, sorts)
    if not options.full:
        plateaus.write(os.path.join(options.out, "plateaus.json"))


main()
