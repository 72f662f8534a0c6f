"""The command line: one small file a command; parse, one library call, print."""

import gc
import sys
from typing import Annotated

import typer

from truceline import __version__
from truceline.cli.chronicle import chronicle_command
from truceline.cli.demo import demo_command
from truceline.cli.evaluate import evaluate_command
from truceline.cli.events import events_command
from truceline.cli.interruption import INTERRUPTION
from truceline.cli.keys import keys_app
from truceline.cli.listen import listen_command
from truceline.cli.look import look_command
from truceline.cli.release import release_command
from truceline.cli.review import review_command
from truceline.cli.rules import rules_app
from truceline.cli.scan import scan_command
from truceline.cli.simulate import simulate_command
from truceline.cli.site import site_app
from truceline.cli.tracks import tracks_command
from truceline.cli.verify import verify_command
from truceline.errors import TrucelineError

app = typer.Typer(
    name="truceline",
    help="Footage from a ceasefire line in; findings both sides can check out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo_command)
app.command("look")(look_command)
app.command("simulate")(simulate_command)
app.add_typer(site_app, name="site")
app.command("scan")(scan_command)
app.command("listen")(listen_command)
app.command("tracks")(tracks_command)
app.command("events")(events_command)
app.command("chronicle")(chronicle_command)
app.command("evaluate")(evaluate_command)
app.command("review")(review_command)
app.command("release")(release_command)
app.add_typer(rules_app, name="rules")
app.add_typer(keys_app, name="keys")
app.command("verify")(verify_command)

INTERRUPTED = 130
OBJECTS_BETWEEN_COLLECTIONS = 50_000


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Footage from a ceasefire line in; findings both sides can check out."""
    if version:
        typer.echo(f"truceline {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; our errors become one line and an exit code (2 input, 3 integrity, 4 service)."""
    INTERRUPTION.listen()
    # A command's modules are half a million objects that stay: to look through them for garbage again and
    # again costs a third of a second.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        _run()
    except SystemExit:
        raise
    except BaseException:
        if not INTERRUPTION.came:
            raise
        INTERRUPTION.ignore_more()
        typer.echo("truceline: interrupted; nothing half-written was left", err=True)
        sys.exit(INTERRUPTED)


def _run() -> None:
    try:
        app()
    except TrucelineError as error:
        INTERRUPTION.stop_if_came()
        typer.echo(f"truceline: {error}", err=True)
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        INTERRUPTION.stop_if_came()
        typer.echo(
            f"truceline: this command needs {error.name}, which verifying does not. "
            "Install it: pip install 'truceline[station]'",
            err=True,
        )
        sys.exit(4)
