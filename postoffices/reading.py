"""Reading a profile: from a name or path to a checked `Profile`, or everything that is wrong with it."""

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from postoffices.crosschecks import contradictions
from postoffices.faults import Fault, ProfileMissing, ProfileWrong, faults_of
from postoffices.profile import Profile

MOST_BYTES = 1_000_000


def cities_folder() -> Path:
    return Path(settings.BASE_DIR) / "config" / "cities"


def available_cities() -> list[str]:
    """Names of the profiles that come with the product."""
    return sorted(path.stem for path in cities_folder().glob("*.toml"))


def profile_path(name_or_path: str) -> Path:
    """The file of a city's name, or the path itself. Raises ProfileMissing, which lists the known names."""
    if name_or_path in available_cities():
        return cities_folder() / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise ProfileMissing(
        f"「{name_or_path}」というプロファイルはありません。"
        f"使える名前: {'、'.join(available_cities())}。または .toml ファイルのパスを指定してください。"
    )


def read_profile(path: Path) -> Profile:
    """Parse and check the file. Raises ProfileWrong with every fault, ProfileMissing when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProfileMissing(f"{path} を読めません（{error.strerror}）。") from error
    document = parsed(path.name, content)
    try:
        profile = Profile.model_validate(document)
    except ValidationError as error:
        raise ProfileWrong(path.name, faults_of(error, document)) from error
    if faults := contradictions(profile):
        raise ProfileWrong(path.name, faults)
    return profile


def parsed(name: str, content: bytes) -> dict[str, Any]:
    """The file's TOML. Raises ProfileWrong."""
    if len(content) > MOST_BYTES:
        raise ProfileWrong(name, [Fault("（ファイル全体）", f"{len(content)} バイト", f"{MOST_BYTES} バイト以下")])
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        place = f"{error.start + 1} バイト目"
        raise ProfileWrong(name, [Fault("（ファイル全体）", place, "UTF-8 で保存したファイル")]) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ProfileWrong(name, [Fault("（ファイル全体）", str(error), "TOML の書き方")]) from error


def fingerprint(profile: Profile) -> str:
    """SHA-256 of the profile's content; comments and layout of the file do not count."""
    return sha256(profile.model_dump_json().encode()).hexdigest()
