"""The laws of a service: it is known what it serves as, it can do what its role promises, and it opens and closes.

Each role that llmos knows has further laws of its own in `llmos_core.testing.suites.services`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from hypothesis import settings

from llmos_core.protocols.context import PluginContext
from llmos_core.testing.building import FEW, make_suite
from llmos_core.testing.suites.services.common import ROLES, ServiceLaws
from llmos_core.testing.suites.services.opening import Service


def service_suite(
    factory: Callable[[PluginContext], Any],
    role: str,
    *,
    methods: Sequence[str] = (),
    sections: Mapping[str, Any] | None = None,
    config: Any = None,
    bounds: settings = FEW,
) -> type:
    """Return the laws for what `factory(context)` opens to serve as `role`: the very factory of your contribution.

    A role of your own has to be declared by its `methods`. `sections` and `config` are what the factory finds in its
    context; every example opens the service in a new folder, with a fixed clock.
    """
    service = Service(factory, sections=dict(sections or {}), config=config)
    laws, draws = import_module(f"{__package__}.services.{role}").laws_for() if role in ROLES else (ServiceLaws, {})
    attributes = {"service": service, "role": role, "methods": tuple(methods)}
    return make_suite(laws, draws=draws, bounds=bounds, **attributes)
