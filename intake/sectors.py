"""Names of sectors, which are no tickers: a few large companies of each are offered instead."""

from intake.sentence import Sentence, pattern

#: What people call it, as a pattern, and large listed companies of it.
_SECTORS = {
    r"semi-?conductors?|semis|chips?|chip ?makers?": "NVDA TSM AVGO AMD INTC",
    r"banks?|banking|financials?": "JPM BAC WFC C GS",
    r"oil(?: and gas)?|energy": "XOM CVX COP OXY SLB",
    r"pharma(?:ceuticals?)?|drug ?makers?|biotech": "LLY JNJ PFE MRK ABBV",
    r"health ?care|health": "UNH LLY JNJ ABT CVS",
    r"car|cars|auto|automotive|car ?makers?|automakers?": "TSLA TM GM F STLA",
    r"evs?|electric (?:cars?|vehicles?)": "TSLA RIVN LCID NIO LI",
    r"(?:big )?tech|technology|software|faang|magnificent seven|mag ?7": "AAPL MSFT GOOGL AMZN META",
    r"ai|artificial intelligence": "NVDA MSFT GOOGL META PLTR",
    r"airlines?": "DAL UAL AAL LUV JBLU",
    r"retail|retailers?": "WMT COST TGT HD LOW",
    r"defen[cs]e|weapons?": "LMT RTX NOC GD",
    r"gold(?: miners?)?|miners|mining": "NEM GOLD FCX",
    r"solar|renewables?": "FSLR ENPH SEDG RUN",
    r"crypto": "COIN MSTR MARA RIOT",
    r"telecoms?": "T VZ TMUS",
    r"meme": "GME AMC",
}
_KIND = r"stocks?|companies|shares|names|sector|industry|tickers"
_WANTED = [
    (pattern(rf"(?:(?:all|the|big|large|major|top)(?: of)? )*(?:{words})(?: {_KIND})"), symbols.split())
    for words, symbols in _SECTORS.items()
] + [
    (pattern(rf"(?:(?:all|the)(?: of)? )?(?:big|large|major) (?:{words})"), symbols.split())
    for words, symbols in _SECTORS.items()
]


def ask_about_sectors(sentence: Sentence) -> None:
    """One question each; nobody decides for the writer which companies a sector has."""
    for wanted, symbols in _WANTED:
        for found in sentence.find(wanted):
            written = [each if len(each) > 1 else f"${each}" for each in symbols]
            said = " and ".join([", ".join(written[:-1]), written[-1]])
            words = sentence.words(found.span()).strip()
            question = f'"{words}" has no ticker of its own: name the companies that are meant, like {said}.'
            sentence.ask("ticker", question, found.span(), [sentence.instead(found.span(), said)])
