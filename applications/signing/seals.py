"""Seals: PAdES B-T signatures with the city's certificate over a whole PDF, and their verification (fukuoka-23)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import keys, pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper, TimestampRequestError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from applications.errors import SealUnavailable
from applications.signing.demo_certificates import ROOT, SEAL, TIME, demo_folder
from applications.signing.timestamps import HttpTimeStamper

FIELD = "Seal"
DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Who seals, who stamps the time, and whom a verifier of the result has to trust."""

    signer: SimpleSigner
    stamper: TimeStamper
    roots: tuple[asn1_x509.Certificate, ...]
    demo: bool

    @property
    def name(self) -> str:
        certificate: Any = self.signer.signing_cert
        return str(certificate.subject.native["common_name"])


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a seal says about the file that carries it. `trouble` is empty when everything holds."""

    trouble: str
    sealed_by: str = ""
    stamped_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return not self.trouble


def sealer() -> Sealer:
    """The installation's seal; in a demo one made on this machine. Raises SealUnavailable when there is none."""
    if settings.SEAL is not None:
        given = settings.SEAL
        return _given(given["certificate"], given["key"], given["tsa_url"], given["tsa_roots"])
    if settings.DEMO:
        return _made_here(str(settings.SEAL_DEMO_DIR))
    raise SealUnavailable


@lru_cache(maxsize=4)
def _given(certificate: str, key: str, tsa_url: str, tsa_roots: str) -> Sealer:
    chain = _certificates(certificate.encode())
    trusted = (chain[-1], *_certificates(tsa_roots.encode()))
    return Sealer(_signer(chain, _key(key.encode())), HttpTimeStamper(tsa_url), trusted, demo=False)


@lru_cache(maxsize=4)
def _made_here(folder: str) -> Sealer:
    held = demo_folder(settings.SEAL_DEMO_DIR)
    root, own, clock = ((held / name).read_bytes() for name in (ROOT, SEAL, TIME))
    chain, time_chain = _certificates(own) + _certificates(root), _certificates(clock) + _certificates(root)
    stamper = DummyTimeStamper(time_chain[0], _key(clock), certs_to_embed=_store(time_chain))
    return Sealer(_signer(chain, _key(own)), stamper, (chain[-1],), demo=True)


def _signer(chain: list[asn1_x509.Certificate], key: keys.PrivateKeyInfo) -> SimpleSigner:
    return SimpleSigner(signing_cert=chain[0], signing_key=key, cert_registry=_store(chain))


def _store(chain: list[asn1_x509.Certificate]) -> SimpleCertificateStore:
    store: SimpleCertificateStore = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
    return store


def _certificates(text: bytes) -> list[asn1_x509.Certificate]:
    return [asn1_x509.Certificate.load(der) for kind, _, der in _blocks(text) if kind == "CERTIFICATE"]


def _key(text: bytes) -> keys.PrivateKeyInfo:
    der = load_pem_private_key(text, password=None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return keys.PrivateKeyInfo.load(der)


def _blocks(text: bytes) -> list[tuple[str, Any, bytes]]:
    return list(pem.unarmor(text, multiple=True)) if text.strip() else []


def seal_pdf(data: bytes, *, reason: str, location: str) -> bytes:
    """The PDF with seal and time-stamp over all of it; any later change breaks them.

    Raises SealUnavailable when the time-stamp service does not answer or nothing is set up.
    """
    held = sealer()
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    try:
        written = PdfSigner(metadata, signer=held.signer, timestamper=held.stamper).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(data))
        )
    except (TimestampRequestError, SigningError, OSError) as error:
        raise SealUnavailable from error
    sealed: bytes = written.getvalue()
    return sealed


def check_seal(data: bytes) -> SealCheck:
    """Whether the file is exactly what was sealed, by a certificate that this installation trusts.

    Judged for the moment of the time-stamp: a certificate that has run out since does not spoil what it sealed.
    """
    try:
        found = PdfFileReader(BytesIO(data)).embedded_signatures
        if len(found) != 1:
            return SealCheck("封印がありません" if not found else "封印が一つではありません")
        return _judged(found[0])
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return SealCheck("PDFとして読み取れないか、封印が壊れています")


def _judged(embedded: Any) -> SealCheck:
    embedded.compute_integrity_info()
    stamped_at = _time_of(embedded)
    status = validate_pdf_signature(embedded, _trusting(stamped_at), _trusting(stamped_at))
    by = str(embedded.signer_cert.subject.native.get("common_name", ""))
    stamp = status.timestamp_validity
    checks = (
        (not (status.intact and status.valid), "封印の後で内容が変えられています"),
        (status.coverage != SignatureCoverageLevel.ENTIRE_FILE, "封印の後で書き足されています"),
        (not status.trusted, "信頼していない証明書で封印されています"),
        (stamp is None, "タイムスタンプがありません"),
        (stamp and not (stamp.intact and stamp.valid and stamp.trusted), "タイムスタンプが確かではありません"),
        (not status.bottom_line, "封印を確かめられません"),
    )
    return SealCheck(next((words for wrong, words in checks if wrong), ""), by, stamped_at)


def _time_of(embedded: Any) -> datetime | None:
    """The time in the token, before anything is said about whether to believe it."""
    for attribute in embedded.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]["encap_content_info"]["content"].parsed
            moment: datetime = token["gen_time"].native
            return moment
    return None


def _trusting(moment: datetime | None) -> ValidationContext:
    # Nothing is fetched: the seal must be verifiable in a room without a network, years from now.
    return ValidationContext(
        trust_roots=list(sealer().roots), allow_fetching=False, revocation_mode="soft-fail", moment=moment
    )
