"""What is written beside the footage: site, truth, and words that say what all this is."""

from collections.abc import Sequence
from pathlib import Path

from truceline.pipeline.simulation.footage.takes import Take
from truceline.simulate.model.devices import CameraPlan
from truceline.simulate.model.scenario import Play, Setting
from truceline.simulate.truth.declared import SiteKeys, site_files
from truceline.simulate.truth.devices import devices_json, supplied_json
from truceline.simulate.truth.frames import cast_json
from truceline.simulate.truth.happenings import Arrival, event_lines, shot_lines
from truceline.simulate.truth.maps import Array, events_geojson, paths_geojson
from truceline.survey.wgs84 import lonlat_from_en

README = "README.txt"

_README = """\
SIMULATED. Everything in this folder was made by a program; nothing of it happened, and nobody is shown.

{title}
Scenario {name}, seed {seed}.

{story}

site/       the survey as the mission declares it: calibrations, line and clocks with their errors
footage/    the recordings, each with its note; supplied.json says what was supplied, and what was not
sound/      recordings of microphones that stand alone, where the scenario has any
stills/     one picture out of each recording
truth/      what is exactly true. The analysis never reads it
  devices.json         true and declared calibrations, true clocks, the true line
  actors.json          who takes part
  frames/CAMERA.jsonl  frame by frame: boxes, visible share, foot, place, action, identity
  mot/RECORDING.txt    the same people as MOTChallenge: whole boxes; site metres in the last columns
  events.jsonl         what happened, when, where, how deep
  shots.jsonl          shots and what sounds like them, with their arrivals at the microphones
  paths.geojson, events.geojson
manifest.json  SHA-256 of every file

  truceline site check {folder}/site
  truceline scan {folder}/site {folder}/footage/*.m[op]* --station STATION
"""


def write_site(home: Path, setting: Setting, *, keys: SiteKeys) -> None:
    """The site's folder."""
    site = home / "site"
    site.mkdir(exist_ok=True)
    for name, text in site_files(setting, keys=keys).items():
        (site / name).write_text(text, encoding="utf-8")


def write_truth(
    home: Path, play: Play, *, takes: Sequence[Take], arrivals: Sequence[Arrival], work: Path
) -> None:
    """The files of truth; those of frames are joined from their takes."""
    truth, setting = home / "truth", play.setting

    def lonlat(en_m: Array) -> Array:
        return lonlat_from_en(en_m, origin=setting.origin)

    texts = {
        "devices.json": devices_json(setting),
        "actors.json": cast_json(play.performances),
        "events.jsonl": "".join(event_lines(setting, play.happenings)),
        "shots.jsonl": "".join(shot_lines(setting, play.happenings, arrivals=arrivals)),
        "paths.geojson": paths_geojson(setting, play.performances, lonlat=lonlat),
        "events.geojson": events_geojson(setting, play.happenings, lonlat=lonlat),
    }
    for name, text in texts.items():
        (truth / name).write_text(text, encoding="utf-8")
    (truth / "frames").mkdir(exist_ok=True)
    for take in (one for one in takes if one.parts):
        camera_id = take.camera.camera_id
        with (truth / "frames" / f"{camera_id}.jsonl").open("ab") as whole:
            whole.write((work / f"{camera_id}.{take.number}.frames.jsonl").read_bytes())


def write_words(home: Path, setting: Setting, *, cameras: Sequence[CameraPlan], folder: str) -> None:
    """The read-me, and what each camera supplies."""
    words = _README.format(
        title=setting.title, name=setting.name, seed=setting.seed, story=setting.story.strip(), folder=folder
    )
    (home / README).write_text(words, encoding="utf-8")
    text = supplied_json(setting, tuple(cameras))
    (home / "footage" / "supplied.json").write_text(text, encoding="utf-8")
