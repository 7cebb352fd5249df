"""What becomes of passages in a newer text: nothing is attached to words by likeness."""

from __future__ import annotations

import doctest
import random

import pytest

from changed_texts import CHANGES, FORMS, LANGUAGES, cases, large, rendered
from scograph.alignment import (
    Alignment,
    Extent,
    Heading,
    Outcome,
    Passage,
    Placement,
    align,
    forms_changed,
    matching,
    placing,
    tokens,
)
from scograph.model import TextSpan

CASES = 300


def lines(text: str) -> list[Passage]:
    """A passage for each line, named by its number from 1."""
    found, at = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if line:
            found.append(Passage(str(number), at, at + len(line)))
        at += len(line) + 1
    return found


def headings(text: str, *names: str) -> list[Heading]:
    """The lines of a text that are headings."""
    found, at = [], 0
    for line in text.split("\n"):
        if line in names:
            found.append(Heading(at, at + len(line), 2))
        at += len(line) + 1
    return found


def outcomes(found: Alignment) -> list[str]:
    return [placement.outcome.value for placement in found.placements]


def words(placement: Placement, text: str) -> str:
    return text[placement.span.start : placement.span.end] if placement.span else ""


ITEMS = """Agreements
Agreement on cooperation in the field of information security between the governments of six states
16 June 2009
Convention against terrorism, separatism and extremism that was concluded for an unlimited time
15 June 2001
Members
Kenya
Togo
Former members
Chad
Mali"""
NAMES = ("Agreements", "Members", "Former members")


def aligned(new: str, old: str = ITEMS, *, knows_headings: bool = True, **more: object) -> Alignment:
    return align(
        old,
        new,
        lines(old),
        old_headings=headings(old, *NAMES) if knows_headings else None,
        new_headings=headings(new, *NAMES) if knows_headings else None,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("knows_headings", [True, False])
def test_the_same_text_is_the_same(knows_headings: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    found = aligned(ITEMS, knows_headings=knows_headings)
    assert set(outcomes(found)) == {"same"}
    assert [(one.span.start, one.span.end) for one in found.placements if one.span] == [
        (one.start, one.end) for one in lines(ITEMS)
    ]
    assert found.new == ()


@pytest.mark.parametrize("knows_headings", [True, False])
def test_a_date_that_is_printed_at_another_item_is_ambiguous(knows_headings: bool) -> None:  # noqa: FBT001
    new = ITEMS.replace("\n16 June 2009", "").replace("15 June 2001", "15 June 2001\n16 June 2009")
    found = aligned(new, knows_headings=knows_headings)["3"]
    assert found.outcome is Outcome.AMBIGUOUS
    assert [new[one.start : one.end] for one in found.candidates] == ["16 June 2009"]


@pytest.mark.parametrize("knows_headings", [True, False])
@pytest.mark.parametrize(
    "new",
    [
        ITEMS.replace("Kenya\n", "").replace("Chad", "Kenya\nChad"),
        ITEMS.replace("Kenya\n", "").replace("Mali", "Mali\nKenya"),
        ITEMS.replace("Kenya\nTogo\nFormer members", "Former members\nKenya\nTogo"),
    ],
)
def test_a_member_under_former_members_is_ambiguous(new: str, knows_headings: bool) -> None:  # noqa: FBT001
    found = aligned(new, knows_headings=knows_headings)["7"]
    assert found.outcome is Outcome.AMBIGUOUS
    assert found.reason


def test_a_member_whose_heading_was_edited_is_ambiguous_and_the_heading_is_edited() -> None:
    new = ITEMS.replace("Members\n", "Suspended members\n")
    found = align(
        ITEMS,
        new,
        lines(ITEMS),
        old_headings=headings(ITEMS, *NAMES),
        new_headings=headings(new, *NAMES, "Suspended members"),
    )
    assert [found[name].outcome.value for name in ("6", "7", "8", "9", "10")] == [
        *("gone", "ambiguous", "ambiguous"),  # the case of letters counts: "Members" is not in the newer text
        *("same", "same"),
    ]


def test_a_heading_that_got_more_words_is_not_the_same() -> None:
    old, new = "Members\nKenya and Togo have signed", "Members suspended\nKenya and Togo have signed"
    assert [one.outcome.value for one in align(old, new, lines(old)).placements] == ["edited", "same"]
    passages = [Passage("1", 0, 7), Passage("2", 8, len(old), ("1",))]
    found = align(old, new, passages)
    assert [one.outcome.value for one in found.placements] == ["edited", "ambiguous"]


def test_a_long_passage_moves_under_its_heading_and_not_under_another() -> None:
    line, other = ITEMS.split("\n")[3], ITEMS.split("\n")[1]
    new = ITEMS.replace(f"{line}\n", "").replace("Agreements\n", f"Agreements\n{line}\n")
    found = aligned(new)
    assert {found["2"].outcome, found["4"].outcome} == {Outcome.SAME, Outcome.MOVED}
    assert (words(found["2"], new), words(found["4"], new)) == (other, line)
    new = ITEMS.replace(f"{line}\n", "").replace("Former members\n", f"Former members\n{line}\n")
    assert aligned(new)["4"].outcome is Outcome.AMBIGUOUS


def test_a_section_moves_with_its_heading() -> None:
    parts = ITEMS.split("\nMembers\n")
    members, former = parts[1].split("\nFormer members\n")
    new = f"Former members\n{former}\n{parts[0]}\nMembers\n{members}"
    found = aligned(new, ITEMS.replace("Chad", "Chad, which left the organisation in the year after the dispute"))
    assert found["9"].outcome is Outcome.AMBIGUOUS  # "Chad" is edited, and a heading alone is short
    new = new.replace("Chad", "Chad, which left the organisation in the year after the dispute")
    found = aligned(new, ITEMS.replace("Chad", "Chad, which left the organisation in the year after the dispute"))
    assert [found[name].outcome.value for name in ("9", "10", "11")] == ["moved", "moved", "moved"]


def test_what_is_read_with_a_passage_that_moved_moves_with_it() -> None:
    first = "One line of text that stands first and stays where it is"
    kenya = "Kenya: a party since the very first meeting of all\n16 June 2009"
    old, new = f"{first}\n{kenya}\nlast line", f"{kenya}\n{first}\nlast line"
    passages = lines(old)
    passages[2] = Passage("3", passages[2].start, passages[2].end, ("2",))
    found = align(old, new, passages, old_headings=[], new_headings=[])
    assert {found["2"].outcome, found["1"].outcome} <= {Outcome.MOVED, Outcome.SAME}
    assert words(found["3"], new) == "16 June 2009"
    new = new.replace("\n16 June 2009", "") + "\n16 June 2009"
    assert align(old, new, passages, old_headings=[], new_headings=[])["3"].outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("old", "new", "forms"),
    [
        ("the  “ICC” – here", "the 'ICC' — here", ("white space", "quotes", "dashes")),
        ("the coöperation of all", "the coo\u0308peration of all", ("Unicode form",)),
        ("the office and the file", "the oﬃce and the ﬁle", ("Unicode form",)),
        ("un œuf et un bœuf", "un oeuf et un boeuf", ("Unicode form",)),
        ("of information here", "of infor-\nmation here", ("hyphenation",)),
        ("of information here", "of in\u00adformation\u200b here", ("invisible characters",)),
        ("12 000 people live", "12\u202f000 people live", ("white space",)),
        ("中国和俄罗斯 2009", "中国和\n俄罗斯２００９", ("white space", "Unicode form")),
        ("а также Ёлка", "а также Е\u0308лка", ("Unicode form",)),
        ("wait ... here", "wait … here", ("Unicode form",)),
        ("سلام عليكم", "ســلام عليكم", ("invisible characters",)),
        ("[APTT] and (RATS)", "[APTT]  and (RATS)", ("white space",)),
    ],
)
def test_typography_alone_is_the_same_and_said(old: str, new: str, forms: tuple[str, ...]) -> None:
    (found,) = align(old, new, [Passage("1", 0, len(old))]).placements
    assert (found.outcome, found.span, found.forms) == (Outcome.SAME, TextSpan(0, len(new)), forms)
    assert forms_changed(old, new) == forms


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Kenya is a member of it", "Kenya is not a member of it"),
        ("signed on 16 June 2009 here", "signed on 17 June 2009 here"),
        ("a sum of 12 000 euros paid", "a sum of 12000 euros paid"),
        ("the text of 2009¹ is lost", "the text of 20091 is lost"),
        ("the rate of 3.5 per cent", "the rate of 3 5 per cent"),
        ("the state re-signed the treaty", "the state resigned the treaty"),
        ("the members of [APTT] met", "the members of APTT met"),
        ("the Council met in Moscow", "the council met in Moscow"),
        ("a height of 5' above it", 'a height of 5" above it'),
        ("x² of all the parts", "x2 of all the parts"),
    ],
)
def test_what_changes_the_sense_is_edited(old: str, new: str) -> None:
    (found,) = align(old, new, [Passage("1", 0, len(old))]).placements
    assert (found.outcome, found.span) == (Outcome.EDITED, TextSpan(0, len(new)))


def test_a_hyphen_at_the_end_of_a_line_belongs_to_a_word_that_has_one_elsewhere() -> None:
    old = "an anti-terrorist drill for all"
    (found,) = align(old, "an anti-\nterrorist drill for all", [Passage("1", 0, len(old))]).placements
    assert (found.outcome, found.forms) == (Outcome.SAME, ("white space",))


def test_edited_words_are_told_with_their_line_and_not_with_others() -> None:
    new = ITEMS.replace("16 June 2009", "17 June 2009 (Yekaterinburg)").replace("Togo\n", "Togo\nPeru\n")
    found = aligned(new)
    assert [(one.name, words(one, new)) for one in found.placements if one.outcome is Outcome.EDITED] == [
        ("3", "17 June 2009 (Yekaterinburg)")
    ]
    assert [new[one.start : one.end] for one in found.new] == ["Peru"]
    assert outcomes(found).count("same") == 10


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Last updated: 3 March 2024", "Last updated: 2 May 2026"),
        ("Последнее обновление: 3 марта 2024 г.", "Последнее обновление: 2 мая 2026 г."),
        ("最后更新日期：二零二四年三月三日", "最后更新日期：二零二六年五月二日"),
        ("Chair: A. B. Example of Bergen, Oslo", "Chair: C. D. Sample, Kiel"),
    ],
)
def test_a_line_with_the_same_label_is_edited_as_a_whole(old: str, new: str) -> None:
    lines = "Harbour Council\n\n{}\n\nThe council was founded by four ports in the spring of 1998."
    found, newer = align(lines.format(old), lines.format(new), [Passage("1", 17, 17 + len(old))]), lines.format(new)
    placement = found["1"]
    assert placement.outcome is Outcome.EDITED
    assert placement.span is not None
    assert newer[placement.span.start : placement.span.end] == new
    assert found.new == ()


def test_new_words_that_stand_with_words_of_a_passage_that_is_gone_are_new_with_these() -> None:
    old = "Harbour Council\nLast updated on 3 March 2024\nIt was founded by four ports."
    new = old.replace("Last updated on 3 March 2024", "Last seen by nobody here in May 2026")
    spans = [Passage("1", 0, 15), Passage("2", 16, 44), Passage("3", 45, 74)]
    found = align(old, new, spans)
    assert [found[name].outcome for name in "123"] == [Outcome.SAME, Outcome.GONE, Outcome.SAME]
    assert [new[span.start : span.end] for span in found.new] == ["Last seen by nobody here in May 2026"]


def test_what_is_nowhere_is_gone_if_the_text_covers_its_place() -> None:
    assert aligned(ITEMS.replace("Togo\n", ""))["8"].outcome is Outcome.GONE
    cut = ITEMS[: ITEMS.index("\nFormer members")]
    assert outcomes(aligned(cut))[-3:] == ["gone"] * 3
    assert outcomes(aligned(cut, extent=Extent.BEGINNING))[-3:] == ["not reached"] * 3
    assert outcomes(aligned(ITEMS[len("Agreements\n") :], extent=Extent.EXCERPT))[0] == "not reached"


def test_a_text_that_ends_in_a_line_was_cut() -> None:
    found = aligned(ITEMS[: ITEMS.index("unlimited") + 4])
    assert found.is_cut
    assert outcomes(found)[3:] == ["not reached"] * 8
    assert not aligned(ITEMS.removesuffix("\nMali")).is_cut


def test_a_line_that_is_printed_twice_stays_with_its_neighbours() -> None:
    new = ITEMS.replace("Chad", "16 June 2009\nChad")
    found = aligned(new)
    assert found["3"].outcome is Outcome.SAME
    assert found["3"].span == TextSpan(lines(ITEMS)[2].start, lines(ITEMS)[2].end)


def test_three_edits_of_a_page_are_three_answers() -> None:
    new = (
        ITEMS.replace("16 June 2009", "16 June 2010")
        .replace("six states", "eight states")
        .replace("unlimited time", "unlimited period")
    )
    found = aligned(new, knows_headings=False)
    assert outcomes(found).count("same") == 8
    assert [one.name for one in found.placements if one.outcome is Outcome.EDITED] == ["2", "3", "4"]


def test_a_heading_is_no_part_of_a_longer_heading() -> None:
    section = "Members\nThe archive of Kenya keeps 64 letters on its founding years, and none was ever printed"
    rest = "Members until 2010\nThe fund of 12 million euros pays for the exchange of experts of Chad"
    first = "\n".join(("Agreements", *ITEMS.split("\n")[1::2][:2], "28 May 2011"))
    old, new = f"{first}\n{section}\n{rest}", f"{section}\n{first}\n{rest}"
    names = "Agreements", "Members", "Members until 2010"
    found = align(old, new, lines(old), old_headings=headings(old, *names), new_headings=headings(new, *names))
    assert found["5"].span in (None, TextSpan(0, len("Members")))
    assert [words(one, new) for one in found.placements[:4]] == first.split("\n")


def test_a_line_that_is_new_behind_the_next_one_is_not_the_deleted_one_edited() -> None:
    old = ITEMS + "\nThe fund of 12 million euros pays for the exchange of experts of Chad\n24 April 2010"
    new = ITEMS + "\n24 April 2010\nThe fund of 95 million euros pays for the exchange of experts of Mali"
    found = aligned(new, old)
    assert found["12"].outcome is Outcome.AMBIGUOUS
    assert "other side" in found["12"].reason


def test_a_line_with_the_words_of_two_is_the_one_or_the_other() -> None:
    line = "The archive of {} keeps {} letters on the founding years, none of which was ever printed in full."
    old = "\n".join((ITEMS, line.format("Togo", 14), line.format("Niger", 32), "Seat"))
    new = "\n".join((ITEMS, line.format("Togo", 22), "Seat"))
    found = aligned(new, old)
    assert Outcome.EDITED not in (found["12"].outcome, found["13"].outcome)
    assert {new[one.start : one.end] for one in found["13"].candidates} == {line.format("Togo", 22)}


@pytest.mark.parametrize(
    ("passages", "words"),
    [
        ([Passage("1", 0, 99)], "does not lie in the text"),
        ([Passage("1", 2, 3)], "has no words"),
        ([Passage("1", 0, 1), Passage("1", 0, 2)], "same name"),
    ],
)
def test_passages_that_are_none_are_refused(passages: list[Passage], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        align("ab \ncd", "ab", passages)


def test_texts_that_repeat_one_word_come_to_an_end() -> None:
    old, new = "a " * 20_000, "a " * 20_001 + "b"
    found = align(old, new, [Passage(str(at), at, at + 3) for at in range(0, 2000, 2)])
    assert len(found.placements) == 1000


def test_two_texts_that_have_nothing_in_common_come_to_an_end() -> None:
    chooser = random.Random(1)  # noqa: S311 -- no secret
    (old, spans, _), (new, _, _) = (rendered(large(LANGUAGES["en"], chooser, 20_000)) for _ in range(2))
    found = align(old, new, [Passage(name, *span) for name, span in spans.items()])
    assert sum(outcome in ("gone", "ambiguous") for outcome in outcomes(found)) > 0.9 * len(spans)


def test_no_text_is_attached_to_words_that_are_not_its_own() -> None:
    count, wrong, _, counts = cases(CASES, "fast")
    assert count == CASES
    assert wrong == []
    assert counts["in place"] > 1500
    assert counts["moved"] > 50
    for kind in ("in place", "moved"):
        assert counts[f"found {kind}"] >= 0.995 * counts[kind], kind
    assert set(LANGUAGES) == {"en", "ru", "zh", "ar", "kk"}
    assert len(CHANGES) * len(FORMS) == 48


def test_the_examples_of_the_documentation_run() -> None:
    results = [doctest.testmod(module) for module in (matching, placing, tokens)]
    assert [result.failed for result in results] == [0, 0, 0]
    assert sum(result.attempted for result in results) >= 5


def test_a_phrase_in_a_new_sentence_does_not_show_how_far_a_beginning_goes() -> None:
    old = "Strategy\nA Global Approach\nReports\nReport on Crime\nActs\nUnion Convention on Cyber Security and Data\n"
    new = (
        "Strategy\nA Global Approach\nMade with experts of many networks of the continent, so that all of them come to"
        " apply the Union Convention on Cyber Security and Data by themselves"
    )
    found = align(old, new, lines(old), extent=Extent.BEGINNING)
    assert [one.outcome.value for one in found.placements][:5] == ["same", "same", *["not reached"] * 3]
    assert found["6"].outcome is Outcome.AMBIGUOUS, "a person says whether the line is this sentence now"
    assert [one.outcome.value for one in align(old, new, lines(old)).placements][2:5] == ["gone"] * 3


def test_a_bullet_before_a_line_is_no_new_word_of_it() -> None:
    old = "Approach\nIdentifies priorities for the whole of the continent, outlining:\nTraining\nDone in 2016"
    new = old.replace("Identifies", "  • Identifies")
    found = align(old, new, lines(old))
    assert [one.outcome.value for one in found.placements] == ["same"] * 4
    assert [new[one.start : one.end] for one in found.new] == ["•"]
    new = old.replace("Identifies priorities for", "  • Identifies six priorities for")
    found = align(old, new, lines(old))
    assert (found["2"].outcome, words(found["2"], new)[:14]) == (Outcome.EDITED, "Identifies six")
    assert [new[one.start : one.end] for one in found.new] == ["•"]
    grown = align(old, old.replace("Identifies", "(proposed) Identifies"), lines(old))
    assert grown["2"].outcome is not Outcome.SAME


def test_words_that_are_also_beyond_what_a_beginning_reaches_do_not_part_new_ones() -> None:
    old = "Strategy\nA Global Approach\nReports on users, and that all of them\nActs of the Union"
    new = "Strategy\nA Global Approach\nIt meets what they ask for, and that all agree"
    found = align(old, new, lines(old), extent=Extent.BEGINNING)
    assert outcomes(found) == ["same", "same", "not reached", "not reached"]
    assert [new[one.start : one.end] for one in found.new] == ["It meets what they ask for, and that all agree"]
