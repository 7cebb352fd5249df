"""Show a request as a curl command, without secrets."""

from __future__ import annotations

import shlex
from collections.abc import Mapping


def curl(  # noqa: PLR0913 -- a request has these parts
    method: str, url: str, headers: Mapping[str, str], *, user: str = "", data: bytes = b"", about: str = ""
) -> str:
    """A request as a curl command that does the same.

    Args:
        method: Its method.
        url: Where it goes.
        headers: Its headers; the two that say what is sent and what is wanted are shown.
        user: Who asks; curl asks for the password.
        data: What is sent along.
        about: What is sent along, in words, where it is too much to be shown: then it is read from standard input,
            whole before it is sent, since some stores keep nothing of an upload without a length.

    Returns:
        The command, on one line or as many as the data has.
    """
    words = ["curl", "-X", method]
    for name in ("Accept", "Content-Type"):
        if headers.get(name, "*/*") != "*/*":
            words += ["-H", f"{name}: {headers[name]}"]
    if user:
        words += ["--anyauth", "-u", user]
    if about:
        return f"{shlex.join([*words, '--data-binary', '@-', url])}  # standard input: {about}"
    if data or method in ("PUT", "POST"):
        words += ["--data-binary", data.decode()]
    return shlex.join([*words, url])
