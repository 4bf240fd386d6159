"""The first page stays light, and the bundles keep to the content security policy."""

import json
import re
from pathlib import Path

import pytest

DIST = Path(__file__).resolve().parents[2] / "app" / "web" / "static" / "dist"
FIRST_LOAD = ("app.css", "app.js", "icons.svg")


@pytest.fixture(scope="module")
def bundles() -> dict[str, Path]:
    manifest = DIST / "manifest.json"
    assert manifest.exists(), "the browser assets are not built; run make assets"
    return {name: DIST / file for name, file in json.loads(manifest.read_text()).items()}


def test_every_bundle_is_there_with_its_compressed_copies(bundles):
    for path in bundles.values():
        assert path.stat().st_size > 0
        for ending in (".br", ".gz"):
            assert path.with_name(path.name + ending).exists()


def test_the_assets_of_the_inbox_are_light(bundles):
    weight = {name: bundles[name].with_name(bundles[name].name + ".gz").stat().st_size for name in FIRST_LOAD}
    # 150 KB are promised for the whole first load; the rest is for the page itself.
    assert sum(weight.values()) <= 120_000, weight


def test_no_style_sheet_asks_another_host(bundles):
    for path in bundles.values():
        if path.suffix == ".css":
            assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\s]+", path.read_text()) == []


def test_every_font_and_picture_a_style_sheet_names_is_there(bundles):
    for path in bundles.values():
        if path.suffix == ".css":
            targets = re.findall(r"url\([\"']?(?!data:|#|/)([^)\"'?#]+)", path.read_text())
            assert [target for target in targets if not (DIST / target).exists()] == []
