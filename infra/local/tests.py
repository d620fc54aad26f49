"""`./dev test`: checks, unit tests, then the black-box tests and the contract against a fresh copy of the stack of its own."""
import shutil

import alipay
import checks
import contract
import emulator
import journeys
import progress
import up
from process import show
from settings import LOCAL, ROOT, Stack, Trouble

FOLDER = LOCAL / "test"


def test(arguments: list[str]) -> None:
    """All of it. A developer's own running copy is not touched: this one has another folder and port."""
    checks.check()
    unit_tests()
    if not (ROOT / "tests" / "Cargo.toml").exists():
        raise Trouble("tests/ has no crate yet, so there is nothing to run against the stack")
    black_box(arguments)
    progress.step("test: all good")


def unit_tests() -> None:
    """Every crate's own tests, without those that need a running stack; then the examples in the documentation."""
    progress.step("unit tests")
    own = " and ".join(f"not (package({package}) and kind(test))" for package in journeys.PACKAGES)
    show(["cargo", "nextest", "run", "--locked", "--workspace", "-E", own], "unit tests failed")
    show(["cargo", "test", "--locked", "--workspace", "--doc", "-q"], "examples in the documentation failed")


def black_box(arguments: list[str]) -> None:
    """Starts a copy with fresh data, runs the journeys, holds it against the contract, takes it down again; its logs stay in .local/test."""
    stack = Stack(FOLDER, emulator.free_port())
    remove_earlier(stack)
    try:
        up.up(stack)
        progress.step("black-box tests")
        journeys.test(stack, arguments)
        if not arguments:
            contract.contract(stack)
    finally:
        alipay.stop(stack)
        emulator.stop(stack)
        shutil.rmtree(stack.emulator_data, ignore_errors=True)


def remove_earlier(stack: Stack) -> None:
    """Ends and removes what an interrupted test run left."""
    alipay.stop(stack)
    emulator.stop(stack)
    shutil.rmtree(stack.folder, ignore_errors=True)
