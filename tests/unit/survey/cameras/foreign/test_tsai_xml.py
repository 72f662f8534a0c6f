import pytest

from truceline.errors import InputError
from truceline.survey.cameras.foreign.tsai_xml import read_tsai_xml

XML = """<?xml version="1.0" encoding="UTF-8"?>
<Camera name="one">
 <Geometry width="768" height="576" dpx="5.1e-03" dpy="4.65e-03"/>
 <Intrinsic focal="5.5" kappa1="5.0e-03" cx="324.2" cy="282.5" sx="1.09"/>
 <Extrinsic tx="8.2" ty="-3175" tz="35469" rx="2.04" ry="-0.89" rz="-0.43"/>
</Camera>
"""


def read(tmp_path, text):
    path = tmp_path / "camera.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tsai_xml(path)


def test_a_file_is_read_as_it_stands(tmp_path):
    tsai = read(tmp_path, XML)
    assert (tsai.width_px, tsai.height_px) == (768, 576)
    assert (tsai.dpx_mm, tsai.dpy_mm, tsai.focal_mm, tsai.sx) == (5.1e-3, 4.65e-3, 5.5, 1.09)
    assert tsai.centre_px == (324.2, 282.5)
    assert tsai.kappa1_per_mm2 == 5e-3
    assert tsai.turns_rad == (2.04, -0.89, -0.43)
    assert tsai.translation_mm == (8.2, -3175.0, 35469.0)


@pytest.mark.parametrize(
    ("old", "new", "words", "place"),
    [
        ('rz="-0.43"', "", "Extrinsic has no rz", "<Extrinsic rz>"),
        ("<Intrinsic", "<Other", "Intrinsic has no focal", "<Intrinsic focal>"),
        ('focal="5.5"', 'focal="long"', "'long' is not a number", "<Intrinsic focal>"),
        ('focal="5.5"', 'focal="nan"', "focal is nan", "<Intrinsic focal>"),
        ('focal="5.5"', 'focal="0"', "focal is 0, expected 0.1 to 10000", "<Intrinsic focal>"),
        ('rx="2.04"', 'rx="117"', "rx is 117", "<Extrinsic rx>"),
        ('dpx="5.1e-03"', 'dpx="5.1"', "dpx is 5.1", "<Geometry dpx>"),
        ("</Camera>", "", "not valid XML", "camera.xml:7"),
    ],
)
def test_each_fault_is_refused_with_its_place(tmp_path, old, new, words, place):
    with pytest.raises(InputError) as caught:
        read(tmp_path, XML.replace(old, new))
    assert words in caught.value.what
    assert place in caught.value.where


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
        '<!doctype x SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_entities_are_never_expanded(tmp_path, declaration):
    text = XML.replace("<Camera", f"{declaration}<Camera")
    with pytest.raises(InputError, match="document type or entities"):
        read(tmp_path, text)


def test_entities_in_another_encoding_are_not_overlooked(tmp_path):
    text = XML.replace("UTF-8", "UTF-16").replace("<Camera", '<!DOCTYPE x [<!ENTITY a "b">]><Camera')
    with pytest.raises(InputError, match="not UTF-8"):
        read(tmp_path, text.encode("utf-16"))


def test_a_real_file_of_the_pets_data_set(footage):
    tsai = read_tsai_xml(footage / "pets2009_s2l1" / "calibration" / "View_001.xml")
    assert (tsai.width_px, tsai.height_px) == (768, 576)
    assert tsai.translation_mm[2] == pytest.approx(35469.3, abs=0.1)
