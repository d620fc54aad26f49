"""The commands of ./dev. Only this file's head must run without the venv: it makes the venv, then starts itself again in it."""
import os
import sys
import traceback
from pathlib import Path

import progress
import packages
from settings import LOCAL, ROOT, VENV, Trouble, developer_stack

HELP = """./dev <command>

  up                  build, start, deploy and seed what is missing or changed; prints the address and a login
  demo                one applicant and one reviewer go through a whole registration; --alipay: verified by Alipay
  admin ...           departments, windows, reviewers, audit trail, figures, dead letters; ./dev admin help
  judge ...           pictures judged as the function would, a line of JSON each: [--purpose photo] [--draw OUT.png] FILE...
  read FILE...        identity cards read as the function would, a line of JSON each: [--lines] FILE... (of nobody's cards)
  outbox              SMS codes and picture-code answers, newest first
  logs [function] [-f]  what the functions said; -f goes on
  down                stop the emulator, keep the data
  reset               stop the emulator and delete its data
  check               formatting, clippy, documentation, dependencies, template
  contract            try every operation of the running copy, as docs/openapi.json allows and forbids
  test                check, unit tests, black-box tests and the contract on a copy of the stack of their own
  lock                install infra/local/requirements.txt anew and write requirements.lock
  help                this page

Settings: BAOMING_PORT (4566), BAOMING_REGION (us-east-1). Everything local is in .local/."""


def up_command(_: list[str]) -> None:
    """./dev up"""
    import up

    stack = developer_stack()
    up.greet(stack, up.up(stack))


def down_command(_: list[str]) -> None:
    """./dev down"""
    import alipay
    import emulator

    alipay.stop(developer_stack())
    print("stopped; the data is kept" if emulator.stop(developer_stack()) else "the emulator was not running")


def reset_command(_: list[str]) -> None:
    """./dev reset"""
    import alipay
    import emulator

    stack = developer_stack()
    alipay.stop(stack)
    emulator.stop(stack)
    emulator.erase(stack)
    print("stopped and deleted; ./dev up starts afresh")


def logs_command(arguments: list[str]) -> None:
    """./dev logs"""
    import logs

    named = [argument for argument in arguments if argument != "-f"]
    logs.show(running_stack(), named[0] if named else None, "-f" in arguments)


def outbox_command(_: list[str]) -> None:
    """./dev outbox"""
    import outbox

    outbox.show(running_stack())


def demo_command(arguments: list[str]) -> None:
    """./dev demo"""
    import journeys

    journeys.demo(running_stack(), arguments)


def admin_command(arguments: list[str]) -> None:
    """./dev admin"""
    import administer

    administer.administer(running_stack(), arguments)


def program_command(name: str, arguments: list[str]) -> None:
    """./dev judge, ./dev read"""
    import judge

    judge.become(name, arguments)


def contract_command(_: list[str]) -> None:
    """./dev contract"""
    import contract

    contract.contract(running_stack())


def check_command(_: list[str]) -> None:
    """./dev check"""
    import checks
    import tools

    tools.check()
    checks.check()


def test_command(arguments: list[str]) -> None:
    """./dev test"""
    import tests
    import tools

    tools.check()
    tests.test(arguments)


def running_stack():
    """The developer's copy, which must be up."""
    import emulator

    stack = developer_stack()
    if not emulator.running(stack):
        raise Trouble("the emulator is not running: run ./dev up first")
    return stack


COMMANDS = {
    "up": up_command,
    "down": down_command,
    "reset": reset_command,
    "logs": logs_command,
    "outbox": outbox_command,
    "demo": demo_command,
    "admin": admin_command,
    "contract": contract_command,
    "check": check_command,
    "test": test_command,
}


def main(arguments: list[str]) -> None:
    """Chooses the command."""
    name = arguments[0] if arguments else "help"
    if name in ("help", "-h", "--help"):
        print(HELP)
    elif name == "lock":
        packages.lock()
    elif name in ("judge", "read"):  # need neither the venv nor a running copy
        program_command(name, arguments[1:])
    elif name not in COMMANDS:
        raise Trouble(f"there is no command {name}: ./dev help lists them")
    else:
        LOCAL.mkdir(exist_ok=True)
        packages.ensure()
        enter_venv(arguments)
        COMMANDS[name](arguments[1:])


def enter_venv(arguments: list[str]) -> None:
    """Starts this program again with the venv's Python, unless that is the one running."""
    if Path(sys.prefix) != VENV:
        python = VENV / "bin" / "python"
        os.execv(python, [str(python), "-B", __file__, *arguments])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        progress.warn(str(trouble))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # ./dev logs | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # whatever the emulator or boto3 says: one line here, the rest in a file
        crash = LOCAL / "logs" / "dev.log"
        crash.parent.mkdir(parents=True, exist_ok=True)
        crash.write_text(traceback.format_exc())
        progress.warn(f"{error} (details in {crash.relative_to(ROOT)})")
        sys.exit(1)
