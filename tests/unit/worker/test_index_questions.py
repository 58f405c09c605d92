"""Pages, counts and approvals from memory, against the same questions answered by going through everything."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from durably.contracts.approvals import PendingApproval, Vote
from durably.contracts.errors import InvalidInputError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.listing import ApprovalQuery, CountQuery, InstanceQuery
from durably.contracts.observations import TurnReport
from worker.index import questions
from worker.index.entry import Entry, decoded, encoded, gone, merged, micros, of_turn, of_view, requested
from worker.index.table import Table

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BEGUN = micros(_NOW)
_FEW = settings(max_examples=50, deadline=None)

_ENTRIES = st.lists(
    st.builds(
        Entry,
        instance_id=st.from_regex(r"[ab]{1,2}-[0-9]", fullmatch=True),
        workflow=st.sampled_from(("orders", "tasks")),
        status=st.sampled_from(InstanceStatus).map(lambda status: status.value),
        begun=st.integers(_BEGUN, _BEGUN + 5),
        updated=st.integers(_BEGUN, _BEGUN + 9),
        life=st.just(_BEGUN),
        asked=st.just(0),
        parent=st.just(""),
        approval=st.just(""),
    ),
    max_size=30,
)
_QUERIES = st.builds(
    InstanceQuery,
    workflow=st.sampled_from(((), ("orders",), ("orders", "tasks"), ("nothing",))),
    status=st.lists(st.sampled_from(InstanceStatus), max_size=2).map(tuple),
    prefix=st.sampled_from(("", "a", "ab-", "b-1", "c")),
    created_after=st.one_of(st.none(), st.just(_NOW + timedelta(microseconds=2))),
    limit=st.integers(1, 4),
)


def _table(entries: list[Entry]) -> Table:
    table = Table()
    for entry in entries:
        table.put(entry)
    return table


def _turn(status: InstanceStatus, *, at: int = 0, begun: int = 0, custom_status: str | None = None) -> Entry:
    begun_at, now = _NOW + timedelta(seconds=begun), _NOW + timedelta(seconds=at)
    return of_turn(TurnReport("i", "tasks", status, begun_at=begun_at, at=now, custom_status=custom_status))


def _asking(*approvers: str, votes: tuple[Vote, ...] = (), hours: int = 1) -> str:
    until = _NOW + timedelta(hours=hours)
    pending = PendingApproval(subject="?", approvers=approvers, required=2, votes=votes, since=_NOW, until=until)
    return pending.model_dump_json()


def _all_pages(table: Table, query: InstanceQuery) -> list[str]:
    found: list[str] = []
    while True:
        page = questions.page(table, query)
        assert len(page.instances) <= query.limit
        found += [each.instance_id for each in page.instances]
        if page.next_cursor is None:
            return found
        query = query.model_copy(update={"cursor": page.next_cursor})


@_FEW
@given(_ENTRIES, _QUERIES)
def test_the_pages_together_are_everything_that_meets_the_filters_newest_first(
    entries: list[Entry], query: InstanceQuery
) -> None:
    table = _table(entries)
    after = micros(query.created_after) if query.created_after else -1

    found = _all_pages(table, query)

    wanted = [
        entry
        for entry in table.entries.values()
        if (not query.workflow or entry.workflow in query.workflow)
        and (not query.status or entry.status in query.status)
        and entry.instance_id.startswith(query.prefix)
        and entry.created > after
    ]
    newest = sorted(wanted, key=lambda entry: (entry.created, entry.instance_id), reverse=True)
    assert found == [entry.instance_id for entry in newest]


@_FEW
@given(_ENTRIES, _QUERIES)
def test_counts_are_those_of_everything_that_meets_the_filters(entries: list[Entry], query: InstanceQuery) -> None:
    table = _table(entries)

    counts = questions.counts(table, CountQuery(workflow=query.workflow, prefix=query.prefix)).counts

    everything = _all_pages(table, InstanceQuery(workflow=query.workflow, prefix=query.prefix))
    assert sum(each.count for each in counts) == len(everything)
    assert all(each.count for each in counts)
    assert [(each.workflow, each.status) for each in counts] == sorted((c.workflow, c.status) for c in counts)


@_FEW
@given(_ENTRIES, st.integers(0, 30))
def test_what_was_there_all_the_time_stands_on_exactly_one_page_while_others_come_and_change(
    entries: list[Entry], change_at: int
) -> None:
    table, query, found = _table(entries), InstanceQuery(limit=2), list[str]()
    there = set(table.entries)
    for number in range(40):
        page = questions.page(table, query)
        found += [each.instance_id for each in page.instances]
        if number == change_at:
            for entry in list(table.entries.values()):
                table.put(entry._replace(status="failed", updated=entry.updated + 100))
            table.put(Entry("new", "tasks", "running", _BEGUN + 99, _BEGUN, _BEGUN))
        if page.next_cursor is None:
            break
        query = InstanceQuery(limit=2, cursor=page.next_cursor)

    assert sorted(each for each in found if each != "new") == sorted(there)


@pytest.mark.parametrize("cursor", ["x", "!!", "W10=", "bnVsbA==", "WyJhIiwgImIiXQ==", "WzEsIDJd", "e30=", "\u1234"])
def test_a_cursor_of_somebody_elses_is_refused_by_the_name_of_its_field(cursor: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        questions.page(Table(), InstanceQuery(cursor=cursor))

    assert [wrong["field"] for wrong in refused.value.errors] == ["cursor"]


@pytest.mark.parametrize(
    "entries",
    [
        (requested("i", "tasks", _NOW), _turn(InstanceStatus.RUNNING), _turn(InstanceStatus.COMPLETED, at=1)),
        (_turn(InstanceStatus.SUSPENDED, at=1), _turn(InstanceStatus.RUNNING, at=2), _turn(InstanceStatus.FAILED)),
        (_turn(InstanceStatus.RUNNING), _turn(InstanceStatus.RUNNING, begun=5), _turn(InstanceStatus.RUNNING, begun=9)),
        (
            _turn(InstanceStatus.COMPLETED, at=1),
            gone(_turn(InstanceStatus.COMPLETED, at=1), _NOW + timedelta(seconds=2)),
            _turn(InstanceStatus.RUNNING, begun=5),
        ),
    ],
    ids=["a life", "an end beats what is later", "continued as new", "purged and started again"],
)
def test_the_order_in_which_workers_are_read_does_not_matter(entries: tuple[Entry, ...]) -> None:
    outcomes = set[Entry | None]()
    for order in permutations(entries):
        stands: Entry | None = None
        for entry in order:
            stands = merged(stands, entry)
        outcomes.add(stands)

    assert len(outcomes) == 1


def test_an_ended_instance_is_never_running_again_by_what_was_learned_before() -> None:
    table = _table([_turn(InstanceStatus.COMPLETED, at=1)])

    assert table.put(_turn(InstanceStatus.RUNNING, at=5)) is None
    assert table.put(requested("i", "tasks", _NOW)) is None or table.entries["i"].status == "completed"


def test_an_instance_keeps_its_place_when_it_continues_as_new() -> None:
    table = _table([_turn(InstanceStatus.RUNNING), _turn(InstanceStatus.RUNNING, at=9, begun=9)])

    assert [each.created_at for each in questions.page(table, InstanceQuery()).instances] == [_NOW]


def test_a_purged_instance_is_nowhere_and_its_id_can_be_used_again() -> None:
    table = _table([_turn(InstanceStatus.COMPLETED, custom_status=_asking("ada"))])
    table.put(gone(table.entries["i"], _NOW))
    assert not questions.page(table, InstanceQuery()).instances
    assert not questions.counts(table, CountQuery()).counts

    table.put(_turn(InstanceStatus.RUNNING, begun=60))

    assert [each.status for each in questions.page(table, InstanceQuery()).instances] == [InstanceStatus.RUNNING]


def test_approvals_come_with_the_oldest_deadline_first_and_only_as_long_as_somebody_waits() -> None:
    table = Table()
    for name, hours in (("late", 9), ("soon", 1), ("over", 2)):
        report = TurnReport(
            name, "tasks", InstanceStatus.RUNNING, begun_at=_NOW, at=_NOW, custom_status=_asking("ada", hours=hours)
        )
        table.put(of_turn(report))
    table.put(of_turn(TurnReport("over", "tasks", InstanceStatus.TERMINATED, begun_at=_NOW, at=_NOW)))

    found = questions.approvals(table, ApprovalQuery()).approvals

    assert [each.instance_id for each in found] == ["soon", "late"]


def test_an_approver_sees_what_waits_for_a_vote_of_theirs() -> None:
    voted = Vote(by="ada", approve=True)
    table = _table([_turn(InstanceStatus.RUNNING, custom_status=_asking("ada", "bob", votes=(voted,)))])

    seen = {
        who: len(questions.approvals(table, ApprovalQuery(approver=who)).approvals) for who in ("ada", "bob", "eve")
    }

    assert seen == {"ada": 0, "bob": 1, "eve": 0}


@pytest.mark.parametrize("text", ["compensating", '{"approvers": 1}', "{", ""])
def test_a_custom_status_that_is_no_approval_asks_nobody(text: str) -> None:
    assert not _table([_turn(InstanceStatus.RUNNING, custom_status=text)]).asking


def test_a_child_knows_its_parent_by_its_id_where_nobody_told() -> None:
    view = InstanceView(
        instance_id="p:0001", workflow="tasks", status=InstanceStatus.RUNNING, created_at=_NOW, updated_at=_NOW
    )

    assert of_view(view, None).parent == "p"


def test_what_a_later_version_stores_beside_is_left_out() -> None:
    entry = _turn(InstanceStatus.RUNNING)
    stored = json.dumps([[*entry, "something", "new"]]).encode()

    assert decoded(stored) == [entry]
    assert decoded(encoded([entry])) == [entry]


def test_an_approval_of_a_later_version_is_no_approval_and_stops_nothing() -> None:
    later = json.dumps({**json.loads(_asking("ada")), "colour": "red"})
    table = _table([_turn(InstanceStatus.RUNNING)._replace(approval=later)])

    assert not table.asking
    assert len(questions.page(table, InstanceQuery()).instances) == 1
