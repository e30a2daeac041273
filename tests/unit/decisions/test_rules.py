"""Where the money ends."""

from dih.decisions.rules import Asked, money_line


def test_the_line_is_drawn_in_order():
    asked = [Asked(1, {10: 60}), Asked(2, {10: 40}), Asked(3, {10: 1})]
    assert money_line(asked, {10: 100}) == {1, 2}


def test_one_that_does_not_fit_is_passed_over():
    asked = [Asked(1, {10: 60}), Asked(2, {10: 50}), Asked(3, {10: 40})]
    assert money_line(asked, {10: 100}) == {1, 3}


def test_every_line_must_reach():
    asked = [Asked(1, {10: 60, 20: 5}), Asked(2, {10: 60})]
    assert money_line(asked, {10: 100, 20: 4}) == {2}
