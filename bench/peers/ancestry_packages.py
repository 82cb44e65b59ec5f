"""Lays out checkpoints of known ancestry from PyPI packages: ancestry_packages.py FOLDER

openwakeword 0.4.0  wake-word networks, each trained from scratch on its own phrase (the package's documentation): the three
                    dense layers of each, under common names, taken out of its ONNX file
chgnet 0.4.2        CHGNet 0.3.0, and the r2SCAN network that was fine-tuned from it (the file's name says transfer learning)
"""

import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

WAKE_WORDS = ["alexa", "hey_marvin", "hey_jarvis", "timer", "weather"]
CHGNET = {"0.3.0": "0.3.0", "r2scan": "r2scan"}


def package(name: str) -> zipfile.ZipFile:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, name]
        subprocess.run(command, check=True)
        [wheel] = pathlib.Path(folder).iterdir()
        return zipfile.ZipFile(io.BytesIO(wheel.read_bytes()))


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wheel = package("openwakeword==0.4.0")
    for word in WAKE_WORDS:
        model = onnx.load_from_string(wheel.read(f"openwakeword/resources/models/{word}_v0.1.onnx"))
        matrices = [i for i in model.graph.initializer if len(i.dims) == 2 and not i.name.startswith("verifier")]
        layers = {f"dense{at}.weight": numpy_helper.to_array(matrix).copy() for at, matrix in enumerate(matrices)}
        save_file(layers, folder / f"openwakeword-{word}.safetensors")
    wheel = package("chgnet==0.4.2")
    for short, part in CHGNET.items():
        [member] = [name for name in wheel.namelist() if f"/pretrained/{part}/" in name and name.endswith(".pth.tar")]
        (folder / f"chgnet-{short}.pt").write_bytes(wheel.read(member))


main(pathlib.Path(sys.argv[1]))
