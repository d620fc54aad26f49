"""Deploys the translated template as a CloudFormation stack, and afterwards only the code that changed."""
import base64
import hashlib
import json
import time
from pathlib import Path

import progress
import references
from aws import client, pages
from botocore.exceptions import ClientError
from settings import ROOT, STACK_NAME, TEMPLATE, Stack, Trouble
from translate import as_text, crates, read, translate

BUCKET = "baoming-code"
STACK_SECONDS = 300
POLL_SECONDS = 0.2
GOOD_ENDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
UPDATABLE = (*GOOD_ENDS, "UPDATE_ROLLBACK_COMPLETE")


def deploy(stack: Stack, zips: dict[str, Path]) -> None:
    """Brings the running copy up to the template and the zips, doing only what differs."""
    sam = read(TEMPLATE)
    crate_of = crates(sam)
    missing = sorted(set(crate_of.values()) - set(zips))
    if missing:
        raise Trouble(f"template.yaml names crates that functions/ does not have: {', '.join(missing)}")
    translated = translate(sam, ROOT, BUCKET)
    references.check(translated)
    template = as_text(translated)
    upload(stack, {crate: zips[crate] for crate in set(crate_of.values())})
    deploy_template(stack, template)
    update_code(stack, crate_of, zips)
    write_outputs(stack)


def upload(stack: Stack, zips: dict[str, Path]) -> None:
    """Puts new code where the stack takes it from."""
    s3 = client(stack, "s3")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)
    held = {item["Key"]: item["ETag"].strip('"') for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET) for item in page.get("Contents", [])}
    for crate, archive in zips.items():
        code = archive.read_bytes()
        if held.get(f"{crate}.zip") != hashlib.md5(code, usedforsecurity=False).hexdigest():
            s3.put_object(Bucket=BUCKET, Key=f"{crate}.zip", Body=code)


def deploy_template(stack: Stack, template: str) -> None:
    """Creates or updates the stack, unless the deployed template is this one."""
    state = status(stack)
    if state in GOOD_ENDS and deployed_template(stack) == template:
        return
    if state == "ROLLBACK_COMPLETE":
        remove_failed(stack)
        state = None
    if state is not None and state not in UPDATABLE:
        raise Trouble(f"the stack is in state {state}, from which it cannot be updated: run ./dev reset, then ./dev up")
    # By address, because a template sent in the request may have 51,200 bytes at most.
    client(stack, "s3").put_object(Bucket=BUCKET, Key="template.json", Body=template.encode())
    progress.step("creating the stack" if state is None else "updating the stack: template.yaml changed")
    call = client(stack, "cloudformation").create_stack if state is None else client(stack, "cloudformation").update_stack
    try:
        call(
            StackName=STACK_NAME,
            TemplateURL=f"{stack.endpoint}/{BUCKET}/template.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise Trouble(f"the emulator refuses the template: {error.response['Error']['Message']}") from error
    wait(stack)


def status(stack: Stack) -> str | None:
    """The stack's state, None when there is no stack."""
    try:
        return client(stack, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def remove_failed(stack: Stack) -> None:
    """Deletes a stack whose creation failed: it holds nothing and cannot be updated."""
    client(stack, "cloudformation").delete_stack(StackName=STACK_NAME)
    deadline = time.monotonic() + STACK_SECONDS
    while status(stack) is not None:
        if time.monotonic() > deadline:
            raise Trouble("the failed stack cannot be deleted: run ./dev reset, then ./dev up")
        time.sleep(POLL_SECONDS)


def deployed_template(stack: Stack) -> str:
    """The template text the stack was made from."""
    body = client(stack, "cloudformation").get_template(StackName=STACK_NAME)["TemplateBody"]
    return body if isinstance(body, str) else as_text(body)


def wait(stack: Stack) -> None:
    """Polls until the stack is done; a failure names the first resource that failed and why."""
    deadline = time.monotonic() + STACK_SECONDS
    while time.monotonic() < deadline:
        state = status(stack)
        if state in GOOD_ENDS:
            return
        if state is None or not state.endswith("_IN_PROGRESS"):
            raise Trouble(f"the stack ended in {state}: {first_failure(stack)}; mend template.yaml and run ./dev up again")
        time.sleep(POLL_SECONDS)
    raise Trouble(f"the stack was not ready within {STACK_SECONDS} seconds (./dev logs shows what the emulator says)")


def first_failure(stack: Stack) -> str:
    """The event in which things went wrong first."""
    events = pages(stack, "cloudformation", "describe_stack_events", "StackEvents", StackName=STACK_NAME)
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    if not failed:
        return "no resource says why"
    return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', 'no reason given')}"


def physical_ids(stack: Stack) -> dict[str, tuple[str, str]]:
    """Logical id of each resource of the stack -> its type and its name in the emulator."""
    summaries = pages(stack, "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=STACK_NAME)
    return {item["LogicalResourceId"]: (item["ResourceType"], item.get("PhysicalResourceId", "")) for item in summaries}


def update_code(stack: Stack, crate_of: dict[str, str], zips: dict[str, Path]) -> None:
    """Gives every function whose zip differs from what runs its new code."""
    running = {item["FunctionName"]: item["CodeSha256"] for item in pages(stack, "lambda", "list_functions", "Functions")}
    names = physical_ids(stack)
    changed = []
    for logical, crate in crate_of.items():
        if logical not in names:
            continue
        function = names[logical][1]
        digest = base64.b64encode(hashlib.sha256(zips[crate].read_bytes()).digest()).decode()
        if running.get(function) != digest:
            client(stack, "lambda").update_function_code(FunctionName=function, S3Bucket=BUCKET, S3Key=f"{crate}.zip")
            changed.append(crate)
    if changed:
        progress.step(f"new code for {', '.join(sorted(changed))}")


def write_outputs(stack: Stack) -> None:
    """Writes the stack's outputs, with addresses that work on this machine, where other commands find them."""
    described = client(stack, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    outputs = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
    for logical, (kind, physical) in physical_ids(stack).items():
        match kind, logical:
            case "AWS::ApiGatewayV2::Api", _:
                # Not <id>.execute-api.localhost, which many resolvers do not know.
                outputs["LocalApi"] = f"{stack.endpoint}/_aws/execute-api/{physical}"
            case "AWS::Cognito::UserPool", _:
                outputs["LocalUserPool"] = physical
            case "AWS::StepFunctions::StateMachine", _:
                outputs["LocalStateMachine"] = physical
            case "AWS::S3::Bucket", name if "Quarantine" in name:
                outputs["LocalQuarantineBucket"] = physical
            case "AWS::SQS::Queue", "Notifications":
                outputs["LocalNotificationsQueue"] = physical
            case "AWS::DynamoDB::Table", "OutboxTable":
                outputs["LocalOutboxTable"] = physical
    outputs["LocalEndpoint"] = stack.endpoint
    stack.outputs_file.write_text(json.dumps(outputs, indent=1, sort_keys=True) + "\n")
