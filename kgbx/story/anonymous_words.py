# SPDX-License-Identifier: EUPL-1.2
"""Words by which traces of a family are known in a text, and words that are no trace by themselves.

Rules: all are folded: lower case, without accents. What stands here as everyday is a trace only where it is written
with a capital, because somebody may be called so. Source of every table: kgbx.
"""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
    *("september", "oktober", "november", "december"),
    *("jan", "feb", "mrt", "apr", "jun", "jul", "aug", "sept", "sep", "okt", "nov", "dec"),
    *("january", "february", "march", "may", "june", "july", "august", "october", "mar", "oct"),
)
"""Months, whole and shortened, in Dutch and English."""

DAYS_IN_WORDS: Final = (
    *("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien"),
    *("veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien", "twintig", "dertig"),
    *("eenentwintig", "tweeentwintig", "drieentwintig", "vierentwintig", "vijfentwintig", "zesentwintig"),
    *("zevenentwintig", "achtentwintig", "negenentwintig", "eenendertig"),
    *("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende", "elfde"),
    *("twaalfde", "dertiende", "veertiende", "vijftiende", "zestiende", "zeventiende", "achttiende", "negentiende"),
    *("twintigste", "eenentwintigste", "tweeentwintigste", "drieentwintigste", "vierentwintigste"),
    *("vijfentwintigste", "zesentwintigste", "zevenentwintigste", "achtentwintigste", "negenentwintigste"),
    *("dertigste", "eenendertigste"),
)
"""Days of a month in words."""

DIGITS_IN_WORDS: Final = frozenset(
    (
        *("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"),
        *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    )
)
"""Digits as they are dictated."""

TEENS_IN_WORDS: Final = (
    *("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
"""Ten to nineteen."""

TENS_BEHIND: Final = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
"""Tens that stand behind the digit: four and thirty."""

TENS_BEFORE: Final = ("twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""Tens that stand before the digit: thirty-four."""

ENDINGS: Final = (
    *("tje", "tjes", "je", "jes", "etje", "etjes", "pje", "pjes", "metje", "netje", "letje", "atje", "otje", "sje"),
    *("s", "es", "ie", "y", "ke", "tie"),
)
"""What is put behind a name: belonging to, or small."""

UNDECOMPOSED: Final = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "\u0131": "i",
    "ŋ": "n",
}
"""Letters with a sign that Unicode does not take apart."""

EVERYDAY: Final = frozenset(
    (
        # names that are words as well
        *("wil", "ton", "mark", "roos", "mees", "storm", "jet", "lot", "bas", "joy", "fleur", "iris", "lente"),
        *("rob", "pim", "nel", "job", "sam", "sem", "sil", "bo", "mo", "jan", "an", "ben", "door", "per", "nu"),
        *("wies", "lief", "lieve", "merel", "linde", "hope", "grace", "may", "will", "art", "pat", "guus", "mei"),
        # surnames that are words as well
        *("groot", "klein", "jong", "oud", "lang", "kort", "dik", "wit", "zwart", "bruin", "rood", "blauw", "groen"),
        *("boer", "bakker", "visser", "smit", "slager", "kok", "koster", "mulder", "meester", "prins", "koning"),
        *("keizer", "graaf", "hertog", "bos", "berg", "dijk", "brug", "beek", "meer", "veen", "hof", "kerk", "post"),
        *("vos", "haan", "beer", "wolf", "leeuw", "kat", "vogel", "haas", "kuiper", "dekker", "snel", "goed", "best"),
        *("voorbeeld", "toonbeeld", "sjabloon", "verzinsel", "vader", "moeder", "kind", "broer", "zus", "vriend"),
        *(
            "oma",
            "opa",
            "mama",
            "papa",
            "tante",
            "oom",
            "stiefvader",
            "stiefmoeder",
            "pleegouder",
            "buurvrouw",
            "buurman",
        ),
        *("young", "brown", "white", "black", "green", "long", "short", "baker", "king", "mason", "example"),
        # words of names of organisations and streets
        *("samen", "sterk", "thuis", "veilig", "hulp", "zorg", "jeugd", "gezin", "gezinnen", "ouders", "kinderen"),
        *("voor", "naar", "over", "onder", "boven", "tussen", "buiten", "binnen", "achter", "noord", "zuid", "oost"),
        *("west", "midden", "hoog", "laag", "nieuw", "nieuwe", "oude", "grote", "kleine", "eerste", "tweede", "derde"),
        *("huis", "hart", "kracht", "toekomst", "groei", "groep", "basis", "kans", "kansen", "wereld", "land", "stad"),
        *("markt", "singel", "gracht", "kade", "steeg", "dreef", "plantsoen", "boulevard", "kanaal", "haven", "ring"),
        *("dorp", "buurt", "wijk", "plein", "weg", "straat", "laan", "park", "school", "werk", "leven", "licht", "zon"),
        *("family", "families", "youth", "care", "help", "home", "house", "child", "children", "safe", "together"),
        *("het", "een", "van", "der", "den", "de", "ter", "ten", "te", "op", "aan", "bij", "met", "and", "the", "of"),
    )
)
"""Everyday words: a trace only with a capital, or as part of a whole name."""

PARTICLES: Final = frozenset(
    (
        *(
            "van",
            "de",
            "der",
            "den",
            "het",
            "ter",
            "ten",
            "te",
            "in",
            "op",
            "aan",
            "bij",
            "tot",
            "uit",
            "thoe",
            "t",
            "s",
        ),
        *("von", "zu", "la", "le", "les", "du", "da", "das", "do", "dos", "di", "del", "della", "el", "al", "ibn"),
        *(
            "y",
            "e",
            "en",
            "d",
            "l",
            "and",
            "of",
            "the",
            "mr",
            "dr",
            "drs",
            "ir",
            "ing",
            "mevrouw",
            "meneer",
            "mw",
            "dhr",
        ),
    )
)
"""What stands between names and names nobody."""

GENERIC: Final = frozenset(
    (
        *(
            "stichting",
            "vereniging",
            "cooperatie",
            "gemeente",
            "provincie",
            "regio",
            "locatie",
            "vestiging",
            "afdeling",
        ),
        *("team", "teams", "wijkteam", "lokaal", "lokale", "sociaal", "sociale", "regionaal", "centrum", "bureau"),
        *("basisschool", "college", "lyceum", "gymnasium", "kinderopvang", "peuterspeelzaal", "praktijk", "kliniek"),
        *("opvang", "pleegzorg", "jeugdbescherming", "jeugdhulp", "jeugdzorg", "voogdij", "kinderbescherming"),
        *("schuldhulp", "rechtbank", "politie", "eenheid", "mediation", "bemiddeling", "onderwijs", "samenwerking"),
        *("organisatie", "organisation", "instelling", "dienst", "ggz", "ggd", "gezinshuis", "huisartsen", "apotheek"),
        *("hulpverlening", "begeleiding", "behandeling", "ondersteuning", "advies", "meldpunt", "steunpunt"),
    )
)
"""Words for a kind of organisation: they name none. The labels of the functions of organisations count as well."""

SECTOR: Final = frozenset(
    (
        *("gi", "vt", "om", "ggz", "ggd", "jgz", "cjg", "mdo", "avg", "bsn", "ots", "vots", "muhp", "vto", "lvb"),
        *("adhd", "ass", "iq", "eq", "tv", "pc", "vo", "po", "mbo", "hbo", "sbo", "so", "vso", "wmo", "wlz", "zvw"),
        *("ao", "bv", "nv", "nl", "en", "eu", "ok", "jb", "jr", "pgb", "poh", "zsm", "kb", "ptss", "cd", "wc", "sos"),
    )
)
"""Abbreviations of the field; in capitals and without points they are no initials."""

SHORTENED: Final = frozenset(
    (
        *("oa", "ea", "ed", "zo", "ivm", "nav", "mbt", "mbv", "tav", "tov", "tgv", "dmv", "dwz", "ipv", "evt", "bv"),
        *("nb", "nvt", "zoz", "tm", "ma", "aub", "wo", "ie", "eg", "ps", "pm", "am", "ca", "mi", "aw", "hr", "vd"),
        *("iom", "ism", "tijd", "twv", "va", "vh", "vlg", "mn", "ns", "zsm", "tz", "tk", "td", "iha", "iig"),
    )
)
"""Shortened words; in lower case with points they are no initials."""

ALSO_CALLED: Final = {
    "s gravenhage": "den haag",
    "den haag": "s gravenhage",
    "s hertogenbosch": "den bosch",
    "den bosch": "s hertogenbosch",
}
"""Places with two names."""
