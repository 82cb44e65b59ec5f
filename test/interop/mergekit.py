"""Sends the same YAML through mergekit and through `stockpot merge`, and compares the outcomes.

    python test/interop/mergekit.py [CASE…]

Every deterministic method, in f32 (f64 where rows of three make it a matter of rounding): each tensor must agree with mergekit's to 1e-5, relative to its largest value. Configurations that only
name files go through mergekit-pytorch; gradients over the layers, which it does not have, through mergekit-yaml with a small Llama. Needs
mergekit, torch, safetensors and (for gradients) transformers, and a `node` that runs TypeScript on the path. Exits with 1 unless
everything agrees.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

# This file is called like the package.
sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != pathlib.Path(__file__).parent.resolve()]

import torch
from click.testing import CliRunner
from mergekit.scripts.merge_raw_pytorch import main as merge_flat
from mergekit.scripts.run_yaml import main as merge_layered
from safetensors.torch import load_file, save_file

STOCKPOT = pathlib.Path(__file__).parent.parent.parent / "main" / "cli" / "stockpot.mjs"
TOLERANCE = 1e-5

SHAPES = {
    "embed.weight": (50, 24), "layers.0.conv.weight": (16, 8, 3, 3), "layers.0.norm.weight": (16,), "layers.1.attn.weight": (24, 24),
    "layers.1.mlp.weight": (64, 24), "layers.1.mlp.bias": (64,), "head.weight": (10, 24),
}

FIVE = "models: [{model: a, parameters: {weight: 0.4}}, {model: b, parameters: {weight: 0.3}}, {model: c, parameters: {weight: 0.5}}, {model: d, parameters: {weight: -0.2}}]\n"
BASED = FIVE + "base_model: base\n"

FLAT = {
    "linear": "merge_method: linear\n" + FIVE,
    "linear-sum": "merge_method: linear\n" + FIVE + "parameters: {normalize: false}\n",
    "linear-filters": "merge_method: linear\nmodels:\n- model: a\n  parameters:\n    weight: [{filter: attn, value: 0.9}, {filter: mlp, value: 0.1}, {value: 0.5}]\n- model: b\n  parameters: {weight: 0.25}\n",
    "slerp": "merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: a}]\nparameters: {t: 0.35}\n",
    "slerp-filters": "merge_method: slerp\nbase_model: base\nmodels: [{model: a}]\nparameters:\n  t:\n  - {filter: attn, value: 0.2}\n  - {filter: mlp, value: 0.8}\n  - value: 0.5\n",
    "nuslerp": "merge_method: nuslerp\nmodels: [{model: a, parameters: {weight: 0.3}}, {model: b, parameters: {weight: 0.6}}]\n",
    "nuslerp-base": "merge_method: nuslerp\nbase_model: base\nmodels: [{model: a, parameters: {weight: 0.3}}, {model: b, parameters: {weight: 0.6}}]\n",
    "nuslerp-rows": "merge_method: nuslerp\nmodels: [{model: a, parameters: {weight: 0.3}}, {model: b, parameters: {weight: 0.6}}]\nparameters: {nuslerp_flatten: false, nuslerp_row_wise: false}\n",
    "nuslerp-columns": "merge_method: nuslerp\nmodels: [{model: a, parameters: {weight: 0.3}}, {model: b, parameters: {weight: 0.6}}]\nparameters: {nuslerp_flatten: false, nuslerp_row_wise: true}\n",
    "multislerp": "merge_method: multislerp\n" + FIVE,
    "multislerp-base": "merge_method: multislerp\n" + BASED,
    "karcher": "merge_method: karcher\nmodels: [{model: a}, {model: b}, {model: c}]\n",
    "task-arithmetic": "merge_method: task_arithmetic\n" + BASED + "parameters: {lambda: 0.7}\n",
    "task-arithmetic-normalized": "merge_method: task_arithmetic\n" + BASED + "parameters: {normalize: true}\n",
    "ties": "merge_method: ties\n" + BASED + "parameters: {density: 0.4}\n",
    "ties-own-densities": "merge_method: ties\nbase_model: base\nmodels:\n- {model: a, parameters: {density: 0.3, weight: 1}}\n- model: b\n  parameters:\n    density: [{filter: mlp, value: 0.9}, {value: 0.2}]\n    weight: 0.5\nparameters: {normalize: false, lambda: 1.3, rescale: true, int8_mask: true}\n",
    "dare-ties-whole": "merge_method: dare_ties\n" + BASED + "parameters: {density: 1.0}\n",
    "dare-linear-whole": "merge_method: dare_linear\n" + BASED + "parameters: {density: 1.0}\n",
    "della-whole": "merge_method: della\n" + BASED + "parameters: {density: 1.0}\n",
    "della-linear-whole": "merge_method: della_linear\n" + BASED + "parameters: {density: 1.0}\n",
    "breadcrumbs": "merge_method: breadcrumbs\n" + BASED + "parameters: {density: 0.6, gamma: 0.05}\n",
    "breadcrumbs-ties": "merge_method: breadcrumbs_ties\n" + BASED + "parameters: {density: 0.6, gamma: 0.05, rescale: true}\n",
    "model-stock": "merge_method: model_stock\nbase_model: base\nmodels: [{model: a}, {model: b}, {model: c}]\n",
    "model-stock-filters": "merge_method: model_stock\nbase_model: base\nmodels: [{model: a}, {model: b}]\nparameters: {filter_wise: true}\ndtype: float64\n",
    "nearswap": "merge_method: nearswap\nbase_model: base\nmodels: [{model: a}]\nparameters: {t: 0.05}\n",
    "arcee-fusion": "merge_method: arcee_fusion\nbase_model: base\nmodels: [{model: a}]\n",
    "sce": "merge_method: sce\nbase_model: base\nmodels: [{model: a}, {model: b}, {model: c}]\nparameters: {select_topk: 0.5}\n",
    "ram": "merge_method: ram\nbase_model: base\nmodels: [{model: a}, {model: b}, {model: c}]\nparameters: {epsilon: 0.05}\n",
    "ramplus": "merge_method: ramplus_tl\nbase_model: base\nmodels: [{model: a}, {model: b}, {model: c}]\nparameters: {epsilon: 0.05, r: 0.2, alpha: 0.3}\n",
    "passthrough": "merge_method: passthrough\nmodels: [{model: a, parameters: {scale: 0.5}}]\n",
}

GRADIENTS = {
    "slerp-gradient": "merge_method: slerp\nbase_model: base\nslices:\n- sources: [{model: base, layer_range: [0, 6]}, {model: a, layer_range: [0, 6]}]\nparameters:\n  t:\n  - {filter: self_attn, value: [0, 0.5, 0.3, 0.7, 1]}\n  - {filter: mlp, value: [1, 0.5, 0.7, 0.3, 0]}\n  - value: 0.5\n",
    "ties-gradient": "merge_method: ties\nbase_model: base\nmodels:\n- {model: a, parameters: {density: [1, 0.7, 0.1], weight: 1.0}}\n- model: b\n  parameters:\n    density: 0.5\n    weight: [0, 0.3, 0.7, 1]\nparameters: {normalize: true, int8_mask: true}\n",
    "slices": "merge_method: slerp\nbase_model: base\nslices:\n- sources: [{model: base, layer_range: [0, 2]}, {model: a, layer_range: [0, 2]}]\n  parameters: {t: [0.2, 0.8]}\n- sources: [{model: base, layer_range: [2, 3]}, {model: a, layer_range: [2, 3]}]\n  parameters: {t: [0.1, 0.9]}\n- sources: [{model: base, layer_range: [3, 6]}, {model: b, layer_range: [3, 6]}]\nparameters: {t: [{filter: mlp, value: [0, 1]}, {value: 0.3}]}\n",
    "slices-of-one-each": "merge_method: passthrough\nslices:\n- sources: [{model: a, layer_range: [0, 4]}]\n- sources: [{model: b, layer_range: [4, 6]}]\n",
    "linear-gradient": "merge_method: linear\nmodels: [{model: a, parameters: {weight: [0.1, 0.9]}}, {model: b, parameters: {weight: 1}}]\n",
}


def checkpoints(folder):
    torch.manual_seed(7)
    base = {name: torch.randn(shape) for name, shape in SHAPES.items()}
    for name in ["base", "a", "b", "c", "d"]:
        spread = 0.0 if name == "base" else 0.1
        save_file({key: value + spread * torch.randn_like(value) for key, value in base.items()}, folder / f"{name}.safetensors")


def llamas(folder):
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, tie_word_embeddings=False,
    )
    torch.manual_seed(11)
    base = LlamaForCausalLM(config).float()
    base.save_pretrained(folder / "base")
    start = {key: value.clone() for key, value in base.state_dict().items()}
    for name in ["a", "b"]:
        base.load_state_dict({key: value + 0.02 * torch.randn_like(value) for key, value in start.items()})
        base.save_pretrained(folder / name)


def theirs(command, config, out):
    result = CliRunner().invoke(command, [str(config), str(out)])
    if result.exit_code != 0:
        raise RuntimeError(f"mergekit failed: {result.exception or result.output}")
    merged = {}
    for file in sorted(pathlib.Path(out).glob("*.safetensors")):
        merged.update(load_file(file))
    return merged


def ours(config, out):
    done = subprocess.run(["node", str(STOCKPOT), "merge", str(config), "-o", str(out), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"stockpot failed: {done.stdout}{done.stderr}")
    json.loads(done.stdout)
    return load_file(out)


def difference(found, wanted):
    if found.keys() != wanted.keys():
        raise RuntimeError(f"other tensors: {sorted(found.keys() ^ wanted.keys())}")
    worst, where = 0.0, ""
    for name, value in wanted.items():
        scale = value.abs().max().item() or 1.0
        away = (found[name].double() - value.double()).abs().max().item() / scale
        if not away <= worst:
            worst, where = away, name
    return worst, where


def check(cases, command, prepare, ending, wanted):
    failures = 0
    chosen = {name: text for name, text in cases.items() if not wanted or name in wanted}
    if not chosen:
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        prepare(folder)
        for name, text in chosen.items():
            config = folder / f"{name}.yml"
            for model in ["base", "a", "b", "c", "d"]:
                text = text.replace(f"model: {model}", f"model: {folder / model}{ending}")
            config.write_text(text if "dtype:" in text else text + "dtype: float32\n")
            try:
                worst, where = difference(ours(config, folder / f"{name}.safetensors"), theirs(command, config, folder / f"{name}-theirs"))
                ok = worst <= TOLERANCE
                print(f"{'ok  ' if ok else 'FAIL'}  {name:28}{worst:.1e}  {where}")
            except Exception as error:
                ok = False
                print(f"FAIL  {name:28}{error}")
            failures += not ok
    return failures


def main(wanted):
    failures = check(FLAT, merge_flat, checkpoints, ".safetensors", wanted)
    failures += check(GRADIENTS, merge_layered, llamas, "", wanted)
    print("all agree" if failures == 0 else f"{failures} do not agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
