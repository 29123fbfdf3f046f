"""The words of the language, to find which one was meant by a misspelt one."""

from difflib import get_close_matches

_VOCABULARY = frozenset(
    """
    reddit subreddit wallstreetbets twitter tweets news headlines articles filings filing reports annual
    quarterly sentiment summary summarize summarise analyze monitor selector comments posts mentions
    priority urgent critical high highest lowest whenever tomorrow tonight yesterday today morning afternoon
    evening midnight monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december since between last past week weeks month months
    year years hours minutes limit latest newest
    """.split()
)
#: Shorter words are like too many others.
_SHORTEST = 4
_CLOSE = 0.75
#: Words of people that are near one of these, and are others.
_OTHERS = frozenset(
    """
    post comment stock shares filed report mention monitored ready read edit credit heading night fund funds
    past fast list lost light right thigh near dear hear bears mouth leaks weak peak weed need feed seven
    mews views sine fence
    """.split()
)


def meant_word(word: str) -> str | None:
    """The word of the language that is nearly this one; None if there is none, or it is another word itself."""
    plain = word.lower().strip("'")
    if len(plain) < _SHORTEST or plain in _OTHERS or plain in _VOCABULARY or not plain.isalpha():
        return None
    found = get_close_matches(plain, _VOCABULARY, n=1, cutoff=_CLOSE)
    return found[0] if found else None
