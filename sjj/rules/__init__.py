"""The law as pure functions: standard library only, no clock, no database, no request, no randomness."""
