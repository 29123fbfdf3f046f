"""Encodings as browsers decide them: mark, header, the document's own word; UTF-8 where nobody says."""

import httpx
import pytest
import webencodings

from activities.sources.web.articles import document_of, readable
from activities.sources.web.encodings import decoded
from activities.sources.web.feed_items import items_of
from activities.sources.web.guarded_http import Reply
from activities.sources.web.page_text import Selector, page_text

WORDS = {
    "iso-8859-2": "Zażółć gęślą jaźń",
    "iso-8859-9": "İstanbul'da şirket",
    "iso-8859-15": "Preis 5 € œuvre",
    "windows-1250": "Žluťoučký kůň",
    "windows-1251": "Акции выросли",
    "windows-1253": "μετοχές Αθηνών",
    "iso-2022-jp": "株価は上昇した",
    "euc-kr": "주가가 상승했다 뷁",
    "x-sjis": "株価は上昇した",
    "gb2312": "股价上涨了",
    "big5": "股價上漲",
    "koi8-r": "Акции выросли",
    "latin1": "“5 €” déjà",
    "tis-620": "หุ้นขึ้น",
    "unicode-1-1-utf-8": "Müller 5 €",
}
SENTENCES = "The quarter was a good one, and the next is to be better. " * 8


def reply(body: bytes, content_type: str = "text/html") -> Reply:
    return Reply("https://a.example/x", 200, httpx.Headers({"content-type": content_type}), body)


def encoded(text: str, label: str) -> bytes:
    encoding = webencodings.lookup(label)
    assert encoding
    body, _ = encoding.codec_info.encode(text)
    return bytes(body)


def page(words: str, head: str = "") -> str:
    body = f"<article><h1>{words}</h1><p>{words} {SENTENCES}</p><p id=part>{words}</p></article>"
    return f"<html><head>{head}<title>{words}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("label", WORDS)
@pytest.mark.parametrize("where", ["header", "meta", "http-equiv"])
def test_a_page_says_its_encoding(label: str, where: str) -> None:
    words = WORDS[label]
    head = {
        "header": "",
        "meta": f"<meta charset='{label}'>",
        "http-equiv": f'<meta content="text/html; charset={label}" http-equiv=content-type>',
    }[where]
    got = reply(encoded(page(words, head), label), f"text/html; charset={label}" if where == "header" else "text/html")

    assert readable(got).text.startswith(words)
    assert document_of(got).findtext(".//title") == words
    part = page_text(got, Selector("#part"))
    assert (part.title, part.text) == (words, words)


@pytest.mark.parametrize("label", ["iso-8859-2", "windows-1251", "euc-kr", "x-sjis"])
@pytest.mark.parametrize("where", ["header", "declaration"])
def test_so_does_a_feed(label: str, where: str) -> None:
    declared = f'<?xml version="1.0" encoding="{label}"?>' if where == "declaration" else ""
    feed = f"{declared}<rss version='2.0'><channel><item><title>{WORDS[label]}</title></item></channel></rss>"
    kind = f"application/rss+xml; charset={label}" if where == "header" else "text/xml"
    assert [item.title for item in items_of(reply(encoded(feed, label), kind))] == [WORDS[label]]


@pytest.mark.parametrize("selector", [None, "#part"])
def test_utf_8_need_not_be_declared(selector: str | None) -> None:
    found = page_text(reply(page("Müller 5 €").encode()), Selector(selector) if selector else None)
    assert found.text.startswith("Müller 5 €")
    assert found.title == "Müller 5 €"


def test_a_title_may_stand_before_the_declaration() -> None:
    got = reply(b"<title>\xc3\xa9</title><meta charset=utf-8><p>Fine words, and enough of them to be kept.")
    assert document_of(got).findtext(".//title") == "é"
    assert "Fine words" in page_text(got, None).text


DECIDED = [
    (b"\xef\xbb\xbf" + "é".encode(), "text/html; charset=iso-8859-1", "é"),
    ("é".encode("utf-16"), "text/html; charset=iso-8859-1", "é"),
    ("é<meta charset=koi8-r>".encode("cp1251", "replace"), "text/html; charset=windows-1251", "?"),
    ("<!-- <meta charset=koi8-r> --><meta charset=windows-1251>Акции".encode("cp1251"), "text/html", "Акции"),
    ("<meta charset=utf-16>é".encode(), "text/html", "é"),
    ('<meta http-equiv=Content-Type content="text/html; charset=unicode">é'.encode(), "text/html", "é"),
    ("<meta charset=x-user-defined>é".encode("cp1252"), "text/html", "é"),
    (b"<meta name=description content='what charset=koi8-r is'><meta charset=windows-1252>\xe9", "text/html", "\u00e9"),
    (
        b"<meta name=og content='a > b'><meta content='text/html;charset=windows-1252' http-equiv=Content-Type>\xe9",
        "text/html",
        "\u00e9",
    ),
    ("<meta charset=windows-1251>Акции".encode("cp1251"), "text/html; charset=no-such-thing", "Акции"),
    (b"caf\xe9 \x93quoted\x94", "text/html", "café “quoted”"),
    ("Größe: 5 € für alle Käufer".encode()[:-1] + b"\xc3", "text/html", "Größe"),
]


@pytest.mark.parametrize(("body", "content_type", "text"), DECIDED)
def test_who_has_the_last_word(body: bytes, content_type: str, text: str) -> None:
    assert text in decoded(body, content_type)


@pytest.mark.parametrize(
    "begins", ["<html><title>", "\n<!doctype html><title>", "<rss><channel><title>", "<article><h1>"]
)
@pytest.mark.parametrize(
    ("encoding", "kind"),
    [("utf-16le", "text/html"), ("utf-16be", "text/html"), ("utf-16be", "text/html; charset=utf-16")],
)
def test_wide_letters_need_no_mark(begins: str, encoding: str, kind: str) -> None:
    assert decoded(f"{begins}Müller 5 €".encode(encoding), kind) == f"{begins}Müller 5 €"


#: Nobody says what they are in, and they are too short for statistics.
SHORT = [
    ("cp1252", "à la carte"), ("cp1252", "Señor año"), ("cp1252", "Größe: 5 €"), ("cp1252", "£5"), ("cp1252", "5 €"),
    ("cp1252", "naïve café \u2013 “ok”"), ("cp1252", "Société Générale dépasse"), ("cp1252", "It\u2019s “good”"),
    ("cp1251", "Акции"), ("cp1251", "Газпром: прибыль 5%"), ("koi8_r", "Акции выросли"), ("cp1253", "μετοχές"),
    ("shift_jis", "株価は上昇した"), ("euc_jp", "トヨタ自動車"), ("euc_kr", "삼성전자"), ("gb18030", "苹果公司"),
    ("big5", "台積電"), ("cp1250", "Žluťoučký kůň"), ("cp1256", "ارتفعت الأسهم"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "words"), SHORT)
def test_a_few_words_that_nobody_declares(encoding: str, words: str) -> None:
    assert decoded(words.encode(encoding), "text/html") == words
    assert words in page_text(reply(f"<title>x</title><p id=part>{words}</p>".encode(encoding)), Selector("#part")).text


def test_a_note_in_an_article_makes_no_other_number() -> None:
    sentence = "<p>Revenue was $1,234<sup><a href='#n'>5</a></sup> million, the company said on Monday.</p>"
    found = readable(reply(f"<html><body><article>{sentence * 4}</article></body></html>".encode()))
    assert "$1,234 5 million" in found.text
