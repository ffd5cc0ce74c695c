"""A pytest plugin for the build's runs: on a busy machine a slow search for examples is no fault of a test."""

from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    """Before any test module is imported, so that every test takes it over."""
    settings.register_profile("patience", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patience")
