"""The connection to the gateway."""

import asyncio
import logging

from temporalio.client import Client, KeepAliveConfig
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.workers.views import BootstrapView
from workers.capability.options import WorkerRefused
from workers.capability.sdk_runtime import sdk_runtime
from workers.capability.trust import UnusableAuthority, gateway_tls, mistrust

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.5


async def open_client(granted: BootstrapView, key: str) -> Client:
    """One try.

    Raises:
        UnusableAuthority: CLAWDBOT_GATEWAY_CA names a file that holds no certificate.
        RuntimeError: the gateway cannot be reached, or refuses.
    """
    return await Client.connect(
        granted.gateway_address,
        namespace=granted.namespace,
        api_key=key,
        tls=gateway_tls(granted.gateway_tls),
        data_converter=pydantic_data_converter,
        identity=granted.name,
        # A dead link (router, sleeping laptop) is noticed within 15 s; 10 s is the server's minimum.
        keep_alive_config=KeepAliveConfig(interval_millis=10_000, timeout_millis=5_000),
        runtime=sdk_runtime(),
    )


async def connect(granted: BootstrapView, key: str) -> Client:
    """A client, once the gateway answers.

    Raises:
        WorkerRefused: it does not accept the key, or is not the one that it says.
    """
    told = False
    while True:
        try:
            return await open_client(granted, key)
        except UnusableAuthority as error:
            raise WorkerRefused(str(error)) from error
        except RuntimeError as error:
            if "PermissionDenied" in str(error):
                raise WorkerRefused("The gateway does not accept this worker's key.") from error
            if why := mistrust(error, granted.gateway_address):
                raise WorkerRefused(why) from error
            if not told:
                logger.warning("the gateway at %s is not ready, waiting for it", granted.gateway_address)
                told = True
            await asyncio.sleep(_PAUSE_SECONDS)
