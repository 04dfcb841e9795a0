"""The crash test with a few rounds, and the test of the test: faults that are planted must be found. Any number of rounds: tests/crash.py."""
import pytest

import crash


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_is_said_twice(tmp_path):
    points = crash.crash_points()
    report = crash.play(tmp_path, rounds=20, points=points, passes=(1, 4), seed=20)
    print(report)
    assert not report.violations, str(report)
    passed = {name for name in points if not {f"{name}:1", f"{name}:4"} <= set(report.missed)}
    assert passed == set(points), f"the load never passes {set(points) - passed}"
    assert all(report.acknowledged[channel] > 10 for channel in ("webhooks", "mails", "lines")), report.acknowledged


@pytest.mark.timeout(300)
@pytest.mark.parametrize("sabotage, points, found", [
    (None, ("before-commit", "before-ack", "after-remote-accept"), set()),
    ("ack-before-commit", ("before-commit",), {"lost"}),
    ("no-unique-key", ("before-ack", "after-commit"), {"twice"}),
    ("message-id-at-send", ("after-remote-accept",), {"ids"}),
])
def test_a_planted_fault_is_found(tmp_path, debug_binary, sabotage, points, found):
    # Whether an acknowledgement that comes too early still leaves before the kill is a race, so it is tried more than once.
    for turn in range(5 if found else 1):
        place = tmp_path / str(turn)
        place.mkdir()
        # The first passes belong to the start, before there is any load: the fault shows at the later ones.
        report = crash.play(place, rounds=0, points=points, passes=(6, 9, 12, 15, 18, 21, 24, 27), binary=debug_binary, sabotage=sabotage, seed=3 + turn)
        print(report)
        if found and found <= set(report.kinds()):
            return
    assert not found, f"{sabotage} was not found: {report}"
    assert not report.violations, str(report)
