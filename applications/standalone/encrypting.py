"""The folder as one file that only the city can open: a tar, encrypted with age for the city's public key."""

import os
import tarfile
from pathlib import Path
from threading import Thread

from pyrage import encrypt_io
from pyrage.x25519 import Recipient

from audit.errors import Refused


class RecipientWrong(Refused):
    message = "市の公開鍵を読み取れません。age の公開鍵（age1 で始まる文字）を指定してください。"


def recipient_of(text: str) -> Recipient:
    """Raises RecipientWrong."""
    try:
        return Recipient.from_str(text.strip())
    except Exception as error:
        raise RecipientWrong from error


def encrypt_folder(folder: Path, target: Path, recipient: Recipient) -> None:
    """Write `target`; the tar passes through a pipe, so that nothing readable is written on the way."""
    reading, writing = os.pipe()
    broken: list[Exception] = []

    def pack() -> None:
        try:
            with os.fdopen(writing, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|") as archive:
                archive.add(folder, arcname=folder.name)
        except (OSError, tarfile.TarError) as error:
            broken.append(error)

    packer = Thread(target=pack)
    packer.start()
    part = target.with_name(target.name + ".part")
    with os.fdopen(reading, "rb") as source, part.open("wb") as written:
        encrypt_io(source, written, [recipient])
    packer.join()
    if broken:
        part.unlink()
        raise broken[0]
    part.replace(target)
