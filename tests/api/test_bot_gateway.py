"""The API's connection to the gateway with TLS, as in compose: an inner address, a certificate for the public name."""

import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import grpc.aio
import pytest
import temporalio.api.workflowservice.v1 as service

from api.bots.bot import Bot
from api.bots.gateway_client import Gateway
from contracts.settings import ServerSettings
from services.errors import GatewayUnavailable

pytestmark = pytest.mark.processes

BOT = Bot(uuid.uuid4(), "bot", ("echo",), "good", "203.0.113.9")
SCRIPT = Path(__file__).parents[2] / "deploy" / "compose" / "own-certificate.sh"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What own-certificate.sh makes for a public name."""
    home = tmp_path_factory.mktemp("deploy")
    (home / "compose").mkdir()
    script = shutil.copy(SCRIPT, home / "compose")
    subprocess.run(["/bin/sh", script, "clawdbot.example"], check=True, capture_output=True, timeout=60)
    return home / "tls"


@pytest.fixture
async def port(tls: Path) -> AsyncIterator[int]:
    """A gateway that has no task for anybody but the key 'good' of a bot that calls from there."""

    async def poll(_: bytes, context: grpc.aio.ServicerContext) -> bytes:
        said = dict(context.invocation_metadata())
        if (said.get("authorization"), said.get("x-forwarded-for")) != (f"Bearer {BOT.key}", BOT.address):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "no")
        return service.PollActivityTaskQueueResponse(task_token=b"token").SerializeToString()

    class Door:
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            return grpc.unary_unary_rpc_method_handler(poll)

    server = grpc.aio.server(handlers=[Door()])
    pair = ((tls / "gateway-key.pem").read_bytes(), (tls / "gateway.pem").read_bytes())
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    await server.start()
    yield port
    await server.stop(None)


def settings(port: int, tls: Path, **changed: object) -> ServerSettings:
    return ServerSettings.model_validate(
        {
            "database_url": "postgresql://nobody@localhost/none",
            "jwt_secret": "x" * 32,
            "lease_secret": "x",
            "gateway_public_address": "clawdbot.example:7400",
            "gateway_internal_address": f"127.0.0.1:{port}",
            "gateway_tls_cert": tls / "gateway.pem",
            "gateway_tls_key": tls / "gateway-key.pem",
            "gateway_ca": tls / "ca-bundle.pem",
            **changed,
        }
    )


async def test_the_inner_address_by_the_certificate_of_the_public_name(port: int, tls: Path) -> None:
    gateway = Gateway(settings(port, tls))
    task = await gateway.poll(BOT, "echo", 2)
    assert task is not None
    assert task.task_token == b"token"
    await gateway.close()


@pytest.mark.parametrize(
    "wrong", [{"gateway_public_address": "other.example:7400"}, {"gateway_ca": None}, {"gateway_tls_cert": None}]
)
async def test_another_name_an_unknown_authority_or_no_tls_is_refused(
    port: int, tls: Path, wrong: dict[str, object]
) -> None:
    gateway = Gateway(settings(port, tls, **wrong))
    with pytest.raises(GatewayUnavailable):
        await gateway.poll(BOT, "echo", 2)
    await gateway.close()


@pytest.mark.parametrize(
    ("given", "address", "tls_too"),
    [
        ({"gateway_internal_address": None, "gateway_tls_cert": None}, "clawdbot.example:7400", False),
        ({"gateway_tls_cert": None, "gateway_behind_tls": True}, "127.0.0.1:1", False),
        (
            {"gateway_internal_address": None, "gateway_tls_cert": None, "gateway_behind_tls": True},
            "clawdbot.example:7400",
            True,
        ),
    ],
)
def test_where_the_api_connects(tls: Path, given: dict[str, object], address: str, tls_too: bool) -> None:
    made = settings(1, tls, **given)
    assert (made.gateway_dial_address, made.gateway_dials_tls) == (address, tls_too)
