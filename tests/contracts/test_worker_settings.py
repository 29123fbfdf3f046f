"""Settings of a worker: options before the environment before the file, and mistakes as sentences."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts.workers.settings import BadWorkerFile, WorkerSettings, read, readable_by_others

FILE = """
api_url: https://file.example.com
api_key: cwb_live_file
capabilities: [reddit_crawl, echo]
concurrency: 3
log_format: json
environment:
  REDDIT_CLIENT_ID: of-the-file
  NEWS_DELAY_SECONDS: 2
"""


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("CLAWDBOT_"):
            monkeypatch.delenv(name)
    for name in ("REDDIT_CLIENT_ID", "NEWS_DELAY_SECONDS"):
        monkeypatch.setenv(name, "")  # so that what `read` sets goes again
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "worker.yaml"
    path.write_text(FILE)
    path.chmod(0o600)
    return path


def test_the_file_alone(file: Path) -> None:
    settings = read(file, {})
    assert settings.api_url == "https://file.example.com"
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "cwb_live_file"
    assert "cwb_live_file" not in repr(settings)
    assert settings.capabilities == ("reddit_crawl", "echo")
    assert (settings.concurrency, settings.log_format) == (3, "json")
    assert os.environ["REDDIT_CLIENT_ID"] == "of-the-file"
    assert os.environ["NEWS_DELAY_SECONDS"] == "2"


def test_the_environment_comes_first_and_options_before_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAWDBOT_CAPABILITIES", "delay, flaky")
    monkeypatch.setenv("CLAWDBOT_CONCURRENCY", "5")
    monkeypatch.setenv("CLAWDBOT_ENVIRONMENT", "test")  # a setting of the servers, which has nothing to do with ours
    monkeypatch.setenv("REDDIT_CLIENT_ID", "of-the-environment")
    settings = read(file, {"concurrency": 7, "capabilities": None})
    assert settings.capabilities == ("delay", "flaky")
    assert settings.concurrency == 7
    assert settings.api_url == "https://file.example.com"
    assert os.environ["REDDIT_CLIENT_ID"] == "of-the-environment"


def test_the_usual_file_is_read_if_it_is_there(tmp_path: Path) -> None:
    assert read(None, {}) == WorkerSettings()
    (tmp_path / ".clawdbot.yaml").write_text(FILE)
    assert read(None, {}).api_url == "https://file.example.com"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("api_key: x\nconcurency: 3", "unknown settings concurency. Known are api_url, api_key"),
        ("- a list", "must hold settings such as"),
        ("api_key: [unclosed secret-of-mine", "is no YAML: look at line"),
        ("capabilities: reddit_crawl", "capabilities cannot be used"),
        ("environment: {A: [1]}", "environment.A cannot be used"),
    ],
)
def test_a_bad_file_is_a_sentence_without_its_secrets(file: Path, text: str, sentence: str) -> None:
    file.write_text(text)
    with pytest.raises(BadWorkerFile) as bad:
        read(file, {})
    assert sentence in str(bad.value)
    assert "secret-of-mine" not in str(bad.value)


def test_values_are_checked_wherever_they_come_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("concurrency: many")
    with pytest.raises(ValidationError):
        read(file, {})
    file.write_text("")
    assert read(file, {}) == WorkerSettings()
    monkeypatch.setenv("CLAWDBOT_LOG_FORMAT", "xml")
    with pytest.raises(ValidationError):
        read(file, {})


def test_a_file_that_others_can_read_is_noticed(file: Path) -> None:
    assert readable_by_others(file) is None
    file.chmod(0o640)
    assert readable_by_others(file) == file
    assert readable_by_others(None) is None
