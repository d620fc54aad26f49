"""`./dev admin`: the administrator's command against the running copy. In an account the same binary is run as it is."""
import build
from process import show
from settings import Stack


def administer(stack: Stack, arguments: list[str]) -> None:
    """Runs the binary with the copy's table and addresses."""
    show([*build.BINARIES, "-q"], "the admin command does not compile")
    binary = build.folder_of_binaries(build.metadata()) / "admin"
    outputs = stack.outputs()
    addresses = {"TABLE_NAME": outputs["TableName"], "USER_POOL_ID": outputs["LocalUserPool"], "DEAD_LETTERS": outputs["DeadLetters"]}
    show([binary, *arguments], "nothing was changed", {**stack.environment, **addresses})
