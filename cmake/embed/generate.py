#!/usr/bin/env python3
"""Writes a C++ source that holds the files of a folder: generate.py DIR SYMBOL OUTPUT."""

import gzip
import hashlib
import pathlib
import sys

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".woff2": "font/woff2",
}
LITERAL_BYTES_A_LINE = 2000


def escape(byte: int) -> str:
    """One byte inside a C++ string literal. Octal escapes end after three digits, so what follows cannot join them."""
    character = chr(byte)
    if character in '"\\?' or not 32 <= byte < 127:
        return f"\\{byte:03o}"
    return character


ESCAPED = [escape(byte) for byte in range(256)]


def view(data: bytes) -> str:
    """A std::string_view expression of the bytes; zero bytes are content like any other."""
    if not data:
        return "std::string_view()"
    lines = (data[at : at + LITERAL_BYTES_A_LINE] for at in range(0, len(data), LITERAL_BYTES_A_LINE))
    literal = "\n".join('"' + "".join(ESCAPED[byte] for byte in line) + '"' for line in lines)
    return f"std::string_view(\n{literal},\n{len(data)})"


def asset(root: pathlib.Path, file: pathlib.Path) -> str:
    data = file.read_bytes()
    # No time stamp: the same content gives the same executable.
    packed = gzip.compress(data, compresslevel=9, mtime=0)
    if len(packed) > 0.9 * len(data):
        packed = b""
    fields = [
        file.relative_to(root).as_posix().encode(),
        CONTENT_TYPES.get(file.suffix, "application/octet-stream").encode(),
        data,
        packed,
        f'"{hashlib.sha256(data).hexdigest()[:32]}"'.encode(),
    ]
    return "{" + ",\n".join(view(field) for field in fields) + "}"


def main() -> None:
    root, symbol, output = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    files = sorted(file for file in root.rglob("*") if file.is_file())
    if not files:
        sys.exit(f"{root}: there is no file to embed")
    table = ",\n".join(asset(root, file) for file in files)
    output.write_text(
        f"""// Made from {root.name} by cmake/embed/generate.py.
#include <span>
#include <string_view>

#include "embed/asset.h"

namespace repopulse {{
std::span<const embed::Asset> {symbol}();
std::span<const embed::Asset> {symbol}() {{
  static constexpr embed::Asset kAssets[] = {{
{table}}};
  return kAssets;
}}
}}  // namespace repopulse
""",
        encoding="ascii",
    )


if __name__ == "__main__":
    main()
