import hashlib
import json
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from inglenook_build import library, wheels

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    for name in wheels.closure(wheels.SHIPPED):
        wheels.repack(distribution(name), folder)
    return folder


def test_everything_that_is_needed_comes_along_and_nothing_else(folder):
    names = {file.name.split("-")[0] for file in folder.iterdir()}
    assert names == {"jinja2", "markdown_it_py", "markupsafe", "mdurl"}


def test_no_wheel_has_a_compiled_part(folder):
    for file in folder.iterdir():
        with zipfile.ZipFile(file) as wheel:
            names = wheel.namelist()
            metadata = next(name for name in names if name.endswith(".dist-info/WHEEL"))
            assert b"Tag: py3-none-any" in wheel.read(metadata)
            assert [name for name in names if name.endswith((".so", ".pyd", ".pyc"))] == []


def test_a_record_lists_every_file_with_its_hash(folder):
    with zipfile.ZipFile(next(folder.glob("markupsafe-*"))) as wheel:
        record = next(name for name in wheel.namelist() if name.endswith("/RECORD"))
        rows = [line.split(",") for line in wheel.read(record).decode().splitlines()]
        assert {row[0] for row in rows} == set(wheel.namelist())
        assert all(row[1].startswith("sha256=") for row in rows if row[0] != record)


def test_the_same_packages_make_the_same_bytes(folder, tmp_path):
    again = wheels.repack(distribution("jinja2"), tmp_path)
    assert again.read_bytes() == (folder / again.name).read_bytes()


def test_the_lock_holds_our_wheels_only_and_their_hashes(folder, tmp_path):
    (tmp_path / "pyodide-lock.json").write_text(
        json.dumps(
            {
                "info": {"abi_version": "2026_0", "arch": "wasm32", "platform": "emscripten_5_0_3", "python": "3.14.2"},
                "packages": {},
            }
        )
    )
    made = sorted(folder.iterdir())
    depends = {name: wheels.needs(distribution(name)) for name in wheels.closure(wheels.SHIPPED)}
    wheels.lock(tmp_path, made, depends, tmp_path / "own.json")
    lock = json.loads((tmp_path / "own.json").read_text())
    assert set(lock["packages"]) == {"jinja2", "markdown-it-py", "markupsafe", "mdurl"}
    assert lock["packages"]["jinja2"]["depends"] == ["markupsafe"]
    assert lock["packages"]["markdown-it-py"]["depends"] == ["mdurl"]
    assert lock["packages"]["markdown-it-py"]["imports"] == ["markdown_it"]
    assert lock["packages"]["markupsafe"]["imports"] == ["markupsafe"]
    for package in lock["packages"].values():
        assert package["sha256"] == hashlib.sha256((folder / package["file_name"]).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("graphlib.py", True),
        ("urllib/error.py", True),
        ("argparse.py", False),
        ("email/message.py", False),
        ("encodings/cp1252.py", True),
        ("encodings/koi8_r.py", True),
        ("json/__init__.py", False),
        ("encodings/cp037.py", False),
        ("encodings/mac_roman.py", False),
        ("multiprocessing/pool.py", False),
        ("pdb.py", False),
        ("asyncio/", False),
    ],
)
def test_a_module_is_left_out_if_the_snapshot_has_it_or_no_page_can_use_it(inside, kept):
    assert library.wanted(inside, {"json"}) is kept
