"""Finds references to things a template does not have: AWS refuses them, the emulator takes them silently."""
import re

from settings import Trouble

VARIABLE = re.compile(r"\$\{([^!}.][^}.]*)[^}]*\}")


def check(template: dict) -> None:
    """Complains about the first unknown name."""
    known = set(template["Resources"]) | set(template.get("Parameters", {}))
    for section in ("Resources", "Outputs"):
        for name, part in template.get(section, {}).items():
            for reference in references(part):
                if reference not in known and not reference.startswith("AWS::"):
                    raise Trouble(f"template.yaml: {name} refers to {reference}, which the template does not have")


def references(value) -> list[str]:
    """All names that Ref, Fn::GetAtt and Fn::Sub use inside a value."""
    if isinstance(value, list):
        return [name for item in value for name in references(item)]
    if not isinstance(value, dict):
        return []
    match value:
        case {"Ref": str(name)}:
            return [name]
        case {"Fn::GetAtt": str(path)}:
            return [path.split(".")[0]]
        case {"Fn::GetAtt": [str(name), *_]}:
            return [name]
        case {"Fn::Sub": str(text)}:
            return VARIABLE.findall(text)
        case {"Fn::Sub": [str(text), dict(own)]}:
            return [name for name in VARIABLE.findall(text) if name not in own] + references(list(own.values()))
    return references(list(value.values()))
