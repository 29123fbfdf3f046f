"""Fetching addresses from outside: where it may connect, and how much of a reply it takes."""

import gzip
import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from activities.sources.web.addresses import is_public
from activities.sources.web.guarded_http import GuardedHttp, Limits, Reply, ReplyTooLarge, allowed_places
from activities.sources.web.guarded_network import AddressForbidden, Place, Resolver, system_resolver
from activities.sources.web.robots import RobotsForbid
from contracts.errors import BadSourceReply, SourceUnavailable
from tests.sandbox_server import Sandbox
from tests.serving import serving

PRIVATE = [
    "127.0.0.1",
    str(IPv4Address(0)),
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "2001:0:808:808:0:0:80ff:fffe",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
]
PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def resolving_to(*addresses: str) -> Resolver:
    async def resolver(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return resolver


async def get(url: str, *, resolver: Resolver = system_resolver, limits: Limits | None = None) -> Reply:
    async with GuardedHttp("tests", limits, allowed_places(), resolver) as http:
        return await http.get(url)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.1"], ["8.8.8.8", "::ffff:10.0.0.1"]])
async def test_a_name_that_leads_to_a_private_address(addresses: list[str]) -> None:
    with pytest.raises(AddressForbidden, match=r"inside\.example leads into a private network") as caught:
        await get("http://inside.example/", resolver=resolving_to(*addresses))
    assert not caught.value.retryable


async def test_the_address_that_was_checked_is_connected_to(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    port = sandbox.http.base_url.port
    monkeypatch.setenv("CRAWL_ALLOW_ADDRESSES", f"news.example:{port}")
    asked = []

    async def changing(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    reply = await get(f"http://news.example:{port}/news/page", resolver=changing)
    assert (reply.status, asked) == (200, ["news.example"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/latest/meta-data/",
        "http://localhost/",
        "https://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://8.8.8.8:8080/",
        "http://user:secret@8.8.8.8/",
        "file:///etc/hostname",
        "gopher://8.8.8.8/",
        "http:///nowhere",
    ],
)
async def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(AddressForbidden) as caught:
        await get(url)
    assert "secret" not in str(caught.value)


async def test_only_the_exact_place_is_allowed(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    port = sandbox.http.base_url.port
    assert (await get(f"{sandbox.url}/news/page")).status == 200
    with pytest.raises(AddressForbidden):
        await get(f"http://localhost:{port}/news/page")
    monkeypatch.delenv("CRAWL_ALLOW_ADDRESSES")
    with pytest.raises(AddressForbidden):
        await get(f"{sandbox.url}/news/page")


def test_places_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWL_ALLOW_ADDRESSES", " Intranet.example:8080 , [::1]:81,")
    places: frozenset[Place] = allowed_places()
    assert places == {("intranet.example", 8080), ("::1", 81)}


@pytest.mark.parametrize("target", ["http://127.0.0.1/", "http://169.254.169.254/x", "http://10.0.0.1/", "file:///etc"])
async def test_a_redirect_to_a_private_address(sandbox: Sandbox, target: str) -> None:
    with pytest.raises(AddressForbidden):
        await get(f"{sandbox.url}/news/redirect?to={target}")
    assert len(sandbox.requests("news")) == 1


@pytest.mark.parametrize("target", ["javascript:alert(1)", "javascript:", "http://xn--/", "data:,x"])
async def test_a_redirect_to_what_is_no_address_to_fetch(sandbox: Sandbox, target: str) -> None:
    with pytest.raises((AddressForbidden, BadSourceReply)):
        await get(f"{sandbox.url}/news/redirect?to={target}")


async def test_a_redirect_is_followed(sandbox: Sandbox) -> None:
    reply = await get(f"{sandbox.url}/news/redirect?to=/news/page%3Fversion=3")
    assert (reply.url, reply.status) == (f"{sandbox.url}/news/page?version=3", 200)
    assert b"Version 3" in reply.body


async def test_silence_ends_the_fetch(sandbox: Sandbox) -> None:
    sandbox.fault("news", "hang")
    with pytest.raises(SourceUnavailable, match=r"within 0\.2 s"):
        await get(f"{sandbox.url}/news/page", limits=Limits(silence=0.2))


async def test_so_does_the_time_for_all_of_it(sandbox: Sandbox) -> None:
    sandbox.fault("news", "hang")
    with pytest.raises(SourceUnavailable, match=r"longer than 0\.2 s"):
        await get(f"{sandbox.url}/news/page", limits=Limits(total=0.2))


async def test_a_host_that_cannot_be_found() -> None:
    async def nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    with pytest.raises(SourceUnavailable, match="could not be found"):
        await get("http://nowhere.example/", resolver=nobody)


async def _large(_request: Request) -> Response:
    return Response(b"x" * 20_000)


async def _bomb(_request: Request) -> Response:
    return Response(gzip.compress(bytes(50_000_000)), headers={"content-encoding": "gzip"})


async def _packed(_request: Request) -> Response:
    return Response(gzip.compress(b"hello"), headers={"content-encoding": "gzip"})


async def _file(_request: Request) -> Response:
    return Response(gzip.compress(b"hello"), media_type="application/gzip")


async def _charset(_request: Request) -> Response:
    return Response(b"hello", headers={"content-encoding": "UTF-8, binary"})


async def _broken(_request: Request) -> Response:
    return Response(b"not packed", headers={"content-encoding": "gzip"})


async def _other(_request: Request) -> Response:
    return Response(b"?", headers={"content-encoding": "br"})


async def _members(_request: Request) -> Response:
    return Response(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8), headers={"content-encoding": "gzip"})


async def _layers(_request: Request) -> Response:
    return Response(gzip.compress(zlib.compress(b"hello")), headers={"content-encoding": "deflate, gzip"})


async def _bare(_request: Request) -> Response:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return Response(packer.compress(b"hello") + packer.flush(), headers={"content-encoding": "deflate"})


async def _cut(_request: Request) -> Response:
    return Response(gzip.compress(b"one " * 1_000)[:-9], headers={"content-encoding": "gzip"})


async def _cut_later(_request: Request) -> Response:
    return Response(gzip.compress(b"one ") + gzip.compress(b"two")[:-9], headers={"content-encoding": "gzip"})


async def _cookie(request: Request) -> Response:
    if request.cookies.get("seen") == "yes":
        return Response(b"hello")
    reply = RedirectResponse(str(request.url), status_code=302)
    reply.set_cookie("seen", "yes")
    return reply


async def _jar(request: Request) -> Response:
    return Response(request.headers.get("cookie", "none").encode())


async def _written(request: Request) -> Response:
    return Response(request.scope["raw_path"] + b"?" + request.scope["query_string"])


async def _round(_request: Request) -> Response:
    return RedirectResponse("/round")


@pytest.fixture
def odd_site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    handlers = {
        "large": _large, "bomb": _bomb, "packed": _packed, "broken": _broken, "other": _other, "round": _round,
        "members": _members, "layers": _layers, "bare": _bare, "cut": _cut, "cut_later": _cut_later,
        "file": _file, "charset": _charset, "cookie": _cookie, "jar": _jar, "written": _written,
    }  # fmt: skip
    with serving(Starlette(routes=[Route(f"/{name}", handler) for name, handler in handlers.items()])) as url:
        monkeypatch.setenv("CRAWL_ALLOW_ADDRESSES", url.removeprefix("http://"))
        yield url


@pytest.mark.parametrize("path", ["large", "bomb"])
async def test_size_is_bounded_after_unpacking(odd_site: str, path: str) -> None:
    with pytest.raises(ReplyTooLarge, match="10000 bytes"):
        await get(f"{odd_site}/{path}", limits=Limits(size=10_000))


UNUSABLE = [
    ("broken", "wrongly"),
    ("other", "not asked"),
    ("round", "5 times"),
    ("cut", "breaks off"),
    ("cut_later", "breaks off"),
]


@pytest.mark.parametrize(("path", "says"), UNUSABLE)
async def test_replies_that_cannot_be_used(odd_site: str, path: str, says: str) -> None:
    with pytest.raises(BadSourceReply, match=says):
        await get(f"{odd_site}/{path}")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("packed", b"hello"),
        ("members", b"one two"),
        ("layers", b"hello"),
        ("bare", b"hello"),
        ("charset", b"hello"),
        # As a file, which says nothing of its packing.
        ("file", b"hello"),
    ],
)
async def test_packed_replies_are_unpacked(odd_site: str, path: str, body: bytes) -> None:
    assert (await get(f"{odd_site}/{path}")).body == body


async def test_a_cookie_lasts_as_long_as_its_fetch(odd_site: str) -> None:
    async with GuardedHttp("tests", None, allowed_places()) as http:
        assert (await http.get(f"{odd_site}/cookie")).body == b"hello"
        assert (await http.get(f"{odd_site}/jar")).body == b"none"


@pytest.mark.parametrize("query", ["wiki=Gesch%E4ft", "12345", "a=1;b=2", "q=a%20b+c", "a=&b"])
async def test_an_address_is_asked_for_as_it_is_written(odd_site: str, query: str) -> None:
    assert (await get(f"{odd_site}/written?{query}")).body == f"/written?{query}".encode()


async def test_who_admits_an_address_is_asked_about_each_redirect(sandbox: Sandbox) -> None:
    asked = []

    async def admit(url: str) -> None:
        asked.append(url)
        raise RobotsForbid

    async with GuardedHttp("tests", None, allowed_places()) as http:
        with pytest.raises(RobotsForbid):
            await http.get(f"{sandbox.url}/news/redirect?to=/news/private/x", admit=admit)
    assert asked == [f"{sandbox.url}/news/private/x"]
    assert len(sandbox.requests("news")) == 1
