"""Makes one small scorer of some: a bilinear form, one hidden layer and a score of "none" each, their weights side by
side, so that it says the mean of what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kg.extract.inference import Floats


def together(scorers: Sequence[Mapping[str, Floats]], factors: tuple[str, str]) -> dict[str, Floats]:
    """The weights of the mean of some scorers; ``factors`` name those of the bilinear forms [..., H, D], whose product
    is divided by the root of D; the others are ``inner`` [F + 1, K], ``outer`` [K] and ``none``."""
    count = len(scorers)
    table = {name: np.concatenate([s[name] for s in scorers], -1) * count**-0.25 for name in factors}
    table["inner"] = np.concatenate([s["inner"] for s in scorers], 1)
    table["outer"] = np.concatenate([s["outer"] for s in scorers]) / count
    table["none"] = np.mean([s["none"] for s in scorers], 0)
    return {name: array.astype(np.float32) for name, array in table.items()}
