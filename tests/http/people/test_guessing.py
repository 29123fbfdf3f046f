"""Guessing passwords: slowed down for whoever guesses, and hardly felt by anybody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.attempts import sign_in_subjects
from db.people.allowances import spend
from tests.stack.people import PASSWORD, Crowd, in_database, make_crowd, new_address, sign_in
from tests.support import plain_http
from tests.support.facade import Api, Facade

#: Wrong passwords that are looked at for one name from one address.
BURST = 10


@pytest.fixture
def crowd(api: Api, stack: Facade) -> Crowd:
    return make_crowd(stack)


def use_up(guess: Callable[[], httpx.Response], wrong: int) -> int:
    """Guess until there are too many; how many were looked at. A slow machine earns some more while it guesses."""
    for number in range(BURST * 3):
        code = guess().status_code
        if code == 429:
            return number
        assert code == wrong
    raise AssertionError("guessing goes on and on")


def test_after_ten_wrong_passwords_the_right_one_has_to_wait(crowd: Crowd, stack: Facade) -> None:
    name, here = crowd.names["operator"], new_address()
    assert use_up(lambda: sign_in(stack, name, "wrong", here), 401) >= BURST
    for password in ("wrong", PASSWORD):
        refused = sign_in(stack, name, password, here)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 30
        assert refused.json()["detail"].startswith("Too many attempts. Wait ")
    assert sign_in(stack, name).status_code == 200, "elsewhere the same person signs in"
    assert sign_in(stack, crowd.names["viewer"], PASSWORD, here).status_code == 200, "here others do"


def test_an_attempt_comes_back_every_half_minute(crowd: Crowd, stack: Facade) -> None:
    name, here = crowd.names["operator"], new_address()
    use_up(lambda: sign_in(stack, name, "wrong", here), 401)
    pass_time(stack, "31 s")
    assert sign_in(stack, name, "wrong", here).status_code == 401
    assert sign_in(stack, name, "wrong", here).status_code == 429
    pass_time(stack, "1 day")
    assert sign_in(stack, name, PASSWORD, here).status_code == 200
    assert stack.rows("SELECT 1 FROM attempt_limits WHERE used_until < now() - interval '1 hour'") == []


def pass_time(stack: Facade, interval: str) -> None:
    """Everybody's allowance is as it will be after this time."""
    stack.rows("UPDATE attempt_limits SET used_until = used_until - CAST(%s AS interval) RETURNING 1", interval)


def test_guesses_at_the_same_moment_are_counted(crowd: Crowd, stack: Facade) -> None:
    name, here = crowd.names["operator"], new_address()
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: sign_in(stack, name, "wrong", here).status_code, range(30)))
    # A slow machine may earn an attempt while it works on the others.
    assert BURST <= codes.count(401) <= BURST + 4
    assert codes.count(401) + codes.count(429) == 30


def test_right_passwords_are_not_counted(crowd: Crowd, stack: Facade) -> None:
    name, here = crowd.names["operator"], new_address()
    assert [sign_in(stack, name, PASSWORD, here).status_code for _ in range(BURST + 2)] == [200] * (BURST + 2)


def test_many_names_from_one_place_are_slowed_down(crowd: Crowd, stack: Facade) -> None:
    here, name = new_address(), crowd.names["operator"]

    async def sixty_others(connection: AsyncConnection) -> None:
        for other in range(60):
            for allowance, of in sign_in_subjects(f"name-{other}", here):
                assert await spend(connection, allowance, of) is None

    in_database(stack, sixty_others)
    assert sign_in(stack, name, PASSWORD, here).status_code == 429
    assert sign_in(stack, name).status_code == 200


def test_an_address_cannot_be_made_up(crowd: Crowd, stack: Facade) -> None:
    """Whoever calls may send any X-Forwarded-For; a proxy adds whom it was called by, and only that counts."""
    name, here = crowd.names["operator"], new_address()
    use_up(lambda: sign_in(stack, name, "wrong", f"{new_address()}, {here}"), 401)
    assert sign_in(stack, name, PASSWORD, here).status_code == 429


def test_guessing_the_old_password_is_limited_as_well(crowd: Crowd, stack: Facade) -> None:
    headers = {"Authorization": f"Bearer {crowd.keys['viewer']}", "X-Forwarded-For": new_address()}
    body = {"old_password": "wrong", "new_password": "whatever it may be"}
    url = f"{stack.api_url}/api/v1/me/password"
    assert use_up(lambda: plain_http.put(url, json=body, headers=headers, timeout=30), 403) >= BURST


def test_failed_sign_ins_are_audited_without_what_was_typed(crowd: Crowd, stack: Facade) -> None:
    here, secret = new_address(), "my-password-in-the-wrong-field"
    sign_in(stack, crowd.names["operator"], "wrong-and-secret", here)
    sign_in(stack, secret, "wrong-and-secret", here)
    lines = stack.rows(
        "SELECT actor, action, object, details FROM audit_log WHERE details ->> 'address' = %s ORDER BY id", here
    )
    assert [(each["actor"], each["action"], each["object"]) for each in lines] == [
        ("anonymous", "user.sign_in_failed", crowd.names["operator"]),
        ("anonymous", "user.sign_in_failed", "(unknown name)"),
    ]
    everything = str(stack.rows("SELECT * FROM audit_log")) + str(stack.rows("SELECT * FROM attempt_limits"))
    assert secret not in everything
    assert "wrong-and-secret" not in everything


def test_nobody_fills_the_audit_log(crowd: Crowd, stack: Facade) -> None:
    here = new_address()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: sign_in(stack, f"nobody-{n}", "wrong", here), range(32)))
    [found] = stack.rows("SELECT count(*) AS lines FROM audit_log WHERE details ->> 'address' = %s", here)
    assert 20 <= found["lines"] <= 25
