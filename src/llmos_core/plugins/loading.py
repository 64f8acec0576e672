"""Import one object by its path, `"package.module:attribute.attribute"`, or say exactly what is missing."""

import importlib
from types import ModuleType
from typing import Any

from llmos_core.errors import PluginError
from llmos_core.suggestion import did_you_mean


def load_object(path: str) -> Any:
    """Return the object that `path` names; without a colon, the module itself.

    Raises PluginError naming the module or attribute that is missing, or what the module raised while it was imported.
    """
    module_name, _, attributes = path.partition(":")
    found: Any = _import(module_name, path)
    for attribute in attributes.split(".") if attributes else ():
        try:
            found = getattr(found, attribute)
        except AttributeError:
            hint = did_you_mean(attribute, _public_names(found))
            raise PluginError(f"'{path}': {_describe(found)} has no '{attribute}'{hint}", name=path) from None
    return found


def _import(module_name: str, path: str) -> ModuleType:
    if not all(part.isidentifier() for part in module_name.split(".")):
        raise PluginError(f"'{path}' is no import path; expected 'package.module:attribute'", name=path)
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        needed = "" if error.name == module_name else f", which '{module_name}' needs"
        message = f"'{path}': there is no module '{error.name}'{needed}"
        raise PluginError(message, name=path) from error
    except BaseException as error:  # a stranger's module may raise anything while it is imported
        from llmos_core.strangers import described, is_interruption

        if is_interruption(error):
            raise
        raise PluginError(f"'{path}': importing '{module_name}' failed: {described(error)}", name=path) from error


def _public_names(found: object) -> list[str]:
    return [name for name in dir(found) if not name.startswith("_")]


def _describe(found: object) -> str:
    if isinstance(found, ModuleType):
        return f"module '{found.__name__}'"
    return f"'{getattr(found, '__name__', type(found).__name__)}'"
