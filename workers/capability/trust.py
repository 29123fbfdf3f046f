"""Certificates of the gateway that this worker accepts: public authorities, or one of your own."""

from pathlib import Path

from temporalio.service import TLSConfig

from contracts.client_settings import ClientSettings


class UnusableAuthority(Exception):
    """The file of CLAWDBOT_GATEWAY_CA cannot be used; the message says why."""


def gateway_tls(wanted: bool) -> TLSConfig | bool:
    """How to connect to a gateway that speaks TLS, or does not.

    Raises:
        UnusableAuthority: CLAWDBOT_GATEWAY_CA names a file that holds no certificate.
    """
    authority = ClientSettings().gateway_ca
    if not wanted or authority is None:
        return wanted
    return TLSConfig(server_root_ca_cert=_certificate(authority))


def mistrust(error: Exception, address: str) -> str | None:
    """What to do about a connection that ended because of the gateway's certificate; None if that was not why."""
    text = str(error)
    if "invalid peer certificate" not in text and "InvalidCertificate" not in text:
        return None
    if "Expired" in text or "NotValidYet" in text:
        return f"The certificate of the gateway at {address} is out of date. Renew it, or set this machine's clock."
    if "NotValidForName" in text:
        return (
            f"The certificate of the gateway at {address} is for another name. "
            "Ask an admin to set CLAWDBOT_GATEWAY_PUBLIC_ADDRESS to a name that stands in the certificate."
        )
    return (
        f"The certificate of the gateway at {address} comes from an authority that this machine does not trust. "
        "If it is your own, set CLAWDBOT_GATEWAY_CA to its certificate (PEM); if not, somebody may be in between."
    )


def _certificate(path: Path) -> bytes:
    try:
        pem = path.expanduser().read_bytes()
    except OSError as error:
        raise UnusableAuthority(f"CLAWDBOT_GATEWAY_CA: {path} cannot be read: {error.strerror}.") from None
    if b"BEGIN CERTIFICATE" not in pem:
        raise UnusableAuthority(f"CLAWDBOT_GATEWAY_CA: {path} holds no certificate in PEM.")
    return pem
