"""How much memory a WebAssembly file asks for at its start.

Pyodide writes a snapshot into the memory that it finds and does not make it larger first, so the file has to ask for as
much as the snapshot holds. See "Memory Section" in the WebAssembly specification's binary format.
"""

from __future__ import annotations

PAGE = 65536

_HEADER = b"\0asm\x01\0\0\0"
_MEMORY = 5


def _number(data: bytes, place: int) -> tuple[int, int]:
    """An unsigned LEB128 number and the place after it."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place


def _written(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def with_memory(wasm: bytes, size: int) -> bytes:
    """The same file, with at least `size` bytes of memory at its start."""
    if not wasm.startswith(_HEADER):
        raise ValueError("this is no WebAssembly file")
    place = len(_HEADER)
    while place < len(wasm):
        kind = wasm[place]
        length, inside = _number(wasm, place + 1)
        end = inside + length
        if kind == _MEMORY:
            count, at = _number(wasm, inside)
            flags = wasm[at]
            least, after = _number(wasm, at + 1)
            if count != 1:
                raise ValueError("this WebAssembly file has not one memory")
            pages = max(least, -(-size // PAGE))
            section = _written(count) + bytes([flags]) + _written(pages) + wasm[after:end]
            return wasm[:place] + bytes([kind]) + _written(len(section)) + section + wasm[end:]
        place = end
    raise ValueError("this WebAssembly file has no memory of its own")
