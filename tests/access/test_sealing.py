import stat

import pytest
from cryptography.fernet import Fernet

from mellantid.access.sealing import KEY, KEY_FILE, Seal
from mellantid.errors import DataError, QuestionError


def test_a_secret_is_sealed_and_opened_and_its_text_is_not_in_what_is_kept(tmp_path):
    seal = Seal(tmp_path / "m.db", {})
    kept = seal.seal("pat-eu1-åäö")
    assert "pat" not in kept
    assert Seal(tmp_path / "m.db", {}).open(kept) == "pat-eu1-åäö"
    assert seal.seal("pat-eu1-åäö") != kept


def test_the_key_lies_beside_the_database_where_only_its_owner_reads_it(tmp_path):
    Seal(tmp_path / "m.db", {}).seal("x")
    assert stat.S_IMODE((tmp_path / "m.db.key").stat().st_mode) == 0o600


def test_without_its_key_a_secret_is_not_opened_and_the_message_says_what_to_do(tmp_path):
    kept = Seal(tmp_path / "m.db", {}).seal("x")
    with pytest.raises(QuestionError, match="missing"):
        Seal(tmp_path / "other.db", {}).open(kept)
    assert not (tmp_path / "other.db.key").exists()
    with pytest.raises(QuestionError, match="another key"):
        Seal(tmp_path / "m.db", {KEY: Fernet.generate_key().decode()}).open(kept)


def test_a_key_is_changed_by_putting_a_new_one_before_it(tmp_path):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    kept = Seal(tmp_path / "m.db", {KEY: old}).seal("x")
    renewed = Seal(tmp_path / "m.db", {KEY: f"{new}, {old}"}).renew(kept)
    assert Seal(tmp_path / "m.db", {KEY: new}).open(renewed) == "x"
    assert not (tmp_path / "m.db.key").exists()


@pytest.mark.parametrize("make", ["folder", "bytes", "nowhere"])
def test_a_key_that_cannot_be_read_is_told_as_what_a_person_can_mend(tmp_path, make):
    file = tmp_path / "k"
    if make == "folder":
        file.mkdir()
    elif make == "bytes":
        file.write_bytes(b"\xff\xfe")
    else:
        file = tmp_path / "nowhere" / "k"
    seal = Seal(tmp_path / "m.db", {KEY_FILE: str(file)})
    with pytest.raises(DataError, match=r"cannot be used.*MELLANTID_KEY"):
        seal.seal("x")


def test_what_is_no_key_is_refused(tmp_path):
    (tmp_path / "k").write_text("secret\n")
    with pytest.raises(DataError, match="URL-safe Base64"):
        Seal(tmp_path / "m.db", {KEY_FILE: str(tmp_path / "k")}).seal("x")
