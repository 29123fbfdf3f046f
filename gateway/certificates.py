"""The gateway's own certificate: read from two files, and read again for new connections when they change."""

import logging
from pathlib import Path

import grpc

logger = logging.getLogger(__name__)


class CertificateUnusable(Exception):
    """The gateway's certificate or key cannot be used; the message says what is wrong with it."""


def credentials(certificate: Path, key: Path) -> grpc.ServerCredentials:
    """Credentials that follow the files: a renewed certificate counts for connections from then on.

    Raises:
        CertificateUnusable: a file cannot be read or holds something else.
    """
    pair = Pair(certificate, key)
    return grpc.dynamic_ssl_server_credentials(pair.first(), pair.renewed, require_client_authentication=False)


class Pair:
    """A certificate with its chain, and its key, in PEM."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._seen: tuple[int, int] = (0, 0)

    def first(self) -> grpc.ServerCertificateConfiguration:
        """The pair at the start; raises CertificateUnusable."""
        self._seen = self._times()
        return self._read()

    def renewed(self) -> grpc.ServerCertificateConfiguration | None:
        """The pair if it has changed, else nothing. Called by gRPC for every new connection, in a thread of its own."""
        try:
            seen = self._times()
            if seen == self._seen:
                return None
            configuration = self._read()
        except CertificateUnusable as error:
            # Half written, perhaps. The one in use stays, and the next connection tries again.
            logger.warning("the renewed certificate is not used: %s", error)
            return None
        self._seen = seen
        logger.info("the certificate in %s was renewed", self._certificate)
        return configuration

    def _times(self) -> tuple[int, int]:
        try:
            return self._certificate.stat().st_mtime_ns, self._key.stat().st_mtime_ns
        except OSError as error:
            raise CertificateUnusable(f"{error.filename} cannot be read: {error.strerror}.") from None

    def _read(self) -> grpc.ServerCertificateConfiguration:
        try:
            certificate, key = self._certificate.read_bytes(), self._key.read_bytes()
        except OSError as error:
            raise CertificateUnusable(f"{error.filename} cannot be read: {error.strerror}.") from None
        for data, word, path in ((certificate, b"CERTIFICATE-----", self._certificate), (key, b"KEY-----", self._key)):
            if word not in data:
                raise CertificateUnusable(f"{path} holds no {word.decode().rstrip('-').lower()} in PEM.")
        return grpc.ssl_server_certificate_configuration([(key, certificate)])
