"""Primary documents: a few plausible paragraphs of HTML; annual reports are as long as real ones."""

import random
from html import escape

from sandbox.sec.filings import Filing

_PARAGRAPHS = {"10-K": 900, "10-K/A": 40, "10-Q": 60, "DEF 14A": 30}
_SENTENCES = (
    "Revenue from {product} increased {n}% compared with the prior year period.",
    "Gross margin was {n}%, affected by product mix & inventory provisions.",
    "We depend on a limited number of suppliers for {product}.",
    "Operating expenses grew {n}%, mainly for research and development.",
    "Cash, cash equivalents and marketable securities were ${n} billion.",
    "Our results may fluctuate due to competition, regulation and demand.",
    "The Board authorized the repurchase of up to ${n} billion of common stock.",
    "We believe our liquidity is sufficient for at least the next twelve months.",
)
_PAGE = """<?xml version='1.0' encoding='UTF-8'?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{document}</title>
<style>p {{ font-family: Times }}</style><script>var tracked = true;</script></head>
<body><div style="display:none"><ix:header><ix:hidden>{cik}</ix:hidden></ix:header></div>
<p>UNITED STATES<br/>SECURITIES AND EXCHANGE COMMISSION</p>
<h1>FORM&#160;{form}</h1><p><b>{name}</b> (Commission file of CIK {cik})</p>
<table><tr><td>Period of report</td><td>{period}</td></tr><tr><td>Filed</td><td>{filed}</td></tr></table>
{paragraphs}
<p>SIGNATURES</p></body></html>
"""


def document(seed: int, filing: Filing) -> str:
    """The HTML of a filing's primary document."""
    dice = random.Random(f"{seed}:{filing.accession}")
    count = _PARAGRAPHS.get(filing.form, 4)
    return _PAGE.format(
        document=escape(filing.document),
        cik=filing.company.padded_cik,
        form=escape(filing.form),
        name=escape(filing.company.name),
        period=filing.period or "not applicable",
        filed=filing.filed_on,
        paragraphs="\n".join(_paragraph(dice, filing) for _ in range(count)),
    )


def _paragraph(dice: random.Random, filing: Filing) -> str:
    sentences = (
        sentence.format(product=filing.company.product, n=dice.randint(2, 90))
        for sentence in dice.sample(_SENTENCES, 4)
    )
    return f"<p>{escape(' '.join(sentences))}</p>"
