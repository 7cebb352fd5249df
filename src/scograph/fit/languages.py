"""Words of a language that fit needs: months, connectives, negation, and how words are inflected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_HAN_LETTER = re.compile("[\u3400-\u9fff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_KAZAKH_LETTER = re.compile("[әғқңөұүһі]")


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a language.

    Args:
        stemmer: The name of its Snowball stemmer, or nothing where there is none.
        has_suffixes: Whether endings are added to a word that stays as it is.
        is_verb_last: Whether a date stands before its verb.
        months: For each month the beginnings of its name, as regular expressions.
        connectives: Words that connect members of a list.
        adversatives: Connectives that set one clause against another, but where a word of `additives` follows.
        additives: Words that make an adversative a member of a list.
        articles: Words that may be left out of a name or put into it.
        negations: Words by which a clause says that something is not, no longer, or not yet so, each with what it
            means.
        affirmations: Phrases with such a word that deny nothing.
        prepositions: Words before a name that is not the subject of its sentence.
        dating: Words between a name and the date that tells it from others, as in "Protocol of 9 December 2005".
        subordinators: Words that begin a clause about another time than that of its sentence.
        relatives: Words behind a name that is the subject of the clause that they begin.
        definites: Articles before a noun that stands for what was named with it before.
        demonstratives: Words before a class that stands for the last thing of it that was named.
        respectively: Words that pair two lists in order.
        directions: Words before a name that make it the name of another thing.
        numbers: The words for 0, 1, 2 and so on.
        tens: The words for 20, 30 and so on to 90, and for 100.
        apposing: Words that begin what explains a name, as in "Kenya, one of the members, met".
        adjectives: The endings of adjectives that are made of names of states.
        languages: The beginnings of names of languages, by their BCP 47 tags.
    """

    stemmer: str = ""
    has_suffixes: bool = False
    is_verb_last: bool = False
    months: tuple[str, ...] = ()
    connectives: frozenset[str] = frozenset()
    adversatives: frozenset[str] = frozenset()
    additives: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    negations: dict[str, str] = field(default_factory=dict)
    affirmations: tuple[str, ...] = ()
    prepositions: frozenset[str] = frozenset()
    dating: frozenset[str] = frozenset()
    subordinators: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    definites: frozenset[str] = frozenset()
    demonstratives: frozenset[str] = frozenset()
    respectively: tuple[str, ...] = ()
    directions: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    tens: tuple[str, ...] = ()
    apposing: frozenset[str] = frozenset()
    adjectives: tuple[str, ...] = ()
    languages: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _means(**said: str) -> dict[str, str]:
    """Phrases to what they mean, from lists with commas."""
    return {phrase.strip(): meaning.replace("_", " ") for meaning, text in said.items() for phrase in text.split(",")}


ENGLISH = Language(
    stemmer="english",
    months=(
        "jan(?:uary)?",
        "feb(?:ruary)?",
        "mar(?:ch)?",
        "apr(?:il)?",
        "may",
        "june?",
        "july?",
        "aug(?:ust)?",
        "sept?(?:ember)?",
        "oct(?:ober)?",
        "nov(?:ember)?",
        "dec(?:ember)?",
    ),
    connectives=_words("and or & as well the republic of states state both plus between"),
    articles=_words("the a an"),
    negations=_means(
        not_so="not, never, no, nor, neither, without, didn't, hasn't, isn't, wasn't, failed to, "
        "refused to, declined to, rejected",
        former="former, formerly, ex, no longer, ceased, withdrew, withdrawn, left, expelled, until recently",
        suspended="suspended, suspension",
        planned="will, would, shall, planned, plans, plan to, to be, expected, expects, intends, due to, "
        "is to, are to, "
        "scheduled, upcoming, prospective, candidate, applicant, applied, aspires, aims to, "
        "hopes to, may, might, could",
        cancelled="called off, cancelled, canceled, postponed",
        proposed="proposed, proposal, draft, proposes",
        almost="almost, nearly, reportedly, allegedly",
    ),
    affirmations=(
        "not only",
        "not far",
        "not least",
        "no later than",
        "without delay",
        "no fewer than",
        "no less than",
    ),
    prepositions=_words("by of in within at from to with under for on near against between outside via"),
    dating=_words("of"),
    subordinators=_words("after before once following until when while which who that whose"),
    relatives=_words("which who that"),
    definites=_words("the"),
    demonstratives=_words("this that said"),
    respectively=("respectively",),
    directions=_words(
        "north south east west equatorial northern southern eastern western new democratic central upper lower"
    ),
    numbers=_list(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen "
        "eighteen nineteen twenty"
    ),
    tens=_list("twenty thirty forty fifty sixty seventy eighty ninety hundred"),
    apposing=_words("one"),
    adjectives=_list("n an ian ean ese ish i ic"),
    languages={
        "ar": ("arabic",),
        "de": ("german",),
        "en": ("english",),
        "es": ("spanish",),
        "fa": ("persian", "farsi"),
        "fr": ("french",),
        "hi": ("hindi",),
        "kk": ("kazakh",),
        "ky": ("kyrgyz",),
        "pt": ("portuguese",),
        "ru": ("russian",),
        "sw": ("swahili", "kiswahili"),
        "tg": ("tajik",),
        "tr": ("turkish",),
        "uz": ("uzbek",),
        "zh": ("chinese", "mandarin"),
    },
)
RUSSIAN = Language(
    stemmer="russian",
    months=(
        "январ(?:ь|я|е|ю|ем)",
        "феврал(?:ь|я|е|ю|ем)",
        "март(?:|а|е|у|ом)",
        "апрел(?:ь|я|е|ю|ем)",
        "ма(?:й|я|е|ю|ем)",
        "июн(?:ь|я|е|ю|ем)",
        "июл(?:ь|я|е|ю|ем)",
        "август(?:|а|е|у|ом)",
        "сентябр(?:ь|я|е|ю|ем)",
        "октябр(?:ь|я|е|ю|ем)",
        "ноябр(?:ь|я|е|ю|ем)",
        "декабр(?:ь|я|е|ю|ем)",
    ),
    adversatives=_words("а"),
    additives=_words("также"),
    connectives=_words("и а также или республика республики республикой республику с"),
    negations=_means(
        not_so="не, ни, нет, никогда, без, отказался, отказалась, отказались, отклонил, отклонила, отклонили",
        former="бывший, бывшая, бывшие, прежний, экс, вышел из, вышла из, вышли из, утратил, утратила, "
        "покинул, покинула, "
        "прекратил, прекратила, более не, перестал, перестала",
        suspended="приостановлен, приостановлена, приостановлено, приостановил, приостановила, приостановление",
        planned="будет, будут, планирует, планируют, планируется, запланирован, запланировано, намерен, "
        "намерена, намерены, "
        "предстоящий, ожидается, должен, должна, предстоит, кандидат, предполагается, готовится, собирается, "
        "подал заявку, подала заявку",
        cancelled="отменен, отменена, отменено, отменены, отложен, отложена, отложено, отложены",
        proposed="предложил, предложила, предложили, предложено, предлагается, проект, предложение",
        almost="почти, якобы",
    ),
    affirmations=("не только", "не позднее", "не менее", "не более"),
    prepositions=_words("в во на от при из с со к ко по для у под над между о об за"),
    dating=_words("от"),
    subordinators=_words("после до когда пока прежде который которая которое которые"),
    relatives=_words("который которая которое которые"),
    demonstratives=_words(
        "этот эта это эти этого этой этих этому этим этом эту данный данная данное данного данной данном данную"
    ),
    respectively=("соответственно",),
    directions=_words("северный южный восточный западный экваториальный новый центральный"),
    numbers=_list(
        "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
        "тринадцать четырнадцать "
        "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать "
        "двадцать"
    ),
    tens=_list("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто"),
    apposing=_words("один одна одно"),
    adjectives=_list("ский ская ское ского ской скую ском скому ским ская ские ских"),
    languages={
        "ar": ("арабск",),
        "de": ("немецк",),
        "en": ("английск",),
        "es": ("испанск",),
        "fa": ("персидск",),
        "fr": ("французск",),
        "hi": ("хинди",),
        "kk": ("казахск",),
        "ky": ("киргизск", "кыргызск"),
        "pt": ("португальск",),
        "ru": ("русск",),
        "tg": ("таджикск",),
        "tr": ("турецк",),
        "uz": ("узбекск",),
        "zh": ("китайск",),
    },
)
CHINESE = Language(
    is_verb_last=True,
    connectives=_words("和 及 与 、 以 暨 共 同 国"),
    negations=_means(
        not_so="未, 没有, 并非, 不是, 不再, 尚未, 从未, 拒绝, 无, 非, 不",
        former="前, 原, 曾, 退出, 不再",
        suspended="暂停, 中止",
        planned="将, 拟, 计划, 预计, 即将, 有望, 准备, 候选, 申请",
        cancelled="取消, 推迟",
        proposed="提议, 草案, 建议, 倡议",
        almost="几乎, 据称",
    ),
    affirmations=(
        "不仅",
        "不但",
        "不迟于",
        "不少于",
        "无线",
        "非洲",
        "前夕",
        "将军",
        "原则",
        "原子",
        "不同",
        "提前",
        "目前",
        "不断",
        "前往",
        "日前",
        "前身",
        "将近",
        "非常",
        "未来",
        "非政府",
        "非法",
        "无论",
        "从不",
    ),
    prepositions=_words("在 于 由 与 对 向 从 为 被 的 给 至 到"),
    demonstratives=_words("该 此 本"),
    respectively=("分别",),
    directions=_words("南 北 东 西"),
    numbers=_list("零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十"),
    languages={
        "ar": ("阿拉伯语", "阿拉伯文"),
        "de": ("德语", "德文"),
        "en": ("英语", "英文"),
        "es": ("西班牙语", "西班牙文"),
        "fa": ("波斯语", "波斯文"),
        "fr": ("法语", "法文"),
        "hi": ("印地语",),
        "kk": ("哈萨克语", "哈萨克文"),
        "ky": ("吉尔吉斯语", "吉尔吉斯文"),
        "pt": ("葡萄牙语", "葡萄牙文", "葡文"),
        "ru": ("俄语", "俄文"),
        "tg": ("塔吉克语", "塔吉克文"),
        "tr": ("土耳其语", "土耳其文"),
        "uz": ("乌兹别克语", "乌兹别克文"),
        "zh": ("汉语", "中文", "华语", "汉文"),
    },
)
KAZAKH = Language(
    has_suffixes=True,
    is_verb_last=True,
    months=(
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ),
    connectives=_words("және мен бен пен әрі республикасы республикасының"),
    negations=_means(
        not_so="емес, жоқ, ешқашан, бас тартты",
        former="бұрынғы, шықты, шыққан",
        suspended="тоқтатыл, тоқтата",
        planned="жоспар, болашақ, күтіл, ниетті, болмақ, өтпек, үміткер, тиіс",
        proposed="ұсынылған, ұсынды, жоба, ұсыныс",
    ),
    demonstratives=_words("бұл осы аталған"),
    respectively=("тиісінше",),
    directions=_words("солтүстік оңтүстік шығыс батыс"),
    numbers=_list("нөл бір екі үш төрт бес алты жеті сегіз тоғыз он"),
    languages={
        "en": ("ағылшын",),
        "fr": ("француз",),
        "kk": ("қазақ",),
        "ky": ("қырғыз",),
        "ru": ("орыс",),
        "tg": ("тәжік",),
        "uz": ("өзбек",),
        "zh": ("қытай",),
        "ar": ("араб",),
        "es": ("испан",),
        "tr": ("түрік",),
    },
)
PORTUGUESE = Language(
    stemmer="portuguese",
    months=(
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    connectives=_words("e ou a o as os da do de das dos república bem como"),
    articles=_words("o a os as"),
    negations=_means(
        not_so="não, nunca, nem, sem, recusou, rejeitou",
        former="ex, antigo, antiga, antigos, antigas, deixou de, saiu, retirou se, já não",
        suspended="suspenso, suspensa, suspendeu, suspensos, suspensão",
        planned="será, serão, planeja, prevê, previsto, prevista, pretende, deverá, candidato, "
        "candidata, futuro, futura, planeia",
        cancelled="cancelado, cancelada, adiado, adiada",
        proposed="proposto, proposta, projeto, propôs, projecto",
        almost="quase, alegadamente",
    ),
    affirmations=("não só", "não longe", "não apenas", "não obstante"),
    prepositions=_words("por pelo pela de da do dos das em no na nos nas com sob para entre ao à"),
    dating=_words("de"),
    subordinators=_words("após depois antes quando enquanto que"),
    relatives=_words("que"),
    definites=_words("o a os as do da no na ao à pelo pela"),
    demonstratives=_words("este esta esse essa deste desta desse dessa neste nesta"),
    respectively=("respectivamente", "respetivamente"),
    directions=_words("norte sul leste oeste equatorial"),
    numbers=_list(
        "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
        "dezesseis dezessete dezoito "
        "dezenove vinte"
    ),
    tens=_list("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem"),
    apposing=_words("um uma"),
    adjectives=_list("ano ana iano iana ense ês esa ino ina eno ena o a"),
    languages={
        "ar": ("árabe",),
        "en": ("inglês", "inglesa"),
        "es": ("espanhol",),
        "fr": ("francês", "francesa"),
        "pt": ("português", "portuguesa"),
        "ru": ("russo", "russa"),
        "zh": ("chinês", "chinesa"),
    },
)
FRENCH = Language(
    stemmer="french",
    months=(
        "janv(?:ier)?",
        "févr?(?:ier)?",
        "mars",
        "avr(?:il)?",
        "mai",
        "juin",
        "juil(?:let)?",
        "août",
        "sept(?:embre)?",
        "oct(?:obre)?",
        "nov(?:embre)?",
        "déc(?:embre)?",
    ),
    connectives=_words("et ou la le les l de du des république ainsi que"),
    articles=_words("le la les l"),
    negations=_means(
        not_so="ne, n, jamais, sans, ni, refusé, rejeté",
        former="ex, ancien, ancienne, anciens, anciennes, quitté, retiré, cessé",
        suspended="suspendu, suspendue, suspendus, suspension",
        planned="sera, seront, prévu, prévue, prévoit, envisage, doit, devrait, candidat, candidate, futur, future",
        cancelled="annulé, annulée, reporté, reportée",
        proposed="proposé, proposée, projet, proposition, propose",
        almost="presque, prétendument",
    ),
    affirmations=("non seulement", "non loin", "sans délai"),
    prepositions=_words("par de du des en dans à au aux avec sous pour entre d chez"),
    dating=_words("du de"),
    subordinators=_words("après avant lorsque quand que qui"),
    relatives=_words("qui"),
    definites=_words("le la l"),
    demonstratives=_words("ce cet cette"),
    respectively=("respectivement",),
    directions=_words("nord sud est ouest équatoriale"),
    numbers=_list("zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"),
    tens=_list("vingt trente quarante cinquante soixante septante huitante nonante cent"),
    apposing=_words("un une"),
    adjectives=_list("ien ienne éen éenne ais aise ois oise ain aine an ane e"),
    languages={
        "ar": ("arabe",),
        "en": ("anglais",),
        "es": ("espagnol",),
        "fr": ("français",),
        "pt": ("portugais",),
        "ru": ("russe",),
        "zh": ("chinois", "mandarin"),
    },
)
SPANISH = Language(
    stemmer="spanish",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre|setiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    connectives=_words("y e o la el los las de del república"),
    articles=_words("el la los las"),
    negations=_means(
        not_so="no, nunca, ni, sin, rechazó",
        former="ex, antiguo, antigua, antiguos, dejó de, se retiró",
        suspended="suspendido, suspendida, suspendió",
        planned="será, serán, previsto, prevista, prevé, candidato, futuro, futura",
        proposed="propuesto, propuesta, proyecto, propuso",
    ),
    affirmations=("no solo", "no lejos", "no sólo", "no obstante"),
    prepositions=_words("por de del en con bajo para entre al a"),
    dating=_words("de del"),
    subordinators=_words("tras después antes cuando mientras que"),
    relatives=_words("que"),
    definites=_words("el la los las al del"),
    demonstratives=_words("este esta ese esa dicho dicha"),
    respectively=("respectivamente",),
    directions=_words("norte sur este oeste ecuatorial"),
    numbers=_list(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve veinte"
    ),
    tens=_list("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien"),
    apposing=_words("uno una"),
    adjectives=_list("ano ana iano iana ense és esa ino ina eno ena eño eña o a"),
    languages={"en": ("inglés",), "es": ("español",), "fr": ("francés",), "pt": ("portugués",), "ru": ("ruso",)},
)
LANGUAGES: dict[str, Language] = {
    "en": ENGLISH,
    "es": SPANISH,
    "fr": FRENCH,
    "kk": KAZAKH,
    "pt": PORTUGUESE,
    "ru": RUSSIAN,
    "zh": CHINESE,
}
UNKNOWN = Language()


def language_of(tag: str) -> Language:
    """What is known of a language.

    Args:
        tag: Its BCP 47 tag.

    Returns:
        The language; one without words where none is known.

    Example:
        >>> language_of("pt-BR").stemmer
        'portuguese'
    """
    return LANGUAGES.get(tag.partition("-")[0].lower(), UNKNOWN)


def language_in(text: str, tags: Sequence[str]) -> str:
    """The language of a text, of those that its document is in.

    Args:
        text: The text.
        tags: The BCP 47 tags of the document's languages.

    Returns:
        The only tag; of several, or none, the first that is written in the script of the text.

    Example:
        >>> language_in("2009 жылғы 16 маусымда", ["ru", "kk"]), language_in("签署", [])
        ('kk', 'zh')
    """
    if len(tags) == 1:
        return tags[0]
    if _HAN_LETTER.search(text):
        wanted: tuple[str, ...] = ("zh", "ja")
    elif _CYRILLIC.search(text):
        wanted = ("kk",) if _KAZAKH_LETTER.search(text.lower()) else ("ru", "kk", "uk", "be", "ky", "tg")
    else:
        wanted = ("en", "fr", "pt", "es")
    written = [tag for tag in tags if tag.partition("-")[0].lower() in wanted]
    return written[0] if written else wanted[0]
