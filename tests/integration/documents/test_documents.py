"""Files from upload to download, and what nobody keeps."""

import datetime as dt
import io
import os

import pytest
from sqlalchemy import func, select

from dih.documents import jobs, operations, queries, storage
from dih.documents.download import download
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.unit_of_work import unit_of_work
from tests.support import uploads


def keep(now, content=uploads.PDF, name="Bilanț 2025.pdf", kinds=("pdf", "docx"), most=1_000_000):
    with unit_of_work():
        return operations.store(io.BytesIO(content), name, kinds, most, SYSTEM, now)


def on_disk():
    return sorted(path.name for path in storage.stored_names())


def test_a_file_is_kept_under_a_random_name(context, now):
    first, second = queries.file(keep(now)), queries.file(keep(now))
    assert first is not None
    assert second is not None
    assert (first.name, first.kind, first.size) == ("Bilanț 2025.pdf", "pdf", len(uploads.PDF))
    assert first.storage_name != second.storage_name
    assert first.uuid != second.uuid
    assert first.sha256 == second.sha256
    assert storage.path_of(first.storage_name).read_bytes() == uploads.PDF
    assert "Bilan" not in str(storage.path_of(first.storage_name))
    assert storage.path_of(first.storage_name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "gol.pdf"),
        (uploads.PDF + b"x" * 1_000_000, "mare.pdf"),
        (uploads.EXE, "redenumit.pdf"),
        (uploads.PNG, "poza.png"),
        (uploads.docx(), "cerere.pdf"),
        (uploads.bomb(), "cerere.docx"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(context, now, content, name):
    with pytest.raises(BrokenRule) as refused:
        keep(now, content, name)
    assert refused.value.problems[0].field == "file"
    assert on_disk() == []
    assert db.session.scalar(select(func.count(StoredFile.id))) == 0


def test_of_an_endless_upload_only_a_little_is_read(context):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"%PDF-1.7 " + b"x" * (size - 9)

    stream = Endless()
    with pytest.raises(BrokenRule, match="larger than 1 MB"):
        storage.receive(stream, "a.pdf", ["pdf"], 1_000_000)
    assert stream.given <= 1_000_000 + 2 * storage.CHUNK
    assert on_disk() == []


def test_a_download_is_saved_and_never_opened_here(app, now):
    with app.app_context():
        file_id = keep(now, name="Ofertă „finală”.pdf")
    with app.test_request_context():
        answer = download(queries.file(file_id))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "%E2%80%9Efinal%C4%83%E2%80%9D" in answer.headers["Content-Disposition"]
        assert answer.mimetype == "application/pdf"
        assert "no-store" in answer.headers["Cache-Control"]
        answer.direct_passthrough = False
        assert answer.get_data() == uploads.PDF


def test_a_file_that_is_gone_is_not_found(app, now):
    with app.app_context():
        found = queries.file(keep(now))
        storage.path_of(found.storage_name).unlink()
    with app.test_request_context(), pytest.raises(NotFound):
        download(found)


def test_files_are_read_in_one_query_and_unknown_ones_are_left_out(context, now):
    ids = [keep(now) for _each in range(3)]
    assert sorted(queries.files([*ids, 999])) == ids
    assert queries.files([]) == {}
    assert queries.file(999) is None


def test_only_old_files_that_nobody_keeps_are_removed(context, now):
    kept = queries.file(keep(now)).storage_name
    young = storage.receive(io.BytesIO(uploads.PDF), "a.pdf", ["pdf"], 1_000).storage_name
    orphan = storage.receive(io.BytesIO(uploads.PDF), "b.pdf", ["pdf"], 1_000).storage_name
    for name, age in ((kept, 30), (orphan, 25), (young, 23)):
        moment = (now - dt.timedelta(hours=age)).timestamp()
        os.utime(storage.path_of(name), (moment, moment))
    jobs.remove_orphans(now)
    assert on_disk() == sorted([kept, young])
    jobs.remove_orphans(now)
    assert on_disk() == sorted([kept, young])


def test_a_transaction_that_fails_keeps_no_row(context, now):
    def fail():
        with unit_of_work():
            operations.store(io.BytesIO(uploads.PDF), "a.pdf", ["pdf"], 1_000, SYSTEM, now)
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="the deed failed"):
        fail()
    assert db.session.scalar(select(func.count(StoredFile.id))) == 0
    assert len(on_disk()) == 1
