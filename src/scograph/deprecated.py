"""Old names of the public Python API: each works in this version, with a DeprecationWarning that has the new one."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def warn_renamed(old: str, new: str, *, stacklevel: int = 3) -> None:
    """Warn that a name was renamed.

    Args:
        old: The old name.
        new: The new name.
        stacklevel: Whose line the warning shows; 3 is the caller of the function that calls this one.
    """
    warnings.warn(f"{old} is now called {new}", DeprecationWarning, stacklevel=stacklevel)


class RenamedMember:
    """The old name of a method, a property or a field of a class.

    Args:
        new: The name of the member now.
    """

    def __init__(self, new: str) -> None:
        self._new = new
        self._old = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._old = name

    def __get__(self, instance: object, owner: type) -> Any:  # noqa: ANN401 -- whatever the new name has
        warn_renamed(f"{owner.__name__}.{self._old}", f"{owner.__name__}.{self._new}")
        return getattr(owner if instance is None else instance, self._new)


def renamed_argument(old: str, new: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function also take an argument by its old name.

    Args:
        old: The old name of a keyword argument.
        new: Its name now.

    Returns:
        A decorator.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if old in kwargs:
                if new in kwargs:
                    raise TypeError(f"{function.__qualname__}() got both {new!r} and its old name {old!r}")
                warn_renamed(f"{function.__qualname__}({old}=…)", f"{new}=…")
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate
