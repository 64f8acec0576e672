"""The provider `recorded`: what another provider answered, kept in a file and played back without a network."""
