"""Ask the system's keyring, where one is installed. What it says is returned, never raised."""


def in_keyring(service: str, user: str) -> tuple[str, str]:
    """Return what the system's keyring holds for a user of a service, or "" and what to do instead."""
    entry = f"{service}/{user}"
    instead = 'or keep the secret in a file of mode 0600 and write { file = "~/.keys/name" }'
    try:
        import keyring
    except ImportError:
        missing = f"a secret is in the keyring ({entry}), but keyring is not installed"
        return "", f"{missing}; `pip install llmos[keyring]`, {instead}"
    try:
        found = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 – every backend has errors of its own, and none is worth a crash
        return "", f"the keyring cannot be asked for {entry} ({type(error).__name__}); unlock it, {instead}"
    return found or "", f"the keyring holds nothing for {entry}; `keyring set {service} {user}`, {instead}"
