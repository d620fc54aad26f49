"""template.yaml (plain SAM) -> CloudFormation that the emulator can deploy.

Four things differ from what `sam deploy` does, each because of the emulator (docs/emulator.md):
code and state machine definitions come from here instead of `sam package`; conditions about the account get
the account's number; waits that an execution's input tells become numbers; an HTTP API's OpenAPI body becomes single routes.
"""
import json
import re
from pathlib import Path

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from settings import ACCOUNT, REGION, Trouble

FUNCTION = "AWS::Serverless::Function"
STATE_MACHINE = "AWS::Serverless::StateMachine"
# The emulator does not know TimeoutSecondsPath: two days and one, as in a week without days off.
WAITS = {"$.remindAfterSeconds": 172_800, "$.escalateAfterSeconds": 86_400}
HTTP_API = "AWS::ApiGatewayV2::Api"
PLACEHOLDER_FOR_NUMBER = re.compile(r'"(\w*Seconds|MaxAttempts|MaxConcurrency|BackoffRate)": "(\$\{\w+\})"')


def read(template: Path) -> dict:
    """The SAM template as written."""
    if not template.exists():
        raise Trouble(f"{template.name} is missing")
    return yaml_parse(template.read_text())


def crates(sam: dict) -> dict[str, str]:
    """Logical id of each function -> the crate in functions/ that is its code."""
    return {name: crate(name, resource) for name, resource in sam["Resources"].items() if resource["Type"] == FUNCTION}


def crate(name: str, resource: dict) -> str:
    """The binary named by the build properties, else the last part of CodeUri."""
    binary = resource.get("Metadata", {}).get("BuildProperties", {}).get("Binary")
    code = resource["Properties"].get("CodeUri")
    found = binary or (Path(code).name if isinstance(code, str) else "")
    if not found:
        raise Trouble(f"template.yaml: {name} names no crate (CodeUri: functions/<crate>)")
    return found


def translate(sam: dict, folder: Path, bucket: str) -> dict:
    """The whole translation; code is expected in `bucket` as <crate>.zip."""
    for name, crate_name in crates(sam).items():
        sam["Resources"][name]["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": f"{crate_name}.zip"}
    for resource in sam["Resources"].values():
        if resource["Type"] == STATE_MACHINE:
            name_definition(resource["Properties"], bucket)
    template = transform(sam)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            inline_definition(resource["Properties"], folder)
    template["Conditions"] = settle_pseudo_parameters(template.get("Conditions", {}))
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] == HTTP_API and "Body" in resource["Properties"]:
            template["Resources"].update(expand_api(name, resource["Properties"]))
    return template


def name_definition(properties: dict, bucket: str) -> None:
    """Gives a state machine's definition file a place in a bucket, as `sam package` would: the transform wants one."""
    location = properties.get("DefinitionUri")
    if isinstance(location, str) and not location.startswith("s3://"):
        properties["DefinitionUri"] = {"Bucket": bucket, "Key": location}


def inline_definition(properties: dict, folder: Path) -> None:
    """Puts the file's text where its place was, so that a change of it is a change of the template."""
    place = properties.pop("DefinitionS3Location", None)
    if place is not None:
        properties["DefinitionString"] = definition_text(folder / place["Key"])


def definition_text(file: Path) -> str:
    """The definition as JSON. Placeholders are filled in as text, so where a number belongs they stand without quotes."""
    definition = yaml_parse(file.read_text())
    for state in definition["States"].values():
        if "TimeoutSecondsPath" in state:
            state["TimeoutSeconds"] = WAITS[state.pop("TimeoutSecondsPath")]
    text = json.dumps(definition, ensure_ascii=False)
    return PLACEHOLDER_FOR_NUMBER.sub(r'"\1": \2', text)


def transform(sam: dict) -> dict:
    """AWS's own SAM transform."""
    session = boto3.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    try:
        return Translator({}, Parser(), boto_session=session).translate(sam, {})
    except InvalidDocumentException as error:
        reasons = "; ".join(cause.message for cause in error.causes)
        raise Trouble(f"template.yaml is not valid SAM: {reasons}") from error


def settle_pseudo_parameters(conditions):
    """Puts account and region into conditions: the emulator compares a pseudo parameter by its name there."""
    values = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
    if isinstance(conditions, dict):
        if set(conditions) == {"Ref"} and conditions["Ref"] in values:
            return values[conditions["Ref"]]
        return {key: settle_pseudo_parameters(value) for key, value in conditions.items()}
    if isinstance(conditions, list):
        return [settle_pseudo_parameters(value) for value in conditions]
    return conditions


def expand_api(name: str, api: dict) -> dict:
    """Turns an API's OpenAPI Body into authorizers, integrations and routes: the emulator makes none from it."""
    body = api.pop("Body")
    api.update(Name=name, ProtocolType="HTTP")
    schemes = body.get("components", {}).get("securitySchemes", {})
    resources = {f"{name}Authorizer{key}": authorizer(name, key, scheme) for key, scheme in schemes.items()}
    operations = [(path, method, what) for path, methods in body["paths"].items() for method, what in methods.items()]
    for path, method, operation in operations:
        label = logical_id(f"{name} {method} {path}")
        security = [key for entry in operation.get("security", []) for key in entry if key in schemes]
        resources[f"{label}Integration"] = integration(name, operation["x-amazon-apigateway-integration"])
        resources[f"{label}Route"] = route(name, label, path, method, security)
    return resources


def logical_id(text: str) -> str:
    """A CloudFormation id from words: letters and digits only, so that a route keeps its id when others come or go."""
    parts = "".join(c if c.isalnum() else " " for c in text).split()
    return "".join(part[0].upper() + part[1:] for part in parts)


def authorizer(api: str, name: str, scheme: dict) -> dict:
    """A JWT authorizer from its OpenAPI security scheme."""
    found = scheme["x-amazon-apigateway-authorizer"]
    jwt = found["jwtConfiguration"]
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": api},
            "Name": name,
            "AuthorizerType": "JWT",
            "IdentitySource": [found["identitySource"]],
            "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
        },
    }


def integration(api: str, found: dict) -> dict:
    """The call of one function."""
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": found["uri"],
            "PayloadFormatVersion": found.get("payloadFormatVersion", "2.0"),
        },
    }


def route(api: str, label: str, path: str, method: str, security: list[str]) -> dict:
    """One method on one path, behind an authorizer when the template says so."""
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    properties = {
        "ApiId": {"Ref": api},
        "RouteKey": "$default" if path in ("$default", "/$default") else f"{verb} {path}",
        "Target": {"Fn::Join": ["/", ["integrations", {"Ref": f"{label}Integration"}]]},
    }
    if security:
        properties |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": f"{api}Authorizer{security[0]}"}}
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}


def as_text(template: dict) -> str:
    """The text that is deployed, and compared to tell whether anything changed."""
    return json.dumps(template, sort_keys=True, ensure_ascii=False)
