"""What mails say, also those that are broken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.mailer.imap import Mail
from streams.mailer.letter import Letter, letter
from streams.mailer.words import LONGEST_PAGE, of_html

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HEAD = (
    b"From: Maud <Maud@Example.org>\r\nTo: ann@example.com, =?utf-8?q?Bob=2C_B=2E?= <bob@example.com>\r\n"
    b"Cc: broken, maud@example.org\r\nSubject: Tea\r\nDate: Mon, 2 Mar 2026 08:30:00 +0100\r\n"
    b"Message-ID: <1@example.org>\r\n"
)


def read(raw: bytes, arrived: datetime = AT, size: int | None = None) -> Letter:
    return letter(Mail(1, raw, len(raw) if size is None else size, arrived))


def with_header(name: str, value: bytes) -> Letter:
    lines = [line for line in HEAD.split(b"\r\n") if line and not line.lower().startswith(name.lower().encode() + b":")]
    return read(b"\r\n".join([*lines, name.encode() + b": " + value, b"", b"Hello"]))


def test_a_mail_says_who_wrote_what_to_whom_and_when() -> None:
    assert read(HEAD + b"\r\nHow much?\r\n") == Letter(
        name="<1@example.org>",
        message_id="<1@example.org>",
        sender="maud@example.org",
        people=("maud@example.org", "ann@example.com", "bob@example.com"),
        title="Tea",
        body="How much?",
        written=AT - timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?b?VGVlIGbDvHIgendlaQ==?=", "Tee für zwei"),
        (b"=?iso-8859-1?q?Tee_f=FCr?=\r\n =?utf-8?q?_zwei?=", "Tee für zwei"),
        (b"=?klingon?q?Tee?=", "Tee"),
        (b"=?utf-8?b?not base64?= Tea", "=?utf-8?b?not base64?= Tea"),
        ("Tee für".encode(), "Tee für"),
        ("Tee für".encode("cp1252"), "Tee für"),
        (b"Tea\x00 \x1btime", "Tea time"),
        (b"  ", "No subject"),
    ],
)
def test_a_subject_is_read_in_whatever_it_was_written(subject: bytes, title: str) -> None:
    assert with_header("Subject", subject).title == title


@pytest.mark.parametrize(
    ("date", "written", "problems"),
    [
        (b"Mon, 2 Mar 2026 07:00:00 -0000", AT - timedelta(hours=1), ()),
        (b"Mon, 2 Mar 2026 20:00:00 +0000", AT, ()),
        (b"Fri, 32 Foo 2026 25:00:00", AT, ("date_malformed",)),
        (b"yesterday", AT, ("date_malformed",)),
        (b"Thu, 1 Jan 1970 00:00:00 +0000", AT, ("date_implausible",)),
        (b"Mon, 2 Mar 2099 08:00:00 +0000", AT, ("date_implausible",)),
        (b"Mon, 2 Mar 2026 08:00:00 +9999", AT, ("date_malformed",)),
        (b"Mon, 2 Mar 99999 08:00:00 +0000", AT, ("date_malformed",)),
    ],
)
def test_a_date_that_cannot_be_is_that_of_its_coming(date: bytes, written: datetime, problems: tuple[str, ...]) -> None:
    found = with_header("Date", date)
    assert (found.written, found.problems) == (written, problems)


def of(kind: bytes, content: bytes, head: bytes = HEAD) -> Letter:
    return read(head + b"MIME-Version: 1.0\r\n" + kind + b"\r\n\r\n" + content)


@pytest.mark.parametrize(
    ("kind", "content", "body", "problems"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1", "für".encode("latin-1"), "für", ()),
        (b"Content-Type: text/plain; charset=utf-8", "für".encode("cp1252"), "für", ("charset_guessed",)),
        (b"Content-Type: text/plain; charset=us-ascii", "für".encode(), "für", ()),
        (b"Content-Type: text/plain; charset=x-none", "für".encode(), "für", ("charset_guessed",)),
        (b"Content-Type: text/plain; charset=hex", b"fee", "fee", ("charset_guessed",)),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"VGVh!!", "Tea", ()),
        (b"Content-Type: text/html", b"<p>Tea &amp; <b>milk</b></p><script>x</script>", "Tea & milk", ()),
        (b"Content-Type: text/html", b"<![bad[ <p>Tea", None, ()),
        (b"Content-Type: multipart/mixed", b"no boundary", None, ()),
        (b"Content-Type: multipart/mixed; boundary=b", b"--b\r\n\r\nTea", "Tea", ()),
        (b"Content-Type: application/pdf", b"%PDF", None, ()),
    ],
)
def test_words_are_read_as_well_as_can_be(
    kind: bytes, content: bytes, body: str | None, problems: tuple[str, ...]
) -> None:
    found = of(kind, content)
    assert (found.body, found.problems) == (body, problems)


def test_plain_text_goes_before_html_and_what_is_attached_is_left() -> None:
    parts = [
        b"Content-Disposition: attachment\r\n\r\nAttached",
        b"Content-Type: text/html\r\n\r\n<p>Page",
        b"Content-Type: text/plain\r\n\r\nPlain",
    ]
    content = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    assert of(b"Content-Type: multipart/alternative; boundary=b", content).body == "Plain"


def test_parts_in_parts_without_end_are_told() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    found = read(HEAD + b"MIME-Version: 1.0\r\n" + deep + b"\r\nHello")
    assert (found.title, found.body, found.problems) == ("Tea", None, ("parts_malformed",))


def test_what_is_too_long_is_cut_and_told() -> None:
    subject = HEAD.replace(b"Subject: Tea", b"Subject: " + b"Tea " * 200)
    found = of(b"Content-Type: text/plain", b"x" * 20_000, subject)
    assert (len(found.title), found.title[-1], len(found.body or "")) == (300, "…", 10_000)
    assert found.problems == ("title_cut", "body_cut")
    crowd = b", ".join(b"p%d@example.net" % number for number in range(200))
    assert len(with_header("To", crowd).people) == 100
    assert read(HEAD, size=10**9).problems == ("mail_cut",)


def test_a_mail_without_a_number_is_known_by_what_it_says() -> None:
    without = HEAD.replace(b"Message-ID: <1@example.org>\r\n", b"")
    found = read(without + b"\r\nHow much?")
    assert found.message_id is None
    assert found.name == read(b"Received: by another way\r\n" + without + b"\r\nHow much?", AT + timedelta(9)).name
    assert found.name != read(without + b"\r\nHow little?").name


@given(st.binary(max_size=2000), st.sampled_from([b"", HEAD, HEAD + b"MIME-Version: 1.0\r\nContent-Type: "]))
def test_whatever_comes_is_told_in_a_form_that_can_be_kept(noise: bytes, head: bytes) -> None:
    found = read(head + noise)
    for text in (found.title, found.body or "", found.name):
        assert "\x00" not in text
        text.encode()
    assert found.title
    assert found.written <= AT


def test_a_page_is_read_in_lines() -> None:
    page = "<head><title>No</title></head><h1>Tea</h1><ul><li>Black</li><li>Green<br>Fresh</li></ul> a&nbsp;b"
    assert of_html(page) == "Tea\n\nBlack\n\nGreen\nFresh\n\na b"
    assert len(of_html("x" * 3 * LONGEST_PAGE)) == LONGEST_PAGE
