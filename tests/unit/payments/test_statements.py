"""Bank statements as banks send them, and files that only look like one."""

import datetime as dt

import pytest

from dih.payments import statements
from dih.shared.errors import BrokenRule

HEAD = "day;amount;currency;payer;iban;details;bank_reference\n"

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>RO89DIHB0000999900000001</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">161.33</Amt><CdtDbtInd>CRDT</CdtDbtInd>{booked}<BookgDt><Dt>2026-11-23</Dt></BookgDt>
<AcctSvcrRef>REF-1</AcctSvcrRef><NtryDtls><TxDtls>
<RltdPties><Dbtr>{name}</Dbtr><DbtrAcct><Id><IBAN>RO49AAAA1B31007593840000</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>Plata PLATA-2026-00001</Ustrd><Ustrd>voucher</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>{booked}<BookgDt><Dt>2026-11-23</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="EUR">8.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>{booked}
<BookgDt><Dt>2026-11-23</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="RON">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{booked}<BookgDt><DtTm>2026-11-22T10:00:00</DtTm></BookgDt>
<AcctSvcrRef>REF-2</AcctSvcrRef><NtryDtls>
<TxDtls><Amt Ccy="RON">100.00</Amt><RmtInf><Ustrd>one</Ustrd></RmtInf></TxDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="RON">200.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>two</Ustrd></RmtInf></TxDtls>
</NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


@pytest.mark.parametrize(
    ("version", "booked", "name"),
    [
        ("02", "<Sts>BOOK</Sts>", "<Nm>Fabrica SRL</Nm>"),
        ("08", "<Sts><Cd>BOOK</Cd></Sts>", "<Pty><Nm>Fabrica SRL</Nm></Pty>"),
    ],
)
def test_a_camt_of_any_version_gives_its_booked_credits(version, booked, name):
    lines = statements.read(CAMT.format(version=version, booked=booked, name=name).encode())
    assert [(line.booked_on, line.minor, line.currency) for line in lines] == [
        (dt.date(2026, 11, 23), 16_133, "EUR"),
        (dt.date(2026, 11, 22), 10_000, "RON"),
        (dt.date(2026, 11, 22), 20_000, "RON"),
    ]
    first = lines[0]
    assert (first.payer, first.iban) == ("Fabrica SRL", "RO49AAAA1B31007593840000")
    assert first.words == "Plata PLATA-2026-00001 voucher"
    assert len({line.fingerprint for line in lines}) == 3


def test_a_csv_as_people_save_it():
    text = HEAD.replace(";", ",") + '23.11.2026,"1.161,33",EUR,"Fabrica, SRL",,"PLATA 2026 00001",9\n,,,,,,\n'
    with pytest.raises(BrokenRule, match="Line 3"):
        statements.read(text.encode())
    lines = statements.read(b"\xef\xbb\xbf" + text.replace("\n,,,,,,", "").encode())
    assert [(line.minor, line.payer, line.booked_on) for line in lines] == [
        (116_133, "Fabrica, SRL", dt.date(2026, 11, 23))
    ]


def test_the_same_booking_has_one_fingerprint_and_another_one_another():
    line = "2026-11-23;10;EUR;A;;words;{}\n"
    content = HEAD + line.format(1) + line.format(1) + line.format(2) + line.format("") + line.format("")
    prints = [one.fingerprint for one in statements.read(content.encode())]
    assert len(set(prints)) == 5, "two alike in one file are two bookings"
    assert prints == [one.fingerprint for one in statements.read(content.encode())], "and the same ones in another file"


NETTED = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>RO89 DIHB 0000 9999 0000 0001</IBAN></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="EUR">{net}</Amt><CdtDbtInd>{side}</CdtDbtInd>{marks}
<BookgDt><Dt>2026-11-20+02:00</Dt></BookgDt><AcctSvcrRef>B</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"""


def detail(cents, side="CRDT", names=""):
    return (
        f"<TxDtls><Refs><AcctSvcrRef>B</AcctSvcrRef>{names}</Refs><Amt Ccy='EUR'>{cents}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd></TxDtls>"
    )


def test_a_camt_with_its_rarer_parts():
    def read(side="CRDT", marks="<Sts><Cd>BOOK</Cd></Sts>", net=100, details=""):
        entry = ENTRY.format(net=net, side=side, marks=marks, details=details)
        return statements.read(NETTED.format(entries=entry).encode())

    assert read(marks="<Sts><Prtry>PENDING</Prtry></Sts>") == read(marks="<RvslInd>1</RvslInd>") == []
    (line,) = read(details=detail(150) + detail(50, "DBIT"))
    assert (line.minor, line.booked_on, line.account) == (15_000, dt.date(2026, 11, 20), "RO89DIHB0000999900000001")
    (line,) = read("DBIT", details=detail(50) + detail(150, "DBIT"))
    assert line.minor == 5_000, "a credit netted with a larger debit"
    names = [f"<EndToEndId>{end}</EndToEndId><TxId>{tx}</TxId>" for end, tx in (("E1", "T"), ("E2", "T"), ("E2", "U"))]
    batch = [detail(10, names=name) for name in (*names, "<EndToEndId>NOTPROVIDED</EndToEndId>", "")]
    prints = [one.fingerprint for one in read(details="".join(batch))]
    assert len(set(prints)) == 5
    assert set(prints[:3]) == {one.fingerprint for one in read(details="".join(batch[2::-1]))}, "in any order"


BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Document>&b;</Document>"""
READER = (
    """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document><BkToCstmrStmt>&a;</BkToCstmrStmt></Document>"""
)
NO_SUM = CAMT.format(version="02", booked="", name="").replace(">161.33<", ">1e3x<")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "columns"),
        (b"\xff\xfe\x00", "neither"),
        (b"a;b\n1;2", "columns"),
        ((HEAD + "2026-02-30;1;EUR;;;x;1").encode(), "Line 2"),
        ((HEAD + "2026-11-23;1.2.3;EUR;;;x;1").encode(), "Line 2"),
        ((HEAD + "2026-11-23;1;XXX;;;x;1").encode(), "Line 2"),
        ((HEAD + "2026-11-23;0;EUR;;;x;1").encode(), "Line 2"),
        ((HEAD + '2026-11-23;1;EUR;;;"x').encode(), "neither"),
        ((HEAD + "2026-W01-1;1;EUR;;;x;1").encode(), "Line 2"),
        ((HEAD + "9999-12-31;1;EUR;;;x;1").encode(), "Line 2"),
        ((HEAD + "2026-11-23").encode(), "Line 2"),
        (b"<a", "cannot be read"),
        (b'<?xml version="1.0" encoding="nope"?><a/>', "cannot be read"),
        (CAMT.format(version="02", booked="", name="").replace(">161.33<", ">1E+999999999<").encode(), "Entry 1"),
        (b"<Document/>", "no camt"),
        (BOMB.encode(), "cannot be read"),
        (READER.encode(), "cannot be read"),
        (NO_SUM.encode(), "Entry 1"),
        (CAMT.format(version="02", booked="", name="").replace(">161.33<", ">1.333<").encode(), "Entry 1"),
        (CAMT.format(version="02", booked="", name="").replace("<Dt>2026-11-23", "<Dt>2026-13-01").encode(), "Entry 1"),
        (b"<" + b" " * statements.MOST_BYTES, "larger"),
    ],
)
def test_what_is_no_statement_is_refused_with_words(content, words):
    with pytest.raises(BrokenRule, match=words):
        statements.read(content)


def test_too_many_lines_are_refused():
    content = HEAD + "".join(f"2026-11-23;1;EUR;;;x;{n}\n" for n in range(statements.MOST_LINES + 1))
    with pytest.raises(BrokenRule, match="larger"):
        statements.read(content.encode())
