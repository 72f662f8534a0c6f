"""What a scan refuses before it opens any footage."""

from pathlib import Path

import pytest

import truceline.rules
from tests.e2e.small_site import write_site
from truceline.errors import InputError
from truceline.pipeline.progress import silent
from truceline.pipeline.scan import ScanOrder, scan


def test_rules_of_another_agreement_are_refused_before_anything_is_read(tmp_path):
    shipped = (Path(truceline.rules.__file__).parent / "packs" / "korea-1953.toml").read_text(
        encoding="utf-8"
    )
    other = shipped.replace('id = "korea-1953"', 'id = "elsewhere-1974"')
    assert other != shipped
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    order = ScanOrder(
        site_folder=write_site(tmp_path / "site"),
        footage=(tmp_path / "nobody-opens-this.mp4",),
        station_folder=tmp_path / "station",
        rule_pack=str(tmp_path / "other.toml"),
    )
    with pytest.raises(InputError, match="the rule pack is for 'elsewhere-1974'"):
        scan(order, progress=silent, notice=lambda _: None)
    assert not (tmp_path / "station").exists()


@pytest.mark.parametrize("workers", [0, -1])
def test_a_scan_that_nobody_works_on_is_refused(tmp_path, workers):
    with pytest.raises(InputError, match="workers cannot scan"):
        ScanOrder(tmp_path, (), tmp_path, workers=workers)
