"""The place as the public may see it.

A public page is made from views that cannot hold a camera's place: ``Place`` is a site without its cameras.
"""

from dataclasses import dataclass

from truceline.records.digests import Sha256
from truceline.records.site import Camera, Line, Site, Zone


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A site as the public may see it: its line, sides and zones, and no camera.

    Attributes:
        removal_contact: Whom to ask for the removal of a picture; empty when the site names none.
    """

    name: str
    simulated: bool
    instrument: str
    local_offset_minutes: int
    line: Line
    zones: tuple[Zone, ...]
    competent_body: str
    removal_contact: str
    digest: Sha256


def called(camera: Camera) -> str:
    """A camera's id and its name, once where they are one: ``west West mast``, ``view1``."""
    return camera.camera_id if camera.name == camera.camera_id else f"{camera.camera_id} {camera.name}"


def place_of(site: Site) -> Place:
    """The public part of a site: cameras, their poses and the permits are left behind."""
    terms = site.release_terms
    return Place(
        name=site.name,
        simulated=site.simulated,
        instrument=site.instrument,
        local_offset_minutes=site.local_offset_minutes,
        line=site.line,
        zones=site.zones,
        competent_body=terms.competent_body if terms else "",
        removal_contact=terms.removal_contact if terms else "",
        digest=site.digest,
    )
