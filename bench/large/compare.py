"""Models above 2 GiB, beside OnnxSlim and onnxruntime: `python bench/large/compare.py [forms …]` (after `npm run build`).

Writes models of seeded weights, in pieces: a stack of linear layers whose weights are transposed, one table above 2 GiB, one above
4 GiB, one transposed weight above 2 GiB, and a file that holds nearly 2 GiB itself. Each is converted by the built command line, and
optimised by OnnxSlim and by onnxruntime, in a process of its own. It prints time and peak memory beside the bytes of the weights, and
holds the result of onnxruntime on ours against the original. It wants an interpreter with numpy, onnx, onnxruntime and onnxslim, about
three times the model's size on the disk (`TMPDIR=` says where), and as much memory as the peers take.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

CLI = Path(__file__).parents[2] / "dist/cli/main.js"
PIECE = 1 << 24
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64

SLIM = "import sys, onnxslim; onnxslim.slim(sys.argv[1], sys.argv[2], save_as_external_data=True)"
RUNTIME = """
import sys, onnxruntime as ort
options = ort.SessionOptions()
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
options.optimized_model_filepath = sys.argv[2]
options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "optimised.data")
options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
ort.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
"""


class Weights:
    """A data file of float32 weights, written in pieces and never held."""

    def __init__(self, path: Path) -> None:
        self.path, self.file, self.random = path, open(path, "wb"), np.random.default_rng(21)

    def add(self, name: str, rows: int, columns: int) -> TensorProto:
        tensor = TensorProto(name=name, data_type=FLOAT, dims=[rows, columns], data_location=TensorProto.EXTERNAL)
        offset, left = self.file.tell(), rows * columns
        for key, value in (("location", self.path.name), ("offset", offset), ("length", 4 * left)):
            tensor.external_data.add(key=key, value=str(value))
        while left > 0:
            count = min(left, PIECE)
            self.file.write((self.random.random(count, dtype=np.float32) - 0.5).tobytes())
            left -= count
        return tensor


def stack(weights: Weights):
    names = [f"w{layer}" for layer in range(10)]
    tensors = [weights.add(name, 8192, 8192) for name in names]
    nodes, value = [], "x"
    for name in names:
        nodes += [helper.make_node("Transpose", [name], [f"{name}_t"], perm=[1, 0]),
                  helper.make_node("MatMul", [value, f"{name}_t"], [f"{name}_m"]),
                  helper.make_node("Tanh", [f"{name}_m"], [f"{name}_y"])]
        value = f"{name}_y"
    return nodes, tensors, ("x", FLOAT, [1, 8192]), value


def table(weights: Weights, rows: int):
    nodes = [helper.make_node("Gather", ["w", "ids"], ["rows"]), helper.make_node("Relu", ["rows"], ["y"])]
    return nodes, [weights.add("w", rows, 1024)], ("ids", INT64, [7]), "y"


def head(weights: Weights):
    nodes = [helper.make_node("Transpose", ["w"], ["t"], perm=[1, 0]), helper.make_node("MatMul", ["x", "t"], ["y"])]
    return nodes, [weights.add("w", 160_000, 4096)], ("x", FLOAT, [1, 4096]), "y"


FORMS = {
    "stack": stack,
    "table-above-2": lambda weights: table(weights, 700_000),
    "table-above-4": lambda weights: table(weights, 1_150_000),
    "transposed-above-2": head,
    "inline-below-2": lambda weights: table(weights, 480_000),
}


def make(form: str, folder: Path) -> int:
    """Returns the bytes of the weights."""
    weights = Weights(folder / "weights.bin")
    nodes, tensors, (name, dtype, dims), output = FORMS[form](weights)
    size = weights.file.tell()
    weights.file.close()
    graph = helper.make_graph(nodes, form, [helper.make_tensor_value_info(name, dtype, dims)],
                              [helper.make_tensor_value_info(output, FLOAT, None)], tensors)
    path = folder / "model.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    if form.startswith("inline"):
        onnx.save(onnx.load(path), path)
        weights.path.unlink()
    return size


def measure(command: list, **environment: str) -> tuple[float, int, str]:
    """Seconds, peak bytes, and what went wrong."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_maxrss * unit, "" if status == 0 else said.strip()[-300:]


def answers(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (port,) = session.get_inputs()
    random = np.random.default_rng(7)
    feed = random.integers(0, 480_000, port.shape) if port.type == "tensor(int64)" else random.random(port.shape, dtype=np.float32)
    return session.run(None, {port.name: feed})[0]


def difference(source: str, result: str) -> str:
    return f"{np.abs(answers(Path(source)) - answers(Path(result))).max():.2g}"


def apart(*arguments: str) -> str:
    """Runs this program for a part of its work: the peak memory of a process counts what it was started from."""
    return subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def compare(form: str) -> None:
    with tempfile.TemporaryDirectory(prefix="large-") as name:
        folder = Path(name)
        source = folder / "model.onnx"
        size = int(apart("make", form, str(folder)))
        print(f"| {form} | {size / 1e9:.2f} GB | ", end="", flush=True)
        out = folder / "ours"
        out.mkdir()
        ours = measure(["node", str(CLI), "convert", f"{source}?validate=off", "-o", str(out / "model.onnx")],
                       UNPLUGIN_MODEL_CACHE=str(folder / "cache"))
        shutil.rmtree(folder / "cache", ignore_errors=True)
        error = "failed" if ours[2] else apart("differ", str(source), str(out / "model.onnx"))
        cells = [f"{ours[0]:.1f} s, {ours[1] / size:.2f}", error]
        shutil.rmtree(out)
        for peer, code in (("onnxslim", SLIM), ("onnxruntime", RUNTIME)):
            made = folder / peer
            made.mkdir()
            seconds, peak, wrong = measure([sys.executable, "-W", "ignore", "-c", code, str(source), str(made / "model.onnx")])
            shutil.rmtree(made)
            cells += [f"failed: {wrong[-80:]!r}" if wrong else f"{seconds:.1f} s, {peak / size:.2f}",
                      "" if wrong else f"{ours[0] / seconds:.2f}, {ours[1] / peak:.2f}"]
        print(" | ".join(cells), "|", flush=True)
        if ours[2]:
            print(ours[2])


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["make"]:
        print(make(arguments[1], Path(arguments[2])))
    elif arguments[:1] == ["differ"]:
        print(difference(arguments[1], arguments[2]))
    else:
        print("| model | weights | ours: time, peak memory / weights | largest difference | OnnxSlim | ours / its: time, memory | onnxruntime | ours / its: time, memory |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for form in arguments or FORMS:
            compare(form)


if __name__ == "__main__":
    main(sys.argv[1:])
