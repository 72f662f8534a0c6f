"""Verify a pack on the base install alone: no network, no NumPy, no video, no database."""

from truceline.evidence.verify.journey import verify_pack, verify_snapshot
from truceline.evidence.verify.snapshot import Snapshot, read_snapshot

__all__ = ["Snapshot", "read_snapshot", "verify_pack", "verify_snapshot"]
