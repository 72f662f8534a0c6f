"""The scenarios that come with Truceline."""

from importlib.resources import files

_SUFFIX = ".toml"


def shipped_scenarios() -> dict[str, str]:
    """Name to TOML text of every scenario that is shipped, in order of name."""
    folder = files("truceline.simulate.scenarios")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
    return {name.removesuffix(_SUFFIX): (folder / name).read_text(encoding="utf-8") for name in names}
