"""The errors of what one does with an instance that is there; see `durably.contracts.errors`."""

from durably.contracts.errors import DurablyError


class ApprovalClosedError(DurablyError):
    """The approval is decided, its deadline is over, or its instance has ended; the vote changes nothing."""

    code = "approval_closed"
    status = 409
    title = "The approval is closed"


class AlreadyVotedError(DurablyError):
    """This person has voted before; the first vote stands."""

    code = "already_voted"
    status = 409
    title = "A vote of this person stands already"


class NoApprovalError(DurablyError):
    """The instance asks nobody for approval, at least not now."""

    code = "no_approval"
    status = 409
    title = "The instance asks for no approval"


class NotAnApproverError(DurablyError):
    """This person is not among those who may vote now."""

    code = "not_an_approver"
    status = 403
    title = "Not among the approvers"


class NothingToRerunError(DurablyError):
    """The history has no such activity, timer or child, or none that takes an input, or a child cannot be rerun."""

    code = "nothing_to_rerun"
    status = 409
    title = "The instance cannot be rerun like that"


class InstanceCompletedError(DurablyError):
    """The instance did all that it had to; to run it again would do some of it twice, which has to be asked for."""

    code = "instance_completed"
    status = 409
    title = "The instance has completed"


class InstancePausedError(DurablyError):
    """The instance is paused, so nobody could say what becomes of it; resume it first."""

    code = "instance_paused"
    status = 409
    title = "The instance is paused"


class HistoryTooLongError(DurablyError):
    """The history has more events than can be replayed for a page; files can be replayed however long they are."""

    code = "history_too_long"
    status = 413
    title = "The history is too long"
