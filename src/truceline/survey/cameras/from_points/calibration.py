"""Calibrating from points: fit, leave each point out in turn, and refuse what does not fit together.

1. What cannot be a survey is refused before anything is fitted (``check_points``).
2. The best camera is found from a grid of starts.
3. Points that fit no camera are tried the ways in which surveys are mixed up, and without each of them; what
   fits is named.
4. Where the points agree badly, blunders that hide one another are looked for (``contradicting``) and named.
5. Each point is left out in turn, and predicted by the others; one that contradicts them is named.
6. Points that still agree far worse than stated are refused.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from truceline.errors import InputError
from truceline.geometry.camera import ground_from_pixel, pixel_bias_jacobian, pixel_from_site
from truceline.records.columns import float_column
from truceline.records.site import Basis, Calibration, Camera, Origin
from truceline.records.surveyed_points import PointResiduals, SurveyedPoints
from truceline.survey.cameras.from_points.blunders import CONTRADICTS_SIGMAS, contradicting
from truceline.survey.cameras.from_points.fit import Fit, Priors, fit_camera, pixel_sigma
from truceline.survey.cameras.from_points.points import check_points
from truceline.survey.cameras.from_points.starts import best_fit

Array = NDArray[np.float64]

CENTRE_SIGMA_WIDTHS = 0.04
"""How far principal points lie from the picture's middle, each way, in picture widths: 3.7 % root mean square
over the four long-view cameras of PETS 2009 (Tsai's calibrations); digital cameras reach 1 or 2 %."""
K1_SIGMA = 0.1
FOCAL_SIGMA = 0.03
"""Of the logarithm, where the focal length is known from the lens: makers round to a few per cent."""
UNKNOWN_FOCAL_WIDTHS, UNKNOWN_FOCAL_SIGMA = 1.2, 1.0
"""Where it is not known: anything from a fish eye to a long lens."""
HEIGHT_SIGMA_M = 0.05

FITS_SIGMAS = 5.0
"""A camera from which the middle point is farther off than this is not the one that was surveyed."""
HIGHEST_CAMERA_M = 200.0
ENOUGH_POINTS = 6
WORSE_THAN_STATED = 2.0
FAR_WORSE_THAN_STATED = 4.0
"""Where no blunder stands out and the points still agree so badly, the errors that were stated are not those
of this survey. Defaults of 1 px and 2 cm may be off by two or three for blurred corners and a slack tape; at
four, half the points lie 4.7 of their standard deviations off, hardly nearer than ``FITS_SIGMAS``."""
SUSPICIOUS_MISFIT = 2.0
"""chi^2 over the degrees of freedom from which blunders are looked for that hide one another. With up to a
dozen points two of them at ``CONTRADICTS_SIGMAS`` make 4 and more; below 2, errors are hardly enlarged, and
leaving each point out in turn finds what contradicts."""
NAMED_WORST = 3
_MOST_ROLL = 0.7
_MOST_SUSPECTS = 40


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the camera beside its points; None where it is not.

    ``aspect`` is the focal length along u over that along v: 1 for square pixels, as of all digital cameras;
    digitised analogue pictures differ by some per cent.
    """

    focal_px: float | None = None
    height_m: float | None = None
    aspect: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PointCalibration:
    """A calibration with its points, how they agree, and what a surveyor should know of it.

    ``scale`` is the s by which the points' stated errors were too small (1 or more).
    """

    calibration: Calibration
    points: SurveyedPoints
    residuals: PointResiduals
    scale: float
    remarks: tuple[str, ...]

    @property
    def fitted_rms_px(self) -> float:
        """Root mean square distance of the points from where the calibration sees them, pixels."""
        return _rms(self.residuals.fitted_px)

    @property
    def left_out_rms_px(self) -> float:
        """The same, each point predicted by the others."""
        return _rms(self.residuals.left_out_px)


def calibrate_from_points(
    points: SurveyedPoints, camera: Camera, *, origin: Origin, known: Known
) -> PointCalibration:
    """The camera's calibration from surveyed points, with the full covariance of its parameters.

    Raises:
        InputError: The points cannot be a survey, fit no camera, or one of them contradicts the others.
    """
    check_points(points, camera, origin=origin)  # (1)
    priors = priors_of(camera, known)
    size_px = (camera.width_px, camera.height_px)
    fit = best_fit(points, size_px=size_px, priors=priors)  # (2)
    if fit is None or not _fits(fit, points):
        raise _misfit(fit, points, size_px=size_px, priors=priors)  # (3)
    _refuse_blunders(fit, points, priors=priors)  # (4)
    height_m = float(fit.calibration.position_enu_m[2])
    if height_m > HIGHEST_CAMERA_M:
        raise InputError(
            f"the points put the camera {height_m:.0f} m above the ground",
            where=points.source,
            do="Are east, north and up in metres? A known height can be given: --height.",
        )
    residuals = _leave_each_out(fit, points, priors=priors)  # (5)
    _refuse_contradiction(points, residuals)
    _refuse_disagreement(fit, points, residuals=residuals)  # (6)
    calibration = replace(
        fit.calibration, source=_source(points, residuals, known=known), basis=Basis.SURVEYED
    )
    return PointCalibration(calibration, points, residuals, fit.scale, tuple(_remarks(fit, points)))


def priors_of(camera: Camera, known: Known) -> Priors:
    """What is taken for granted of a camera before any point is looked at."""
    width_px = camera.width_px
    sigma_m = np.full(3, np.inf)
    place_m = np.zeros(3)
    if known.height_m is not None:
        sigma_m[2], place_m[2] = HEIGHT_SIGMA_M, known.height_m
    return Priors(
        focal_px=known.focal_px if known.focal_px is not None else UNKNOWN_FOCAL_WIDTHS * width_px,
        focal_sigma=UNKNOWN_FOCAL_SIGMA if known.focal_px is None else FOCAL_SIGMA,
        centre_px=(np.array([width_px, camera.height_px]) - 1) / 2,
        centre_sigma_px=CENTRE_SIGMA_WIDTHS * width_px,
        k1_sigma=K1_SIGMA,
        position_enu_m=place_m,
        position_sigma_m=sigma_m,
        aspect=known.aspect,
    )


def _in_sigmas(missed_px: Array, covariance_px2: Array) -> Array:
    lengths: Array = np.sqrt(np.einsum("ni,nij,nj->n", missed_px, np.linalg.inv(covariance_px2), missed_px))
    return lengths


def _fits(fit: Fit, points: SurveyedPoints) -> bool:
    """Whether the camera stands upright above the ground, and the middle point is near its pixel."""
    calibration = fit.calibration
    missed = pixel_from_site(calibration, points.places_enu_m) - points.pixels
    middle = float(np.median(_in_sigmas(missed, pixel_sigma(calibration, points))))
    upright = float(calibration.rotation[1, 2]) < 0 and abs(float(calibration.rotation[0, 2])) < _MOST_ROLL
    return middle <= FITS_SIGMAS and upright and float(calibration.position_enu_m[2]) > 0


def _misfit(
    fit: Fit | None, points: SurveyedPoints, *, size_px: tuple[int, int], priors: Priors
) -> InputError:
    """The error for points that fit no camera; it names the mix-ups that would explain them."""
    flipped = points.pixels * (1, -1) + (0, size_px[1] - 1)
    variants = {
        "u and v are swapped": replace(points, pixels=np.ascontiguousarray(points.pixels[:, ::-1])),
        "v counts from the bottom of the picture": replace(points, pixels=flipped),
        "east and north are swapped": replace(points, places_enu_m=points.places_enu_m[:, [1, 0, 2]]),
        "up counts downwards": replace(points, places_enu_m=points.places_enu_m * (1, 1, -1)),
    }
    if not np.any(points.places_enu_m[:, 2]):
        del variants["up counts downwards"]
    found = []
    for words, variant in variants.items():
        other = best_fit(variant, size_px=size_px, priors=priors)
        if other is not None and _fits(other, variant):
            found.append(words)
    if fit is not None and not found:
        _refuse_blunders(fit, points, priors=priors)
    culprit = None if found else _culprit(points, size_px=size_px, priors=priors)
    if culprit is not None:
        return InputError(
            f"point {points.names[culprit]} contradicts the others: without it they fit, with it they do not "
            "(it may lie behind the camera)",
            where=points.where(culprit),
            do=f"Measure it again, or leave it out and say so: --leave-out {points.names[culprit]}.",
        )
    if fit is None:
        what = "no camera sees all these points in front of it: some lie behind it"
    elif float(fit.calibration.position_enu_m[2]) <= 0:
        what = "only a camera below the ground sees the points like this"
    else:
        missed = pixel_from_site(fit.calibration, points.places_enu_m) - points.pixels
        middle_px = float(np.median(np.linalg.norm(missed, axis=1)))
        what = f"the points fit no camera: half of them are {middle_px:.0f} px off or more"
    do = f"They would fit if {', or if '.join(found)}." if found else "Check their order, units and pixels."
    return InputError(what, where=points.source, do=do)


def _culprit(points: SurveyedPoints, *, size_px: tuple[int, int], priors: Priors) -> int | None:
    """The one point without which the others fit a camera; None when there is no such point, or several."""
    if not ENOUGH_POINTS <= len(points) <= _MOST_SUSPECTS:
        return None
    found = []
    for row in range(len(points)):
        others = points.without(row)
        fit = best_fit(others, size_px=size_px, priors=priors)
        if fit is not None and _fits(fit, others):
            found.append(row)
    return found[0] if len(found) == 1 else None


def _leave_each_out(fit: Fit, points: SurveyedPoints, *, priors: Priors) -> PointResiduals:
    calibration, places = fit.calibration, points.places_enu_m
    left_out_px, left_out_m, sigmas = [], [], []
    for row in range(len(points)):
        others = fit_camera(calibration, points.without(row), priors=priors)
        place, pixel = places[[row]], points.pixels[[row]]
        missed = pixel_from_site(others.calibration, place) - pixel
        by_parameter = pixel_bias_jacobian(others.calibration, place)
        spread = by_parameter @ others.calibration.covariance @ np.swapaxes(by_parameter, 1, 2)
        own = pixel_sigma(others.calibration, points)[[row]] * others.scale**2
        exact = replace(others.calibration, covariance=np.zeros_like(others.calibration.covariance))
        met = ground_from_pixel(exact, pixel, height_m=float(place[0, 2]))
        left_out_px.append(missed[0])
        left_out_m.append(float(np.linalg.norm(met[0] - place[0, :2])))
        sigmas.append(float(_in_sigmas(missed, spread + own)[0]))
    count = len(points)
    return PointResiduals(
        fitted_px=float_column(
            pixel_from_site(calibration, places) - points.pixels, 2, rows=count, name="fitted_px"
        ),
        left_out_px=float_column(left_out_px, 2, rows=count, name="left_out_px"),
        left_out_m=float_column(left_out_m, rows=count, name="left_out_m"),
        left_out_sigmas=float_column(sigmas, rows=count, name="left_out_sigmas"),
    )


def _refuse_contradiction(points: SurveyedPoints, residuals: PointResiduals) -> None:
    worst = int(np.argmax(residuals.left_out_sigmas))
    # Fewer points, one of them left out, hardly fix a camera: they cannot contradict.
    if len(points) < ENOUGH_POINTS or residuals.left_out_sigmas[worst] <= CONTRADICTS_SIGMAS:
        return
    away_px = float(np.linalg.norm(residuals.left_out_px[worst]))
    away_m = float(residuals.left_out_m[worst])
    on_the_map = f", {away_m:.2f} m on the map," if np.isfinite(away_m) else ""
    others = [
        points.names[row]
        for row in np.argsort(-residuals.left_out_sigmas)[1:]
        if residuals.left_out_sigmas[row] > CONTRADICTS_SIGMAS
    ]
    also = f"; after it look at {', '.join(others)}" if others else ""
    raise InputError(
        f"point {points.names[worst]} contradicts the others: it is {away_px:.1f} px{on_the_map} from where "
        f"they put it, {float(residuals.left_out_sigmas[worst]):.0f} of its standard deviations{also}",
        where=points.where(worst),
        do=f"Measure it again, or leave it out and say so: --leave-out {points.names[worst]}.",
    )


def _refuse_blunders(fit: Fit, points: SurveyedPoints, *, priors: Priors) -> None:
    """Refuse points of which some contradict the others, where leaving one out in turn may not find them."""
    if fit.misfit2 < SUSPICIOUS_MISFIT:
        return
    rows, clean = contradicting(fit, points, priors=priors)
    if len(rows) < 2 or not _fits(clean, points.without(*rows.tolist())):
        return  # One alone is found, and measured better, by leaving each out in turn.
    missed_px = np.linalg.norm(
        pixel_from_site(clean.calibration, points.places_enu_m[rows]) - points.pixels[rows], axis=1
    )
    away = [
        points.names[row] + (f" by {off_px:.1f} px" if np.isfinite(off_px) else ", not in front of it")
        for row, off_px in zip(rows, missed_px, strict=True)
    ]
    leave = " ".join(f"--leave-out {points.names[row]}" for row in rows)
    kept = len(points) - len(rows)
    raise InputError(
        f"{len(rows)} points contradict the other {kept}, which fit together: {', '.join(away)}",
        where=points.where(int(rows[0])),
        do=f"Measure them again, or leave them out and say so: {leave}.",
    )


def _refuse_disagreement(fit: Fit, points: SurveyedPoints, *, residuals: PointResiduals) -> None:
    if fit.scale <= FAR_WORSE_THAN_STATED:
        return
    worst = np.argsort(-residuals.left_out_sigmas)[:NAMED_WORST]
    named = ", ".join(
        f"{points.names[row]} ({float(np.linalg.norm(residuals.left_out_px[row])):.0f} px)" for row in worst
    )
    raise InputError(
        f"the points agree {fit.scale:.1f} times worse than their stated errors; the worst, each predicted "
        f"by the others: {named}",
        where=points.where(int(worst[0])),
        do="Measure these again; or state sigma_px and sigma_m as large as they are.",
    )


def _source(points: SurveyedPoints, residuals: PointResiduals, *, known: Known) -> str:
    beside = [
        words
        for value, words in ((known.focal_px, "known focal length"), (known.height_m, "known height"))
        if value is not None
    ]
    return (
        f"{len(points)} surveyed points of {points.source} (SHA-256 {points.digest.hex})"
        + (f", {' and '.join(beside)}" if beside else "")
        + f"; {_rms(residuals.fitted_px):.2f} px rms, {_rms(residuals.left_out_px):.2f} px left out in turn"
    )


def _remarks(fit: Fit, points: SurveyedPoints) -> list[str]:
    remarks = []
    if len(points) < ENOUGH_POINTS:
        remarks.append(
            f"Only {len(points)} points: what they do not fix comes from assumptions about the lens, and "
            f"whether one of them is wrong cannot be told. Survey {ENOUGH_POINTS} or more."
        )
    if fit.scale > WORSE_THAN_STATED:
        remarks.append(
            f"The points agree {fit.scale:.1f} times worse than their stated errors; all errors of the "
            "calibration are enlarged by that."
        )
    if not np.any(points.places_enu_m[:, 2] != points.places_enu_m[0, 2]):
        remarks.append(
            "All points have one height: focal length, tilt and height are told apart by perspective alone. "
            "A point on a post, or --height, helps most."
        )
    return remarks


def _rms(residuals_px: Array) -> float:
    return float(np.sqrt(np.mean(np.sum(residuals_px**2, axis=1))))
