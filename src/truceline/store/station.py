"""The station: a folder that holds the snapshots of its site, its runs and its reviewers' decisions.

A run is written beside its place and renamed when it is whole; a killed process leaves nothing but a folder
that starts with a dot, which the next run removes. The database beside the runs holds them once more, to be
asked (docs/design/units.md says why both).
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from truceline.errors import InputError, IntegrityError, ServiceError
from truceline.records.chronicles import Chronicle
from truceline.records.columns import IntColumn
from truceline.records.digests import sha256_of
from truceline.records.reviews import Json
from truceline.records.runs import Run
from truceline.records.sounds import SoundHeard
from truceline.store.codec import decode, encode
from truceline.store.database import RunDatabase

FORMAT = "truceline-station/1"
FRAME_PTS = "frame-pts.json"
"""In a run's folder: the presentation time stamp of every decoded frame, in order."""
SCAN_NUMBER = "scan-number.txt"
"""In a run's folder: which scan of this station gave it, or was asked for it again, last; from one on."""

CHRONICLE = "chronicle.json"
"""What all runs show together."""

SOUNDS = "sounds"
"""What was heard, a file a recording."""

_MARK = "station.json"


class Station:
    """One station's folder.

    Args:
        folder: Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = RunDatabase(folder)

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> "Station":
        """Open a station; make an empty one when ``create``.

        Raises:
            InputError: There is no station there, or the folder holds something else.
            ServiceError: The folder cannot be made.
        """
        mark = folder / _MARK
        if mark.is_file():
            try:
                found = json.loads(mark.read_text(encoding="utf-8")).get("format")
            except (OSError, ValueError, AttributeError) as error:
                raise IntegrityError("the station's mark cannot be read", where=str(mark)) from error
            if found != FORMAT:
                raise InputError(
                    f"the station is of format {found!r}, this program reads {FORMAT!r}", where=str(mark)
                )
            return cls(folder)
        if not create:
            raise InputError(
                "there is no station here", where=str(folder), do="Run truceline scan with --station first."
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(
                "this is neither a station nor an empty folder",
                where=str(folder),
                do="Choose another folder.",
            )
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _write_text(mark, json.dumps({"format": FORMAT}) + "\n")
        return cls(folder)

    def keep_site(self, name: str, files: Mapping[str, bytes]) -> Path:
        """Keep a snapshot of the site's files under a name made of their digest; one name is kept once."""
        place = self.site_folder(name)
        if not place.is_dir():
            with self.appearing(place) as partial:
                for file, content in files.items():
                    (partial / file).parent.mkdir(parents=True, exist_ok=True)
                    (partial / file).write_bytes(content)
        return place

    def site_folder(self, name: str) -> Path:
        """Where a snapshot of the site lies or would lie."""
        return self.folder / "sites" / name

    def run_ids(self) -> tuple[str, ...]:
        """The name of every run."""
        return tuple(place.name for place in sorted((self.folder / "runs").glob("[!.]*")))

    def runs(self) -> tuple[Run, ...]:
        """Every run, in order of the time that its footage covers."""
        found = [self.run(run_id) for run_id in self.run_ids()]
        return tuple(sorted(found, key=lambda run: (run.span.start_utc_ns, run.run_id)))

    def has_run(self, run_id: str) -> bool:
        """Whether that run is there."""
        return (self.run_folder(run_id) / "run.json").is_file()

    def run_folder(self, run_id: str) -> Path:
        """Where a run lies or would lie."""
        return self.folder / "runs" / run_id

    def run(self, run_id: str) -> Run:
        """Read one run.

        Raises:
            InputError: There is no such run.
            IntegrityError: It cannot be read.
        """
        path = self.run_folder(run_id) / "run.json"
        if not path.is_file():
            raise InputError(
                f"there is no run {run_id!r}", where=str(self.folder), do="truceline events lists them."
            )
        try:
            content = path.read_bytes()
        except OSError as error:
            raise IntegrityError(f"the run cannot be read: {error}", where=str(path)) from error
        known = self._database.digests().get(run_id)
        if known == sha256_of(content).hex:
            return self._database.run(run_id)
        found = _run_in(content, path)
        if known is not None:
            raise IntegrityError(
                "the run is not the one that was kept in the station's database",
                where=str(path),
                do="Restore it from a copy; or remove its folder, scan and decide again.",
            )
        return found

    def catalogue(self) -> None:
        """Make the database hold the runs that are there: those of older stations, none that was removed.

        Raises:
            IntegrityError: A run cannot be read.
            ServiceError: The disk refuses.
        """
        held = self._database.digests()
        for run_id in self.run_ids():
            path = self.run_folder(run_id) / "run.json"
            if run_id not in held and path.is_file():
                content = path.read_bytes()
                self._database.put(_run_in(content, path), digest=sha256_of(content))
        self._database.keep_only(self.run_ids())

    def write_run(self, run: Run, *, files: Mapping[str, bytes]) -> Path:
        """Write a run with its files (relative name to content); it appears whole or not at all."""
        place = self.run_folder(run.run_id)
        with self.appearing(place) as partial:
            for name, content in files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).write_bytes(content)
            text = json.dumps(encode(run), ensure_ascii=False) + "\n"
            _write_text(partial / "run.json", text)
            _write_text(partial / SCAN_NUMBER, f"{self._latest_number(but=run.run_id) + 1}\n")
        self._database.put(run, digest=sha256_of(text.encode()))
        return place

    def scan_number(self, run_id: str) -> int:
        """Which scan of this station gave a run, or was asked for it again, last; 0 for older programs' runs.

        Raises:
            IntegrityError: It is there and cannot be read.
        """
        path = self.run_folder(run_id) / SCAN_NUMBER
        if not path.is_file():
            return 0
        try:
            return int(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise IntegrityError(
                f"the run's place among the scans cannot be read: {error}",
                where=str(path),
                do="Restore it from a copy, or remove the file and scan again.",
            ) from error

    def mark_scanned(self, run_id: str) -> None:
        """Make a run that is there the one that was scanned last."""
        latest = self._latest_number(but=run_id)
        if self.scan_number(run_id) <= latest:
            path = self.run_folder(run_id) / SCAN_NUMBER
            with disk_errors(path):
                _write_text(path, f"{latest + 1}\n")

    def _latest_number(self, *, but: str) -> int:
        return max((self.scan_number(one) for one in self.run_ids() if one != but), default=0)

    def frame_pts(self, run_id: str) -> IntColumn | None:
        """(n,) presentation time stamps of every frame that a run decoded, or None when it kept none.

        Raises:
            IntegrityError: They cannot be read.
        """
        path = self.run_folder(run_id) / FRAME_PTS
        if not path.is_file():
            return None
        try:
            value: Json = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IntegrityError(f"the run's frames cannot be read: {error}", where=str(path)) from error
        return decode(IntColumn, value)

    def write_chronicle(self, chronicle: Chronicle) -> None:
        """Keep what all runs show together, in place of what was kept before; whole or not at all."""
        path = self.folder / CHRONICLE
        with disk_errors(path):
            _write_text(path, json.dumps(encode(chronicle), ensure_ascii=False) + "\n")

    def chronicle(self) -> Chronicle | None:
        """What all runs showed together when that was worked out last, or None.

        Raises:
            IntegrityError: It cannot be read.
        """
        path = self.folder / CHRONICLE
        if not path.is_file():
            return None
        try:
            value: Json = json.loads(path.read_text(encoding="utf-8"))
            return decode(Chronicle, value)
        except (OSError, ValueError, IntegrityError) as error:
            raise IntegrityError(
                f"the chronicle cannot be read: {error}",
                where=str(path),
                do="Remove it and scan again: it is made anew from the runs.",
            ) from error

    def keep_sound(self, heard: SoundHeard) -> None:
        """Keep what was heard in one recording, in place of what was kept of it; whole or not at all."""
        path = self.folder / SOUNDS / f"{heard.digest.hex[:16]}.json"
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_text(path, json.dumps(encode(heard), ensure_ascii=False) + "\n")

    def sounds(self) -> tuple[SoundHeard, ...]:
        """What was heard in each recording, by their digests.

        Raises:
            IntegrityError: One cannot be read.
        """
        found = []
        for path in sorted((self.folder / SOUNDS).glob("[!.]*.json")):
            try:
                value: Json = json.loads(path.read_text(encoding="utf-8"))
                found.append(decode(SoundHeard, value))
            except (OSError, ValueError, IntegrityError) as error:
                raise IntegrityError(
                    f"what was heard cannot be read: {error}",
                    where=str(path),
                    do="Remove it and scan again with --sound.",
                ) from error
        return tuple(found)

    def write_page(self, text: str) -> Path:
        """Write the station's page, whole or not at all."""
        path = self.folder / "page.html"
        with disk_errors(path):
            _write_text(path, text)
        return path

    def write_decision(self, judgement_id: str, *, key_id: str, content: bytes) -> Path:
        """Keep one signed decision; decisions are superseded by newer ones, never overwritten."""
        folder = self.folder / "decisions" / judgement_id
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # Counting the files would hand out a number twice once one of them was taken away.
            numbers = [int(one.stem.rpartition("-")[2]) for one in folder.glob(f"{key_id}-[0-9]*.json")]
            path = folder / f"{key_id}-{max(numbers, default=0) + 1:03d}.json"
            _write_text(path, content.decode())
        return path

    def decisions(self, judgement_id: str) -> tuple[bytes, ...]:
        """Every signed decision on a judgement, as written."""
        folder = self.folder / "decisions" / judgement_id
        return tuple(path.read_bytes() for path in sorted(folder.glob("[!.]*.json")))

    @contextmanager
    def appearing(self, place: Path) -> Iterator[Path]:
        """A folder to fill that becomes ``place`` at the end, or vanishes when anything goes wrong."""
        partial = place.with_name(f".{place.name}.partial")
        replaced = place.with_name(f".{place.name}.replaced")
        with disk_errors(place):
            try:
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir(parents=True)
                yield partial
                shutil.rmtree(replaced, ignore_errors=True)
                if place.exists():
                    # Set aside, not removed: removing takes long enough to be interrupted.
                    place.replace(replaced)
                partial.replace(place)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
                shutil.rmtree(replaced, ignore_errors=True)


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn a disk's refusal into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise ServiceError(
            f"this cannot be written: {error.strerror or error}",
            where=str(place),
            do="Free some space or choose another folder; nothing half-written was left.",
        ) from error


def _run_in(content: bytes, path: Path) -> Run:
    try:
        value: Json = json.loads(content.decode())
    except ValueError as error:
        raise IntegrityError(f"the run cannot be read: {error}", where=str(path)) from error
    try:
        return decode(Run, value)
    except IntegrityError as error:
        raise IntegrityError(
            f"the run cannot be read: {error.what}.",
            where=str(path),
            do="Restore it from a copy, or remove its folder and scan again.",
        ) from error


def _write_text(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
