"""From pictures to boxes with foot points: background, calibrated fit, blobs without calibration."""
