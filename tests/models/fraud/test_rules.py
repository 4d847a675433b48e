"""Rules from few cases: readable, true of the sample, and what a person would have written."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.fraud.made_up import cases

from farthing.domain.errors import Invalid
from farthing.models.fraud.rules import Condition, Rule, holds, induce
from farthing.models.sample import Sample
from farthing.quant.discrimination import wilson


def few(number: int) -> Sample:
    """All the honest, and the first cases."""
    sample, _ = cases()
    frauds = np.flatnonzero(sample.bad)[:number]
    return sample.take(np.sort(np.concatenate([frauds, np.flatnonzero(~sample.bad)])))


def test_a_handful_of_cases_makes_a_rule_that_holds_on_others() -> None:
    rule = induce(few(8))[0]
    rest, _ = cases(seed=11)
    caught = holds(rule, rest)
    assert caught[rest.bad].mean() > 0.3
    assert caught[~rest.bad].mean() < 0.01


def test_what_a_rule_says_of_itself_is_so() -> None:
    sample = few(20)
    for rule in induce(sample):
        caught = holds(rule, sample)
        told = int(caught[sample.bad].sum()), int(caught[~sample.bad].sum())
        assert (rule.caught, rule.bothered) == told
        assert (rule.cases, rule.honest) == (20, int((~sample.bad).sum()))
        assert (rule.low, rule.high) == wilson(told[0], sum(told))
        assert rule.false_alarms == wilson(told[1], rule.honest)


def test_each_rule_catches_what_those_before_it_left() -> None:
    sample = few(40)
    rules = induce(sample)
    left = sample.bad.copy()
    for rule in rules:
        assert (holds(rule, sample) & left).sum() >= left.sum() / 2
        left &= ~holds(rule, sample)
    assert 1 < len(rules) <= 3


def test_a_rule_reads_as_a_policy_says_it() -> None:
    conditions = (Condition("ring_members", 3), Condition("circle_share", 620_000))
    assert Rule(conditions, 5, 6, 1, 900, 0.4, 0.9).expression == "ring_members >= 3 AND circle_share >= 0.62"
    assert Condition("circle_share", 1_000_000).expression == "circle_share >= 1"


def test_too_few_cases_make_no_rule() -> None:
    with pytest.raises(Invalid, match="2 confirmed cases"):
        induce(few(2))


def test_a_missing_sign_never_speaks_against_anybody() -> None:
    sample, _ = cases(50)
    value, _ = sample.columns["asked_7d"]
    silent = Sample((), {"asked_7d": (value, np.ones(50, np.bool_))}, sample.bad, sample.weight)
    assert not holds(Rule((Condition("asked_7d", 0),), 0, 1, 0, 1, 0.0, 1.0), silent).any()
