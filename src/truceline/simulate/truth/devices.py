"""Truth of the devices: calibrations as they are and as declared, clocks, and what each device supplies."""

import json

import numpy as np
from numpy.typing import NDArray

from truceline.records.site import CALIBRATION_PARAMETERS, Calibration
from truceline.records.time import format_utc
from truceline.simulate.model.devices import CameraPlan, DeviceClock, MicrophonePlan, Stretch
from truceline.simulate.model.scenario import Setting
from truceline.simulate.truth.happenings import true_utc

Array = NDArray[np.float64]

NOT_SUPPLIED = "not supplied"


def devices_json(setting: Setting) -> str:
    """True and declared calibration of every camera, the true clock of every device, the true line."""
    facts = {
        "start_utc": format_utc(setting.start_utc_ns, digits=9),
        "duration_s": setting.duration_s,
        "line": {
            "id": setting.line.line_id,
            "declared_en_m": setting.line.vertices_en_m.tolist(),
            "true_offset_to_its_left_m": setting.line_offset_m,
        },
        "cameras": [_camera(one) for one in setting.cameras],
        "microphones": [_microphone(one) for one in setting.microphones],
    }
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def supplied_json(setting: Setting, cameras: tuple[CameraPlan, ...]) -> str:
    """What each camera supplies of the scenario, by its own clock, and the stated gaps between."""
    facts = {
        "simulated": True,
        "cameras": [
            {
                "camera": one.camera_id,
                "supplied": [_span(setting, stretch, clock=one.clock) for stretch in one.supplies],
                "gaps": [
                    {**_span(setting, gap, clock=one.clock), "reason": NOT_SUPPLIED}
                    for gap in gaps_of(one.supplies, setting.duration_s)
                ],
            }
            for one in cameras
        ],
    }
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def gaps_of(supplies: tuple[Stretch, ...], duration_s: float) -> list[Stretch]:
    """What lies between the stretches, from the scenario's start to its end.

    >>> gaps_of((Stretch(5.0, 10.0),), 12.0)
    [Stretch(start_s=0.0, end_s=5.0), Stretch(start_s=10.0, end_s=12.0)]
    """
    found, at_s = [], 0.0
    for one in sorted(supplies, key=lambda stretch: stretch.start_s):
        if one.start_s > at_s:
            found.append(Stretch(at_s, one.start_s))
        at_s = max(at_s, one.end_s)
    if duration_s > at_s:
        found.append(Stretch(at_s, duration_s))
    return found


def shown_s(clock: DeviceClock, at_s: float) -> float:
    """Scenario seconds as a device's clock shows them: true time, its offset, its drift since the start."""
    return at_s + clock.offset_s + clock.drift_ppm * 1e-6 * at_s


def _span(setting: Setting, stretch: Stretch, *, clock: DeviceClock) -> dict[str, str]:
    return {
        "start": format_utc(true_utc(setting, shown_s(clock, stretch.start_s))),
        "end": format_utc(true_utc(setting, shown_s(clock, stretch.end_s))),
    }


def _camera(camera: CameraPlan) -> dict[str, object]:
    return {
        "camera": camera.camera_id,
        "band": camera.band.value,
        "size_px": [camera.width_px, camera.height_px],
        "rate_hz": str(camera.rate_hz),
        "true": _calibration(camera.true),
        "declared": _calibration(camera.declared),
        "declared_sigma": dict(
            zip(
                CALIBRATION_PARAMETERS,
                np.sqrt(np.diag(camera.declared.covariance)).tolist(),
                strict=True,
            )
        ),
        "clock": _clock(camera.clock),
        "exposure_s": camera.sensor.exposure_s,
        "readout_s": camera.sensor.readout_s,
        "nuisances": [
            {
                "kind": one.kind.value,
                "start_s": one.start_s,
                "end_s": one.end_s,
                "strength": one.strength,
            }
            for one in camera.nuisances
        ],
    }


def _microphone(microphone: MicrophonePlan) -> dict[str, object]:
    return {
        "microphone": microphone.microphone_id,
        "place_enu_m": microphone.place_enu_m.tolist(),
        "codec": microphone.codec,
        "recorded_with": microphone.recorded_with,
        "clock": _clock(microphone.clock),
    }


def _clock(clock: DeviceClock) -> dict[str, object]:
    return {
        "network": clock.network,
        "true_offset_s": clock.offset_s,
        "true_drift_ppm": clock.drift_ppm,
        "declared_bound_s": clock.bound_s,
    }


def _calibration(calibration: Calibration) -> dict[str, object]:
    lens = {name: float(getattr(calibration, name)) for name in ("k1", "k2", "k3", "p1", "p2")}
    return {
        "focal_px": calibration.focal_px.tolist(),
        "centre_px": calibration.centre_px.tolist(),
        **lens,
        "distortion": calibration.distortion.value,
        "rotation": calibration.rotation.tolist(),
        "position_enu_m": calibration.position_enu_m.tolist(),
    }
