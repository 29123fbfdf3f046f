"""Finds ticker symbols among the words of a post."""

from collections.abc import Iterable

#: A single letter says nothing; longer ones are no US symbols. As cashtags single letters count.
_SHORTEST, _LONGEST = 2, 5

#: Words and abbreviations that people write in capitals, and that are symbols, too. They count as $IT, never as IT.
COMMON_WORDS = frozenset(
    """
    ADD AGO AI AIR ALL AM AN AND ANY APP APR ARE AS AT ATH ATM AUG BE BEAT BIG BIT BOOM BRO BUY BY CAN CAR CASH CEO CFO
    COST CPI CTO DAY DD DEC DO DOW EDIT ELSE EOD EPS ER ETF EU EV EVER EVEN FAST FDA FEB FED FOMO FOR FREE FUN FUND FYI
    GAIN GDP GET GO GOLD GOOD GROW HAS HE HIGH HODL HOLD HOPE HUGE IMO IN INFO IPO IRS IS IT ITM JAN JOB JUL JUN JUST
    KEY LIFE LIVE LMAO LOL LONG LOSS LOT LOVE LOW MAN MAR MAY ME MOM MOON MORE MY NEW NEXT NICE NO NOT NOV NOW NYSE OCT
    OF OLD ON ONE OP OPEN OR OTC OTM OUT PAY PE PLAN PLAY PM POST PR PUT PUTS REAL RE RED RH RIDE RIP ROI RSI RUN SAFE
    SALE SAVE SEC SEE SELL SEP SHE SO SPAC STAY STOP TA TAX TECH THE THEY THIS TO TOP TRUE TWO UK UP US USA USD VERY
    WANT WAR WE WELL WHEN WHO WILL WIN WOW WSB WTF YOLO YOU YTD
    """.split()
)


def readable_bare(symbols: Iterable[str]) -> set[str]:
    """Those of the symbols that are looked for without a $: known ones that are no everyday words."""
    return {each for each in symbols if _SHORTEST <= len(each.partition(".")[0]) <= _LONGEST} - COMMON_WORDS
