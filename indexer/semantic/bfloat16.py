"""The mixed form: linear layers in bfloat16, everything else of the encoder in float32.

Residuals, layer normalisation, pooling and the final normalisation stay float32, because adding a float32
operand promotes what a bfloat16 layer gave. Vectors keep a cosine of .99999 with float32 ones, and passages
go 2 to 3 times as fast on processors with AMX or AVX512-BF16; on others it would be slower, hence the probe.
"""

import functools
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

# Post-norm encoders of one build, in which the promotion above holds everywhere.
ARCHITECTURES = frozenset({"bert", "camembert", "roberta", "xlm-roberta"})

_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
_WORTH_IT = 1.2  # how many times faster the probe must be


class _Bfloat16Linear(nn.Linear):
    """A linear layer that keeps its weights in bfloat16 and answers in it, whatever it is given."""

    def __init__(self, linear: nn.Linear) -> None:
        nn.Module.__init__(self)
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight = nn.Parameter(linear.weight.detach().bfloat16(), requires_grad=False)
        bias = linear.bias
        self.bias = None if bias is None else nn.Parameter(bias.detach().bfloat16(), requires_grad=False)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """[..., in] of any float type to [..., out] bfloat16."""
        return super().forward(values.bfloat16())


def use_bfloat16(model: nn.Module) -> None:
    """Turn every linear layer below `model` into the mixed form, in place."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear:
                setattr(module, name, _Bfloat16Linear(child))


@functools.cache
def bfloat16_is_faster() -> bool:
    """Return whether this processor has bfloat16 instructions and a trial of some 20 ms shows that they help."""
    if not has_bfloat16(Path("/proc/cpuinfo")):
        return False
    linear = nn.Linear(384, 1536)
    values = torch.randn(512, 384)
    mixed = _Bfloat16Linear(linear)
    with torch.inference_mode():
        return _best_time(lambda: linear(values)) > _WORTH_IT * _best_time(lambda: mixed(values))


def has_bfloat16(cpuinfo: Path) -> bool:
    """Return whether the first processor of `cpuinfo`, a file like /proc/cpuinfo, has the instructions."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return not _FLAGS.isdisjoint(flags.split())


def _best_time(run: Callable[[], object]) -> float:
    """Time several runs after one that warms up; the shortest, in seconds."""
    times = []
    for _ in range(6):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times[1:])
