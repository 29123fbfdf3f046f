"""How tickers are written, and what counts as a mention."""

import pytest

from contracts.params.crawl import RedditCrawlParams
from contracts.tickers.mentions import mention_of, readable_bare, without_symbols
from contracts.tickers.spelling import canonical, dashed, dotted, spellings
from contracts.tickers.words import COMMON_WORDS, ORDINARY_WORDS


@pytest.mark.parametrize("written", ["BRK.B", "BRK-B", "BRK/B", "$BRKB", "brk b", "$brk.b", "BRKB"])
def test_a_share_class_is_one_ticker_however_it_is_written(written: str) -> None:
    assert canonical(written) == "BRK.B"
    assert RedditCrawlParams.model_validate({"ticker": written}).ticker == "BRK.B"
    assert mention_of(canonical(written)).search(f"I would rather own {written.upper()} here.")


def test_each_source_gets_its_own_spelling() -> None:
    assert (dashed("BRK.B"), dotted("BRK-B"), dashed("0700.HK"), dashed("NVDA")) == (
        "BRK-B", "BRK.B", "0700.HK", "NVDA"
    )  # fmt: skip
    assert spellings("BRK-B") == ["BRK.B", "BRK-B", "BRK/B", "BRKB"]
    assert spellings("NVDA") == ["NVDA"]
    # London's, Frankfurt's and Toronto's, but of McCormick the class V.
    for ticker in ("VOD.L", "BMW.F", "NOU.V"):
        assert (canonical(ticker), dashed(ticker), spellings(ticker)) == (ticker, ticker, [ticker])
    assert dashed("MKC.V") == dashed("MKCV") == "MKC-V"


@pytest.mark.parametrize(
    ("ticker", "text"),
    [
        ("NVDA", "NVDA"),
        ("VOD.L", "VOD.L rose"),
        ("NVDA", "long $nvda!"),
        ("NVDA", "NVDA's margins"),
        ("NVDA", "NVDA\u2019s margins"),
        ("NVDA", "AMD/NVDA"),
        ("NVDA", "all-in on NVDA."),
        ("NVDA", "NVDA-heavy"),
        ("NVDA", "SELL ALL YOUR NVDA TO ME AND RUN"),
        ("TSLA", "Deliveries of TSLA.O and IT.N fell."),
        ("IT", "Deliveries of TSLA.O and IT.N fell."),
        ("F", "$F and (F)"),
        ("F", "F calls printed"),
        ("BRK.B", "BRK-B"),
        ("BRK.B", "Buffett's BRK/B"),
        ("BRK-B", "$brk.b"),
        ("META", "META is up again"),
        ("ON", "ON Semiconductor (NASDAQ: ON) rises"),
        ("ON", "onsemi (ON) cuts its outlook"),
        ("IT", "Gartner (NYSE:IT) beats"),
        ("A", "Agilent (A) raises guidance"),
        ("A", "I bought $A and $DD"),
        ("ALL", "ALL reports third quarter results on Thursday"),
        ("NOW", "ServiceNow (NOW) shares fall"),
        ("NOW", "NOW 1000c for Friday"),
        ("TV", "Grupo Televisa, ticker: TV"),
        # Names with an ending, marks and markup beside the symbol, what brokers write.
        ("IT", "Gartner Inc. (IT) stock falls after earnings"),
        ("SO", "Southern Co. (SO)"),
        ("ALL", "Allstate Corporation (The) (ALL)"),
        ("ON", "I bought 100 shares of ON, and wait"),
        ("NVDA", "_NVDA_ and __more__"),
        ("NVDA", "\uff04\uff2e\uff36\uff24\uff21"),
        ("NVDA", "NV\u00adDA"),
        ("NVDA", "NVDA100C is up"),
        ("NVDA", "the NVDA261218C00150000"),
        ("NVDA", "AMD&NVDA, the NVDA-AMD spread"),
        ("NVDA", "sold my NVDA.But why"),
        ("NVDA", "NVDA.US"),
        ("META", "(NASDAQGS: META)"),
        # Single letters beside words of the trade.
        ("F", "F is my largest position, great dividend"),
        ("F", "Bought some F today"),
        ("T", "T dividend is safe"),
        ("T", "I own T and VZ"),
        ("V", "V/MA are great stocks"),
        ("C", "C +3% in the market"),
        ("O", "Realty Income (O)"),
        # What could be a place, a degree or a mean, and is none.
        ("CAN", "Canaan (CAN)"),
        ("AC", "Air Canada (AC)"),
        ("RY", "Royal Bank of Canada (RY)"),
        ("MA", "I own Visa, MA and AXP"),
        ("MA", "Bought Visa, MA, and AXP"),
        ("DE", "Caterpillar, DE and CNH"),
        ("MS", "Goldman, MS, Citi"),
        ("MA", "sold my 200 MA shares"),
        ("MD", "MD is up 5% today"),
        ("LNG", "$LNG and Cheniere (LNG)"),
        ("AGI", "AGI reports record quarterly revenue"),
        ("NET", "NET is up, and so is the interest in it"),
        ("ICE", "ICE owns the NYSE"),
        ("GAP", "GAP up 5% today"),
        # Whose letters are the first ones of its name.
        ("GO", "Grocery Outlet (GO)"),
        ("BE", "Bloom Energy (BE)"),
        ("MS", "Morgan Stanley (MS)"),
        ("GM", "General Motors (GM)"),
        ("AIG", "American International Group (AIG)"),
        ("PG", "Procter & Gamble (PG)"),
        ("ZZZX", "Zebra Zoo Zone X (ZZZX)"),
        # At the end of a line, behind a company and not a city.
        ("MA", "I own Visa, MA"),
        ("DE", "Caterpillar, DE"),
        ("MS", "Watch Goldman, MS\nand Citi"),
        # Words in capitals that are not said loudly.
        ("META", "I bought META and sold my TEAM"),
        ("TEAM", "I bought META and sold my TEAM"),
        ("META", "the META earnings were great"),
        ("META", "this META dip is a gift"),
        ("META", "I think META will run"),
        ("CARE", "CARE beat estimates and raised its dividend"),
        ("SHOP", "Would you rather own SHOP or AMZN?"),
        ("CORN", "every CORN, WEAT and SOYB holder"),
        ("META", "Didn't META just report?"),
        # What is mostly something else, and here is the share.
        ("SNAP", "SNAP cuts 10% of its staff"),
        ("SNAP", "SNAP earnings, food stamps and the market"),
        ("CL", "CL and PG raise prices"),
        ("CL", "Colgate-Palmolive (CL)"),
        ("ES", "ES raises its dividend"),
        ("CRM", "bought some CRM today"),
        ("CRM", "my CRM position, a CRM call"),
        ("CRM", "CRM market cap; I hold CRM for years"),
        ("UBS", "UBS raises its cost target to $13 billion"),
        ("UBS", "UBS raises dividend, still a buy"),
        ("UBS", "UBS upgrades its systems"),
        ("MS", "MS cuts 2,000 jobs"),
        ("GS", "GS beat, the stock is up. Nvidia price target raised."),
        ("NYT", "NYT reports strong subscriber growth and earnings"),
        ("NYT", "I own NYT and GOOG"),
        ("NYT", "The New York Times Company (NYT) beats"),
        # A contract with the company, the paper's own numbers and owners, scores and software that are sold.
        ("PL", "PL contract with NATO is huge"),
        ("PL", "Huge PL contract announced today"),
        ("CL", "CL contract dispute with workers"),
        ("KC", "KC contract with the state"),
        ("NYT", "NYT says it added 250,000 subscribers in Q3"),
        ("NYT", "NYT: Q3 EPS beats"),
        ("NYT", "NYT: Undervalued compounder?"),
        ("NYT", "subscribers grow, per NYT earnings call"),
        ("NYT", "My pick - NYT"),
        ("FICO", "FICO score price hike will boost margins"),
        ("FICO", "FICO scores a new deal"),
        ("CRM", "CRM platform revenue up 10%"),
        ("CRM", "CRM software demand grows"),
        ("CRM", "our CRM thesis"),
        ("CRM", "any CRM holders here?"),
        ("SNAP", "SNAP is down 10% as SNAP benefits pause"),
        ("SNAP", "SNAP ad revenue hit as people save on groceries"),
        # A bank that is judged itself.
        ("BAC", "BAC cut to hold"),
        ("BAC", "BAC raised to buy"),
        ("BAC", "BAC Reiterated at Outperform"),
        ("BAC", "BAC initiated with buy rating"),
        ("BAC", "BAC named top pick at Oppenheimer"),
        ("WFC", "WFC Upgraded At Piper"),
        ("WFC", "WFC Downgraded From Buy"),
        ("GS", "GS initiated at Outperform"),
        ("GS", "UBS raises price target of GS to 800"),
        ("GS", "KBW cuts rating of GS"),
        ("GS", "Price target of GS raised"),
        ("ES", "I own ES and CL for the dividend"),
        ("GE", "GE Aerospace wins an order"),
        ("GE", "GE and GE Vernova (GEV)"),
        ("AMC", "AMC Entertainment (AMC)"),
        ("TD", "TD Bank was fined"),
        ("PG", "KO/PG are boring"),
        # At home as well as abroad.
        ("SHOP", "Shopify Inc. (TSX: SHOP) rises"),
        ("SHOP", "the company (NYSE and TSX: SHOP) rises"),
        ("SHOP.TO", "SHOP.TO rose, says TD"),
        ("SHOP.TO", "Shopify (TSX: SHOP)"),
        ("SHOP.TO", "$SHOP.TO"),
        ("VOD.L", "Vodafone (LSE: VOD)"),
    ],
)
def test_mentions(ticker: str, text: str) -> None:
    assert mention_of(ticker).search(text)


@pytest.mark.parametrize(
    ("ticker", "text"),
    [
        ("NVDA", "nvidia"),
        ("NVDA", "NVDAX $NVDAX"),
        ("NVDA", "xNVDA"),
        ("NVDA", "u/NVDA said it in r/NVDA"),
        ("NVDA", "nvda calls"),
        ("O", "O.K., whatever the U.N. says about the stock"),
        ("F", "F-150"),
        ("F", "f this"),
        ("F", "Press F to pay respects to my portfolio"),
        ("B", "Class B shares carry more votes than the stock I own"),
        ("P", "S&P reports earnings of the stock market"),
        ("META", "the meta"),
        ("META", "THE META OF THIS SUB IS BROKEN"),
        ("BRK", "BRK.B"),
        ("BRK", "BRK/B"),
        ("BRK.B", "BRKXB"),
        ("A", "A stock that I own. Class A shares. A"),
        ("A", "Option (A) is to hold the stock"),
        ("IT", "IT spending is down, says our IT department"),
        ("IT", "I can't take IT anymore. Sell IT!"),
        ("IT", "Information Technology (IT) stocks rally"),
        ("ALL", "I am ALL in on AMD, ALL calls"),
        ("ON", "HODL ON, moon is ON"),
        ("DD", "Here is my DD on AMD. Due Diligence (DD)"),
        ("NOW", "Buy NOW, the stock is cheap right NOW"),
        ("TV", "Saw it on TV (CNBC)"),
        ("ALL", "Is that ALL? (ALL)"),
        ("ALL", "100 shares of ALL companies"),
        ("AI", "generative AI (AI) stocks; AI reports suggest earnings growth"),
        ("NOW", "National Organization for Women (NOW)"),
        ("ON", "Earnings season is ON 10-K day. ON 2 p.m. sharp"),
        ("LOVE", "I LOVE 10-K season"),
        ("A", "A 10-K was filed"),
        ("CEO", "CEO reports earnings"),
        ("IT", "IT reported strong sales"),
        ("NVDA", "https://x.com/NVDA/status/1 and NVDA.com"),
        ("X", "X posts earnings"),
        # Units, initials, classes, questions, words that are cut by a hyphen.
        *(("M", text) for text in ("M&A stocks", "5 M shares", "$10 M in shares")),
        *(
            ("C", text)
            for text in ("C++ stocks", "C-suite stock sales", "Plan C: buy stocks", "Vitamin C sales and shares")
        ),
        ("Q", "Q: why did the stock fall? A: earnings"),
        ("J", "J. Powell and stocks. J Powell sells stocks"),
        ("B", "$5 B market cap stock"),
        ("T", "$1 T valuation stock, T+2 settlement of shares"),
        ("E", "E-commerce stocks, E. coli stock"),
        ("H", "H shares in Hong Kong stock"),
        ("Z", "Gen Z buys stocks"),
        ("V", "V-shaped recovery in stocks"),
        ("F", "F in the chat, my calls. F it, selling."),
        # Codes of countries and states, degrees, means over days.
        ("CAN", "Canada (CAN) beats Sweden"),
        ("IN", "Demand in India (IN) rises"),
        ("NO", "Stocks in Norway (NO) rise"),
        ("PAN", "Shipping through Panama (PAN)"),
        ("USA", "United States of America (USA)"),
        ("GER", "Germany (GER)"),
        ("DE", "Exports of Germany (DE)"),
        ("KR", "South Korea (KR)"),
        ("MA", "BOSTON, MA, March 2, 2026 /PRNewswire/ -- The company"),
        ("MA", "Boston, MA \u2013 The company said"),
        ("DE", "a company of Wilmington, DE 19801"),
        ("MS", "an accident in Jackson, MS, on Monday"),
        ("MO", "the St. Louis, MO-based company"),
        ("TX", "in Fort Worth, TX."),
        ("CA", "San Francisco, CA (Reuters)"),
        ("MD", "says Jane Roe, MD, of the hospital"),
        ("MA", "Dr. Jane Roe, MA, and others"),
        ("MS", "John Doe, MS, PhD"),
        ("MA", "It broke the 200-day MA, then the 50 MA."),
        ("SMA", "above its 200-day SMA"),
        # What is no name of the company.
        ("MS", "a drug against multiple sclerosis (MS)"),
        ("MA", "the moving average (MA)"),
        ("MA", "a Master of Arts (MA)"),
        ("HD", "high definition (HD)"),
        # What goes on as a word does.
        ("NET", "NET INCOME fell, and NET profit"),
        ("ICE", "ICE raids, ICE agents"),
        ("USB", "a USB-C port, a USB stick"),
        ("GAP", "a GAP up, then GAP down"),
        ("GM", "GM everyone"),
        # What everybody abbreviates.
        ("AGI", "AGI by 2027? Invest now."),
        ("ARR", "ARR grew 40% to $2 billion"),
        ("CC", "I sold a CC on AMD, wheel and CC strategy"),
        ("OI", "look at the OI for Friday"),
        ("LNG", "US LNG exports rise"),
        ("HBM", "HBM is sold out until 2027"),
        ("SSD", "I put an SSD into it"),
        # A city at the end of a line.
        ("MA", "Headquarters: Boston, MA"),
        ("MA", "Posted by a nurse\nWorcester, MA\nto the stock"),
        ("MS", "Jackson, MS"),
        ("DE", "Registered at Lewes, DE."),
        ("CO", "Golden, CO | full time"),
        # Words that are said loudly.
        ("CARE", "I really CARE about this act"),
        ("CARE", "Nobody seems to CARE about retail investors"),
        ("CARE", "They don't CARE."),
        ("DEAL", "What a HUGE DEAL for the market"),
        ("CORE", "the CORE problem of the stock market"),
        ("HELP", "we just want to HELP you"),
        ("COOL", "that is a very COOL idea for a stock"),
        ("TEAM", "our TEAM did great"),
        ("RELY", "You can RELY on that"),
        ("CARE", "Take CARE of yourself. HEALTH CARE stocks fell"),
        ("SUCH", "SUCH a great stock"),
        # Futures, food stamps, software, a newspaper, a drug.
        ("SNAP", "SNAP benefits cut for millions"),
        ("SNAP", "Food stamps (SNAP) to end"),
        ("SNAP", "Supplemental Nutrition Assistance Program (SNAP)"),
        ("CL", "CL futures down, /CL below 60"),
        ("ES", "ES futures point lower"),
        ("ES", "/ES is red"),
        ("NG", "NG front-month contract rises; natural gas (NG)"),
        ("CL", "Crude oil (CL) falls"),
        ("CRM", "HubSpot launches new CRM"),
        ("CRM", "CRM software is a large market; our CRM is down"),
        ("MS", "MS Word outage, MS Teams too"),
        ("MS", "MS patients wait for the drug"),
        ("NYT", "NYT reports Nvidia deal"),
        ("NYT", "According to the NYT, talks go on"),
        ("NYT", "an NYT op-ed"),
        ("AP", "AP reports a deal"),
        ("NYT", "Nvidia in talks - NYT"),
        ("AP", "Stocks slide as our trade war goes on - AP"),
        ("NYT", "Nvidia in talks (NYT)"),
        ("NYT", "NYT: Nvidia in talks"),
        ("NYT", "NYT says Nvidia is in talks; deal is close, per NYT"),
        ("SNAP", "42 million people on SNAP wait for the USDA"),
        ("MS", "a drug for relapsing MS is approved"),
        ("ES", "ES and NQ are red"),
        ("HP", "HP Inc. sells printers"),
        ("UBS", "UBS reiterates Buy on Nvidia"),
        ("UBS", "UBS stays bullish on Nvidia"),
        ("SAM", "SAM Altman said"),
        ("ADP", "ADP payrolls beat, ADP report at 8:15"),
        # The beginning of another company's name.
        ("GE", "GE Vernova (GEV) and GE HealthCare"),
        ("TE", "TE Connectivity raises its outlook"),
        ("PG", "PG&E outage"),
        ("AMC", "AMC Networks (AMCX)"),
        ("NXP", "NXP Semiconductors falls"),
        ("TD", "TD Cowen starts coverage, TD SYNNEX beats"),
        # A bank that judges somebody else.
        ("UBS", "UBS raises Nvidia PT to $200"),
        ("UBS", "UBS analyst Karl Roe likes Nvidia"),
        ("UBS", "Nvidia upgraded to Buy at UBS"),
        ("HSBC", "HSBC downgrades Tesla; HSBC cuts Tesla to Reduce, price target $120"),
        ("MS", "MS initiates coverage of AMD with an overweight rating"),
        ("GS", "AMD price target raised to $200 from $150.50 by GS"),
        ("JPM", "JPM lifts Meta to Overweight"),
        ("GS", "GS maintains buy rating on NVDA"),
        ("UBS", "UBS raises price target of GS to 800"),
        ("MCO", "MCO downgrades Boeing to junk"),
        # Symbols of other exchanges.
        ("SHOP", "SHOP.TO rose"),
        ("SHOP", "$SHOP.TO and $shop.to"),
        ("T", "Telus ($T.TO, TSX: T) pays a dividend of 7%"),
        ("TO", "SHOP.TO rose"),
        ("DE", "SAP.DE and BMW.DE fell"),
        ("AX", "BHP.AX"),
        ("ABX", "Barrick Gold (TSX: ABX) beats"),
        ("RIO", "RIO.L and RIO.AX"),
        ("L", "Loblaw (TSX: L) raises its dividend"),
        ("AC", "AC CN Equity"),
        ("SHOP.TO", "SHOP rose"),
        ("EMA", "above the 200 EMA"),
    ],
)
def test_no_mentions(ticker: str, text: str) -> None:
    assert not mention_of(ticker).search(text)


@pytest.mark.parametrize(
    ("ticker", "text", "counts"),
    [
        ("NVDA", "nvda calls, who is in?", True),
        ("NVDA", "Nvda to the moon", True),
        ("BRK.B", "brk.b is boring", True),
        ("MU", "mu calls printed", True),
        ("MU", "the greek letter mu", False),
        ("META", "meta earnings tomorrow", True),
        ("META", "the meta of this sub", False),
        ("ALL", "all calls are green", False),
        ("F", "f calls", False),
    ],
)
def test_small_letters_count_where_the_source_found_them(ticker: str, text: str, counts: bool) -> None:
    assert mention_of(ticker).search(text, found_by_source=True) is counts
    assert not mention_of(ticker).search(text)


def test_everyday_words_and_letters_are_no_symbols() -> None:
    assert readable_bare({"A", "IT", "ALL", "F", "NVDA", "BRK.B", "GM", "TOOLONG", "0700.HK"}) == {
        "NVDA", "BRK.B", "GM", "0700.HK"
    }  # fmt: skip
    assert all(word == word.upper() and word.isalpha() for word in COMMON_WORDS | ORDINARY_WORDS)
    assert not COMMON_WORDS & ORDINARY_WORDS


@pytest.mark.parametrize(
    "text", ["$LOVE 10-Q is out", "NICE reports third quarter results", "Nice Ltd (NASDAQ: NICE)", "LOVE 8-K filed"]
)
def test_a_symbol_has_no_mood(text: str) -> None:
    assert "TICKER" in without_symbols(text)
    assert not {"LOVE", "NICE"} & set(without_symbols(text).split())
