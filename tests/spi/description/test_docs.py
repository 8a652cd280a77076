from __future__ import annotations

import re

import pytest

REFERENCE = re.compile(r"""(?:src|href)="([^"]+)\"""")


@pytest.fixture
def read(stranger):
    """Get something; return the answer and its text, with the file closed again."""

    def get(path):
        with stranger.get(path) as response:
            return response, response.get_data().decode("utf-8", "replace")

    return get


def test_the_page_loads_with_everything_it_refers_to(read):
    page, text = read("/docs")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    references = REFERENCE.findall(text)
    assert len(references) >= 4
    for reference in references:
        assert read(f"/{reference}")[0].status_code == 200, reference


def test_nothing_comes_from_elsewhere(read):
    for path in ("/docs", "/docs/docs.js"):
        _, text = read(path)
        assert "//" not in re.sub(r"^//.*$", "", text, flags=re.MULTILINE)
    assert "validatorUrl: null" in text


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/docs.js", "/docs/swagger-ui/swagger-ui-bundle.js"]
)
def test_the_policy_lets_nothing_else_run(read, path):
    policy = read(path)[0].headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_so_the_page_has_no_script_or_style_of_its_own(read):
    _, text = read("/docs")
    assert re.findall(r"<script(?! src=)", text) == []
    assert "<style" not in text
    assert not re.search(r"\s(style|on\w+)=", text)


@pytest.mark.parametrize(
    "name", ["../__init__.py", "..%2F__init__.py", "no.js", "%2Fetc%2Fpasswd"]
)
def test_only_swagger_ui_s_own_files_are_served(read, name):
    assert read(f"/docs/swagger-ui/{name}")[0].status_code == 404
