"""Words that mean something else, or anything at all, when people talk about stocks. VADER's scale: -4 to 4."""

#: Phrases become one word, because the scorer looks at words.
PHRASES = {
    "short squeeze": "shortsqueeze",
    "to the moon": "moon",
    "bag holder": "bagholder",
    "price target raised": "upgraded",
    "price target cut": "downgraded",
    "beats estimates": "beat",
    "misses estimates": "missed",
    "all time high": "ath",
    "profit warning": "profitwarning",
    "rug pull": "rugpull",
}
WORDS = {
    "ath": 2.2, "beat": 2.0, "beats": 2.0, "bull": 1.8, "bullish": 2.6, "buy": 1.2, "buyback": 1.5, "buying": 1.2,
    "calls": 1.3, "cheap": 1.1, "dividend": 0.8, "long": 0.8, "moon": 2.5, "mooning": 2.7, "outperform": 2.0,
    "outperforms": 2.0, "printed": 1.2, "rally": 1.8, "rocket": 2.0, "shortsqueeze": 2.2, "squeeze": 1.2,
    "tendies": 2.0, "undervalued": 2.0, "upgrade": 1.9, "upgraded": 1.9, "upside": 1.6,
    "bagholder": -1.8, "bankrupt": -3.4, "bankruptcy": -3.4, "bear": -1.6, "bearish": -2.6, "bubble": -1.6,
    "crash": -2.8, "cuts": -1.2, "dilution": -2.0, "downgrade": -2.0, "downgraded": -2.0, "downside": -1.6,
    "drilling": -1.6, "dump": -2.0, "dumping": -2.0, "lawsuit": -1.6, "miss": -1.8, "missed": -1.8, "misses": -1.8,
    "overvalued": -2.0, "plunge": -2.4, "plunged": -2.4, "profitwarning": -2.8, "puts": -1.4, "recall": -1.4,
    "rugpull": -3.0, "sell": -1.2, "selling": -1.2, "selloff": -2.0, "short": -1.0, "shorting": -1.4, "tank": -2.0,
    "tanked": -2.2, "underperform": -2.0,
    # Everyday words of the trade without a mood of their own.
    "gross": 0.0, "share": 0.0, "shares": 0.0, "stock": 0.0, "trust": 0.0, "vice": 0.0,
}  # fmt: skip
