"""What a person says beside the recordings: site, start, weather."""

from pathlib import Path

from truceline.errors import InputError
from truceline.listen.places.air import UNKNOWN, Air
from truceline.pipeline.footage import Declared
from truceline.pipeline.hearing.listening import Listening
from truceline.survey.load import load_site

READ_SIGMA_C = 1.5
"""A thermometer near the microphones, sun and height included."""
READ_SIGMA_MPS = 1.0
"""A wind that somebody read somewhere on the site."""


def listening_of(
    site_folder: Path | None, declared: Declared, *, temperature_c: float | None, wind: str
) -> Listening:
    """What listening rests on.

    Raises:
        InputError: The site cannot be read, or the weather cannot be.
    """
    site = None if site_folder is None else load_site(site_folder)
    return Listening(site, declared, _air(temperature_c, wind))


def _air(temperature_c: float | None, wind: str) -> Air:
    blows = _wind_of(wind) if wind else UNKNOWN.wind_en_mps
    return Air(
        UNKNOWN.temperature_c if temperature_c is None else temperature_c,
        UNKNOWN.temperature_sigma_c if temperature_c is None else READ_SIGMA_C,
        blows,
        READ_SIGMA_MPS if wind else UNKNOWN.wind_sigma_mps,
    )


def _wind_of(text: str) -> tuple[float, float]:
    parts = text.split(",")
    try:
        east, north = (float(part) for part in parts)
    except ValueError as error:
        raise InputError(
            f"{text!r} is no wind", where="--wind", do="Give metres a second east and north: --wind 3.0,-1.5"
        ) from error
    return east, north
