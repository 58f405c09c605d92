"""The arithmetic of the benchmarks, and that a document is made of a run's results. Times are never asserted."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.document import write_document
from benchmarks.figures import Spread, differences, pairwise, percentile, turns
from benchmarks.listing_page import page
from benchmarks.listing_results import Asked, Listing, Memory
from benchmarks.load import run_many
from benchmarks.machine import this_machine
from benchmarks.plan import FULL, QUICK
from benchmarks.results import ActivityCost, Comparison, Machine, Measured, ProcessCost, Results, StorePoint
from benchmarks.summary import summary
from benchmarks.targets import API_THROUGHPUT, ENGINE_LATENCY, Verdict, verdicts

ONE = Spread(1, 1, 1)


def measured(per_s: float, p50_ms: float) -> Measured:
    return Measured(
        per_s=per_s, loaded_p50_ms=9, loaded_p99_ms=9, p50_ms=p50_ms, p99_ms=9, cpu_ms={"worker": 2}, others_percent=1
    )


def comparison(left: str, right: str, *rounds: tuple[tuple[float, float], tuple[float, float]]) -> Comparison:
    return Comparison(
        left=left,
        right=right,
        left_rounds=[measured(*one) for one, _ in rounds],
        right_rounds=[measured(*other) for _, other in rounds],
    )


def store_point(finished: int, kept: float) -> StorePoint:
    spread = Spread(kept, kept, kept)
    return StorePoint(
        engine="embedded",
        finished=finished,
        per_s=ONE,
        empty_per_s=ONE,
        kept=spread,
        sizes_mib={"engine.db on disk": finished / 1_024},
        cpu_ms={"engine": 1},
        empty_cpu_ms={"engine": 1},
    )


@pytest.fixture
def results() -> Results:
    return Results(
        command="make bench",
        begun=datetime(2026, 1, 2, tzinfo=UTC),
        took_s=600,
        machine=Machine(
            cores=2,
            memory_gib=8,
            processor="a processor",
            system="Linux 6.1",
            python="3.11.7",
            dapr_sdk="1.19.0",
            daprd="1.18.2",
            redis="7.0.15",
            sqlite="3.40.1",
        ),
        api=comparison("our API", "bare SDK", ((79, 28), (100, 25)), ((90, 30), (100, 25)), ((81, 32), (90, 26))),
        api_two_requests=comparison("our API, two requests", "bare SDK", ((70, 30), (100, 25))),
        engines=comparison("embedded engine", "Dapr on Redis", ((200, 10), (100, 25))),
        engines_sdk_worker=comparison("embedded engine, SDK's worker", "Dapr on Redis", ((160, 11), (100, 25))),
        activities=[ActivityCost(engine="embedded", shape="sequence", activities=10, ms_per_activity=ONE)],
        store=[store_point(0, 1), store_point(10_240, 0.88)],
        footprint={"embedded": [ProcessCost(process="engine", rss_mib=60, idle_cpu_percent=0.5)]},
    )


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (25, 2), (50, 3), (90, 4.6), (100, 5)], ids=str)
def test_a_percentile_is_interpolated_between_the_two_nearest_values(percent: float, expected: float) -> None:
    assert percentile([5, 3, 1, 4, 2], percent) == pytest.approx(expected)


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7], 99) == 7


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1], -1), ([1], 101)])
def test_a_percentile_of_nothing_or_beyond_the_ends_is_refused(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile(values, percent)


def test_a_ratio_is_taken_round_by_round_before_its_median() -> None:
    """The third round was slow for both sides: over medians the ratio would be 1.5, round by round it is 2."""
    assert pairwise([200, 150, 20], [100, 100, 10]) == Spread(median=2, low=1.5, high=2)


def test_a_difference_is_taken_round_by_round_before_its_median() -> None:
    assert differences([28, 30, 50], [25, 26, 45]) == Spread(median=4, low=3, high=5)


def test_sides_that_were_not_measured_equally_often_are_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        pairwise([1, 2], [1])


def test_each_side_begins_every_other_round() -> None:
    assert turns(3) == ((0, 1), (1, 0), (0, 1))
    assert turns(2, sides=3) == ((0, 1, 2), (2, 1, 0))


def test_a_promise_of_at_least_is_kept_from_its_bound_on() -> None:
    kept = [Verdict(API_THROUGHPUT, Spread(median, 0, 9)).met for median in (0.79, 0.8, 0.81)]

    assert kept == [False, True, True]


def test_a_promise_of_at_most_is_kept_up_to_its_bound() -> None:
    kept = [Verdict(ENGINE_LATENCY, Spread(median, 0, 9)).met for median in (0.44, 0.45, 0.46)]

    assert kept == [True, True, False]


def test_every_promise_gets_its_verdict_from_the_rounds(results: Results) -> None:
    found = [(verdict.measured.median, verdict.met) for verdict in verdicts(results)]

    assert found == [
        (pytest.approx(0.9), True),
        (5, True),
        (pytest.approx(0.7), False),
        (5, True),
        (2, True),
        (0.4, True),
        (pytest.approx(1.6), False),
        (pytest.approx(0.44), True),
        (0.88, False),
    ]


def test_a_run_of_some_parts_gives_verdicts_on_those_alone(results: Results) -> None:
    part = results.model_copy(update={"api": None, "api_two_requests": None, "store": []})

    assert [verdict.measured.median for verdict in verdicts(part)] == [2, 0.4, pytest.approx(1.6), pytest.approx(0.44)]


def test_large_workflows_are_repeated_less_often() -> None:
    assert [FULL.repetitions(size) for size in FULL.activities] == sorted(
        (FULL.repetitions(size) for size in FULL.activities), reverse=True
    )
    assert min(QUICK.repetitions(size) for size in QUICK.activities) >= 2


async def test_load_keeps_so_many_in_flight_and_no_more() -> None:
    running, most, seen = 0, 0, []

    async def run(instance_id: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        seen.append(instance_id)
        await asyncio.sleep(0)
        running -= 1

    sample = await run_many(run, [str(number) for number in range(20)], in_flight=4)

    assert most == 4
    assert sorted(seen, key=int) == [str(number) for number in range(20)]
    assert len(sample.latencies_s) == 20


def test_results_survive_the_file_that_they_are_written_to(results: Results) -> None:
    assert Results.model_validate_json(results.model_dump_json()) == results


def test_the_summary_says_which_promise_was_missed(results: Results) -> None:
    lines = summary(results).splitlines()

    assert [line for line in lines if line.startswith("MISSED")] == [
        "MISSED the same, waiting by a second request, throughput: 0.70 (0.70 to 0.70), at least 0.8",
        "MISSED the same, the SDK's worker on both, throughput: 1.60 (1.60 to 1.60), at least 1.7",
        "MISSED embedded engine, throughput kept with the fullest store: 0.88 (0.88 to 0.88), at least 0.9",
    ]


def test_the_document_tells_the_numbers_the_machine_and_the_command(results: Results, tmp_path: Path) -> None:
    write_document(results, tmp_path)

    text = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "6 of 9 promises are kept" in text
    assert "make bench\n" in text
    assert "2 cores (a processor)" in text
    assert "12 % of the throughput is lost at 10,240" in text
    assert "engine.db on disk 1.0 KiB" in text


def test_the_document_shows_both_curves_as_small_images(results: Results, tmp_path: Path) -> None:
    write_document(results, tmp_path)

    images = sorted((tmp_path / "images").iterdir())
    assert [image.name for image in images] == ["activities.svg", "store.svg"]
    assert all(image.stat().st_size < 50_000 for image in images)


def test_the_same_results_give_the_same_files(results: Results, tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_document(results, tmp_path / name)

    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("first", "second")
    )
    assert first == second


def test_no_document_is_made_of_half_a_run(results: Results, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--only"):
        write_document(results.model_copy(update={"engines": None}), tmp_path)


def test_a_list_is_judged_by_its_largest_size_in_units_of_its_smallest() -> None:
    times = {100: [1.0, 2.0, 9.0], 10_000: [5.0], 100_000: [3.0]}
    asked = [Asked.of("embedded", "counts", size, each) for size, each in times.items()]
    memory = [Memory(engine="embedded", size=size, rss_mib=80) for size in times]
    listing = Listing(begun=datetime.now(UTC), rounds=3, machine=this_machine(), asked=asked, memory=memory)

    assert listing.ratios() == {("embedded", "counts"): 1.5}
    assert "| counts | 2.00 | 5.00 | 3.00 | 1.50 |" in page(listing)
