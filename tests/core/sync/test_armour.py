import subprocess

import pytest

from evidence_kit.sync.smtp.armour import FOLDS, armour, armoured_size, crc24


def crc_by_the_book(data: bytes) -> int:
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def noise(size: int) -> bytes:
    return b"".join(((n * 2654435761) & 0xFFFFFFFF).to_bytes(4, "big") for n in range(size // 4 + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 47, 48, 333, 400, 7000, 200_001])
def test_the_folded_crc_is_that_of_the_rfc(size: int) -> None:
    assert crc24(noise(size)) == crc_by_the_book(noise(size))


def test_the_crc_goes_on_from_chunk_to_chunk() -> None:
    data = noise(5000)
    assert crc24(data[1234:], crc24(data[:1234])) == crc_by_the_book(data)


def test_every_fold_is_a_true_power_of_x() -> None:
    power, step = {}, 1
    wanted = {distance for distance, _ in FOLDS}
    for distance in range(max(wanted) + 1):
        if distance in wanted:
            power[distance] = step
        step <<= 1
        if step >> 24:
            step ^= 0x1864CFB
    assert power == {distance: sum(1 << tap for tap in taps) for distance, taps in FOLDS}


@pytest.mark.parametrize(
    ("size", "cut"), [(0, 1), (1, 1), (47, 5), (48, 48), (49, 7), (10_000, 999), (300_000, 196_608)]
)
def test_gpg_reads_the_armour_back_to_the_same_bytes(size: int, cut: int) -> None:
    data = noise(size)
    text = b"".join(armour(data[start : start + cut] for start in range(0, size, cut)))
    assert len(text) == armoured_size(size)
    assert all(len(line) <= 64 for line in text.split(b"\r\n"))
    if size:
        told = subprocess.run(
            ["gpg", "--batch", "--no-options", "--dearmor"], input=text, capture_output=True, check=True
        )
        assert told.stdout == data
        assert b"CRC" not in told.stderr


def test_gpg_would_have_told_of_a_wrong_crc() -> None:
    text = b"".join(armour([noise(100)]))
    wrong = text.replace(b"\r\n=", b"\r\n=AAAA\r\n-----END PGP MESSAGE-----\r\n")
    told = subprocess.run(
        ["gpg", "--batch", "--no-options", "--dearmor"], input=wrong, capture_output=True, check=False
    )
    assert b"CRC" in told.stderr
