"""Safetensors, written as published: the length of a JSON header, the header, little-endian data."""

import json
import struct

import numpy as np

KINDS = {"float16": "F16", "float32": "F32", "float64": "F64", "int32": "I32"}


def save(path, tensors):
    """Writes arrays by name, in the order of their names."""
    header, blobs, at = {}, [], 0
    for name in sorted(tensors):
        array = np.asarray(tensors[name], order="C")  # ascontiguousarray would give a number an axis
        blob = array.tobytes()
        kind = KINDS[str(array.dtype)]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
