"""Finds company names as print writes them, with either apostrophe, and tells what else they name: Oracle of Omaha."""

import re
import unicodedata

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`\u2032", "'"))
#: Longest name in capitals that is one because it abbreviates: IBM, ASML, NIO.
_ABBREVIATION = 4
#: Registers write O REILLY for O'Reilly.
_PARTICLE = re.compile(r"[DLO]")
#: Of a name what stands before, and what behind, where it is somebody or something else.
_SOMETHING_ELSE = {
    "Alphabet": ("", r"soups?|city|letters?"),
    "Amazon": ("", r"rain ?forests?|forests?|basin|rivers?|jungle|deforestation|tribes?|drought"),
    "Amex": ("NYSE", ""),
    "Apple": ("Big|Fiona", r"pies?|cider|sauce|juice|orchards?|trees?|crops?|harvests?|growers?"),
    "Berkshire": ("", r"(?:hills|museum|county)"),
    "Caterpillar": ("Hungry", ""),
    "Chevron": ("", r"doctrine|deference|v\.|u\.s\.a"),
    "Citi": ("", r"field|bike"),
    "Dell": ("Michael|Susan", ""),
    "Delta": ("Nile|River|Mekong|Niger|Mississippi", r"variants?|force|blues|smelt|state"),
    "Ford": (
        "Harrison|Gerald|Betty|Doug|Rob|Tom|Henry|John|Blasey|Glenn|Lita|Wayne|Premier|President|Mr.",
        r"foundation|theat(?:er|re)|madox|coppola|modeling",
    ),
    "Kohl's": ("Helmut|Chancellor", ""),
    "Lowe's": ("Rob|Chad", ""),
    "Merck": ("", "kgaa"),
    "Meta": ("", r"analys[ie]s|critic|humans?"),
    "Oracle": ("", r"of\s+(?:omaha|delphi|bacon)|park|arena|red bull"),
    "Salesforce": ("", "tower|park|transit"),
    "Tesla": ("Nikola", "coils?"),
    "Wells Fargo": ("", "center|arena"),
}
#: Registers write LOWES for Lowe's.
_OTHERS = {name.casefold().replace("'", ""): contexts for name, contexts in _SOMETHING_ELSE.items()}
#: No person: New York is not called Apple in the next sentence, so the Apple there is the company.
_NEVER_FOR_SHORT = {"Big"}


def plain(text: str) -> str:
    """With one kind of apostrophe and without accents: print has McDonald's and Nestle in several ways."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(each for each in parts if not unicodedata.combining(each))


def written(name: str) -> str:
    """A pattern for a name in plain text. Registers write in capitals, and without apostrophes and hyphens."""
    words = plain(name).split()
    pattern = "".join(_word(word) + ("['-]? ?" if _PARTICLE.fullmatch(word) else "[ -]") for word in words)
    pattern = pattern.removesuffix("[ -]").removesuffix("['-]? ?")
    # Short ones are abbreviations.
    return rf"(?=[A-Z])(?i:{pattern})" if name.isupper() and len(name) > _ABBREVIATION else pattern


def guarded(name: str, pattern: str) -> str:
    """The pattern of a name, where it is not that of something else."""
    before, behind = _contexts(name)
    not_before = "".join(rf"(?<!\b{re.escape(each)} )" for each in before.split("|") if each)
    return not_before + pattern + (rf"(?!['s]*\s(?i:{behind})(?!\w))" if behind else "")


def namesake(name: str) -> str | None:
    """A pattern for who or what bears the name as its last word: Harrison Ford is Ford in the next sentence."""
    before = [each for each in _contexts(name)[0].split("|") if each and each not in _NEVER_FOR_SHORT]
    return rf"\b(?:{'|'.join(before)})\s{re.escape(name)}\b" if before else None


def _contexts(name: str) -> tuple[str, str]:
    return _OTHERS.get(plain(name).casefold().replace("'", ""), ("", ""))


def _word(word: str) -> str:
    pattern = re.escape(word).replace("'", "'?")
    # LOWES COMPANIES INC is Lowe's.
    return rf"{pattern[:-1]}'?{pattern[-1]}" if len(word) > 3 and word[-1] in "sS" and word[-2] != "'" else pattern
