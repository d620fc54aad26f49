"""Runs the black-box crate (tests/, package `journey`) against a running copy."""
import alipay
import build
from process import show
from settings import Stack

PACKAGE = "journey"
# The packages whose integration tests want a running copy: the journeys, and the table's contract.
PACKAGES = [PACKAGE, "adapters"]


def environment(stack: Stack) -> dict[str, str]:
    """What the journeys need to know; tests/src/stack.rs reads it."""
    outputs = stack.outputs()
    return {
        **stack.environment,
        "BAOMING_API": outputs.get("LocalApi", ""),
        "BAOMING_TABLE": outputs.get("TableName", ""),
        "BAOMING_OUTBOX_TABLE": outputs.get("LocalOutboxTable", ""),
        "BAOMING_STATE_MACHINE_ARN": outputs.get("LocalStateMachine", ""),
        "BAOMING_QUARANTINE_BUCKET": outputs.get("LocalQuarantineBucket", ""),
        "BAOMING_NOTIFICATIONS_QUEUE": outputs.get("LocalNotificationsQueue", ""),
        "BAOMING_DEAD_LETTERS": outputs.get("DeadLetters", ""),
        "BAOMING_USER_POOL": outputs.get("LocalUserPool", ""),
        "BAOMING_ALIPAY": alipay.address(stack),
        "BAOMING_REVIEWERS": str(stack.reviewers_file),
    }


def demo(stack: Stack, arguments: list[str]) -> None:
    """One applicant and one reviewer, step by step on the screen."""
    show([*build.BINARIES, "-q"], "the demo does not compile")
    binary = build.folder_of_binaries(build.metadata()) / "demo"
    show([binary, *arguments], "the demo did not come through", environment(stack))


def test(stack: Stack, arguments: list[str]) -> None:
    """The black-box tests, and the adapters' own."""
    workspace = build.metadata()
    targets = [part for package in PACKAGES for name in build.test_targets(workspace, package) for part in ("--test", name)]
    table = {"TABLE_NAME": stack.outputs()["TableName"]}
    show(["cargo", "test", "--locked", "--workspace", "--no-fail-fast", *targets, *arguments], "the black-box tests failed", {**environment(stack), **table})
