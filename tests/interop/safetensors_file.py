"""A file written by Python's safetensors, for the decoder's test:
python tests/interop/safetensors_file.py > fixtures/golden/safetensors.json
"""

import base64
import json
import sys

import numpy as np
import safetensors
from safetensors.numpy import save

TENSORS = {
    "gru.weight_hh_l0": np.array([[1.5, -2.25, 3e-8], [0.0, 1e30, -0.5]], np.float32),
    "offsets": np.array([0, 7, 2**40], np.int64),
    "tokens": np.array([3, 1, -4], np.int32),
    "mask": np.array([True, False, True]),
    "step": np.array(0.1),
    "none": np.zeros((0, 4), np.float32),
    "bytes": np.array([[255], [0]], np.uint8),
    "counts": np.array([4294967295], np.uint32),
}

json.dump(
    {
        "origin": f"tests/interop/safetensors_file.py, safetensors {safetensors.__version__}, numpy {np.__version__}",
        "file": base64.b64encode(save(TENSORS, {"format": "pt", "seed": "7"})).decode(),
        "metadata": {"format": "pt", "seed": "7"},
        "tensors": {
            name: {"dtype": str(tensor.dtype), "shape": tensor.shape, "data": tensor.ravel().tolist()}
            for name, tensor in TENSORS.items()
        },
    },
    sys.stdout,
    indent=1,
)
