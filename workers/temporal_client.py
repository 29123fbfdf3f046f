"""Connecting to Temporal from trusted processes. Waits for the server instead of failing."""

import asyncio
import logging

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression

from contracts.settings import ServerSettings

logger = logging.getLogger(__name__)


async def connect(settings: ServerSettings, *, process: str) -> Client:
    """A client, once the server answers. ``process`` shows as identity in histories."""
    told = False
    while True:
        try:
            return await Client.connect(
                settings.temporal_address,
                namespace=settings.temporal_namespace,
                data_converter=pydantic_data_converter,
                identity=f"clawdbot.{process}",
                # Next to the server, compressing small messages only costs both sides CPU.
                grpc_compression=GrpcCompression.NONE,
            )
        except RuntimeError as error:
            if not told:
                logger.warning("Temporal at %s does not answer, waiting for it: %s", settings.temporal_address, error)
                told = True
            await asyncio.sleep(0.25)
