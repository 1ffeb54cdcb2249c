"""Reads tarea.safetensors, which packages/models writes, with safetensors' own package, and notes what it found in tarea.json.

Run it in the environment of makeSafetensors.py whenever tarea.safetensors changes.
"""

import json
from pathlib import Path

from safetensors import safe_open

FOLDER = Path(__file__).parent
with safe_open(str(FOLDER / "tarea.safetensors"), "numpy") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    found = {
        "metadata": file.metadata(),
        "tensors": {name: {"dtype": a.dtype.name, "shape": list(a.shape), "data": a.ravel().tolist()} for name, a in sorted(tensors.items())},
    }
(FOLDER / "tarea.json").write_text(json.dumps(found, indent=2) + "\n")
