"""Writes python.safetensors, which packages/models reads, with safetensors' own package.

python -m venv venv && venv/bin/pip install safetensors==0.6.2 numpy==2.4.6 ml_dtypes==0.6.0 && venv/bin/python makeSafetensors.py
"""

from pathlib import Path

import ml_dtypes
import numpy
from safetensors import serialize_file

BYTES = {"float32": "float32", "float64": "float64", "float16": "float16", "bfloat16": "bfloat16"}
tensors = {
    "dense/kernel": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 2,
    "double": numpy.array([0.1, -1e10]),
    "half": numpy.array([1, -2, 1 / 3, 65504, 2**-24, numpy.inf], numpy.float16),
    "brain": numpy.array([1, -2.5, 3.3895e38]).astype(ml_dtypes.bfloat16),
    "scalar": numpy.array(7, numpy.float32),
    "empty": numpy.zeros((0, 4), numpy.float32),
}
serialize_file(
    {name: {"dtype": BYTES[array.dtype.name], "shape": array.shape, "data": array.tobytes()} for name, array in tensors.items()},
    str(Path(__file__).parent / "python.safetensors"),
    {"made": "by Python", "ñ": "✓"},
)
