"""Texts in five languages, changed in known ways: what became of each line is known, and held against the alignment."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from scograph.alignment import Alignment, Extent, Heading, Outcome, Passage, Placement, align


@dataclass(frozen=True)
class Language:
    """What texts of a language are made of."""

    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    names: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    negation: tuple[str, str]
    quotes: str = "“”"


LANGUAGES = {
    "en": Language(
        (
            *("Members", "Former members", "Observers", "Agreements in force", "Working groups", "Meetings"),
            *("History", "Seat and languages"),
        ),
        (
            "The council of {name} is convened at least once in every {n} months by its chair and two deputies.",
            "A working group on “secure networks” was set up by decision no. {n} and is chaired by {name} this year.",
            "Parties that have not paid their share for {n} years lose the right to vote in the assembly of states.",
            "The secretariat, whose seat is in {name}, publishes a report of {n} pages on its work every spring.",
            "Since the amendment of article {n}, observers – among them {name} – may speak but are not counted.",
            "The treaty is open for signature by all states of the region until the end of its {n}th year in force.",
            "A fund of {n} million euros pays for joint exercises, training courses and the exchange of experts.",
            "In its {n}th session the assembly called the attack on {name} “a breach of every rule of the sea”.",
            "No party is bound by a decision on cross-border data that it voted against in the first {n} days.",
            "The archive of {name} keeps {n} letters on the founding years, none of which was ever printed in full.",
        ),
        ("Kenya", "Chad", "Togo", "Nepal", "Peru", "Mali", "Fiji", "Oman", "Malta", "Laos", "Cuba", "Niger"),
        (
            *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
            *("November", "December"),
        ),
        "{day} {month} {year}",
        (" is ", " is not "),
    ),
    "ru": Language(
        ("Члены", "Бывшие члены", "Наблюдатели", "Соглашения", "Рабочие группы", "Встречи", "История", "Языки"),
        (
            "Совет министров созывается председателем не реже одного раза в {n} месяцев в городе, где он заседает.",
            "Рабочая группа «Безопасные сети» создана решением № {n}, в этом году ею руководит {name} и два лица.",
            "Стороны, не уплатившие взнос за {n} года, лишаются права голоса в собрании государств до полной уплаты.",
            "Секретариат, который находится в стране {name}, каждую весну издаёт отчёт о работе на {n} страницах.",
            "После поправки к статье {n} наблюдатели – среди них {name} – могут выступать, но голоса их не считаются.",
            "Договор открыт для подписания всеми государствами региона до конца {n}-го года его действия.",
            "Фонд в {n} миллионов евро оплачивает совместные учения, курсы и обмен специалистами между сторонами.",
            "На {n}-й сессии собрание назвало нападение на {name} «нарушением всех правил мореплавания».",
            "Ни одна сторона не связана решением о данных, против которого она голосовала в первые {n} дней.",
            "Архив страны {name} хранит {n} писем о годах основания, и ни одно из них не было напечатано целиком.",
        ),
        ("Кения", "Чад", "Того", "Непал", "Перу", "Мали", "Фиджи", "Оман", "Мальта", "Лаос", "Куба", "Нигер"),
        (
            *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября"),
            *("ноября", "декабря"),
        ),
        "{day} {month} {year} года",
        (" и ", " и не "),
        "«»",
    ),
    "zh": Language(
        ("成员国", "前成员国", "观察员", "现行协定", "工作组", "会议", "历史", "工作语言"),
        (
            "理事会由主席和两名副主席召集，每{n}个月至少举行一次会议，会议地点由上一次会议决定。",
            "“安全网络”工作组根据第{n}号决定设立，今年由{name}担任组长，并有两名副组长协助工作。",
            "连续{n}年没有缴纳会费的缔约方，在缴清全部欠款以前，丧失在各国大会上的表决权。",
            "秘书处设在{name}，每年春天发表一份长达{n}页的工作报告，并且译成所有工作语言。",
            "第{n}条修正以后，包括{name}在内的观察员可以发言，但是他们的票数不计算在内。",
            "本条约在生效后第{n}年年底以前，对本地区的所有国家开放签署，不得提出任何保留。",
            "总额为{n}百万欧元的基金用于支付联合演习、培训课程以及各方之间的专家交流。",
            "大会在第{n}届会议上把对{name}的袭击称为“违反一切海洋规则的行为”，并要求赔偿。",
            "任何一方在最初{n}天内投票反对的关于跨境数据的决定，对该方都是没有约束力的。",
            "{name}的档案馆保存着关于创立年代的{n}封信件，其中没有一封曾经全文刊印出来。",
        ),
        ("肯尼亚", "乍得", "多哥", "尼泊尔", "秘鲁", "马里", "斐济", "阿曼", "马耳他", "老挝", "古巴", "尼日尔"),
        tuple(f"{number}月" for number in range(1, 13)),
        "{year}年{month}{day}日",
        ("在", "不在"),
    ),
    "ar": Language(
        (
            *("الأعضاء", "الأعضاء السابقون", "المراقبون", "الاتفاقيات السارية", "أفرقة العمل", "الاجتماعات"),
            *("التاريخ", "لغات العمل"),
        ),
        (
            "يدعو الرئيس ونائباه المجلس إلى الانعقاد مرة واحدة على الأقل كل {n} أشهر في المدينة التي يختارها الأعضاء.",
            "أنشئ فريق العمل المعني بـ«الشبكات الآمنة» بالقرار رقم {n} وترأسه هذا العام {name} مع نائبين اثنين.",
            "تفقد الأطراف التي لم تسدد حصتها لمدة {n} سنوات حق التصويت في جمعية الدول حتى تسدد ما عليها كله.",
            "تنشر الأمانة التي يقع مقرها في {name} كل ربيع تقريرا عن أعمالها في {n} صفحة بكل لغات العمل.",
            "منذ تعديل المادة {n} يجوز للمراقبين – ومنهم {name} – أن يتكلموا ولكن أصواتهم لا تدخل في الحساب.",
            "باب التوقيع على المعاهدة مفتوح أمام جميع دول المنطقة حتى نهاية السنة {n} من نفاذها دون أي تحفظ.",
            "يمول صندوق قدره {n} مليون يورو التدريبات المشتركة والدورات وتبادل الخبراء بين جميع الأطراف.",
            "وصفت الجمعية في دورتها {n} الهجوم على {name} بأنه «خرق لكل قواعد البحر» وطالبت بالتعويض عنه.",
            "لا يلزم أي طرف قرار بشأن البيانات العابرة للحدود صوت ضده في أول {n} يوما من صدوره.",
            "يحفظ أرشيف {name} عدد {n} رسالة عن سنوات التأسيس ولم تطبع واحدة منها كاملة في أي وقت.",
        ),
        ("كينيا", "تشاد", "توغو", "نيبال", "بيرو", "مالي", "فيجي", "عمان", "مالطا", "لاوس", "كوبا", "النيجر"),
        (
            *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر"),
            *("نوفمبر", "ديسمبر"),
        ),
        "{day} {month} {year}",
        (" في ", " ليس في "),
        "«»",
    ),
    "kk": Language(
        (
            *("Мүшелер", "Бұрынғы мүшелер", "Бақылаушылар", "Күшіндегі келісімдер", "Жұмыс топтары"),
            *("Кездесулер", "Тарихы", "Жұмыс тілдері"),
        ),
        (
            "Кеңесті төраға мен оның екі орынбасары кемінде {n} айда бір рет мүшелер таңдаған қалада шақырады.",
            "«Қауіпсіз желілер» жұмыс тобы № {n} шешіммен құрылды, биыл оны {name} және екі орынбасар басқарады.",
            "Үлесін {n} жыл бойы төлемеген тараптар қарызын толық өтегенше мемлекеттер жиналысында дауыс бере алмайды.",
            "Хатшылық {name} елінде орналасқан, ол көктем сайын өз жұмысы туралы {n} беттік есеп жариялайды.",
            "{n}-бапқа түзету енгізілгеннен бері бақылаушылар – ішінде {name} – сөйлей алады, дауысы саналмайды.",
            "Шарт өңірдің барлық мемлекеттері үшін күшіне енген соң {n}-жылдың соңына дейін қол қоюға ашық.",
            "Көлемі {n} миллион еуро қор бірлескен жаттығуларға, курстарға және мамандар алмасуға қаражат береді.",
            "Жиналыс {n}-сессиясында {name} еліне жасалған шабуылды «теңіздің барлық ережесін бұзу» деп атады.",
            "Бірде-бір тарап алғашқы {n} күнде қарсы дауыс берген деректер туралы шешімді орындауға міндетті емес.",
            "{name} мұрағаты құрылған жылдар туралы {n} хатты сақтайды, олардың ешқайсысы толық басылған жоқ.",
        ),
        ("Кения", "Чад", "Того", "Непал", "Перу", "Мали", "Фиджи", "Оман", "Мальта", "Лаос", "Куба", "Нигер"),
        (
            *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан"),
            *("қараша", "желтоқсан"),
        ),
        "{year} жылғы {day} {month}",
        (" және ", " және емес "),
        "«»",
    ),
}


@dataclass(eq=False)
class Line:
    """A line of a text.

    Args:
        text: Its words.
        kind: `heading`, `long`, `member` or `date`.
        name: What its passage is called; empty for what the older text does not have.
        is_edited: Whether other words stand in the place of its own.
        must_ask: Whether only a person can tell that it is the same one.
        may_ask: Whether a person may be asked.
        has_moved: Whether it is printed elsewhere, where it can be known again.
        home: What it belongs to in the older text: the long line above a date, else the heading.
    """

    text: str
    kind: str
    name: str = ""
    is_edited: bool = False
    must_ask: bool = False
    may_ask: bool = False
    has_moved: bool = False
    home: str = ""


Sections = list[list[Line]]
"""Sections of lines, the first of which is the heading."""


@dataclass
class Result:
    """What an alignment said, held against what was done."""

    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def made(language: Language, chooser: random.Random) -> Sections:
    """A text."""
    sections = []
    sentences = list(language.sentences) * 2
    chooser.shuffle(sentences)
    for heading in chooser.sample(language.headings, chooser.randint(3, len(language.headings))):
        lines = [Line(heading, "heading")]
        if chooser.random() < 0.4:
            lines += [Line(name, "member") for name in chooser.sample(language.names, chooser.randint(2, 6))]
        for _ in range(chooser.randint(1, 3)):
            sentence = sentences.pop() if sentences else chooser.choice(language.sentences)
            lines.append(Line(_filled(sentence, language, chooser), "long"))
            if chooser.random() < 0.5:
                lines.append(Line(_date(language, chooser), "date"))
        sections.append(lines)
    for number, line in enumerate(line for lines in sections for line in lines):
        line.name = f"{number:02}"
    return sections


def large(language: Language, chooser: random.Random, size: int) -> Sections:
    """A text of about so many bytes, of which each heading is another one."""
    sections: Sections = []
    written = 0
    while written < size:
        for lines in made(language, chooser):
            lines[0].text += f" {len(sections) + 1}"
            sections.append(lines)
            written += sum(len(line.text.encode()) + 1 for line in lines)
    for number_of_line, line in enumerate(_all(sections)):
        line.name = f"{number_of_line:05}"
    return sections


def _filled(sentence: str, language: Language, chooser: random.Random) -> str:
    return sentence.format(n=chooser.randint(3, 99), name=chooser.choice(language.names))


def _date(language: Language, chooser: random.Random) -> str:
    year, month, day = chooser.randint(2001, 2026), chooser.choice(language.months), chooser.randint(1, 28)
    return language.date.format(year=year, month=month, day=day)


def _lines(sections: Sections, *kinds: str) -> list[Line]:
    return [line for lines in sections for line in lines if line.kind in kinds and not line.is_edited and line.name]


def _section_of(sections: Sections, line: Line) -> list[Line]:
    return next(lines for lines in sections if line in lines)


# Changes. Each gives whether it found something to change.


def nothing(_sections: Sections, _language: Language, _chooser: random.Random) -> bool:
    return True


def move_long(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A long line is printed elsewhere under its heading."""
    choices = [line for line in _lines(sections, "long") if len(_section_of(sections, line)) > 3]
    if not choices:
        return False
    line = chooser.choice(choices)
    section = _section_of(sections, line)
    section.remove(line)
    section.insert(chooser.randint(1, len(section)), line)
    line.has_moved = True
    for other in section:  # a date or a name loses the line that it stood by
        other.may_ask |= other.kind in ("date", "member")
    return True


def move_section(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A section is printed elsewhere, with its heading."""
    section = sections.pop(chooser.randrange(len(sections)))
    sections.insert(chooser.randint(0, len(sections)), section)
    for line in section:
        line.has_moved = True
    return True


def duplicate(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A line is printed a second time, under another heading."""
    line = chooser.choice(_lines(sections, "long", "member", "date"))
    others = [lines for lines in sections if line not in lines]
    if not others:
        return False
    other = chooser.choice(others)
    if line.home in {one.name for one in other}:
        return False  # it was moved from there: the copy would be the same words in their place
    other.insert(chooser.randint(1, len(other)), Line(line.text, "copy"))
    line.may_ask = True
    return True


def negate(sections: Sections, language: Language, chooser: random.Random) -> bool:
    """A sentence is turned into its opposite."""
    choices = [line for line in _lines(sections, "long") if language.negation[0] in line.text]
    if not choices:
        return False
    line = chooser.choice(choices)
    line.text = line.text.replace(*language.negation, 1)
    line.is_edited = True
    return True


def number(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A number is another one."""
    choices = [line for line in _lines(sections, "long", "date") if re.search(r"\d", line.text)]
    line = chooser.choice(choices)
    line.text = re.sub(r"\d+", lambda match: str(int(match[0]) + chooser.randint(1, 9)), line.text, count=1)
    line.is_edited = True
    _shaken(sections, line)
    return True


def word(sections: Sections, language: Language, chooser: random.Random) -> bool:
    """A word is another one."""
    line = chooser.choice(_lines(sections, "long"))
    at = chooser.randrange(5, len(line.text) // 2)
    line.text = f"{line.text[:at]} {chooser.choice(language.names)}x {line.text[at:].lstrip()}"
    line.is_edited = True
    return True


def delete(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A line is deleted."""
    line = chooser.choice(_lines(sections, "long", "member", "date"))
    _shaken(sections, line)
    _section_of(sections, line).remove(line)
    return True


def insert(sections: Sections, language: Language, chooser: random.Random) -> bool:
    """A line is new."""
    section = chooser.choice(sections)
    kind = chooser.choice(["long", "member", "date"])
    text = {
        "long": lambda: _filled(chooser.choice(language.sentences), language, chooser),
        "member": lambda: chooser.choice(language.names),
        "date": lambda: _date(language, chooser),
    }[kind]()
    if any(other.text == text for other in section):
        return False  # nobody could tell the two apart
    at = chooser.randint(1, len(section))
    for other in section[at - 1 : at + 1]:
        other.may_ask |= other.kind != "heading"
    section.insert(at, Line(text, kind))
    _look_alikes(sections)
    return True


def move_date(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A date is printed at another item."""
    choices = _lines(sections, "date")
    if not choices:
        return False
    line = chooser.choice(choices)
    targets = [
        (lines, at)
        for lines in sections
        for at, before in enumerate(lines, 1)
        if before.kind == "long" and before is not _before(sections, line)
    ]
    if not targets:
        return False
    _shaken(sections, line)
    lines, at = chooser.choice(targets)
    before = lines[at - 1]
    _section_of(sections, line).remove(line)
    lines.insert(lines.index(before) + 1, line)
    line.must_ask = True
    _shaken(sections, line)
    return True


def move_member(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """A member is printed under another heading, by its name or with a sentence."""
    line = chooser.choice(_lines(sections, "member", "long"))
    others = [lines for lines in sections if line not in lines]
    if not others:
        return False
    _shaken(sections, line)
    _section_of(sections, line).remove(line)
    other = chooser.choice(others)
    other.insert(chooser.randint(1, len(other)), line)
    line.must_ask = True
    _shaken(sections, line)
    return True


def rename(sections: Sections, language: Language, chooser: random.Random) -> bool:
    """A heading has other words."""
    unused = [heading for heading in language.headings if all(heading != lines[0].text for lines in sections)]
    choices = [lines for lines in sections if not lines[0].is_edited and lines[0].name]
    if not unused or not choices:
        return False
    lines = chooser.choice(choices)
    lines[0].text, lines[0].is_edited, lines[0].may_ask = chooser.choice(unused), True, True
    for line in lines:
        line.may_ask = True
    return True


def reflow(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """Lines are broken elsewhere."""
    for line in _all(sections):
        if line.kind == "long" and " " in line.text:
            places = [match.start() for match in re.finditer(" ", line.text)]
            for at in chooser.sample(places, min(2, len(places))):
                line.text = f"{line.text[:at]}\n{line.text[at + 1 :]}"
        elif line.kind == "long":
            at = chooser.randrange(1, len(line.text))
            is_inside = line.text[at - 1].isalnum() and line.text[at].isalnum() and line.text[at - 1 : at + 1].isascii()
            line.text = line.text if is_inside else f"{line.text[:at]}\n{line.text[at:]}"
    return True


def hyphenate(sections: Sections, _language: Language, chooser: random.Random) -> bool:
    """Words are broken over lines with a hyphen, and have soft hyphens."""
    for line in _all(sections):
        words = [match for match in re.finditer(r"[^\W\d_]{6,}", line.text) if match[0].isalpha()]
        if line.kind == "long" and words and not re.search(r"[\u0600-\u06ff\u4e00-\u9fff]", line.text):
            match = chooser.choice(words)
            at = match.start() + 3
            line.text = f"{line.text[:at]}{chooser.choice(['-', '‐', chr(0xAD)])}\n{line.text[at:]}"
        elif line.kind == "long" and words and not re.search(r"[\u4e00-\u9fff]", line.text):
            at = chooser.choice(words).start() + 3
            line.text = f"{line.text[:at]}\u00ad{line.text[at:]}"
    return True


def typography(sections: Sections, language: Language, chooser: random.Random) -> bool:
    """Quotes, dashes, white space and Unicode form are others."""
    form = chooser.choice(["NFD", "NFC"])
    for line in _all(sections):
        text = line.text
        if chooser.random() < 0.7:
            for mark in language.quotes + "“”":
                text = text.replace(mark, '"')
        if chooser.random() < 0.7:
            text = text.replace("–", chooser.choice(["—", "-", "--"])).replace("-", chooser.choice(["-", "‑", "−"]))
        if chooser.random() < 0.7:
            text = text.replace(" ", chooser.choice(["  ", "\u00a0", "\u2009", "\t"]))
        if chooser.random() < 0.5:
            text = text.replace("fi", "ﬁ").replace("ff", "ﬀ").replace("：", ":").replace("，", ",")
        line.text = unicodedata.normalize(form, text)
    return True


CHANGES: dict[str, Callable[[Sections, Language, random.Random], bool]] = {
    "nothing": nothing,
    "moved": move_long,
    "section moved": move_section,
    "duplicated": duplicate,
    "negated": negate,
    "number changed": number,
    "word changed": word,
    "deleted": delete,
    "inserted": insert,
    "date moved to another item": move_date,
    "member moved to another heading": move_member,
    "heading renamed": rename,
}
FORMS: dict[str, Callable[[Sections, Language, random.Random], bool]] = {
    "as it was": nothing,
    "reflowed": reflow,
    "hyphenated": hyphenate,
    "typography": typography,
}


def _all(sections: Sections) -> list[Line]:
    return [line for lines in sections for line in lines]


def _before(sections: Sections, line: Line) -> Line | None:
    lines = _section_of(sections, line)
    at = lines.index(line)
    return lines[at - 1] if at else None


def remember_homes(sections: Sections) -> None:
    """Note what each line belongs to in the older text."""
    for line in _all(sections):
        line.home = _home(sections, line)


def forget_returns(sections: Sections) -> None:
    """What was moved twice may have come back."""
    for line in _all(sections):
        line.must_ask &= _home(sections, line) != line.home


def _home(sections: Sections, line: Line) -> str:
    """What a line belongs to."""
    lines = _section_of(sections, line)
    above = [other for other in lines[: lines.index(line)] if other.kind == "long"]
    return (above[-1] if line.kind == "date" and above else lines[0]).name


def _shaken(sections: Sections, line: Line) -> None:
    """What stands beside a line that changes loses a neighbour: it may be asked for, if it is short."""
    lines = _section_of(sections, line)
    at = lines.index(line)
    for other in lines[max(at - 1, 0) : at + 2]:
        other.may_ask |= other.kind != "long"


def _look_alikes(sections: Sections) -> None:
    """Lines with the same words may be taken for one another: a person may be asked."""
    seen = Counter(line.text for line in _all(sections))
    for line in _all(sections):
        line.may_ask |= seen[line.text] > 1


def rendered(sections: Sections) -> tuple[str, dict[str, tuple[int, int]], list[Heading]]:
    """The text, where each line stands in it, and its headings."""
    parts, at = [], 0
    spans: dict[str, tuple[int, int]] = {}
    headings = []
    for lines in sections:
        for line in lines:
            parts.append(line.text)
            if line.name:
                spans[line.name] = at, at + len(line.text)
            if line.kind == "heading":
                headings.append(Heading(at, at + len(line.text), 2))
            at += len(line.text) + 1
    return "\n".join(parts), spans, headings


def case(seed: str, changes: list[str], form: str, *, knows_headings: bool, is_cut: bool) -> Result:
    """Change a text, align the two, and hold what was said against what was done."""
    chooser = random.Random(seed)  # noqa: S311 -- no secret
    language = LANGUAGES[chooser.choice(sorted(LANGUAGES))]
    sections = made(language, chooser)
    old, spans, old_headings = rendered(sections)
    reads_with = knows_headings and chooser.random() < 0.5
    passages = [
        Passage(line.name, *spans[line.name], (lines[0].name,) if reads_with and line is not lines[0] else ())
        for lines in sections
        for line in lines
    ]
    _look_alikes(sections)
    remember_homes(sections)
    lines_of = {line.name: line for line in _all(sections)}
    for change in changes:
        CHANGES[change](sections, language, chooser)
    _look_alikes(sections)
    forget_returns(sections)
    FORMS[form](sections, language, chooser)
    new, places, new_headings = rendered(sections)
    if is_cut:
        new = new[: chooser.randint(len(new) // 3, len(new) - 1)]
    found = align(
        old,
        new,
        passages,
        old_headings=old_headings if knows_headings else None,
        new_headings=[one for one in new_headings if one.end <= len(new)] if knows_headings else None,
        extent=Extent.BEGINNING if is_cut else Extent.WHOLE,
    )
    has_moves = any(change.endswith(("moved", "item", "heading", "duplicated", "inserted")) for change in changes)
    return _judged(found, lines_of, places, new, knows_headings=knows_headings, has_moves=has_moves)


def _judged(  # noqa: PLR0913 -- what was done, and what was said
    found: Alignment,
    lines_of: dict[str, Line],
    places: dict[str, tuple[int, int]],
    new: str,
    *,
    knows_headings: bool,
    has_moves: bool,
) -> Result:
    result = Result()
    for placement in found.placements:
        line = lines_of[placement.name]
        place = places.get(placement.name)
        if place and place[1] > len(new):
            place = None
            is_reached = False
        else:
            is_reached = True
        is_certain = place is not None and not line.is_edited and not line.must_ask
        # What moved behind the end is gone from where it was; and what was printed before it, with words of what is not
        # reached, looks as if all between were gone.
        if not is_reached and has_moves and placement.outcome is Outcome.GONE:
            continue
        twins = [other for other in lines_of.values() if other.text == line.text and other.home == line.home]
        span = (placement.span.start, placement.span.end) if placement.span else None
        if len(twins) > 1 and span in [places.get(other.name) for other in twins]:
            continue  # nobody can tell them apart
        if fault := fault_of(placement, line, place, is_reached=is_reached):
            result.wrong.append(f"{fault}: {line} {placement}")
        if is_certain and not line.may_ask:
            kind = "moved" if line.has_moved else "in place"
            kind += " short" if line.kind in ("date", "member", "heading") else ""
            result.counts[f"{kind}{'' if knows_headings else ', headings not known'}"] += 1
            is_found = placement.outcome in (Outcome.SAME, Outcome.MOVED)
            if placement.outcome not in (Outcome.SAME, Outcome.MOVED):
                result.missed.append(f"{line} {placement}")
            result.counts[f"found {kind}{'' if knows_headings else ', headings not known'}"] += is_found
    return result


def fault_of(  # noqa: PLR0911 -- one for each outcome
    placement: Placement, line: Line, place: tuple[int, int] | None, *, is_reached: bool
) -> str:
    """In what a placement is wrong; empty if it is right, or asks."""
    span = (placement.span.start, placement.span.end) if placement.span else None
    if placement.outcome in (Outcome.SAME, Outcome.MOVED):
        if place is None or line.is_edited:
            return "attached to words that are not its own"
        if span != place:
            return "attached elsewhere"
        return "attached where only a person can tell" if line.must_ask else ""
    if placement.outcome is Outcome.EDITED and is_reached:
        overlaps = place is not None and span is not None and span[0] < place[1] and place[0] < span[1]
        return "" if overlaps else "revised by the words of others"
    if placement.outcome is Outcome.GONE and (not is_reached or (place is not None and not line.is_edited)):
        return "said to be gone"
    if placement.outcome is Outcome.NOT_REACHED and is_reached and place is not None and not line.is_edited:
        return "said not to be reached"
    return ""


def cases(count: int, seed: str) -> tuple[int, list[str], list[str], Counter[str]]:
    """So many cases: how many there were, what was wrong, and how much was found."""
    chooser = random.Random(seed)  # noqa: S311 -- no secret
    wrong: list[str] = []
    missed: list[str] = []
    counts: Counter[str] = Counter()
    for number_of_case in range(count):
        changes = chooser.sample(sorted(CHANGES), chooser.choice([1, 1, 2, 3]))
        form = chooser.choice(sorted(FORMS))
        knows_headings, is_cut = chooser.random() < 0.75, chooser.random() < 0.1
        name = f"{seed} {number_of_case}"
        found = case(name, changes, form, knows_headings=knows_headings, is_cut=is_cut)
        wrong += [f"{name} {changes} {form} {knows_headings} {is_cut}: {fault}" for fault in found.wrong]
        missed += [f"{name} {changes} {form} {knows_headings} {is_cut}: {miss}" for miss in found.missed]
        counts += found.counts
    return count, wrong, missed, counts
