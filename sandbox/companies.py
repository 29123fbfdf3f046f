"""The dozen companies that all sources know. Tickers and CIKs are real, what is said of them is not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """A listed company."""

    ticker: str
    cik: int
    name: str
    #: What people talk about, for plausible sentences.
    product: str
    sic: str
    industry: str
    exchange: str = "Nasdaq"

    @property
    def padded_cik(self) -> str:
        """The CIK as EDGAR writes it in paths: ten digits."""
        return f"{self.cik:010d}"


COMPANIES = (
    Company("NVDA", 1045810, "NVIDIA CORP", "data center GPUs", "3674", "Semiconductors"),
    Company("AAPL", 320193, "Apple Inc.", "phones and services", "3571", "Electronic Computers"),
    Company("TSLA", 1318605, "Tesla, Inc.", "electric cars", "3711", "Motor Vehicles"),
    Company("GME", 1326380, "GameStop Corp.", "game stores", "5734", "Retail-Computers", "NYSE"),
    Company("MSFT", 789019, "MICROSOFT CORP", "cloud software", "7372", "Prepackaged Software"),
    Company("AMD", 2488, "ADVANCED MICRO DEVICES INC", "server chips", "3674", "Semiconductors"),
    Company("AMZN", 1018724, "AMAZON COM INC", "cloud and retail", "5961", "Retail-Catalog"),
    Company("META", 1326801, "Meta Platforms, Inc.", "ads and headsets", "7370", "Computer Programming"),
    Company("GOOGL", 1652044, "Alphabet Inc.", "search and cloud", "7370", "Computer Programming"),
    Company("BRK-B", 1067983, "BERKSHIRE HATHAWAY INC", "insurance float", "6331", "Fire & Casualty", "NYSE"),
    Company(
        "PLTR",
        1321655,
        "Palantir Technologies Inc.",
        "data platforms",
        "7372",
        "Prepackaged Software",
    ),
    Company("F", 37996, "FORD MOTOR CO", "trucks", "3711", "Motor Vehicles", "NYSE"),
)
BY_CIK = {company.cik: company for company in COMPANIES}
