"""From pictures to boxes with foot points: background model, calibrated fit, plain blobs without a calibration."""
