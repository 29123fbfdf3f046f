"""CEL as plans use it: what it reads is known before, what it may cost is bounded."""

import time
from typing import Any

import pytest

from plans.expressions import BadExpression, CannotEvaluate, Read, check_together, compile_expression, evaluate, is_true
from plans.templates import expressions_in, fill

_SEEN: dict[str, Any] = {
    "inputs": {"tickers": ["NVDA", "AMD"], "n": 3},
    "steps": {"crawl": {"status": "succeeded", "result": {"posts": 7, "by": {"a-b": 1.5}, "none": None}}},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("inputs.n + 1", 4),
        ("steps.crawl.result.posts", 7),
        ("steps['crawl'].result.by['a-b']", 1.5),
        ("steps.crawl.result.none", None),
        ("inputs.tickers.map(t, t + '!')", ["NVDA!", "AMD!"]),
        ("inputs.tickers.filter(t, t != 'AMD')", ["NVDA"]),
        ("{'k': inputs.n}", {"k": 3}),
        ("has(steps.crawl.result.missing) ? 1 : 2", 2),
        ("timestamp('2026-01-01T00:00:00Z')", "2026-01-01T00:00:00+00:00"),
        ("steps.crawl.status == 'succeeded' && (inputs.n > 5 || size(inputs.tickers) == 2)", True),
    ],
)
def test_values_are_json(source: str, value: Any) -> None:
    assert evaluate(compile_expression(source), _SEEN) == value


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("steps.a.result.x + steps['b'].status", [Read("a", "result"), Read("b", "status")]),
        ("inputs.steps.a", []),
        ("'steps.a.result' + \"steps['b']\"", []),
        ("steps . a . result", [Read("a", "result")]),
        ("[1].exists(x, steps.a.results.exists(y, y == x))", [Read("a", "results")]),
        ("steps.a.result.steps.b", [Read("a", "result")]),
    ],
)
def test_which_steps_it_reads_is_known_before(source: str, reads: list[Read]) -> None:
    assert list(compile_expression(source).reads) == reads


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("steps[inputs.x].result", "must say which step"),
        ("size(steps)", "must say which step"),
        ("[1].map(steps, steps)", "must say which step"),
        ("1 +", "is not CEL"),
        ("", "is not CEL"),
        ("open('x')", "calls open"),
        ("x" * 1_001, "1001 characters"),
        ("(" * 480 + "1" + ")" * 480, "is not CEL"),
    ],
)
def test_what_cannot_be_used_says_why(source: str, part: str) -> None:
    with pytest.raises(BadExpression, match=part):
        compile_expression(source)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("steps.crawl.result.nope", "there is no 'nope'"),
        ("inputs.n + 'x'", "No such overload"),
        ("1 / 0", "division by zero"),
        ("inputs.tickers[9]", "index|range|bounds"),
        ("b'abc'", "a bytes cannot be used"),
    ],
)
def test_what_does_not_fit_is_a_sentence(source: str, part: str) -> None:
    with pytest.raises(CannotEvaluate, match=f"(?i){part}"):
        evaluate(compile_expression(source), _SEEN)


@pytest.mark.parametrize(
    "source",
    [
        "inputs.l.map(a, inputs.l.map(b, inputs.l))",
        "inputs.l.all(a, inputs.l.all(b, inputs.l.all(c, a + b + c > 0)))",
        f"[{','.join('1' * 150)}].map(a, [1,2].map(b, [1,2].map(c, a)))",
        "inputs.l.map(a, inputs.text)",
        "inputs.l" + ".map(x, [x, x])" * 60,
        # Longer than any list that it reads.
        f"({' + '.join(['inputs.l'] * 60)}).all(a, a == 1)",
        f"[{', '.join(['inputs.text'] * 70)}, '{'x' * 20}'] + [inputs.much]",
        # Its own entry, in a macro within.
        "inputs.lists.map(a, a.map(b, a))",
        # A pattern is made anew for each entry.
        "inputs.few.all(a, !a.matches('\\\\pL{200}'))",
        "inputs.few.all(a, !a.matches('((a{30}){30}){30}'))",
        r"inputs.few.all(a, !a.matches(r'\w\w\w\w\w\w\w\w\w\w'))",
    ],
)
def test_an_expression_that_would_take_long_is_not_begun(source: str) -> None:
    few, lists = ["x"] * 200, [["y" * 10_000] * 60]
    seen = {
        "inputs": {"l": list(range(5_000)), "text": "x" * 100_000, "few": few, "lists": lists, "much": "z" * 2_000_000}
    }
    began = time.process_time()
    with pytest.raises(CannotEvaluate, match="too much"):
        evaluate(compile_expression(source), seen)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "source",
    [
        "inputs.l.//\nmap(a, inputs.l)",
        "inputs.l.map // (\n (a, inputs.l)",
        r"r'\' + string(inputs.l.map(a, inputs.l).size()) + 'b'",
        "'''\\'''' + string(inputs.l.map(a, inputs.l).size()) + 'b'",
        "['a', '\"'].size() + inputs.l.map(a, inputs.l).size() + '\"'.size()",
        "inputs.few.all(a, a.matches(inputs.few[0]))",
        "inputs.few.all(a, a.matches('a' + 'b'))",
    ],
)
def test_nothing_of_what_it_would_cost_can_be_hidden(source: str) -> None:
    seen = {"inputs": {"l": list(range(10_000)), "few": ["x"]}}
    began = time.process_time()
    with pytest.raises((BadExpression, CannotEvaluate), match=r"too much|comment|three quotes|no plain text"):
        evaluate(compile_expression(source), seen)
    assert time.process_time() - began < 1


def test_of_the_inputs_only_what_it_names_is_read() -> None:
    seen = {"inputs": {"much": ["x" * 1_000] * 10_000, "n": 3, "few": ["a-1", "b"]}, "steps": {}}
    assert evaluate(compile_expression("inputs.n + inputs['n']"), seen) == 6
    assert evaluate(compile_expression(r"inputs.few.filter(a, a.matches(r'^[a-z]-\d$'))"), seen) == ["a-1"]
    with pytest.raises(CannotEvaluate, match="5000000 are the most"):
        evaluate(compile_expression("size(inputs)"), seen)
    many = [compile_expression(f"inputs.much[{n}]") for n in range(5)]
    with pytest.raises(CannotEvaluate):
        check_together(many, {"inputs": {"much": ["x" * 1_000] * 4_500}})


def test_spaces_in_a_pattern_take_no_time() -> None:
    began = time.process_time()
    found = compile_expression("inputs.text.matches('a{" + " " * 500 + "b')")
    # No pattern at all, as it turns out when it is asked.
    with pytest.raises(CannotEvaluate, match="'matches' error"):
        evaluate(found, {"inputs": {"text": "c"}})
    assert time.process_time() - began < 1


def test_one_after_the_other_is_no_trouble() -> None:
    seen = {"inputs": {"l": [{"n": n, "text": "x" * 100} for n in range(1_000)]}}
    found = evaluate(compile_expression("inputs.l.filter(a, a.n % 2 == 0).map(a, a.n).filter(a, a > 990)"), seen)
    assert found == [992, 994, 996, 998]


def test_a_condition_is_true_or_false() -> None:
    assert is_true(compile_expression("inputs.n == 3"), _SEEN)
    with pytest.raises(CannotEvaluate, match="neither true nor false"):
        is_true(compile_expression("inputs.n"), _SEEN)


def test_a_whole_reference_keeps_its_type_and_a_part_becomes_text() -> None:
    params = {
        "n": "${{ steps.crawl.result.posts }}",
        "l": ["${{inputs.tickers}}"],
        "t": "${{ inputs.n }} of ${{inputs.tickers}}",
    }
    assert fill(params, _SEEN) == {"n": 7, "l": [["NVDA", "AMD"]], "t": '3 of ["NVDA", "AMD"]'}
    assert [path for path, _ in expressions_in(params)] == [("n",), ("l", 0), ("t",), ("t",)]


def test_what_a_result_says_is_never_evaluated() -> None:
    seen = {"steps": {"a": {"result": {"x": "${{ inputs.secret }}"}}}, "inputs": {"secret": 1}}
    assert fill("${{ steps.a.result.x }}", seen) == "${{ inputs.secret }}"
    assert fill("-${{ steps.a.result.x }}-", seen) == "-${{ inputs.secret }}-"
