# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import base64
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import encryption
from engine.encryption import DecryptionError, KeyRing, KeyRingError, MissingKeyError

KEY_A = base64.b64encode(bytes(range(32))).decode()
KEY_B = base64.b64encode(bytes(range(1, 33))).decode()
RING = KeyRing.parse(f"a:{KEY_A}")


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_is_encrypted_is_decrypted(data, aad):
    assert RING.decrypt(RING.encrypt(data, aad), aad) == data


def test_format_and_binding_are_as_documented():
    token = RING.encrypt(b"secret", "credential|u1|value")
    assert token.startswith(b"v1:a:")
    nonce, sealed = token[5:17], token[17:]
    plain = AESGCM(bytes(range(32))).decrypt(nonce, sealed, b"credential|u1|value|a|v1")
    assert plain == b"secret"
    assert b"secret" not in token


def test_a_nonce_is_never_used_twice():
    assert len({RING.encrypt(b"x", "")[5:17] for _ in range(500)}) == 500


def test_a_token_moved_to_another_place_is_refused():
    token = RING.encrypt(b"x", "credential|u1|value")
    with pytest.raises(DecryptionError):
        RING.decrypt(token, "credential|u2|value")


def test_a_token_relabelled_to_another_key_is_refused():
    # The same key under two ids: only the binding to the id can notice.
    ring = KeyRing.parse(f"a:{KEY_A},b:{KEY_A}")
    token = ring.encrypt(b"x", "p").replace(b"v1:a:", b"v1:b:")
    with pytest.raises(DecryptionError):
        ring.decrypt(token, "p")


@settings(max_examples=60)
@given(st.data())
def test_an_altered_token_is_refused(data):
    token = bytearray(RING.encrypt(b"some secret", "p"))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((DecryptionError, MissingKeyError)):
        RING.decrypt(bytes(token), "p")


@given(st.binary(max_size=60))
def test_garbage_is_refused_and_nothing_else_happens(token):
    with pytest.raises((DecryptionError, MissingKeyError)):
        RING.decrypt(token, "p")


@pytest.mark.parametrize("cut", [1, 5, 16, 30])
def test_a_cut_token_is_refused(cut):
    with pytest.raises(DecryptionError):
        RING.decrypt(RING.encrypt(b"0123456789abcdef", "p")[:-cut], "p")


def test_another_key_is_refused_without_showing_anything():
    token = RING.encrypt(b"hush", "p")
    with pytest.raises(DecryptionError) as caught:
        KeyRing.parse(f"a:{KEY_B}").decrypt(token, "p")
    assert "hush" not in str(caught.value)
    assert KEY_B not in str(caught.value)


def test_rotation():
    old, new = RING, KeyRing.parse(f"b:{KEY_B}, a:{KEY_A}")
    token = old.encrypt(b"x", "p")
    assert new.active_kid == "b"
    assert new.kids == ("b", "a")
    assert new.decrypt(token, "p") == b"x"
    assert new.needs_rotation(token)
    assert not old.needs_rotation(token)
    fresh = new.encrypt(b"x", "p")
    assert not new.needs_rotation(fresh)
    with pytest.raises(MissingKeyError) as caught:
        old.decrypt(fresh, "p")
    assert "b" in str(caught.value)


def test_a_key_without_its_id_is_not_taken_for_an_id():
    # All letters, so that it would pass as an id and be shown.
    with pytest.raises(KeyRingError) as caught:
        KeyRing.parse("K" * 43)
    assert "KKK" not in str(caught.value)


@pytest.mark.parametrize(
    "stored",
    [
        b"plain text",
        b"v2:a:" + b"x" * 40,
        b"v1:\xff:" + b"x" * 40,
        b"v1:a:" + b"x" * 27,
    ],
)
def test_what_is_no_token_is_said_so(stored):
    for use in (RING.needs_rotation, lambda token: RING.decrypt(token, "p")):
        with pytest.raises(DecryptionError) as caught:
            use(stored)
        assert "not an encrypted secret" in str(caught.value)


def test_the_shortest_token_is_a_token():
    assert len(RING.encrypt(b"", "p")) == len("v1:a:") + 28
    assert RING.decrypt(RING.encrypt(b"", "p"), "p") == b""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no encryption key"),
        (None, "no encryption key"),
        (" , ", "no encryption key"),
        (KEY_A, "entry 1 has no key id"),
        (f"a:{KEY_A},{KEY_B}", "entry 2 has no key id"),
        ("a:!!!", "“a”) is not base64"),
        (f"a:{KEY_A},short:{base64.b64encode(b'x' * 16).decode()}", "it has 16"),
        (f"a:{base64.b64encode(b'x' * 33).decode()}", "it has 33"),
        (f"a b:{KEY_A}", "invalid key id"),
        (f"a|b:{KEY_A}", "invalid key id"),
        (f":{KEY_A}", "invalid key id"),
        (f"a:{KEY_A},a:{KEY_B}", "twice"),
    ],
)
def test_a_wrong_setting_is_named_but_not_shown(text, word):
    with pytest.raises(KeyRingError) as caught:
        KeyRing.parse(text)
    assert word in str(caught.value)
    assert KEY_A not in str(caught.value)
    assert KEY_B not in str(caught.value)


def test_url_safe_and_unpadded_keys_are_understood():
    key = b"\xff\xfe" * 16
    text = base64.urlsafe_b64encode(key).decode().rstrip("=")
    token = KeyRing.parse(f"a:{text}").encrypt(b"x", "p")
    assert KeyRing.parse(f"a:{base64.b64encode(key).decode()}").decrypt(token, "p")


def test_repr_shows_ids_only():
    assert repr(KeyRing.parse(f"a:{KEY_A},b:{KEY_B}")) == "<KeyRing a, b>"


def test_generated_keys_are_new_and_usable():
    first, second = encryption.generate_key(), encryption.generate_key()
    assert first != second
    ring = KeyRing.parse(f"{first},{second}")
    assert len(ring.kids) == 2
    assert len(base64.b64decode(first.split(":")[1])) == 32


def test_the_cipher_of_a_key_is_made_once(monkeypatch):
    ring = KeyRing.parse(f"a:{KEY_A}")
    monkeypatch.setattr(encryption, "AESGCM", None)
    assert ring.decrypt(ring.encrypt(b"x", "p"), "p") == b"x"


def test_stored_bytes_may_come_as_memoryview():
    token = RING.encrypt(os.urandom(10), "p")
    assert RING.decrypt(memoryview(token), "p") == RING.decrypt(token, "p")
