"""A worker over TLS: with an authority of one's own, with a wrong one, and while the certificate is renewed."""

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import trustme

from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.parts import Part, own_api, own_gateway

EVERYWHERE = str(IPv4Address(0))


@dataclass(frozen=True)
class Secured:
    """A gateway with a certificate, and an API that sends workers there."""

    gateway: Part
    api: Part
    authority: trustme.CA
    directory: Path

    def environment(self, authority: trustme.CA | None) -> dict[str, str]:
        """What a worker is told that trusts this authority, or only public ones."""
        told = {"CLAWDBOT_API_URL": self.api.url}
        if authority:
            path = self.directory / f"authority-{id(authority)}.pem"
            authority.cert_pem.write_to_path(path)
            told["CLAWDBOT_GATEWAY_CA"] = str(path)
        return told

    def issue(self, name: str) -> None:
        """Put a new certificate for this name in place."""
        issue(self.authority, name, self.directory)

    def served(self) -> str:
        """The certificate that a new connection is shown."""
        return ssl.get_server_certificate(("127.0.0.1", self.gateway.port))


def issue(authority: trustme.CA, name: str, directory: Path) -> None:
    """A new certificate and its key, put in place as certbot does: each file appears whole."""
    issued = authority.issue_cert(name)
    for file, blob in (("key", issued.private_key_pem), ("cert", issued.cert_chain_pems[0])):
        blob.write_to_path(directory / "new")
        os.replace(directory / "new", directory / f"{file}.pem")


@pytest.fixture(scope="module")
def secured(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    stack.wait_until_ready()
    directory = tmp_path_factory.mktemp("tls")
    files = {"gateway_tls_cert": str(directory / "cert.pem"), "gateway_tls_key": str(directory / "key.pem")}
    authority = trustme.CA()
    issue(authority, "localhost", directory)
    # On all addresses: with a certificate it may.
    with own_gateway(stack, directory, gateway_host=EVERYWHERE, **files) as gateway:
        told = {"gateway_public_address": f"localhost:{gateway.port}", **files}
        with own_api(stack, directory, **told) as api:
            yield Secured(gateway, api, authority, directory)


def refused(worker: WorkerProcess) -> str:
    """The last words of a worker that ends by itself."""
    assert worker.process.wait(60) == 4, worker.log.read_text()
    return worker.log.read_text()


def test_a_worker_works_over_tls_and_a_renewed_certificate(stack: RunningStack, api: Api, secured: Secured) -> None:
    with stack.worker("echo", environment=secured.environment(secured.authority)) as first:
        assert api.wait_for(api.submit("echo", {"message": "sealed"}), "succeeded")["worker"] == first.name
        before = secured.served()
        secured.issue("localhost")
        eventually(lambda: secured.served() != before, 10, "new connections are shown the new certificate")
        # Who is connected stays so.
        assert api.wait_for(api.submit("echo"), "succeeded")["worker"] == first.name
    with stack.worker("echo", environment=secured.environment(secured.authority)) as second:
        assert api.wait_for(api.submit("echo"), "succeeded")["worker"] == second.name
    # Or more: canaries of the stack may have come this way too.
    assert secured.gateway.metric("clawdbot_gateway_tasks_handed_out_total") >= 3


def test_half_a_certificate_changes_nothing(secured: Secured) -> None:
    before = secured.served()
    (secured.directory / "cert.pem").write_text("-----BEGIN CERT")
    assert secured.served() == before
    secured.issue("localhost")
    eventually(lambda: secured.served() != before, 10, "the whole one is used")


@pytest.mark.parametrize("trusts", ["public authorities", "another of its own"])
def test_a_gateway_with_an_unknown_certificate_is_not_told_the_key(
    stack: RunningStack, secured: Secured, trusts: str
) -> None:
    calls = secured.gateway.metric("clawdbot_gateway_calls_total")
    environment = secured.environment(trustme.CA() if trusts == "another of its own" else None)
    worker = stack.launch_worker(["echo"], environment=environment)
    try:
        assert "set CLAWDBOT_GATEWAY_CA" in refused(worker)
    finally:
        worker.end()
    assert secured.gateway.metric("clawdbot_gateway_calls_total") == calls


def test_a_certificate_for_another_name_is_refused(stack: RunningStack, secured: Secured) -> None:
    secured.issue("elsewhere.example")
    worker = stack.launch_worker(["echo"], environment=secured.environment(secured.authority))
    try:
        assert "is for another name" in refused(worker)
    finally:
        worker.end()
        secured.issue("localhost")


def test_an_authority_that_is_none_is_named(stack: RunningStack, secured: Secured, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text("not a certificate")
    environment = {**secured.environment(None), "CLAWDBOT_GATEWAY_CA": str(wrong)}
    worker = stack.launch_worker(["echo"], environment=environment)
    try:
        assert "holds no certificate" in refused(worker)
    finally:
        worker.end()
