"""Which certificates are trusted: the same on every version of Python."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.upstream.trust import trust, unusable

AUTHORITY = Path(__file__).with_name("tls") / "authority.pem"

DAY = datetime.timedelta(days=1)


def test_names_and_signatures_are_always_verified() -> None:
    context = trust(str(AUTHORITY))
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_no_version_of_python_wants_another_form() -> None:
    """From 3.13 on, a private authority without a key identifier would be refused."""
    flags = trust(str(AUTHORITY)).verify_flags
    assert not flags & ssl.VERIFY_X509_STRICT
    assert flags & ssl.VERIFY_X509_PARTIAL_CHAIN


def test_the_public_authorities_are_trusted_besides_ones_own() -> None:
    own = trust(str(AUTHORITY)).cert_store_stats()["x509_ca"]
    assert own == trust().cert_store_stats()["x509_ca"] + 1
    assert own > 50


def test_a_file_that_can_be_used_is_not_complained_of() -> None:
    assert unusable(str(AUTHORITY)) == ""


@pytest.fixture
def informal(tmp_path: Path) -> Path:
    """Make a company's own authority, and a server's certificate, as old tools do.

    Neither key identifiers nor key usages: every signature and name in it is right.
    """
    now = datetime.datetime.now(datetime.UTC)
    names = {
        name: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        for name in ("authority", "localhost")
    }
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in names}
    for name, key in keys.items():
        whose = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        ca = x509.BasicConstraints(ca=name == "authority", path_length=None)
        made = (
            x509.CertificateBuilder(names["authority"], names[name], key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(ca if ca.ca else whose, critical=ca.ca)
            .sign(keys["authority"], hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        pem += key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (tmp_path / f"{name}.pem").write_bytes(pem)
    return tmp_path


def handshake(server: Path, trusted: ssl.SSLContext) -> str:
    """Connect to a server with this certificate; return the protocol spoken."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(server)
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            serving.wrap_socket(theirs, server_side=True).close()
        except (ssl.SSLError, OSError):  # the client has not trusted it
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with trusted.wrap_socket(ours, server_hostname="localhost") as line:
            return str(line.version())
    finally:
        ours.close()
        thread.join()


def test_an_authority_without_identifiers_is_trusted_on_every_python(
    informal: Path,
) -> None:
    """The same handshake is refused by what Python 3.13 makes of its own accord."""
    own = str(informal / "authority.pem")
    assert handshake(informal / "localhost.pem", trust(own)).startswith("TLSv1.")
    strict = ssl.create_default_context(cafile=own)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(informal / "localhost.pem", strict)


def test_another_authority_is_not_trusted(informal: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(informal / "localhost.pem", trust(str(AUTHORITY)))
