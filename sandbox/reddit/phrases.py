"""Building blocks of plausible posts. `{t}` is a ticker, `{c}` the company's product, `{n}` a number."""

TITLES = (
    "{t} earnings are in {n} days, what is your play?",
    "Why I sold half of my {t} today",
    "{t} DD: the market still misreads {c}",
    "Is {t} priced for perfection?",
    "Added {n} shares of {t} on the dip",
    "{t} guidance looks soft, change my mind",
    "{t} calls printed, taking profits at +{n}%",
    "Unpopular opinion: {t} is a value stock now 🚀",
    "What would make you sell {t}?",
    "{t} up {n}% this week and nobody here talks about {c}",
    "Lost {n}k on {t}, lessons learned",
    "Analyst cuts {t} to hold, cites {c}",
)
BODY_ONLY_TITLES = (
    "My portfolio after {n} months",
    "Rate my watchlist for the next quarter",
    "One position I will not sell",
    "Earnings season notes, part {n}",
)
PLAIN_TITLES = (
    "How do you size positions in a choppy market?",
    "Index funds or single names after {n} years?",
    "Fed minutes thread",
    "What moves tomorrow? Daily discussion",
    "The F-150 lease math does not add up",
    "Is the meta of this sub broken?",
    "Taxes on short-term gains, a question",
)
SENTENCES = (
    "The last quarter showed margins holding up better than feared.",
    "Inventory is the number I watch, not revenue.",
    "I have held since {n} and trimmed twice on the way.",
    "Management bought back stock & said little about next year.",
    "Implied volatility is <silly> before the print, so I sell premium.",
    "If {c} slows down, the multiple has no floor.",
    "Short interest fell again, so do not expect a squeeze.",
    "The 200-day average held three times this month.",
    "Cash flow covers the capex plan, which the bears ignore.",
    "My target is {n}% above here, my stop is well below.",
    "Not advice, I eat crayons 🖍️.",
    "Valuation looks full against peers, but the growth is real.",
    "Options flow turned bearish on Friday afternoon.",
    "I may be wrong, tell me what I miss.",
)
ALSO = ("Also looking at {t}.", "Compared with {t} it still looks cheap.", "I would rather own {t} here.")
FLAIRS = (None, "Discussion", "DD", "News", "Earnings Thread", "YOLO", "Loss", "Gain", "Company Analysis")
SITES = ("reuters.com", "cnbc.com", "marketwatch.com", "bloomberg.com", "i.redd.it")
NAMES = ("quiet", "tendie", "theta", "boring", "macro", "golden", "paper", "diamond", "lucky", "patient")
NOUNS = ("investor", "badger", "gambler", "analyst", "hands", "otter", "trader", "bear", "bull", "intern")
