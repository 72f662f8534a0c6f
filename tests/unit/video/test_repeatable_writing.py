"""The same frames give the same bytes in every process, whatever its memory held before."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

# Noise over a coarse texture, and somebody who runs through it: an encoder has something to weigh.
WRITE = """
import sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from truceline.video.writing import Encoding, write_video
draw = np.random.default_rng(1)
ground = draw.integers(60, 200, (135, 240, 3)).repeat(4, axis=0).repeat(4, axis=1)
frames = []
for number in range(30):
    frame = np.clip(ground + draw.integers(-4, 5, ground.shape), 0, 255).astype(np.uint8)
    frame[200:400, 20 + 24 * number : 150 + 24 * number] = 20
    frames.append(frame)
write_video(Path(sys.argv[1]), frames, encoding=Encoding(Fraction(10)))
"""


def test_memory_that_nobody_wrote_changes_no_byte(tmp_path: Path):
    digests = set()
    for filling in ("1", "99", "201"):
        # glibc fills what is handed out and what is freed with this byte.
        environment = {**os.environ, "PYTHONPATH": "src", "MALLOC_PERTURB_": filling}
        path = tmp_path / f"{filling}.mp4"
        subprocess.run([sys.executable, "-c", WRITE, path], check=True, env=environment, timeout=60)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1
