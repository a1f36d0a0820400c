"""Who a person is comes from the provider where a login is configured, against one that runs here."""

from __future__ import annotations

import pytest

from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import free_port, serving

pytest.importorskip("authlib")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # a studio of its own
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture
def studio(tmp_path):
    """A studio with a login, and its address."""
    from tests.studio.browser.provider import Provider

    provider = Provider("ada@bank.example")
    port = free_port()
    place = study.make(tmp_path / "study")
    study.answer(place)
    (place.root / ".streamlit").mkdir()
    (place.root / ".streamlit" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "of the test"\n'
        f'client_id = "winnow"\nclient_secret = "shared"\n'
        f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n'
    )
    try:
        with serving(place.root, port) as address:
            yield address
    finally:
        provider.shutdown()


def test_a_person_logs_in_and_is_who_the_provider_says(chromium, studio):
    page = chromium.new_page()
    page.set_default_timeout(120_000)
    page.context.add_cookies([{"name": "winnow-name", "value": "ben", "domain": "127.0.0.1", "path": "/"}])
    page.goto(f"{studio}/review")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("ada@bank.example").wait_for()
    page.goto(f"{studio}/review")
    page.get_by_role("button", name="Begin").wait_for()
    assert page.get_by_text("ben", exact=True).count() == 0
    page.close()
