"""A throw-away certificate authority for rehearsals; its key is never written anywhere."""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evidence_kit.files import private_folder, write_whole


class Authority:
    """Signs certificates of servers, valid from `begins` to `ends` (UTC) unless said otherwise."""

    def __init__(self, name: str, begins: datetime, ends: datetime) -> None:
        self._begins, self._ends = begins, ends
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = (
            self._builder(self._name, self._key.public_key(), begins, ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_signs_certificates(), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """The authority's certificate, for whoever is to trust it."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def context(
        self,
        names: Sequence[str],
        addresses: Sequence[str] = (),
        *,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> ssl.SSLContext:
        """A server's side of TLS with a fresh key and a certificate for `names` and IP `addresses`."""
        key = ec.generate_private_key(ec.SECP256R1())
        listed: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        listed += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        certificate = (
            self._builder(_named(names[0]), key.public_key(), begins or self._begins, ends or self._ends)
            .add_extension(x509.SubjectAlternativeName(listed), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # The ssl module reads keys from files alone; this one guards a rehearsal and is gone at once.
        with private_folder() as folder:
            pair = folder / "pair.pem"
            write_whole(pair, secret + certificate.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(pair)
        return context

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )


def around(now: datetime, *, before_days: int, days: int) -> tuple[datetime, datetime]:
    """The beginning and the end of a validity that began `before_days` ago and lasts `days`."""
    begins = now - timedelta(days=before_days)
    return begins, begins + timedelta(days=days)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signs_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
