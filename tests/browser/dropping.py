"""Files that are dropped on the window as from a file manager: paths on the disk, folders among them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def drop(page: Page, *paths: Path, target: str = "import") -> None:
    """Drag these over the window and let them go over one of the two places that it shows."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}

    def send(kind: str, x: float, y: float) -> None:
        session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    send("dragEnter", 600, 300)
    place = page.locator(f"[data-drop-target={target}]")
    expect(place).to_be_visible()
    box = place.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # The first one over a new place only enters it.
    send("dragOver", *middle)
    send("dragOver", *middle)
    expect(place).to_have_attribute("data-over", "")
    send("drop", *middle)
    expect(place).to_be_hidden()
    session.detach()
