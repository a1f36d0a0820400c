"""One label given by hand in the real web UI, and markup in the data shown as text."""

from __future__ import annotations

import pytest

from curation.labelling import pull, push, rows
from curation.labelling.argilla import credentials
from tests.curation.labelling.labelling_study import PAIRS, config, make_curated, study

MARKUP = '<img src=x onerror="top.ran=1"><script>top.ran=1</script> & more?'


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1500, "height": 1100})
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_a_person_labels_a_row_by_hand(server, tmp_path, page):
    curated = make_curated(
        tmp_path / "curated",
        [(MARKUP, "<b>idk</b><img src=x onerror=top.ran=1>"), *PAIRS[:2]],
        flagged=(0,),
        removed=(),
    )
    settings = config(dataset="browser", annotators=("hand",), audit=0)
    url = push(rows(study(curated, server.home, settings))).urls["browser"]
    elsewhere: dict[str, str | None] = {}
    page.on("requestfinished", lambda request: elsewhere.setdefault(request.url, None))
    page.on("requestfailed", lambda request: elsewhere.setdefault(request.url, request.failure))
    page.set_default_timeout(60_000)

    page.goto(f"{server.url}/sign-in")
    page.locator("input").nth(0).fill("hand")
    page.locator("input").nth(1).fill(credentials.load(server.home).people["hand"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(url)

    page.get_by_text(MARKUP, exact=False).first.wait_for()
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src='x']").count() == 0
    assert page.get_by_text("the answer is short (value 3.0, limit 5)").first.is_visible()
    assert page.get_by_text("<b>idk</b><img src=x onerror=top.ran=1>").first.is_visible()

    page.locator("label", has_text="Remove").first.click()
    with page.expect_response(lambda r: "/responses" in r.url and r.request.method == "POST") as submitted:
        page.get_by_role("button", name="Submit").click()
    assert submitted.value.status == 201

    result = pull(rows(study(curated, server.home, settings)))
    assert result.decided == {"remove": 1}
    assert [found.by for found in curated.view().removed.values()] == ["hand"]
    outside = {
        address: end for address, end in elsewhere.items() if not address.startswith((server.url, "data:", "blob:"))
    }
    assert set(outside.values()) <= {"csp"}  # what the UI asks others for (fonts) never leaves the browser
