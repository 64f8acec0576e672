"""The laws of services by role, one module a role; `service_suite` picks the one that is needed."""
