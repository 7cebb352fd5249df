"""Probe a linked-data site with a bounded number of requests, and explain each failed check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scograph.bounds import PROBE_SECONDS
from scograph.errors import StoreError
from scograph.json_text import json_document
from scograph.messages import visible
from scograph.probe.checks import CHECKS, Level, NotApplicableError, SiteCheck
from scograph.probe.client import Client, ElsewhereError, LimitReachedError, hosts_of, opened
from scograph.probe.site import ProbedSite, look_around

NOT_TRIED = "not tried without --harm"
DEFAULT_REQUESTS = 150
"""The limit on requests, if none is given."""


@dataclass(frozen=True, slots=True)
class ProbeVerdict:
    """What one check found.

    Args:
        check: The check.
        state: `pass`, `fail`, or `none` where it has nothing to look at.
        detail: What was seen, where it does not pass.
    """

    check: SiteCheck
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a probe found.

    Args:
        url: The site.
        entity: The thing that was looked at, or nothing.
        endpoint: The endpoint, or nothing.
        requests: How many requests were made.
        verdicts: One for each check.
    """

    url: str
    entity: str
    endpoint: str
    requests: int
    verdicts: tuple[ProbeVerdict, ...]

    def score(self, group: str = "", level: Level | None = None) -> tuple[int, int]:
        """How many checks passed, and how many were looked at.

        Args:
            group: A group; nothing for all.
            level: A level; None for all.

        Returns:
            Both numbers.
        """
        found = [verdict.state for verdict in self._verdicts(group, level)]
        return found.count("pass"), len(found) - found.count("none")

    def unseen(self, group: str = "", level: Level | None = None) -> int:
        """How many checks of a group and a level had nothing to look at, or were not made."""
        return [verdict.state for verdict in self._verdicts(group, level)].count("none")

    def _verdicts(self, group: str, level: Level | None) -> Iterator[ProbeVerdict]:
        return (v for v in self.verdicts if group in ("", v.check.group) and level in (None, v.check.level))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in their order."""
        return tuple(dict.fromkeys(verdict.check.group for verdict in self.verdicts))

    @property
    def passes(self) -> bool:
        """Whether nothing failed that is more than advice."""
        return all(verdict.state != "fail" or verdict.check.level == Level.ADVICE for verdict in self.verdicts)


def probe(  # noqa: PLR0913 -- each says something of its own
    url: str,
    *,
    entity: str = "",
    endpoint: str = "",
    most: int = DEFAULT_REQUESTS,
    pause: float = 0.0,
    seconds: float | None = None,
    follows: bool = False,
    harms: bool = False,
    wait: Callable[[float], None],
) -> Diagnosis:
    """Probe a site.

    Args:
        url: Its address.
        entity: The address of a thing on it, or nothing to look for one.
        endpoint: The address of its endpoint, or nothing to look for it.
        most: So many requests are made at most.
        pause: Seconds between two.
        seconds: How long an answer may take; None for the bound `probe-seconds`.
        follows: Whether other hosts are asked too, if the site leads there: private ones never from a public one.
        harms: Whether checks are made too that try what harms a site which is not on its guard.
        wait: How a pause is made.

    Returns:
        What was found.

    Raises:
        StoreError: The site cannot be reached at all.
    """
    hosts = None if follows else hosts_of((url, entity, endpoint))
    seconds = seconds or PROBE_SECONDS.limit
    with opened(seconds) as http:
        client = Client(http, most, pause, wait, hosts, seconds)
        site = look_around(client, url, entity, endpoint)
        verdicts = tuple(
            ProbeVerdict(check, "none", NOT_TRIED) if check.is_harmful and not harms else _verdict(check, site)
            for check in CHECKS
        )
    return Diagnosis(url, site.entity, site.endpoint, client.count, verdicts)


def _verdict(check: SiteCheck, site: ProbedSite) -> ProbeVerdict:
    try:
        wrong = check.run(site)
    except (NotApplicableError, LimitReachedError, ElsewhereError) as error:
        return ProbeVerdict(check, "none", str(error).splitlines()[0])
    except StoreError as error:
        return ProbeVerdict(check, "fail", str(error).splitlines()[0])
    return ProbeVerdict(check, "fail" if wrong else "pass", wrong)


def as_text(found: Diagnosis) -> Iterator[str]:
    """A diagnosis for people, line by line; what a site wrote stands in it without control characters."""
    return (visible(line) for line in _text(found))


def _text(found: Diagnosis) -> Iterator[str]:
    yield f"{found.url}"
    yield f"  thing: {found.entity or '-'}   endpoint: {found.endpoint or '-'}   {found.requests} requests"
    for group in found.groups:
        yield ""
        yield f"{group}  {_share(found, group)}"
        for verdict in found.verdicts:
            if verdict.check.group == group:
                yield from _lines(verdict)
    yield ""
    for level in Level:
        yield f"{level:8}{_share(found, level=level)}"


def _lines(verdict: ProbeVerdict) -> Iterable[str]:
    check = verdict.check
    if verdict.state == "pass":
        return (f"  ok    {check.code} {check.title}",)
    if verdict.state == "none":
        return (f"  -     {check.code} {check.title}: {verdict.detail}",)
    return (
        f"  {'note' if check.level == Level.ADVICE else 'FAIL'}  {check.code} {check.title}: {verdict.detail}",
        f"        {check.level}: {check.clause}",
        f"        help: {check.fix}",
    )


def _share(found: Diagnosis, group: str = "", level: Level | None = None) -> str:
    passed, of = found.score(group, level)
    unseen = found.unseen(group, level)
    return f"{passed} of {of} looked at" + (f"; {unseen} not looked at" if unseen else "")


def as_json(found: Diagnosis) -> bytes:
    """A diagnosis for programs."""
    passed, of = found.score()
    said = {
        "url": found.url,
        "entity": found.entity,
        "endpoint": found.endpoint,
        "requests": found.requests,
        "passed": passed,
        "of": of,
        "levels": {
            level: {
                **dict(zip(("passed", "of"), found.score(level=level), strict=True)),
                "unseen": found.unseen("", level),
            }
            for level in Level
        },
        "groups": {group: dict(zip(("passed", "of"), found.score(group), strict=True)) for group in found.groups},
        "checks": [
            {
                "code": verdict.check.code,
                "group": verdict.check.group,
                "level": verdict.check.level,
                "title": verdict.check.title,
                "state": verdict.state,
                "detail": verdict.detail,
                "clause": verdict.check.clause,
                "fix": verdict.check.fix,
            }
            for verdict in found.verdicts
        ],
    }
    return json_document(said, indent=1)
