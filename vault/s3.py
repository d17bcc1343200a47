"""The vault in an S3 bucket, where it has to behave otherwise than django-storages does."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from vault.large import SEALED_PIECE


class VaultS3Storage(S3Storage):
    """Names are never used twice; what is gone is told as by a folder; files are fetched in the parts that are read."""

    def get_default_settings(self) -> dict[str, Any]:
        held: dict[str, Any] = super().get_default_settings()
        return held | {"file_overwrite": False, "default_acl": None}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """For reading only. Raises FileNotFoundError."""
        place = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        client = self.connection.meta.client
        with _gone_as_in_a_folder(name):
            size = client.head_object(**place)["ContentLength"]
        # One piece of a large object is one request, and so is the whole of a picture.
        return File(io.BufferedReader(_Ranges(client, place, size), SEALED_PIECE), name)

    def get_modified_time(self, name: str) -> datetime:
        """Raises FileNotFoundError."""
        with _gone_as_in_a_folder(name):
            moment: datetime = super().get_modified_time(name)
        return moment


class _Ranges(io.RawIOBase):
    """An object of `size` bytes, each read a request for its bytes. A gigabyte of scans is not fetched for one page."""

    def __init__(self, client: Any, place: dict[str, str], size: int) -> None:
        super().__init__()
        self._client, self._place, self._size, self._at = client, place, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        last = min(self._at + len(buffer), self._size) - 1
        if last < self._at:
            return 0
        with _gone_as_in_a_folder(self._place["Key"]):
            answer = self._client.get_object(**self._place, Range=f"bytes={self._at}-{last}")
        taken: bytes = answer["Body"].read()
        buffer[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)


@contextmanager
def _gone_as_in_a_folder(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(name) from error
        raise
