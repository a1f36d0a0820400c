from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.identity import SECRET_NAME, name_in, signed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_signed_name_is_read_back(tmp_path, name):
    assert name_in(tmp_path, signed(tmp_path, name)) == name


@pytest.mark.parametrize("forge", [
    lambda kept: "Ben",
    lambda kept: kept.replace("Ada", "Ben"),
    lambda kept: kept[:-1] + ("0" if kept[-1] != "0" else "1"),
    lambda kept: "Ada.",
    lambda kept: "",
])  # fmt: skip
def test_a_forged_cookie_is_nobody(tmp_path, forge):
    assert name_in(tmp_path, forge(signed(tmp_path, "Ada"))) == ""


def test_another_study_s_cookie_is_nobody_here(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for study in (here, there):
        study.mkdir()
        signed(study, "Ben")
    assert name_in(here, signed(there, "Ada")) == ""
    assert name_in(tmp_path, signed(there, "Ada")) == ""


def test_the_secret_is_readable_for_its_owner_alone_and_stays(tmp_path):
    first = signed(tmp_path, "Ada")
    assert (tmp_path / SECRET_NAME).stat().st_mode & 0o777 == 0o600
    assert signed(tmp_path, "Ada") == first


def test_forgetting_is_an_empty_cookie(tmp_path):
    assert signed(tmp_path, "") == ""
