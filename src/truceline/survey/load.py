"""Load a site: one folder with ``site.toml`` and GeoJSON, read strictly."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from truceline.errors import InputError
from truceline.records.digests import Sha256, sha256_of
from truceline.records.site import (
    Camera,
    Landmark,
    Line,
    Origin,
    Permit,
    ReleaseTerms,
    Retention,
    Sides,
    Site,
    Zone,
)
from truceline.survey.cameras.calibrations import CALIBRATION_KEYS, read_calibration
from truceline.survey.ground import read_landmarks, read_line_vertices, read_zones
from truceline.tables.reader import Table, read_bytes, read_json, read_toml

SITE_FILE = "site.toml"

TOP_KEYS = ("site", "origin", "line", "zones", "landmarks", "camera", "permit", "retention", "release")
SITE_KEYS = ("id", "name", "simulated", "instrument", "local_offset")
ORIGIN_KEYS = ("latitude_deg", "longitude_deg", "height_m")
LINE_KEYS = ("id", "version", "source", "valid_from", "valid_until", "sigma_m", "left", "right", "file")
ZONES_KEYS = ("file",)
LANDMARKS_KEYS = ("file",)
CAMERA_KEYS = ("id", "name", "band", "width_px", "height_px", "clock", "calibration")
PERMIT_KEYS = (
    "id",
    "holder",
    "authority",
    "zone",
    "valid_from",
    "valid_until",
    "directions",
    "persons",
    "revoked",
)
RETENTION_KEYS = ("quiet_footage_days", "tracks_without_event_days", "closed_incident_days")
RELEASE_KEYS = ("competent_body", "removal_contact", "reviewer_keys", "body_keys", "delay_h")

DEFAULT_RETENTION = Retention(quiet_footage_days=30, tracks_without_event_days=7, closed_incident_days=365)
DEFAULT_DELAY_H = 24.0

MAX_LINE_SIGMA_M = 500.0

_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_KEY_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class _Folder:
    """The site's folder: finds the files that the site file names, and remembers every file read."""

    path: Path
    names: set[str] = field(default_factory=lambda: {SITE_FILE})

    def find(self, key: str, table: Table) -> Path:
        """The path of the file under ``key``, which must lie in the folder."""
        name = table.text(key)
        if Path(name).name != name or name in (".", ".."):
            table.refuse(key, f"{key} is {name!r}", do="Name a file that lies in the site's own folder.")
        if not (self.path / name).is_file():
            table.refuse(key, f"the site's folder has no file {name!r}")
        self.names.add(name)
        return self.path / name

    def digest(self) -> Sha256:
        """SHA-256 over the lines ``NAME SHA-256`` of every file read, sorted by name."""
        rows = [f"{name} {sha256_of(read_bytes(self.path / name)).hex}\n" for name in sorted(self.names)]
        return sha256_of("".join(rows).encode())


def load_site(folder: Path) -> Site:
    """Read and check a site's folder (docs/reference/site.md).

    Raises:
        InputError: Something is missing, unknown, or cannot be; with FILE:LINE and what to do.
    """
    return _loaded(folder)[0]


def read_site_files(folder: Path) -> dict[str, bytes]:
    """The site file and every file that it names, by name; what else lies there is no part of it.

    Raises:
        InputError: As ``load_site``.
    """
    names = _loaded(folder)[1].names
    return {name: read_bytes(folder / name) for name in sorted(names)}


def _loaded(folder: Path) -> tuple[Site, _Folder]:
    if not (folder / SITE_FILE).is_file():
        raise InputError(
            f"the folder holds no {SITE_FILE}.",
            where=str(folder),
            do="Name the site's folder, or make one with: truceline site new DIR.",
        )
    files = _Folder(folder)
    top = read_toml(folder / SITE_FILE).only(TOP_KEYS)
    site = top.table("site", SITE_KEYS)
    origin = _origin(top)
    line = _line(top.table("line", LINE_KEYS), origin, files=files)
    zones = _zones(top, origin, files=files)
    landmarks = _landmarks(top, origin, files=files)
    cameras = tuple(_camera(table, files.find) for table in top.tables("camera", CAMERA_KEYS))
    permits = tuple(
        _permit(table, sides=line.sides, zones=zones) for table in top.tables("permit", PERMIT_KEYS)
    )
    _refuse_repeated(top, "camera", ids=[camera.camera_id for camera in cameras])
    _refuse_repeated(top, "permit", ids=[permit.permit_id for permit in permits])
    loaded = Site(
        site_id=site.identifier("id"),
        name=site.text("name"),
        simulated=site.flag("simulated", default=False),
        instrument=site.identifier("instrument"),
        local_offset_minutes=_local_offset_minutes(site),
        origin=origin,
        line=line,
        zones=zones,
        cameras=cameras,
        permits=permits,
        retention=_retention(top),
        release_terms=_release_terms(top),
        digest=files.digest(),
        landmarks=landmarks,
    )
    return loaded, files


def _origin(top: Table) -> Origin:
    table = top.table("origin", ORIGIN_KEYS)
    return Origin(
        latitude_deg=table.number("latitude_deg", low=-90.0, high=90.0),
        longitude_deg=table.number("longitude_deg", low=-180.0, high=180.0),
        height_m=table.number("height_m", low=-1000.0, high=10_000.0),
    )


def _line(table: Table, origin: Origin, *, files: _Folder) -> Line:
    left, right = table.text("left"), table.text("right")
    if left == right:
        table.refuse("right", f"both sides are called {left!r}")
    sigma_m = table.number("sigma_m", low=-math.inf, high=MAX_LINE_SIGMA_M)
    if sigma_m <= 0:
        table.refuse(
            "sigma_m",
            f"sigma_m is {sigma_m:g}; no line is known exactly",
            do="State the standard deviation of the survey in metres.",
        )
    return Line(
        line_id=table.identifier("id"),
        version=table.identifier("version"),
        source=table.text("source"),
        valid=table.span("valid_from", "valid_until", open_ended=True),
        sides=Sides(left=left, right=right),
        vertices_en_m=read_line_vertices(read_json(files.find("file", table)), origin=origin),
        sigma_m=sigma_m,
    )


def _zones(top: Table, origin: Origin, *, files: _Folder) -> tuple[Zone, ...]:
    if not top.has("zones"):
        return ()
    table = top.table("zones", ZONES_KEYS)
    return read_zones(read_json(files.find("file", table)), origin=origin)


def _landmarks(top: Table, origin: Origin, *, files: _Folder) -> tuple[Landmark, ...]:
    if not top.has("landmarks"):
        return ()
    table = top.table("landmarks", LANDMARKS_KEYS)
    return read_landmarks(read_json(files.find("file", table)), origin=origin)


def _camera(table: Table, find: Callable[[str, Table], Path]) -> Camera:
    width_px = table.integer("width_px", low=16, high=65_536)
    height_px = table.integer("height_px", low=16, high=65_536)
    band: Literal["visible", "thermal"] = (
        "thermal" if table.text("band", choices=("visible", "thermal")) == "thermal" else "visible"
    )
    return Camera(
        camera_id=table.identifier("id"),
        name=table.text("name"),
        band=band,
        width_px=width_px,
        height_px=height_px,
        calibration=read_calibration(
            table.table("calibration", CALIBRATION_KEYS), width_px=width_px, height_px=height_px, find=find
        ),
        clock_id=table.identifier("clock") if table.has("clock") else "",
    )


def _permit(table: Table, *, sides: Sides, zones: tuple[Zone, ...]) -> Permit:
    directions = table.texts("directions")
    for direction in directions:
        if direction not in (sides.left, sides.right):
            table.refuse(
                "directions",
                f"{direction!r} is not a side of the line",
                do=f"Name the sides that may be entered: {sides.left!r}, {sides.right!r}.",
            )
    if not directions or len(set(directions)) != len(directions):
        table.refuse("directions", "directions is empty or names a side twice")
    zone_id = table.text("zone")
    if all(zone.zone_id != zone_id for zone in zones):
        known = ", ".join(zone.zone_id for zone in zones) or "none"
        table.refuse("zone", f"the site has no zone {zone_id!r}", do=f"Known zones: {known}.")
    return Permit(
        permit_id=table.identifier("id"),
        holder=table.text("holder"),
        authority=table.text("authority"),
        zone_id=zone_id,
        valid=table.span("valid_from", "valid_until", open_ended=False),
        directions=directions,
        persons=table.integer("persons", low=1, high=10_000),
        revoked=table.flag("revoked", default=False),
    )


def _retention(top: Table) -> Retention:
    if not top.has("retention"):
        return DEFAULT_RETENTION
    table = top.table("retention", RETENTION_KEYS)
    days = [table.integer(key, low=0, high=36_500) for key in RETENTION_KEYS]
    return Retention(*days)


def _release_terms(top: Table) -> ReleaseTerms | None:
    if not top.has("release"):
        return None
    table = top.table("release", RELEASE_KEYS)
    keys = _public_keys(table, "reviewer_keys", default=None)
    if len(set(keys)) != len(keys):
        table.refuse("reviewer_keys", "a reviewer's key stands twice", do="Two people need two keys.")
    body_keys = _public_keys(table, "body_keys", default=())
    if set(keys) & set(body_keys):
        table.refuse(
            "body_keys",
            "a reviewer's key stands among the body's",
            do="Who decides does not sign the release.",
        )
    return ReleaseTerms(
        competent_body=table.text("competent_body"),
        removal_contact=table.text("removal_contact"),
        reviewer_keys=keys,
        delay_h=table.number("delay_h", low=0.0, high=24.0 * 3650, default=DEFAULT_DELAY_H),
        body_keys=body_keys,
    )


def _public_keys(table: Table, name: str, *, default: tuple[str, ...] | None) -> tuple[str, ...]:
    keys = table.texts(name, default=default)
    for key in keys:
        if _KEY_HEX.fullmatch(key) is None:
            table.refuse(name, f"{key!r} is no Ed25519 public key", do="Write 64 lower-case hex digits.")
    return keys


def _local_offset_minutes(site: Table) -> int:
    text = site.text("local_offset")
    match = _OFFSET.fullmatch(text)
    minutes = int(match[2]) * 60 + int(match[3]) if match else 0
    if match is None or int(match[3]) > 59 or minutes > 14 * 60:
        site.refuse("local_offset", f"local_offset is {text!r}", do="Write it like +09:00 or -03:30.")
    return -minutes if match[1] == "-" else minutes


def _refuse_repeated(top: Table, key: str, *, ids: list[str]) -> None:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            top.open_tables(key)[index].refuse("id", f"the {key} {one!r} stands twice")
