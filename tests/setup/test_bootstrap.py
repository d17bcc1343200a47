"""What script/bootstrap says where it may not install."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """Programs as on a machine where nothing of ours is installed and nobody may become root."""
    for name, script in {"dpkg-query": "exit 1", "sudo": "exit 1", "id": "echo 1000"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def bootstrap(stubs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{stubs}:{os.environ['PATH']}"}
    command = [str(ROOT / "script" / "bootstrap"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_missing_system_packages_are_named_in_one_line(stubs: Path) -> None:
    refused = bootstrap(stubs)
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert re.search(r"apt-get.*libpango-1\.0-0.*fonts-morisawa-bizud-gothic", line)
    assert "chromium" not in line


def test_development_also_names_what_tests_use(stubs: Path) -> None:
    (line,) = bootstrap(stubs, "--dev").stderr.splitlines()
    assert "chromium" in line
    assert "poppler-utils" in line
    assert "clamav-daemon" in line


def test_nothing_is_done_when_nothing_has_changed() -> None:
    bootstrapped = [ROOT / "script" / "bootstrap"]
    subprocess.run(bootstrapped, check=True)
    again = subprocess.run(bootstrapped, capture_output=True, text=True, check=True)
    assert again.stdout + again.stderr == ""
