"""Reads "what people say about …": what they write, or how they feel about it."""

from intake.sentence import Sentence, pattern

_PEOPLE = r"(?:people|everyone|everybody|investors|traders|redditors|folks|they|users|the market|the crowd)"
_THINK = r"(?:think|thinks|thinking|feel|feels|feeling|say|says|saying|said|talk|talking|write|writing|wrote)"
_OPINION = pattern(
    rf"(?:what|how) (?:(?:do|does|did|are|is|have|has) )?{_PEOPLE} (?:(?:are|is|have) )?{_THINK}(?: (?:about|of|on))?"
)
_FEELS = pattern(r".*(?:think|feel)\w*.*")


def read_opinions(sentence: Sentence) -> None:
    """They say nothing more beside an analysis; alone it is asked whether posts are wanted, or their sentiment."""
    for found in sentence.find(_OPINION):
        words = sentence.words(found.span()).strip()
        if sentence.of("analysis"):
            sentence.take("ignored", words.lower(), found.span())
            continue
        is_named = bool(sentence.of("source"))
        feelings = ["sentiment of"] if is_named else ["reddit sentiment of", "twitter sentiment of"]
        posts = ["posts about"] if is_named else ["reddit about", "tweets about"]
        answers = feelings + posts if _FEELS.match(words) else posts + feelings
        question = f'"{words}": is the sentiment meant, or what they write?'
        sentence.ask("task_type", question, found.span(), [sentence.instead(found.span(), each) for each in answers])
