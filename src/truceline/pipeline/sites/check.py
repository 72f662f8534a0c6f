"""A site looked over whole: the survey itself, and whether it can be judged under a rule pack."""

from dataclasses import replace
from pathlib import Path

from truceline.errors import InputError
from truceline.records.site import Site
from truceline.records.time import UtcNs
from truceline.rules.ruleset import load_rule_pack, shipped_packs
from truceline.survey.check import Level, Remark, SiteCheck, check_site


def check_whole_site(folder: Path, *, at_utc_ns: UtcNs, rule_pack: str = "") -> SiteCheck:
    """What a surveyor would say of a site, and that it names an instrument nobody can judge by.

    Args:
        folder: The site's folder.
        at_utc_ns: The present, for what has expired.
        rule_pack: Name or path of the rule pack; empty: the one that the site's instrument names.

    Raises:
        InputError: The site does not load, or the rule pack that was asked for does not.
    """
    checked = check_site(folder, at_utc_ns=at_utc_ns)
    return replace(checked, remarks=(*checked.remarks, *_instrument_remarks(checked.site, rule_pack)))


def _instrument_remarks(site: Site, rule_pack: str) -> tuple[Remark, ...]:
    if rule_pack:
        of_pack = load_rule_pack(rule_pack).instrument_id
        if of_pack == site.instrument:
            return ()
        return (_error(f"The site stands under {site.instrument!r}, the rule pack is for {of_pack!r}."),)
    try:
        load_rule_pack(site.instrument)
    except InputError:
        do = f"Packs that come with Truceline: {', '.join(shipped_packs())}; your own: --rules FILE.toml."
        return (_error(f"No rule pack {site.instrument!r} comes with Truceline: nothing can be judged.", do),)
    return ()


def _error(sentence: str, do: str = "") -> Remark:
    return Remark(Level.ERROR, "instrument", sentence, do or "Name the instrument of the rule pack.")
