"""
Compares logits that Python's onnxruntime computes from exported models with ours.

    python tests/interop/exports.py FOLDER

FOLDER holds, for each system, `<system>.onnx` and `<system>.safetensors`: `tokens`, `lengths`, and the
logits of each label set. Prints the largest difference of each, and exits with 1 where one is above 1e-5.
"""

import pathlib
import sys

import numpy as np
import onnxruntime
from safetensors.numpy import load_file

worst = 0.0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    stored = load_file(path.with_suffix(".safetensors"))
    session = onnxruntime.InferenceSession(path)
    inputs = {name: stored.pop(name) for name in ("tokens", "lengths")}
    for task, expected in stored.items():
        [found] = session.run([f"{task}.logits"], inputs)
        difference = float(np.abs(found - expected).max())
        worst = max(worst, difference)
        print(f"{path.stem} {task}: {difference:.1e}")
sys.exit(worst > 1e-5)
