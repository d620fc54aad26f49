"""`./dev up`: from the sources to a running copy somebody can log in to."""
import alipay
import build
import deploy
import emulator
import progress
import seed
import tools
from settings import Stack


def up(stack: Stack) -> list[dict]:
    """Builds, starts, deploys and seeds what is missing or changed; returns the reviewers who can log in."""
    tools.check()
    zips = build.build()
    emulator.start(stack)
    deploy.deploy(stack, zips)
    alipay.start(stack)
    return seed.seed(stack)


def greet(stack: Stack, reviewers: list[dict]) -> None:
    """What to do now."""
    progress.step("ready")
    print()
    print(f"  API        {stack.outputs().get('LocalApi', 'the template has no HTTP API')}")
    for reviewer in reviewers:
        print(f"  reviewer   {reviewer['account']:<12} password {reviewer['password']}   division {reviewer['division']}")
    print(f"  Alipay     {alipay.address(stack)}, a local stand-in: the link of an attempt leads to its page")
    print("  next       ./dev demo      an applicant registers and hands in, a reviewer decides")
    print("             ./dev outbox    SMS codes and picture-code answers      ./dev help")
