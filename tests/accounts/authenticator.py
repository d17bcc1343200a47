"""A security key in software: it keeps one key pair for one site, counts, and signs whatever question it is shown."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

ORIGIN = "http://localhost:8000"
USER_PRESENT, HAS_KEY = 0x01, 0x40


@dataclass
class SoftKey:
    """`create` and `get` answer as a browser does: JSON for the form's hidden field."""

    credential: bytes
    origin: str = ORIGIN
    count: int = 0
    # Some keys have no counter: it stays at zero.
    counts: bool = True
    pair: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        held = b"\0" * 16 + struct.pack(">H", len(self.credential)) + self.credential + self._public()
        data = self._data(options["rp"]["id"], USER_PRESENT | HAS_KEY) + held
        said = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": client, "attestationObject": said}, transports=["usb", "unheard-of"])

    def get(self, options: dict[str, Any]) -> str:
        self.count += self.counts
        data = self._data(options["rpId"], USER_PRESENT)
        client = self._client("webauthn.get", options)
        signature = self.pair.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, site: str, flags: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _public(self) -> bytes:
        numbers = self.pair.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, parts: dict[str, bytes], **more: object) -> str:
        response = {name: bytes_to_base64url(value) for name, value in parts.items()} | more
        name = bytes_to_base64url(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
