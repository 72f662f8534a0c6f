"""Tsai's camera model (R. Y. Tsai, IEEE J. Robotics and Automation RA-3(4), 1987) turned into ours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.geometry.camera import scaled
from truceline.records.site import Calibration, Distortion

MM = 1e-3


@dataclass(frozen=True, slots=True)
class TsaiParameters:
    """Tsai's eleven parameters, lengths in mm, turns in rad, and the size of the picture they hold for."""

    width_px: int
    height_px: int
    dpx_mm: float
    dpy_mm: float
    focal_mm: float
    kappa1_per_mm2: float
    centre_px: tuple[float, float]
    sx: float
    turns_rad: tuple[float, float, float]
    translation_mm: tuple[float, float, float]


def calibration_from_tsai(
    tsai: TsaiParameters, *, width_px: int, covariance: NDArray[np.float64], source: str
) -> Calibration:
    """Our calibration from Tsai's, for footage ``width_px`` wide (the covariance is for that size).

    Method: X_d = dpx (u - cx) / sx, Y_d = dpy (v - cy), undistorted = distorted (1 + kappa1 r_d^2),
    rotation = Rz Ry Rx. On the normalised plane k1 = kappa1 f^2.
    """
    rotation = _rotation(tsai.turns_rad)
    translation = np.array(tsai.translation_mm) * MM
    full = Calibration(
        focal_px=np.array([tsai.focal_mm * tsai.sx / tsai.dpx_mm, tsai.focal_mm / tsai.dpy_mm]),
        centre_px=np.array(tsai.centre_px),
        k1=tsai.kappa1_per_mm2 * tsai.focal_mm**2,
        distortion=Distortion.TSAI,
        rotation=rotation,
        position_enu_m=-rotation.T @ translation,
        covariance=np.eye(10),
        source=source,
    )
    resized = scaled(full, width_px / tsai.width_px)
    return Calibration(
        focal_px=resized.focal_px,
        centre_px=resized.centre_px,
        k1=resized.k1,
        distortion=resized.distortion,
        rotation=resized.rotation,
        position_enu_m=resized.position_enu_m,
        covariance=covariance,
        source=source,
    )


def _rotation(turns_rad: tuple[float, float, float]) -> NDArray[np.float64]:
    rx, ry, rz = turns_rad
    sa, ca, sb, cb, sg, cg = np.sin(rx), np.cos(rx), np.sin(ry), np.cos(ry), np.sin(rz), np.cos(rz)
    return np.array(
        [
            [cb * cg, cg * sa * sb - ca * sg, sa * sg + ca * cg * sb],
            [cb * sg, sa * sb * sg + ca * cg, ca * sb * sg - cg * sa],
            [-sb, cb * sa, ca * cb],
        ]
    )
