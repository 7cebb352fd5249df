"""The command that makes a new project: init."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from scograph.cli.frame import examples, handled, say
from scograph.ending import refuse_if_told
from scograph.messages import shell_word
from scograph.project import slug
from scograph.starter_project import Answers, create_project


class _Asking(click.Command):
    """A command whose prompts, where nobody answers, are a usage error like a missing option."""

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **settings)
        except click.Abort as error:
            refuse_if_told()  # Ctrl-C at a question is no answer that lacks
            say("")
            raise click.UsageError(
                "not every question was answered: nothing is written; --help lists the options"
            ) from error
        except UnicodeDecodeError as error:  # of standard input, where answers are read
            say("")
            raise click.UsageError(
                f"an answer is not UTF-8: nothing is written: byte 0x{error.object[error.start]:02X}"
            ) from error


@click.command(
    name="init",
    cls=_Asking,
    epilog=examples(
        "scograph init rivers --title Rivers --base https://example.org/rivers/"
        " --source-title Notes --source-url https://example.org/notes"
    ),
)
@click.argument("folder")
@click.option("--name", help="The name of the files and the prefix of the terms [default: the folder's name].")
@click.option("--title", prompt="Title of the graph", help="Its title.")
@click.option("--base", prompt="IRI that all its own IRIs begin with", help="The IRI that its own IRIs begin with.")
@click.option("--language", default="en", show_default=True, help="The language of its labels, as a BCP 47 tag.")
@click.option("--source-title", prompt="Title of its first source", help="The title of its first source.")
@click.option("--source-url", prompt="Address of its first source", help="The address of its first source.")
@click.option(
    "--like",
    metavar="NAME|FOLDER",
    help="For the profile of an organisation: use the vocabulary of the built-in project, by its name, or of another"
    " project, by its folder. The title of the first source is the organisation's name.",
)
@handled
def init_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    folder: str,
    name: str | None,
    title: str,
    base: str,
    language: str,
    source_title: str,
    source_url: str,
    like: str | None,
) -> None:
    """Create a project in FOLDER that is ready to check and build. Options that are not given are asked for."""
    stem = slug(Path(os.path.realpath(folder)).name) if name is None else name
    answers = Answers(stem, title, base, language, source_title, source_url, _used(folder, like or ""))
    written = create_project(Path(folder), answers)
    say(f"{len(written)} files in {folder}{os.sep}")
    say(f"next: scograph check {shell_word(folder)}")


def _used(folder: str, like: str) -> str:
    """What a new project says that it uses: a name as it is, the path of a folder as it leads from there."""
    if not os.path.lexists(like) or not {"/", os.sep, "."} & set(like):
        return like
    return Path(os.path.relpath(like, folder)).as_posix()
