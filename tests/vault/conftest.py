"""A vault of its own for each test."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def vault_folder(settings: Settings, tmp_path: Path) -> Path:
    """The folder where the ciphertexts of this test lie."""
    folder = tmp_path / "vault"
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = settings.STORAGES | {"vault": {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}}
    return folder
