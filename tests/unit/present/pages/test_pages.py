"""The three pages: well formed, escaped, loading nothing, with uncertainty, gaps, and no camera in public."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.parsers import expat

import numpy as np
import pytest

from tests.unit.present import sample_views as sample
from tests.unit.present.pages.page_reading import bare_measurements, loaded, read_page, visible_text
from tests.unit.present.worlds import chronicle
from truceline.errors import InputError
from truceline.present.pages.document import href_beside
from truceline.present.pages.look_page import render_look_page
from truceline.present.pages.release_page import render_release_page
from truceline.present.pages.scan_page import render_scan_page
from truceline.present.views.footage import Picture
from truceline.present.views.place import place_of
from truceline.records.findings import Outcome
from truceline.records.rules import Position

HOSTILE = "<script>alert('x')</script>\"><img src=https://evil.invalid/x onerror=alert(1)>&amp;\x00\x1b\ud800"

PAGES = {
    "scan": lambda: render_scan_page(sample.scan_view()),
    "scan at the station": lambda: render_scan_page(sample.scan_view(private=True)),
    "empty scan": lambda: render_scan_page(sample.empty_scan_view()),
    "scan without anything": lambda: render_scan_page(
        sample.scan_view(recordings=(), tracks=(), crossings=(), gaps=())
    ),
    "many": lambda: render_scan_page(sample.many_scan_view()),
    "scan of all cameras": lambda: render_scan_page(sample.scan_view(chronicle=chronicle())),
    "look": lambda: render_look_page(sample.look_view()),
    "look without a line": lambda: render_look_page(
        sample.look_view(line_px=None, crossings=(), video_name=None, trails=None, tracks=(), gaps=())
    ),
    "release": lambda: render_release_page(sample.release_view()),
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def test_tags_balance_and_every_drawing_is_xml(page: str):
    read_page(page)
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert drawings
    for drawing in drawings:
        expat.ParserCreate().Parse(drawing, True)


def test_nothing_is_loaded_from_outside(page: str):
    assert [address for address in loaded(page) if not address.startswith("./")] == []
    assert "<script" not in page


def test_the_policy_forbids_everything_but_embedded_data(page: str):
    policy = next(
        node.attributes["content"]
        for node in read_page(page).nodes
        if node.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_number_without_uncertainty(page: str):
    assert bare_measurements(page) == []


def test_pictures_and_drawings_have_names(page: str):
    for node in read_page(page).nodes:
        if node.name == "img":
            assert node.attributes["alt"]
        if node.name == "video":
            assert node.attributes["aria-label"]
            assert "muted" in node.attributes
            assert "autoplay" not in node.attributes
        if node.name == "svg":
            assert node.attributes.get("aria-label") or node.attributes.get("aria-hidden") == "true"


def test_headings_never_skip_a_level(page: str):
    levels = [int(node.name[1]) for node in read_page(page).nodes if re.fullmatch(r"h[1-6]", node.name)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_checker_of_bare_numbers_can_fail():
    assert bare_measurements("<dl><dd>3.4 m beyond the line</dd></dl>") == ["3.4 m beyond the line"]
    assert bare_measurements("<dl><dd>3.4 ± 0.4 m beyond</dd><dd>95 %: 2 to 4 m</dd></dl>") == []


def hostile_scan() -> str:
    view = sample.scan_view(title=HOSTILE, software=HOSTILE, export_commands=(HOSTILE,))
    site = replace(
        view.site,
        name=HOSTILE,
        line=replace(view.site.line, line_id=HOSTILE),
        zones=(replace(view.site.zones[0], name=HOSTILE),),
        permits=(replace(view.site.permits[0], holder=HOSTILE),),
    )
    crossing = replace(
        view.crossings[0],
        label=HOSTILE,
        judgements=(sample.judgement(statement=HOSTILE, quotation=HOSTILE, paragraph=HOSTILE),),
        pictures=(replace(sample.picture(), alt=HOSTILE, caption=HOSTILE),),
    )
    gap = replace(sample.gap(), camera_id=HOSTILE, reason=replace(sample.gap().reason, kind=HOSTILE))
    tracks = (replace(view.tracks[0], label=HOSTILE), *view.tracks[1:])
    return render_scan_page(
        replace(view, site=site, crossings=(crossing,), gaps=(gap,), tracks=tracks, private=True)
    )


def hostile_look() -> str:
    view = sample.look_view(notes=(HOSTILE,), software=HOSTILE)
    return render_look_page(replace(view, clip=replace(view.clip, name=HOSTILE, codec=HOSTILE)))


def hostile_release() -> str:
    view = sample.release_view(release_id=HOSTILE, verify_command=HOSTILE, not_observed=(HOSTILE,))
    decision = replace(view.decisions[0], reviewer=HOSTILE, reason=HOSTILE, key_id=HOSTILE)
    place = replace(view.place, name=HOSTILE, removal_contact=HOSTILE, competent_body=HOSTILE)
    return render_release_page(replace(view, decisions=(decision,), place=place))


@pytest.mark.parametrize("render", [hostile_scan, hostile_look, hostile_release])
def test_hostile_names_stay_text(render):
    page = render()
    reader = read_page(page)
    assert "script" not in {node.name for node in reader.nodes}
    assert not [name for node in reader.nodes for name in node.attributes if name.startswith("on")]
    assert [address for address in loaded(page) if "evil" in address] == []
    assert "alert('x')" in visible_text(page)
    assert "\x00" not in page
    assert "\x1b" not in page
    page.encode("utf-8")
    for drawing in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        expat.ParserCreate().Parse(drawing, True)


def test_a_public_page_holds_no_camera_pose_and_no_view_cone():
    public = [render_release_page(sample.release_view()), render_scan_page(sample.scan_view())]
    station = render_scan_page(sample.scan_view(private=True))
    for page in public:
        nodes = read_page(page).nodes
        classes = {str(node.attributes.get("class")) for node in nodes}
        assert not classes & {"cameras", "camera-view", "camera-body"}
        assert "camera positions" not in page
    station_classes = {str(node.attributes.get("class")) for node in read_page(station).nodes}
    assert {"cameras", "camera-view", "camera-body"} <= station_classes
    assert "Station page: holds camera positions" in visible_text(station)


def test_moving_every_camera_changes_no_public_page():
    view = sample.scan_view()
    camera = view.site.cameras[0]
    moved_pose = replace(camera.calibration, position_enu_m=camera.calibration.position_enu_m + 7.0)
    moved = replace(view.site, cameras=(replace(camera, calibration=moved_pose),))
    assert render_scan_page(replace(view, site=moved)) == render_scan_page(view)
    release = sample.release_view()
    assert render_release_page(replace(release, place=place_of(moved))) == render_release_page(release)
    assert render_scan_page(replace(view, site=moved, private=True)) != render_scan_page(
        replace(view, private=True)
    )


@pytest.mark.parametrize("name", ["scan", "release", "look"])
def test_a_gap_appears_with_length_and_cause(name: str):
    page = PAGES[name]()
    text = visible_text(page)
    assert "What was not observed" in text
    assert ("3.20 s, frozen" if name != "look" else "1.20 s, undecodable") in text
    without = {
        "scan": lambda: render_scan_page(sample.scan_view(gaps=())),
        "release": lambda: render_release_page(sample.release_view(gaps=())),
        "look": lambda: render_look_page(sample.look_view(gaps=())),
    }[name]()
    assert "no gap" in visible_text(without)
    assert 'class="gap"' not in without


def test_an_empty_scan_says_what_was_recorded():
    text = visible_text(render_scan_page(sample.empty_scan_view()))
    assert "No crossing in this footage. Camera 1 recorded 100 %; 0 gaps." in text


def test_tracks_beyond_twenty_are_folded_and_still_there():
    page = render_scan_page(sample.many_scan_view())
    assert "<summary>18 further tracks</summary>" in page
    text = visible_text(page)
    assert all(f"P{index}" in text for index in range(10, 44))
    assert "<details>" not in render_scan_page(sample.scan_view())


def test_measured_facts_come_before_the_machine():
    page = render_scan_page(sample.scan_view())
    assert page.index("3.0 ± 0.2 m beyond the line") < page.index("machine probability of crossing")


def test_swapping_the_sides_swaps_the_words_and_nothing_else():
    view = sample.scan_view()
    line = view.site.line
    swapped_site = replace(
        view.site, line=replace(line, sides=replace(line.sides, left=line.sides.right, right=line.sides.left))
    )
    crossings = tuple(
        replace(
            one,
            crossing=replace(one.crossing, from_side=one.crossing.to_side, to_side=one.crossing.from_side),
        )
        for one in view.crossings
    )
    swapped = visible_text(render_scan_page(replace(view, site=swapped_site, crossings=crossings)))
    back = swapped.replace("North", "\0").replace("South", "North").replace("\0", "South")

    def plain(text: str) -> str:
        # The statements, the site's permit and its digest are input, not this page's words.
        return re.sub(r"A person passed [^.]*\.|\bP-17 .*?page|P-17 .*?P3", "", text)

    assert plain(back) == plain(visible_text(render_scan_page(view)))


def test_a_candidate_is_not_drawn_as_a_finding():
    page = render_scan_page(sample.scan_view())
    assert "card candidate" in page
    assert "card finding" not in page
    assert "Permit P-17 of the Commission (drawn) for a visitor covers it." in visible_text(page)


def test_a_crossing_under_a_permit_is_headed_so_and_not_as_one_of_a_protected_person():
    text = visible_text(render_scan_page(sample.scan_view()))
    assert "Under a permit: no candidate, ¶ 7" in text
    permitted = text[text.index("P3, from South to North") :]
    assert "machine probability of the crossing" in permitted
    assert "machine probability that the conditions are met" not in permitted
    assert "not proposed" not in text
    unmet = sample.judgement(outcome=Outcome.NOT_MET, is_candidate=False)
    crossing = replace(sample.scan_view().crossings[0], judgements=(unmet,))
    text = visible_text(render_scan_page(sample.scan_view(crossings=(crossing,))))
    assert "Recorded: no candidate, ¶ 7" in text
    assert "The conditions of the rule are not met." in text
    assert "machine probability that the conditions are met" not in text


def test_a_station_page_gives_ids_says_who_crossed_and_what_was_not_assessed():
    text = visible_text(render_scan_page(sample.scan_view()))
    assert f"candidate {sample.judgement().judgement_id}" in text
    assert "96.6 % crossed" in text
    assert "No sound was given to listen to." in text
    assert "pursued, fired on, injured, carried or rescuing was not assessed" in text


def test_a_statement_begins_with_a_capital_and_ends_as_a_sentence():
    stated = sample.judgement(statement="possible crossing North to South; returned")
    scan, release = sample.scan_view(), sample.release_view()
    crossing = replace(scan.crossings[0], judgements=(stated,))
    pages = (
        render_scan_page(replace(scan, crossings=(crossing,))),
        render_release_page(replace(release, crossing=replace(release.crossing, judgements=(stated,)))),
    )
    for page in pages:
        assert "Possible crossing North to South; returned." in visible_text(page)


def test_a_legend_explains_what_is_drawn_and_nothing_else():
    def legend(page: str) -> str:
        (found,) = re.findall(r'<ul class="legend">.*?</ul>', page, flags=re.DOTALL)
        return visible_text(found)

    release = sample.release_view()
    assert "vehicle" not in legend(render_release_page(release))
    assert "not seen, predicted" in legend(render_release_page(release))
    track = release.track.track
    seen = replace(release.track, track=replace(track, observed=np.ones_like(track.observed)))
    assert "not seen" not in legend(render_release_page(replace(release, track=seen)))
    driven = replace(release.track, track=replace(track, kind="vehicle"))
    assert "vehicle" in legend(render_release_page(replace(release, track=driven)))
    bare = replace(release.track, covariance_m2=None)
    assert "calibration left out" in legend(render_release_page(replace(release, track=bare)))
    empty = legend(render_scan_page(sample.empty_scan_view()))
    assert "passed the line here" not in empty
    assert "95 % of position" not in empty
    assert "camera and its view" in legend(render_scan_page(sample.scan_view(private=True)))
    assert "camera and its view" not in legend(render_scan_page(sample.scan_view()))


def test_what_the_parties_have_said_is_printed_with_the_finding():
    reported = Position("Party A", "2013-03-11", "declared the agreement invalid", "a newspaper", False)
    original = Position("Party B", "2013-03-12", "the agreement holds", "its own letter", True)
    text = visible_text(render_release_page(sample.release_view(positions=(reported, original))))
    assert "Party A, 11 Mar 2013: Declared the agreement invalid." in text
    assert "A newspaper. A report; not compared with the original." in text
    assert "Party B, 12 Mar 2013: The agreement holds. Its own letter." in text
    assert text.count("not compared with the original") == 1
    assert "holds no position" in visible_text(render_release_page(sample.release_view()))


@pytest.mark.parametrize(("count", "heading"), [(1, "Evidence frame "), (2, "Evidence frames ")])
def test_evidence_frames_are_counted(count: int, heading: str):
    view = sample.release_view()
    crossing = replace(view.crossing, pictures=view.crossing.pictures * count)
    assert heading in visible_text(render_release_page(replace(view, crossing=crossing)))


def test_a_release_with_one_key_or_two_verdicts_is_no_finding():
    view = sample.release_view()
    first, second = view.decisions
    for decisions in (
        (first,),
        (first, replace(second, key_id=first.key_id)),
        (first, replace(second, verdict="NO BREACH")),
    ):
        page = render_release_page(replace(view, decisions=decisions))
        assert "card finding" not in page
        assert "Candidate: no finding" in visible_text(page)
    assert "Finding: BREACH" in visible_text(render_release_page(view))


def test_a_release_says_simulated_scripted_and_demonstration_only_when_so():
    said = visible_text(render_release_page(sample.release_view()))
    assert "footage is simulated" in said
    assert "scripted, no person decided" in said
    assert "a demonstration key" in said
    view = sample.release_view(demonstration=False)
    decisions = tuple(replace(one, scripted=False) for one in view.decisions)
    earnest = replace(view, place=replace(view.place, simulated=False), decisions=decisions)
    text = visible_text(render_release_page(earnest))
    assert "emonstration" not in text
    assert "scripted" not in text
    assert "simulated" not in text


def test_a_release_names_paragraph_words_contact_command_and_digests():
    view = sample.release_view()
    text = visible_text(render_release_page(view))
    for words in (sample.QUOTATION, "paragraph 7", "removal@drawn.invalid", view.verify_command):
        assert words in text
    assert all(file.digest.hex in text for file in view.evidence)
    assert "Not adopted: Drawn Commission has not decided." in text


def test_a_release_needs_exactly_one_judgement():
    view = sample.release_view()
    with pytest.raises(InputError, match="one judgement"):
        render_release_page(replace(view, crossing=replace(view.crossing, judgements=())))


def test_a_look_says_first_that_nothing_is_metric():
    page = render_look_page(sample.look_view())
    text = visible_text(page)
    assert "Nothing here is metric: no calibration. Distances, speeds and depths are not stated." in text
    assert text.index("Nothing here is metric") < text.index("Annotated video")
    assert "± after a time: so long before it the foot was surely on the old side" in text
    assert not re.search(r"\d ?m\b", text)
    assert " UTC" not in text.replace("not UTC", "")


def test_a_look_with_a_known_start_gives_utc_with_its_bound():
    view = sample.look_view()
    known = replace(view, clip=replace(view.clip, start_utc_ns=sample.START, start_bound_s=1.5))
    assert "from 05:00:00.0 UTC ± 1.5 s (95 %)" in visible_text(render_look_page(known))


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "a//b", "", ".", "javascript:alert(1)/..", "a\\b", "a\nb"]
)
def test_a_link_out_of_the_folder_is_refused(path: str):
    with pytest.raises(InputError):
        href_beside(path)


def test_a_scheme_in_a_file_name_stays_a_file_name():
    assert href_beside("javascript:alert(1)") == "./javascript%3Aalert%281%29"


@pytest.mark.parametrize(("data", "alt"), [(b"GIF89a", "words"), (b"", "words"), (b"\xff\xd8\xff\xe0", " ")])
def test_a_picture_that_is_none_is_refused(data: bytes, alt: str):
    with pytest.raises(InputError):
        Picture(data, "image/jpeg", alt, "caption")


def test_rendering_is_repeatable():
    assert all(render() == render() for render in PAGES.values())


def test_what_all_cameras_show_stands_on_the_page_with_what_is_more_likely_not():
    text = visible_text(render_scan_page(sample.scan_view(chronicle=chronicle())))
    assert "What all cameras show together" in text
    assert "S1 person runs." in text
    assert "1 with P below 0.5: more likely not" in text
    assert "Not observed: What was hidden." in text
    assert "None of these is a violation by itself." in text
    assert "The yard was not seen." in text


def test_without_a_chronicle_the_page_says_that_danger_was_not_assessed():
    text = visible_text(render_scan_page(sample.scan_view()))
    assert "What all cameras show together" not in text
    assert "was not assessed for this page" in text
