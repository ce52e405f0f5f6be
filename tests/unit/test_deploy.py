"""What is shipped for operators is true: names, paths and versions in ``deploy/`` and the set-up's two ways out."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.config import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
ASSIGNMENT = re.compile(r"^(#?)(SARI_\w+)=(.*)$", re.MULTILINE)
LOCKS = ("requirements.lock", "requirements-postgres.lock", "requirements-dev.lock", "requirements-build.lock")


class _AskedNames(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _setting_names() -> set[str]:
    asked = _AskedNames()
    read_settings(asked)
    return {name for name in asked.names if not name.endswith("_FILE")}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _dockerfile() -> str:
    """The Dockerfile, each instruction on one line."""
    return _read("deploy/Dockerfile").replace("\\\n", " ")


# --- settings ---


def test_env_example_explains_every_setting_and_no_other() -> None:
    explained = [name for _, name, _ in ASSIGNMENT.findall(_read("deploy/env.example"))]
    assert sorted(explained) == sorted(_setting_names())


def test_env_example_as_it_stands_is_accepted_and_changes_nothing() -> None:
    lines = ASSIGNMENT.findall(_read("deploy/env.example"))
    assert read_settings({name: value for comment, name, value in lines if not comment}) == Settings()


def test_the_commented_values_of_env_example_are_the_defaults() -> None:
    environment = {name: value for _, name, value in ASSIGNMENT.findall(_read("deploy/env.example"))}
    assert environment["SARI_FETCH_MINUTES"]
    assert read_settings(environment) == Settings()


@pytest.mark.parametrize("name", ["deploy/Dockerfile", "deploy/compose.yaml", "deploy/sari.service"])
def test_deploy_files_use_only_settings_that_exist(name: str) -> None:
    used = set(re.findall(r"\bSARI_[A-Z_]+", _read(name)))
    known = _setting_names()
    assert used
    assert {setting.removesuffix("_FILE") for setting in used} <= known


def test_operations_mentions_only_settings_that_exist() -> None:
    used = set(re.findall(r"\bSARI_[A-Z_]+", _read("docs/operations.md")))
    assert {setting.removesuffix("_FILE") for setting in used} == _setting_names()


def test_operations_quotes_sentences_that_sari_says() -> None:
    table = _read("docs/operations.md").partition("## What to do when")[2]
    quoted = re.findall(r'"([^"]+)"', "".join(re.findall(r"^\| ([^|]+)", table, re.MULTILINE)))
    said = _read("bot/texts/en/messages.toml")
    parts = [part.strip() for sentence in quoted for part in sentence.split("…") if sentence != "oom-kill"]
    assert len(parts) > 8
    assert [part for part in parts if part not in said] == []


# --- container ---


def test_every_path_that_the_image_copies_exists_and_is_sent_to_docker() -> None:
    sent = {line.removeprefix("!") for line in _read(".dockerignore").splitlines() if line.startswith("!")}
    copied = {
        path
        for arguments in re.findall(r"^COPY (?!--from)(.+)$", _dockerfile(), re.MULTILINE)
        for path in arguments.split()[:-1]
    }
    assert "bot" in copied
    assert [path for path in sorted(copied) if not (ROOT / path).exists()] == []
    assert copied == sent


def test_the_image_checks_hashes_and_holds_no_tools() -> None:
    build, final = re.split(r"^FROM .*$", _dockerfile(), flags=re.MULTILINE)[1:]
    for command in re.findall(r"install [^&\n]+", build):
        assert "--require-hashes" in command or "--no-index" in command
    assert "pip" not in final
    assert "requirements-dev" not in build + final


def test_the_image_runs_as_a_user_by_number_who_owns_the_data() -> None:
    user = re.findall(r"^USER (\d+):(\d+)$", _dockerfile(), re.MULTILINE)
    assert user == [("10001", "10001")]
    assert re.search(r"useradd --uid 10001 ", _dockerfile())
    assert re.search(r"^VOLUME /var/lib/sari$", _dockerfile(), re.MULTILINE)


def test_the_health_check_asks_where_the_bot_answers() -> None:
    host, port = Settings().http_address or ("", 0)
    assert f"http://{host}:{port}/healthz" in _dockerfile()
    assert f"SARI_HTTP: {host}:{port}" in _read("deploy/compose.yaml")


def test_the_image_runs_a_python_that_the_project_supports() -> None:
    versions = set(re.findall(r"^FROM python:(\d+\.\d+)-", _dockerfile(), re.MULTILINE))
    oldest = tomllib.loads(_read("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
    assert len(versions) == 1
    assert [int(part) for part in versions.pop().split(".")] >= [int(part) for part in oldest.split(".")]


@pytest.mark.parametrize(
    "setting",
    ["read_only: true", "no-new-privileges:true", "mem_limit:", "max-size:", "- ALL", "telegram-token", "tmpfs:"],
)
def test_the_container_is_confined(setting: str) -> None:
    assert setting in _read("deploy/compose.yaml")


# --- systemd ---


@pytest.mark.parametrize(
    "setting",
    [
        "User=sari",
        "StateDirectory=sari",
        "EnvironmentFile=/etc/sari/env",
        "LoadCredential=telegram-token:/etc/sari/telegram-token",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "SystemCallFilter=@system-service",
        "Restart=on-failure",
        "RestartPreventExitStatus=2",
    ],
)
def test_the_service_is_confined(setting: str) -> None:
    assert setting in _read("deploy/sari.service").splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "sari.service"
    # The program is not installed here; any other will do for the check.
    unit.write_text(_read("deploy/sari.service").replace("/opt/sari/bin/sari", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# --- lock files ---


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_none_is_torch(name: str) -> None:
    packages = re.split(r"\n(?=[a-z0-9])", _read(name).strip())
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert [package for package in packages if re.match(r"(torch|nvidia|transformers)\b", package)] == []


def test_the_locks_agree_on_every_version() -> None:
    runtime, postgres, dev, build = (set(re.findall(r"^[a-z0-9.-]+==\S+", _read(name), re.MULTILINE)) for name in LOCKS)
    assert runtime <= postgres <= dev
    assert build <= dev


# --- tools/setup.sh, with an interpreter that is not good enough ---


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a space in its path, and beside it a ``bin`` without Python, apt-get or sudo."""
    tools = tmp_path / "my checkout" / "tools"
    tools.mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "setup.sh", tools)
    for name in (*LOCKS, "pyproject.toml"):
        shutil.copy(ROOT / name, tools.parent)
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "cat", "cksum", "dirname", "id", "mktemp", "rm", "tail", "mkdir"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tools.parent


def _set_up(checkout: Path, target: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
    directory = checkout.parent / "bin"
    if python is not None:
        (directory / "python3").write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
        (directory / "python3").chmod(0o755)
    return subprocess.run(
        ["sh", str(checkout / "tools" / "setup.sh"), target],
        env={"PATH": str(directory)},
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        executable="/bin/sh",
    )


@pytest.mark.parametrize("python", [None, "exit 1"])
def test_a_machine_without_a_new_enough_python_is_told_so(checkout: Path, python: str | None) -> None:
    done = _set_up(checkout, "runtime", python)
    assert done.returncode == 1
    assert "Sari needs Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_missing_venv_module_names_the_package_to_install(checkout: Path) -> None:
    done = _set_up(checkout, "runtime", 'case "$*" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac')
    assert done.returncode == 1
    assert "sudo apt-get install python3.12-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_virtual_environment_that_fails_half_way_is_removed(checkout: Path) -> None:
    done = _set_up(checkout, "dev", 'case "$*" in *"-m venv"*) mkdir .venv; echo "disk full" >&2; exit 1 ;; esac')
    assert done.returncode == 1
    assert "disk full" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_missing_chromium_is_asked_for_by_command(checkout: Path) -> None:
    done = _set_up(checkout, "chromium")
    assert done.returncode == 1
    assert "sudo apt-get install chromium" in done.stderr
