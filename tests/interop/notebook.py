"""
Executes a notebook with Deno's Jupyter kernel, and prints what its cells show as JSON: a list of the
outputs, each with its mime types.

    python tests/interop/notebook.py DENO NOTEBOOK

Needs nbclient and nbformat. The kernel is declared in a folder of its own: nothing is installed.
"""

import json
import os
import pathlib
import sys
import tempfile

import nbclient
import nbformat

deno, path = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
with tempfile.TemporaryDirectory() as folder:
    kernel = pathlib.Path(folder, "kernels", "deno")
    kernel.mkdir(parents=True)
    argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Deno", "language": "typescript"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    os.environ["JUPYTER_PATH"] = folder
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    resources = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
print(json.dumps([output.get("data", {}) for output in outputs]))
