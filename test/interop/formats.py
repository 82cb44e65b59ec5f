"""Holds every checkpoint format against its own ecosystem, bit for bit, both ways.

    python test/interop/formats.py [FORMAT…]

A file that the ecosystem wrote must read to the same names, types, shapes and bits in Stockpot; a file that Stockpot wrote must read to
the same there. Needs a `node` that runs TypeScript on the path, and for each format the packages that its function imports; a format
whose packages are missing is reported and counted as failed. Exits with 1 unless everything holds.

A format is one function, marked with @interop and given a Bench:

    @interop("numpy-archive")
    def numpy_archive(bench):
        np.savez(bench.path("theirs.npz"), **arrays)
        bench.reads("theirs.npz", {name: Tensor.of(array) for …})     # Stockpot reads theirs
        path = bench.writes("ours.npz", bench.every_type())           # Stockpot writes ours, and its own reader agrees
        bench.holds("ours.npz", {… as the ecosystem reads path …})    # they read ours
"""

import dataclasses
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import traceback

import numpy as np

HERE = pathlib.Path(__file__).parent
WIDTH = {
    "BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2, "U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8,
    "F8_E4M3": 1, "F8_E5M2": 1,
}
NUMPY_TYPES = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "float16": "F16", "uint32": "U32", "int32": "I32",
    "float32": "F32", "uint64": "U64", "int64": "I64", "float64": "F64", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
}
FORMATS = {}


@dataclasses.dataclass(frozen=True)
class Tensor:
    """Element type by safetensors' name, shape, and contiguous little-endian bytes."""

    dtype: str
    shape: tuple
    data: bytes

    @staticmethod
    def of(array, dtype=None):
        """An array of NumPy (or ml_dtypes); `dtype` for raw data."""
        array = np.asarray(array)
        if array.dtype.byteorder == ">":
            array = array.astype(array.dtype.newbyteorder("<"))
        return Tensor(dtype or NUMPY_TYPES[array.dtype.name], array.shape, np.ascontiguousarray(array).tobytes())

    def facts(self):
        return {"dtype": self.dtype, "shape": list(self.shape), "sha256": hashlib.sha256(self.data).hexdigest()}


class Bench:
    """A folder for one format's files, and Stockpot."""

    def __init__(self, folder, node):
        self.folder = pathlib.Path(folder)
        self.node = node
        self.files = 0
        self.tensors = 0
        self.written = {}

    def path(self, name):
        return str(self.folder / name)

    def every_type(self, without=()):
        """A tensor of each type with random bits, and the shapes that are easily got wrong."""
        generator = np.random.default_rng(20261124)
        tensors = {}
        for dtype, width in WIDTH.items():
            if dtype in without:
                continue
            bits = generator.integers(0, 2 if dtype == "BOOL" else 256, 6 * width, dtype=np.uint8)
            tensors[f"of/{dtype}.weight"] = Tensor(dtype, (2, 3), bits.tobytes())
        tensors["scalar"] = Tensor("F32", (), struct.pack("<f", 2.5))
        tensors["counter"] = Tensor("I64", (), struct.pack("<q", -7))
        tensors["empty"] = Tensor("F32", (0,), b"")
        tensors["empty.inside"] = Tensor("F32", (3, 0, 2), b"")
        tensors["名前"] = Tensor("I32", (2,), struct.pack("<2i", 1, -1))
        tensors["large"] = Tensor("F32", (300, 200), generator.standard_normal(60000).astype("<f4").tobytes())
        return tensors

    def reads(self, name, tensors):
        """Stockpot reads the file to exactly these tensors; returns its remarks."""
        answer = self.node.ask({"read": self.path(name)})
        assert_same(f"Stockpot reading {name}", answer["tensors"], {key: value.facts() for key, value in tensors.items()})
        self.count(tensors)
        return answer["remarks"]

    def writes(self, name, tensors, metadata=None, template=None, graph=None, shard_bytes=None, stored=None):
        """
        Stockpot writes the file, in the layout of a template where the format takes one; returns its path. `graph` is the path of an
        architecture in ONNX, `stored` what the format holds in place of types that it does not have.
        """
        source = self.path(f"{name}.source.safetensors")
        pathlib.Path(source).write_bytes(carrier(tensors))
        options = {} if template is None else {"template": self.path(template)}
        options |= {} if graph is None else {"graph": graph}
        options |= {} if shard_bytes is None else {"shardBytes": shard_bytes}
        self.node.ask({"write": self.path(name), "from": source, "metadata": metadata or {}, **options})
        self.written[name] = stored or tensors
        self.reads(name, stored or tensors)
        return self.path(name)

    def holds(self, name, tensors):
        """What the ecosystem reads in the file is what Stockpot was given to write."""
        wanted = {key: value.facts() for key, value in self.written[name].items()}
        assert_same(f"reading Stockpot's {name}", {key: value.facts() for key, value in tensors.items()}, wanted)
        self.count(tensors)

    def count(self, tensors):
        self.files += 1
        self.tensors += len(tensors)


def carrier(tensors):
    """The bytes of a safetensors file, by which tensors are handed to Stockpot."""
    header, end = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": tensor.dtype, "shape": list(tensor.shape), "data_offsets": [end, end + len(tensor.data)]}
        end += len(tensor.data)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(tensor.data for tensor in tensors.values())


class Node:
    """checkpoint-bits.ts, asked a line at a time."""

    def __enter__(self):
        self.process = subprocess.Popen(
            ["node", str(HERE / "checkpoint-bits.ts")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(f"Stockpot: {json.dumps(answer['error'], ensure_ascii=False)}")
        return answer


def assert_same(what, actual, wanted):
    missing, extra = sorted(wanted.keys() - actual.keys()), sorted(actual.keys() - wanted.keys())
    assert not missing and not extra, f"{what}: missing {missing}, extra {extra}"
    for name, facts in wanted.items():
        assert actual[name] == facts, f"{what}: {name} is {actual[name]}, not {facts}"


def interop(name):
    def mark(function):
        FORMATS[name] = function
        return function

    return mark


@interop("safetensors")
def safetensors(bench):
    from safetensors import safe_open
    from safetensors.torch import save_file

    tensors = bench.every_type()
    save_file({name: torch_tensor(tensor) for name, tensor in tensors.items()}, bench.path("theirs.safetensors"))
    bench.reads("theirs.safetensors", tensors)
    path = bench.writes("ours.safetensors", tensors, {"note": "Suppe für zwei"})
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"note": "Suppe für zwei"}
        bench.holds("ours.safetensors", {name: of_torch(file.get_tensor(name)) for name in file.keys()})


@interop("safetensors-sharded")
def safetensors_sharded(bench):
    from safetensors import safe_open
    from safetensors.torch import save_file

    tensors = bench.every_type()
    names = list(tensors)
    index = {"metadata": {}, "weight_map": {}}
    for number, part in enumerate([names[::2], names[1::2]], start=1):
        shard = f"theirs-{number:05}-of-00002.safetensors"
        save_file({name: torch_tensor(tensors[name]) for name in part}, bench.path(shard))
        index["weight_map"] |= {name: shard for name in part}
    pathlib.Path(bench.path("theirs.safetensors.index.json")).write_text(json.dumps(index))
    bench.reads("theirs.safetensors.index.json", tensors)
    path = bench.writes("ours.safetensors.index.json", tensors, shard_bytes=100_000)
    ours = json.loads(pathlib.Path(path).read_text())
    shards = sorted(set(ours["weight_map"].values()))
    assert len(shards) > 1 and ours["metadata"]["total_size"] == sum(len(tensor.data) for tensor in tensors.values())
    found = {}
    for shard in shards:
        with safe_open(bench.path(shard), "pt") as file:
            assert all(ours["weight_map"][name] == shard for name in file.keys())
            found |= {name: of_torch(file.get_tensor(name)) for name in file.keys()}
    bench.holds("ours.safetensors.index.json", found)


@interop("pytorch-zip")
def pytorch_zip(bench):
    import torch

    tensors = bench.every_type()
    state = {name: torch_tensor(tensor) for name, tensor in tensors.items()}
    torch.save(state, bench.path("theirs.pt"))
    bench.reads("theirs.pt", tensors)
    torch.save({"epoch": 3, "state_dict": state, "optimizer": {"lr": 0.1}}, bench.path("training.ckpt"))
    bench.reads("training.ckpt", tensors)
    path = bench.writes("ours.pt", tensors)
    for options in ({}, {"mmap": True}):
        loaded = torch.load(path, weights_only=True, **options)
        assert list(loaded) == list(tensors)
        bench.holds("ours.pt", {name: of_torch(tensor) for name, tensor in loaded.items()})


@interop("pytorch-legacy")
def pytorch_legacy(bench):
    import torch

    tensors = bench.every_type(without=["U16", "U32", "U64", "F8_E4M3", "F8_E5M2"])
    state = {name: torch_tensor(tensor) for name, tensor in tensors.items()}
    torch.save(state, bench.path("theirs.pth"), _use_new_zipfile_serialization=False)
    bench.reads("theirs.pth", tensors)


@interop("torchscript")
def torchscript(bench):
    import torch

    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(16, 2))
    torch.jit.script(network).save(bench.path("theirs.pt"))
    bench.reads("theirs.pt", {name: of_torch(tensor) for name, tensor in network.state_dict().items()})


@interop("tfjs")
def tfjs(bench):
    """TensorFlow.js itself, asked by tfjs-weights.ts to write and to read."""

    def ask(*arguments):
        answer = subprocess.run(["node", str(HERE / "tfjs-weights.ts"), *arguments], check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    tensors = {name: tensor for name, tensor in bench.every_type().items() if tensor.dtype in ("F32", "I32", "BOOL")}
    source = bench.path("tensors.json")
    pathlib.Path(source).write_text(
        json.dumps({name: {"dtype": tensor.dtype, "shape": tensor.shape, "data": tensor.data.hex()} for name, tensor in tensors.items()})
    )
    ask("write", source, bench.path("theirs"))
    bench.reads("theirs/model.json", tensors)
    path = bench.writes("model.json", tensors)
    held = {name: Tensor(one["dtype"], tuple(one["shape"]), bytes.fromhex(one["data"])) for name, one in ask("read", path).items()}
    bench.holds("model.json", held)
    narrow = {name: tensor for name, tensor in bench.every_type(without=["U32", "I64", "U64", "F64", "F8_E4M3", "F8_E5M2"]).items() if name != "counter"}
    stored = {}
    for name, array in arrays_of(narrow).items():
        wider = {"f": "<f4", "V": "<f4", "i": "<i4", "u": "<i4"}.get(array.dtype.kind)
        stored[name] = narrow[name] if wider is None else Tensor.of(array.astype(wider))
    path = bench.writes("wider-model.json", narrow, stored=stored)
    held = {name: Tensor(one["dtype"], tuple(one["shape"]), bytes.fromhex(one["data"])) for name, one in ask("read", path).items()}
    bench.holds("wider-model.json", held)


def torch_tensor(tensor):
    import torch

    dtype = getattr(torch, next(name for name, dtype in NUMPY_TYPES.items() if dtype == tensor.dtype))
    if not tensor.data:
        return torch.empty(tensor.shape, dtype=dtype)
    return torch.frombuffer(bytearray(tensor.data), dtype=dtype).reshape(tensor.shape)


def of_torch(tensor):
    import torch

    dtype = NUMPY_TYPES[str(tensor.dtype).removeprefix("torch.")]
    flat = tensor.detach().contiguous().reshape(-1)
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return Tensor(dtype, tuple(tensor.shape), data)


def arrays_of(tensors):
    """Arrays of NumPy and ml_dtypes."""
    import ml_dtypes

    def array(tensor):
        name = next(name for name, dtype in NUMPY_TYPES.items() if dtype == tensor.dtype)
        dtype = getattr(ml_dtypes, name) if hasattr(ml_dtypes, name) else name
        return np.frombuffer(tensor.data, dtype=dtype).reshape(tensor.shape)

    return {name: array(tensor) for name, tensor in tensors.items()}


@interop("numpy-array")
def numpy_array(bench):
    for name, array in arrays_of(bench.every_type(without=["F8_E4M3"])).items():
        variants = {"c": array, "f": np.asfortranarray(array)}
        if array.dtype.kind in "iuf" and array.dtype.itemsize > 1:
            variants["big"] = array.astype(array.dtype.newbyteorder(">"))
        for kind, variant in variants.items():
            file = f"{name.replace('/', '-')}.{kind}.npy"
            np.save(bench.path(file), variant)
            bench.reads(file, {"arr_0": Tensor.of(variant)})


@interop("numpy-archive")
def numpy_archive(bench):
    tensors = bench.every_type(without=["F8_E4M3", "F8_E5M2"])
    arrays = arrays_of(tensors)
    np.savez(bench.path("theirs.npz"), **arrays)
    bench.reads("theirs.npz", tensors)
    np.savez_compressed(bench.path("packed.npz"), **arrays)
    bench.reads("packed.npz", tensors)
    path = bench.writes("ours.npz", tensors)
    with np.load(path, allow_pickle=False) as archive:
        assert archive.zip.testzip() is None
        raw = {"V": "BF16"}
        bench.holds("ours.npz", {name: Tensor.of(archive[name], raw.get(archive[name].dtype.kind)) for name in archive.files})


@interop("keras-h5")
def keras_h5(bench):
    import h5py

    tensors = {name: tensor for name, tensor in bench.every_type(without=["F8_E4M3", "F8_E5M2"]).items() if name.count("/") < 2}
    with h5py.File(bench.path("theirs.h5"), "w") as file:
        for name, array in arrays_of(tensors).items():
            packed = {"chunks": (64, 64), "compression": "gzip", "shuffle": True} if array.size > 4096 else {}
            file.create_dataset(name, data=array, **packed)
    bench.reads("theirs.h5", tensors)
    shuffled = {name: dataclasses.replace(tensor, data=tensor.data[::-1]) for name, tensor in tensors.items()}
    path = bench.writes("ours.h5", shuffled, template="theirs.h5")
    with h5py.File(path) as file:
        arrays = {name: np.asarray(file[name][()]) for name in shuffled}
    bench.holds("ours.h5", {name: Tensor.of(array, {"V": "BF16"}.get(array.dtype.kind)) for name, array in arrays.items()})


@interop("keras-layouts")
def keras_layouts(bench):
    """Files that Keras 2 and 3 saved, weights alone and whole models: other weights in them, and all else as it was, as h5py sees it."""
    import h5py

    fixtures = HERE.parent / "fixtures" / "checkpoints" / "keras"
    expected = json.loads((fixtures / "expected.json").read_text())
    layouts = [name for name in expected if name.endswith(".h5")]
    assert {"keras-2.h5", "keras-2-weights.h5", "keras-3.weights.h5", "keras-3-legacy.h5"} <= set(layouts)
    for layout in layouts:
        pathlib.Path(bench.path(layout)).write_bytes((fixtures / layout).read_bytes())
        tensors = {
            name: Tensor(facts["dtype"], tuple(facts["shape"]), bytes.fromhex(facts["bytes"])[::-1])
            for name, facts in expected[layout].items()
        }
        path = bench.writes(f"ours-{layout}", tensors, template=layout)
        with h5py.File(bench.path(layout)) as before, h5py.File(path) as after:
            group = "model_weights/" if "model_weights" in before else ""
            places = {f"{group}{name}": name for name in tensors}
            bench.holds(f"ours-{layout}", {name: of_dataset(after[place]) for place, name in places.items()})
            old, new = ({name: described(file, name) for name in names_in(file)} for file in (before, after))
            changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
            optimizers = {"/@training_config"} if group else set()
            assert changed <= {f"/{place}" for place in places} | optimizers, f"{layout}: {sorted(changed)} changed"
        for dtype in ("F16", "F32", "F64"):
            retyped_keras(bench, dtype, layout, tensors)


def retyped_keras(bench, dtype, layout, tensors):
    """The same layout with weights of another type: all that belongs to the model as it was, and the optimizer gone."""
    import h5py

    generator = np.random.default_rng(WIDTH[dtype])
    numpy_type = next(name for name, one in NUMPY_TYPES.items() if one == dtype)

    def filled(tensor):
        if tensor.dtype not in ("F16", "BF16", "F32", "F64"):
            return tensor
        return Tensor.of(generator.standard_normal(tensor.shape).astype(numpy_type))

    wanted = {name: filled(tensor) for name, tensor in tensors.items()}
    path = bench.writes(f"{dtype}-{layout}", wanted, template=layout)
    with h5py.File(bench.path(layout)) as before, h5py.File(path) as after:
        group = "model_weights/" if "model_weights" in before else ""
        bench.holds(f"{dtype}-{layout}", {name: of_dataset(after[f"{group}{name}"]) for name in tensors})
        old, new = ({name: described(file, name) for name in names_in(file)} for file in (before, after))
        weights = {f"/{group}{name}" for name in tensors}
        assert {name for name in new if name not in weights and new[name] != old.get(name)} == set()
        gone = {name for name in old if name not in new}
        training = ("/optimizer", "/@training_config", "/metrics", "/_loss_tracker", "/loss_tracker")
        # What h5py cannot put into a file of plain numbers, and what says that raw bytes are a bfloat16.
        others = {name for name in gone if not name.startswith(training) and not name.endswith("@dtype")}
        plain = {"/text", "/complex", "/null", "/elsewhere", "/none", "/never-written"} if layout == "plain.h5" else set()
        assert others <= plain, f"{layout}: {sorted(others)} gone"


def of_dataset(dataset):
    array = np.asarray(dataset[()])
    return Tensor.of(array, {"V": "BF16"}.get(array.dtype.kind))


def names_in(file):
    """Paths of everything in an HDF5 file, and of its attributes."""
    paths = ["/"]
    file.visit(lambda name: paths.append(f"/{name}"))
    return paths + [f"{path}@{attribute}" for path in paths for attribute in file[path].attrs]


def described(file, name):
    import h5py

    path, _, attribute = name.partition("@")
    if attribute:
        return repr(np.asarray(file[path].attrs[attribute]).tolist())
    thing = file[path]
    if not isinstance(thing, h5py.Dataset) or thing.shape is None or thing.dtype.kind == "O":
        return type(thing).__name__
    return np.asarray(thing[()]).tobytes()


@interop("onnx")
def onnx_format(bench):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    tensors = bench.every_type()
    arrays = arrays_of(tensors)

    def model(initializers):
        weight = "large"
        node = helper.make_node("MatMul", ["input", weight], ["logits"])
        graph = helper.make_graph(
            [node],
            "graph",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 300])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 200])],
            initializer=initializers,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)

    def read(path):
        loaded = onnx.load(path)
        return {tensor.name: Tensor.of(numpy_helper.to_array(tensor)) for tensor in loaded.graph.initializer}

    theirs = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    onnx.save(model(theirs), bench.path("theirs.onnx"))
    bench.reads("theirs.onnx", tensors)
    onnx.save(model(theirs), bench.path("external.onnx"), save_as_external_data=True, location="external.data", size_threshold=0)
    bench.reads("external.onnx", tensors)
    onnx.save(model(theirs), bench.path("many.onnx"), save_as_external_data=True, all_tensors_to_one_file=False, size_threshold=16)
    bench.reads("many.onnx", tensors)
    declared = []
    for tensor in theirs:
        bare = TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims, data_location=TensorProto.EXTERNAL)
        bare.external_data.add(key="location", value="elsewhere")
        declared.append(bare)
    pathlib.Path(bench.path("graph")).write_bytes(model(declared).SerializeToString())
    path = bench.writes("ours.onnx", tensors, {"note": "Suppe für zwei"}, graph=bench.path("graph"))
    onnx.checker.check_model(path, full_check=True)
    assert {entry.key: entry.value for entry in onnx.load(path).metadata_props} == {"note": "Suppe für zwei"}
    bench.holds("ours.onnx", read(path))
    for dtype in ("F16", "BF16"):
        narrowed_onnx(bench, dtype, read)


def narrowed_onnx(bench, dtype, read):
    """A float32 graph with weights of 16 bits, used at the top and within branches, and listed among the inputs as models of old do."""
    import onnx
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    generator = np.random.default_rng(7)
    wide = {"outer": generator.standard_normal((4, 3)).astype("<f4"), "inner": generator.standard_normal(3).astype("<f4")}

    def branch(operator):
        result = helper.make_tensor_value_info(f"{operator}_result", TensorProto.FLOAT, ["batch", 3])
        node = helper.make_node(operator, ["product", "inner"], [f"{operator}_result"])
        return helper.make_graph([node], operator, [], [result])

    declared = []
    for name, array in wide.items():
        bare = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=array.shape, data_location=TensorProto.EXTERNAL)
        bare.external_data.add(key="location", value="elsewhere")
        declared.append(bare)
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 4]),
        helper.make_tensor_value_info("choice", TensorProto.BOOL, []),
        helper.make_tensor_value_info("outer", TensorProto.FLOAT, [4, 3]),
    ]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["input", "outer"], ["product"]),
            helper.make_node("If", ["choice"], ["logits"], then_branch=branch("Add"), else_branch=branch("Mul")),
        ],
        "graph",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
        initializer=declared,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    pathlib.Path(bench.path("branches")).write_bytes(model.SerializeToString())
    bits = lambda array: array.astype("<f2").tobytes() if dtype == "F16" else (array.view("<u4") >> 16).astype("<u2").tobytes()
    tensors = {name: Tensor(dtype, array.shape, bits(array)) for name, array in wide.items()}
    path = bench.writes(f"{dtype}.onnx", tensors, graph=bench.path("branches"))
    onnx.checker.check_model(path, full_check=True)
    bench.holds(f"{dtype}.onnx", read(path))
    outer, inner = (array.astype(np.float32) for array in arrays_of(tensors).values())
    images = generator.standard_normal((2, 4)).astype(np.float32)
    for choice, combine in ((True, np.add), (False, np.multiply)):
        (logits,) = ReferenceEvaluator(path).run(None, {"input": images, "choice": np.array(choice)})
        assert np.array_equal(logits, combine(images @ outer, inner)), f"{dtype}: other logits"


def main():
    failed = []
    with Node() as node:
        for name in sys.argv[1:] or FORMATS:
            with tempfile.TemporaryDirectory() as folder:
                bench = Bench(folder, node)
                try:
                    FORMATS[name](bench)
                    print(f"{name}: {bench.files} files, {bench.tensors} tensors, all to the bit")
                except AssertionError as error:
                    failed.append(name)
                    print(f"{name}: FAILED: {error}")
                except Exception:
                    failed.append(name)
                    print(f"{name}: FAILED: {traceback.format_exc()}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
