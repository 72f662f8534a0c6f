"""``truceline look``: a first look at any clip of a camera that stands still."""

from pathlib import Path
from typing import Annotated

import typer

from truceline.errors import InputError


def look_command(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="A video file, or a folder of pictures.")],
    line: Annotated[
        str | None,
        typer.Option(
            metavar="x1,y1,x2,y2", help="A line in the picture from A to B, pixels: x to the right, y down."
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="PICTURES", help="For a folder: pictures a second, if that is known. [one is assumed]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to make; an earlier look in it is replaced. [CLIP-look]")
    ] = None,
) -> None:
    """Find what moves in a clip without a survey, and who passes a line drawn in the picture.

    Writes a page, an annotated video and a table of tracks. Nothing in them is metric: nothing is
    calibrated.
    """
    from truceline.cli.progress import shown_progress
    from truceline.pipeline.look.clip import StillSeries, look

    folder = out if out is not None else Path(f"{clip.resolve().stem}-look")
    with shown_progress() as progress:
        given = clip if rate is None else StillSeries(clip, rate)
        result = look(given, out=folder, line_px=_line(line), progress=progress, notice=typer.echo)
    typer.echo(f"page   {result.page}")
    typer.echo(f"video  {result.video}")


def _line(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"{text!r} is no line", where="--line", do="Give four numbers: x1,y1,x2,y2 in pixels."
        ) from error
    return x1, y1, x2, y2
