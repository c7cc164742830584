"""Files of several arrays: they come back as they were, and any other file is refused in one line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.array_file import map_arrays, write_arrays
from indexer.errors import IndexCorrupt

DTYPES = {"codes": "<u8", "letters": "<u1"}


def write(path: Path, codes: list[int], letters: bytes) -> bytes:
    write_arrays(path, {"codes": np.array(codes, "<u8"), "letters": np.frombuffer(letters, "<u1")})
    return path.read_bytes()


@given(codes=st.lists(st.integers(0, 2**64 - 1), max_size=20), letters=st.binary(max_size=70))
def test_arrays_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, codes: list[int], letters: bytes
) -> None:
    path = tmp_path_factory.mktemp("arrays") / "x.arrays"
    write(path, codes, letters)
    arrays = map_arrays(path, DTYPES)
    assert arrays["codes"].tolist() == codes
    assert arrays["letters"].tobytes() == letters
    assert not arrays["codes"].flags.writeable
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_every_beginning_and_every_lengthening_of_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.arrays"
    whole = write(path, [1, 2], b"abc")
    for other in (*(whole[:size] for size in range(len(whole))), whole + b"\0"):
        path.write_bytes(other)
        with pytest.raises(IndexCorrupt, match=str(path)) as refused:
            map_arrays(path, DTYPES)
        assert "\n" not in str(refused.value)


@given(at=st.integers(0, 100), byte=st.integers(0, 255))
def test_a_changed_header_is_refused_or_gives_arrays_of_the_right_dtypes(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    path = tmp_path_factory.mktemp("arrays") / "x.arrays"
    whole = bytearray(write(path, [1, 2], b"abc"))
    whole[at] = byte
    path.write_bytes(whole)
    try:
        arrays = map_arrays(path, DTYPES)
    except IndexCorrupt:
        return
    assert {name: array.dtype.str for name, array in arrays.items()} == {"codes": "<u8", "letters": "|u1"}


@pytest.mark.parametrize("dtypes", [{"codes": "<u8"}, {"codes": "<u4", "letters": "<u1"}])
def test_a_file_with_other_arrays_is_refused(tmp_path: Path, dtypes: dict[str, str]) -> None:
    write(tmp_path / "x.arrays", [1], b"a")
    with pytest.raises(IndexCorrupt, match=r"x\.arrays: not what was written"):
        map_arrays(tmp_path / "x.arrays", dtypes)
    with pytest.raises(IndexCorrupt, match="none"):
        map_arrays(tmp_path / "none", dtypes)
