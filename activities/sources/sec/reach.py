"""Says what a registrant's lists cannot hold: filings of who had the ticker before, and forms that do not exist."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from activities.sources.sec.models import ListedCompany, ListedFiling, OlderFile
from contracts.errors import InvalidParams
from contracts.params.sec_forms import compact, is_known, suggestion

_NAMED_FORMS = 4
#: With these a company says that it has taken the place of another registrant.
_SUCCESSION = ("8-K12B", "8-K12G3", "8-K15D5")


def beyond_the_registrant(
    company: ListedCompany, seen: Sequence[ListedFiling], files: Sequence[OlderFile], first_wanted: date
) -> str | None:
    """What of the range lies before the registrant's first filing, and how to get it; None if nothing does."""
    begun = min([*(filing.filed_on for filing in seen), *(file.filingFrom for file in files)], default=None)
    if begun is not None and begun <= first_wanted:
        return None
    has = f"filings of {company.title[:100]} (CIK {company.cik_str})"
    what = f"EDGAR has {has} only since {begun}" if begun else f"EDGAR has no {has}"
    succeeded = any(filing.form.upper() in _SUCCESSION for filing in seen)
    why = "It took the place of another registrant" if succeeded else "If the company registered anew"
    return f"{what}. {why}: earlier ones are under the CIK of the one before, which the task can name as its cik."


def other_forms(company: ListedCompany, wanted: Sequence[str], in_range: Sequence[ListedFiling]) -> str | None:
    """What a company files that has none of the wanted forms: foreign ones report on 20-F and 6-K; None if nothing."""
    counts = Counter(filing.form for filing in in_range)
    if not counts:
        return None
    most = ", ".join(f"{count} {form}" for form, count in counts.most_common(_NAMED_FORMS))
    more = " and more" if len(counts) > _NAMED_FORMS else ""
    return (
        f"{company.title[:100]} filed none of {', '.join(wanted)[:200]} in this range, but {most}{more}. "
        "The task can name them as its filing_types."
    )


def check_forms(forms: Sequence[str], seen: Sequence[ListedFiling]) -> None:
    """Raises InvalidParams if a form is none: nothing found would look like nothing filed."""
    filed = {compact(filing.form.removesuffix("/A")) for filing in seen}
    for form in forms:
        if is_known(form) or compact(form.removesuffix("/A")) in filed:
            continue
        meant = suggestion(form)
        hint = f"Did you mean {meant}?" if meant else "Use the names that EDGAR has, such as 10-K."
        raise InvalidParams(f"The SEC has no form '{form[:40]}'. {hint}")
