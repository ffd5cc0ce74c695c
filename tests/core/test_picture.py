"""Pictures inside addresses."""

import pytest
from inglenook.core.picture import from_data_url


def test_a_picture_is_named_by_its_bytes():
    image, data = from_data_url("data:image/JPEG;base64,AAEC")
    assert (data, image.size, image.media_type, image.name) == (b"\0\1\2", 3, "image/jpeg", "picture.jpg")
    assert image.sha256 == "ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc"


@pytest.mark.parametrize(
    "url",
    ["", "data:", "https://a.example/1.png", "data:image/svg+xml;base64,AAEC", "data:image/png,AAEC",
     "data:image/png;base64,", "data:image/png;base64,A", "data:image/png;base64,é", "data:text/html;base64,AAEC"],
)
def test_what_no_browser_shows_as_a_plain_picture_is_none(url):
    assert from_data_url(url) is None
