"""The certificates of a demo: made once on this machine, worth nothing outside it, and named so."""

import fcntl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Wide enough for made-up days in the past and for a demo that stays for years.
VALID_FROM, VALID_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
# The demo's time-stamps come from pyHanko's own stamper, which knows RSA only.
KEY_BITS = 3072
ROOT, SEAL, TIME = "root.pem", "seal.pem", "time.pem"


@dataclass(frozen=True, slots=True)
class _Pair:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def pem(self) -> bytes:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.certificate.public_bytes(Encoding.PEM)


def demo_folder(folder: Path) -> Path:
    """The folder with root, seal and time-stamp certificate as PEM; filled now unless it was before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        # Web and workers start together: one of them makes the keys, the others use them.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / TIME).exists():
            _fill(folder)
    return folder


def _fill(folder: Path) -> None:
    root = _made("デモ用の認証局（証明力なし）", None)
    pairs = {
        ROOT: root,
        SEAL: _made("デモ用の封印（証明力なし）", root),
        TIME: _made("デモ用の時刻（証明力なし）", root, [ExtendedKeyUsageOID.TIME_STAMPING]),
    }
    for name, pair in pairs.items():
        made = folder / name
        made.touch(mode=0o600)
        made.write_bytes(pair.pem())


def _made(name: str, issuer: _Pair | None, uses: Sequence[x509.ObjectIdentifier] = ()) -> _Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_usage(ca=issuer is None, sealing=issuer is not None and not uses), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=True)
    return _Pair(builder.sign(by, hashes.SHA256()), key)


def _usage(*, ca: bool, sealing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=sealing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
