"""``truceline keys``: make and show signing keys."""

import os
import warnings
from getpass import GetPassWarning
from pathlib import Path
from typing import Annotated

import typer

from truceline.errors import InputError

keys_app = typer.Typer(help="Make and show keys of reviewers and releasing bodies.", no_args_is_help=True)


@keys_app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="A name: letters, digits, '.', '_' and '-'.")],
    out: Annotated[Path, typer.Option(help="The folder to write the two key files into.")],
    no_passphrase: Annotated[
        bool,
        typer.Option("--no-passphrase", help="Leave the private key readable to whoever reads the file."),
    ] = False,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Mark the key, and all that it signs, as a demonstration.")
    ] = False,
) -> None:
    """Make a new Ed25519 key: NAME.private.pem (mode 0600) and NAME.public.json. Never overwrites.

    The passphrase is asked for, or taken from TRUCELINE_PASSPHRASE.
    """
    from truceline.evidence.keys import new_signing_key, write_key_files

    key = new_signing_key(name, demonstration=demonstration)
    passphrase = None if no_passphrase else asked_passphrase(confirm=True)
    files = write_key_files(key, out, passphrase=passphrase)
    typer.echo(f"private  {files.private}  (keep it; {'NOT encrypted' if no_passphrase else 'encrypted'})")
    typer.echo(f"public   {files.public}  (give it to whoever verifies)")
    typer.echo(f"key id   {key.public.key_id}{'  DEMONSTRATION KEY' if demonstration else ''}")


@keys_app.command("show")
def show_command(
    file: Annotated[Path, typer.Argument(help="A key file, private or public; no passphrase is needed.")],
) -> None:
    """Show name, key id and public key of a key file."""
    from truceline.evidence.keys import read_public_key

    key = read_public_key(file)
    typer.echo(f"name        {key.name}")
    typer.echo(f"key id      {key.key_id}")
    typer.echo(f"public key  {key.hex}")
    typer.echo(f"kind        {'DEMONSTRATION KEY: proves nothing' if key.demonstration else 'key'}")


def asked_passphrase(*, confirm: bool) -> bytes:
    """The passphrase from the environment, or asked for without showing it.

    Raises:
        InputError: There is no terminal on which it could be asked for unseen.
    """
    said = os.environ.get("TRUCELINE_PASSPHRASE")
    if said is None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", GetPassWarning)
                said = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
        except GetPassWarning as error:
            raise InputError(
                "there is no terminal to ask for the passphrase on",
                do="Set TRUCELINE_PASSPHRASE, or say --no-passphrase.",
            ) from error
    return str(said).encode()
