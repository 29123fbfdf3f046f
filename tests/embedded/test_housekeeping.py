"""Logs of the embedded stack: each process writes on while what it wrote is put aside, and old ones go."""

from pathlib import Path

from workers.embedded.housekeeping import LOGS_KEPT, rotate_logs


def test_a_log_that_has_grown_is_put_aside_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "core.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(LOGS_KEPT + 2):
            writer.write(f"{number}: ".encode() + b"x" * 1_000)
            rotate_logs(tmp_path, most=1_000)
        writer.write(b"the end")
    assert log.read_bytes() == b"the end"
    kept = [tmp_path / f"core.log.{place}" for place in range(1, LOGS_KEPT + 1)]
    assert [path.read_text()[:2] for path in kept] == ["4:", "3:", "2:"]
    assert sorted(tmp_path.iterdir()) == sorted([log, *kept])


def test_a_small_log_stays(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("x" * 1_000)
    rotate_logs(tmp_path, most=1_000)
    assert [path.name for path in tmp_path.iterdir()] == ["api.log"]
