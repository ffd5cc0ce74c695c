import pytest
from inglenook_build.wasm import PAGE, with_memory

HEAD = b"\0asm\x01\0\0\0"
TYPES = b"\x01\x01\x00"
AFTER = b"\x0b\x01\x00"


def file_with(pages: bytes) -> bytes:
    limits = b"\x01\x01" + pages + b"\x80\x80\x04"
    return HEAD + TYPES + b"\x05" + bytes([len(limits)]) + limits + AFTER


@pytest.mark.parametrize(
    ("size", "pages"), [(PAGE * 576, b"\xc0\x04"), (PAGE * 576 - 1, b"\xc0\x04"), (PAGE * 20000, b"\xa0\x9c\x01")]
)
def test_a_file_asks_for_the_memory_that_is_needed(size, pages):
    assert with_memory(file_with(b"\xe0\x03"), size) == file_with(pages)


def test_a_file_that_asks_for_more_is_left_alone():
    assert with_memory(file_with(b"\xe0\x03"), PAGE) == file_with(b"\xe0\x03")


@pytest.mark.parametrize("odd", [b"", b"PK\x03\x04", HEAD + TYPES])
def test_a_file_without_memory_is_refused(odd):
    with pytest.raises(ValueError, match="WebAssembly"):
        with_memory(odd, PAGE)
