"""The training step of the selective attention module in PyTorch, with the weights and the batch of a safetensors file: python3 pytorch_step.py FILE float32|bfloat16.

Prints one line of JSON. The memory settings that the C# side makes for itself are made here by starting again with them in the environment.
"""
import json
import os
import statistics
import sys
import time

SETTINGS = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "9223372036854775807", "MALLOC_TOP_PAD_": "67108864", "MALLOC_ARENA_MAX": "1", "OMP_WAIT_POLICY": "passive"}
if os.environ.get("MALLOC_MMAP_MAX_") != "0":
    os.environ.update(SETTINGS)
    os.execv(sys.executable, [sys.executable] + sys.argv)

import torch  # noqa: E402
from torch.nn import functional  # noqa: E402

from pytorch_sam import Sam, read  # noqa: E402

WARM, TIMED, GEMM = 2, 5, 2048


def main():
    tensors, precision = read(sys.argv[1]), sys.argv[2]
    batch = {name: tensors.pop(name) for name in ("faces", "parts", "amplitudes", "labels")}
    network = Sam(precision)
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    if missing or unexpected:
        sys.exit(f"The weights do not fit: missing {missing}, unexpected {unexpected}")
    network = network.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    faces, parts = batch["faces"].byte(), batch["parts"].byte()
    first, seconds = None, []
    for step in range(WARM + TIMED):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(network(faces, parts, batch["amplitudes"]), batch["labels"])
        loss.backward()
        optimizer.step()
        first = loss.item() if first is None else first
        if step >= WARM:
            seconds.append(time.perf_counter() - start)
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    a, b, gemm = torch.randn(GEMM, GEMM).to(kind), torch.randn(GEMM, GEMM).to(kind), []
    for i in range(WARM + TIMED):
        start = time.perf_counter()
        a @ b
        if i >= WARM:
            gemm.append(time.perf_counter() - start)
    print(json.dumps({
        "engine": "PyTorch " + torch.__version__, "precision": precision, "samplesPerSecond": faces.shape[0] / statistics.median(seconds),
        "gemmGflops": 2 * GEMM ** 3 / statistics.median(gemm) / 1e9, "loss": first}))


main()
