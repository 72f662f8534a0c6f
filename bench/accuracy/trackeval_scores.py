"""The scores of TrackEval on the scenes that tests keep: run where TrackEval is, by hand.

``python -m bench.accuracy.trackeval_scores FOOTAGE`` in an environment with NumPy, SciPy and
``trackeval==1.3.0`` (installed without its dependencies, which collide with ours).
"""

import sys
from pathlib import Path

import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity  # type: ignore[import-not-found]

from tests.unit.evaluate.scenes import pets_scene, random_scene
from truceline.evaluate.scene import Scene, ground_scene, image_scene


def reference(scene: Scene) -> dict[str, float]:
    """What TrackEval makes of a scene."""
    data = {
        "num_timesteps": len(scene.frames),
        "num_gt_ids": scene.true_identities,
        "num_tracker_ids": scene.found_identities,
        "num_gt_dets": scene.truth,
        "num_tracker_dets": scene.found,
        "gt_ids": [one.truth for one in scene.frames],
        "tracker_ids": [one.found for one in scene.frames],
        "similarity_scores": [one.similarity for one in scene.frames],
    }
    quiet = {"PRINT_CONFIG": False}
    found = (
        HOTA().eval_sequence(data) | CLEAR(quiet).eval_sequence(data) | Identity(quiet).eval_sequence(data)
    )
    names = ("HOTA", "DetA", "AssA", "LocA", "MOTA", "MOTP", "IDSW", "Frag", "IDF1")
    return {name: float(np.mean(found[name])) for name in names}


if __name__ == "__main__":
    for seed in range(6):
        print(seed, reference(ground_scene(*random_scene(seed))))
    print("pets", reference(image_scene(*pets_scene(Path(sys.argv[1])))))
