"""The style sheet and the fonts: caching, references, contrast."""

import re

import pytest
from flask.testing import FlaskClient

from search_web.contract.searcher import Searcher
from search_web.web.app import create_app
from search_web.web.caching import STATIC


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()


def test_static_files_are_cached_for_a_year_under_an_address_with_their_hash(client: FlaskClient) -> None:
    addresses = re.findall(r'href="(/static/[^"]+)"', client.get("/").text)
    assert len(addresses) == 3
    for address in addresses:
        with client.get(address) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(re.sub(r"/static/\w+/", "/static/old/", addresses[0])) as old:
        assert old.status_code == 200
        assert "max-age" not in old.headers["Cache-Control"]
    assert client.get("/static/old/../../app.py").status_code == 404


def test_the_style_sheet_refers_only_to_existing_files(client: FlaskClient) -> None:
    css = (STATIC / "site.css").read_text(encoding="utf-8")
    wanted = re.findall(r'url\("([^"]+)"\)', css)
    assert wanted
    assert all((STATIC / name).is_file() for name in wanted)
    assert "SIL Open Font License" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def colours(css: str) -> list[dict[str, str]]:
    """Return the named colours of the light and of the dark scheme."""
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_and_edges_have_the_contrast_of_wcag_aa_in_both_schemes() -> None:
    schemes = colours((STATIC / "site.css").read_text(encoding="utf-8"))
    assert len(schemes) == 2
    pairs = [
        (text, ground) for text in ("ink", "soft", "accent", "link", "seen") for ground in ("paper", "sheet")
    ]
    pairs += [("on-accent", "accent"), ("on-mark", "mark"), ("on-notice", "notice")]
    for scheme in schemes:
        for wanted, least in ((pairs, 4.5), ([("edge", "sheet"), ("edge", "paper")], 3.0)):
            for one, other in wanted:
                light, dark = sorted((luminance(scheme[one]), luminance(scheme[other])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= least, (one, other, scheme[one], scheme[other])
