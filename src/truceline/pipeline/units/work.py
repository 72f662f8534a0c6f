"""Working through the units of a footage: what is kept is not done again, and it matters not who did it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from truceline.config import AnalysisConfig
from truceline.errors import IntegrityError
from truceline.pipeline.analysis.causal import observe_causally, told_analysis
from truceline.pipeline.analysis.files import Analysis, observe, smoothed_analysis
from truceline.pipeline.analysis.observed import Observed
from truceline.pipeline.progress import Notice, Progress
from truceline.pipeline.units.columns import UnitColumns, columns_of, observed_from
from truceline.pipeline.units.spans import Unit, units_of
from truceline.pipeline.units.stitch import Whole, stitched
from truceline.present.quantities import plural
from truceline.records.site import Camera
from truceline.store.units import UnitShelf
from truceline.video.source import FootageReader


@dataclass(frozen=True, eq=False)
class UnitWork:
    """The units of one footage, as one run has them. It can be handed to another process.

    Attributes:
        station: The folder in which finished units are kept until the run is written.
    """

    run_id: str
    reader: FootageReader
    camera: Camera
    config: AnalysisConfig
    station: Path

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All of them, in order of time."""
        return units_of(self.reader.whole_span, self.config.units)

    @property
    def shelf(self) -> UnitShelf:
        """Where finished ones are kept."""
        return UnitShelf(self.station, self.run_id)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of those that are not kept."""
        return tuple(unit.number for unit in self.units if not self.shelf.has(unit.number))

    def watch(self, number: int, *, progress: Progress) -> Observed:
        """Watch one unit by itself, and keep what it gave.

        Raises:
            InputError: The camera sees no ground, or nothing can be decoded.
            ServiceError: The disk refuses.
        """
        mode = observe_causally if self.config.causal else observe
        seen = mode(
            self.reader, self.camera, config=self.config, progress=progress, span=self.units[number].span
        )
        self.shelf.keep(number, columns_of(seen, self.reader.footage))
        return seen

    def whole(self, *, progress: Progress, notice: Notice) -> Observed:
        """All units put together; those that are kept are not watched again.

        Raises:
            InputError: The camera sees no ground, or nothing can be decoded.
            ServiceError: The disk refuses.
        """
        whole = Whole(self.reader.footage, len(self.reader.timeline), self.config.tracker)
        return stitched(list(self._seen(progress, notice)), whole)

    def analysis(self, seen: Observed, *, progress: Progress) -> Analysis:
        """The tracks of the whole."""
        if self.config.causal:
            return told_analysis(seen, self.camera, config=self.config, run_id=self.run_id)
        return smoothed_analysis(seen, self.camera, config=self.config, run_id=self.run_id, progress=progress)

    def _seen(self, progress: Progress, notice: Notice) -> Iterator[tuple[Unit, Observed]]:
        for unit in self.units:
            kept = self._kept(unit.number, notice)
            yield unit, self.watch(unit.number, progress=progress) if kept is None else kept

    def _kept(self, number: int, notice: Notice) -> Observed | None:
        """A unit that was kept; one that cannot be read is said and watched again."""
        try:
            kept = self.shelf.kept(number, UnitColumns)
            return None if kept is None else observed_from(kept)
        except IntegrityError as error:
            notice(f"unit {number} of {self.reader.footage.name} is watched again: {error.what}")
            return None


def resumed_words(work: UnitWork) -> str:
    """What an interrupted scan left, in a sentence; empty when it left nothing."""
    left = len(work.units) - len(work.missing)
    if not left:
        return ""
    return (
        f"{work.reader.footage.name}: {left} of {plural(len(work.units), 'unit')} left by an interrupted scan"
    )
