"""What is to be simulated: a scenario by name or file, a seed, and the digest of all that decides it."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from truceline import __version__
from truceline.errors import InputError
from truceline.simulate.scenario.shipped import shipped_scenarios

FORMAT = "truceline-simulation/1"
LARGEST_SCENARIO_BYTES = 4_000_000

_NAMES_A_BASE = re.compile(r"^\s*base\s*=", re.MULTILINE)
_ROOMS = ("simulate", "geometry", "pipeline/simulation")
_FILES = ("video/recording.py",)
_LIBRARIES = ("av", "numba", "numpy", "opencv-python-headless", "scipy")


@dataclass(frozen=True, slots=True)
class Follow:
    """Work on the recordings of one camera as soon as they are whole, while others are still being filmed.

    Attributes:
        camera_id: Its scene is drawn first, and it is filmed first.
        work: Can be pickled; called by one of the processes that film, with the folder in which ``site`` and
            ``footage`` stand so far. Gives lines for a person.
    """

    camera_id: str
    work: Callable[[Path], Sequence[str]]


@dataclass(frozen=True, slots=True)
class SimulationOrder:
    """One simulation.

    Attributes:
        scenario: Name of a shipped scenario, or path of a TOML file.
        out: Folder for everything; made, or replaced where a simulation stands.
        cameras: Ids of the cameras to film; empty: all. The site lists all of them anyhow.
        workers: Processes that film at once; their number changes nothing but the time it takes.
        fresh: Do it again even where the same simulation already stands.
        scenes: A folder for a picture of each camera's empty scene, there long before the footage; or None.
        short: A short variant of the scenario, with what its variants draw anew.
        follow: What is done on the way, or None. It changes nothing of what comes out, and is not done where
            the simulation already stands.
    """

    scenario: str
    out: Path
    seed: int = 1
    cameras: tuple[str, ...] = ()
    workers: int = 2
    fresh: bool = False
    scenes: Path | None = None
    short: bool = False
    follow: Follow | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.workers < 1:
            raise InputError(f"{self.workers} workers cannot film.", where="--workers")
        if not 0 <= self.seed < 2**31:
            raise InputError(
                f"the seed {self.seed} cannot be.", where="--seed", do="Say a number from 0 to 2147483647."
            )


@dataclass(frozen=True, slots=True)
class ScenarioText:
    """The text of a scenario; ``where`` is said in front of line numbers."""

    text: str
    where: str


def scenario_text(scenario: str) -> ScenarioText:
    """The text of a shipped scenario or of a file.

    Raises:
        InputError: There is neither, or the file cannot be read.
    """
    shipped = shipped_scenarios()
    if scenario in shipped:
        return ScenarioText(shipped[scenario], scenario)
    path = Path(scenario)
    if not path.is_file():
        raise InputError(
            f"there is no scenario {scenario!r}, and no such file.",
            do=f"Scenarios that come with Truceline: {', '.join(sorted(shipped))}; or name a TOML file.",
        )
    try:
        if path.stat().st_size > LARGEST_SCENARIO_BYTES:
            raise InputError("this is too large to be a scenario.", where=str(path))
        return ScenarioText(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"the scenario cannot be read: {reason}.", where=str(path)) from error


def scenario_titles() -> list[tuple[str, str]]:
    """Names and titles of the shipped scenarios, by name."""
    found = []
    for name, text in sorted(shipped_scenarios().items()):
        top = tomllib.loads(text)
        title = top.get("title", "")
        found.append((name, title if isinstance(title, str) else ""))
    return found


def order_key(order: SimulationOrder, text: ScenarioText) -> str:
    """Digest of all that decides what comes out: text, seed, cameras, our code, the libraries' versions."""
    facts = {
        "text": text.text,
        # A scenario may stand on a shipped one; all of them, for those may too.
        "bases": sorted(shipped_scenarios().items()) if _NAMES_A_BASE.search(text.text) else [],
        "seed": order.seed,
        "short": order.short,
        "cameras": sorted(order.cameras),
        "code": _code_digest(),
        "libraries": [f"{name} {metadata.version(name)}" for name in _LIBRARIES],
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@cache
def _code_digest() -> str:
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256(__version__.encode())
    paths = [path for room in _ROOMS for path in (package / room).rglob("*.py")]
    for path in sorted([*paths, *(package / name for name in _FILES)]):
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
