"""Find plugins, settle who owns a name, report what is broken."""
