"""After the commit: each case manager's workbook goes to its place, and a mail that names nobody says so.

The release notes that its day is due; what is due is tried at the end of every run until it is done. A workbook is
written under one name for ever, so that a second try does what the first one did. Whatever fails here fails no night.
"""

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from config.county import County
from config.outbox import CASEWORKER
from flows.casework import Order, Shares, name_of, read_shares
from schemas.errors import PipelineError, StepFailed, UsageError
from schemas.messages import say
from tasks.casework.handout import NO_NEWS, Handed, due_day, end_try, handed_of, hashes_of, mark_delivered, mark_told
from tasks.casework.pages import Facts, caseload_of
from tasks.casework.workbook import Caseload, write_caseload
from tasks.pull.putting import Put, open_for_writing
from tasks.pull.spec import is_transient
from tasks.run import Run
from tasks.warehouse.lock import county_lock
from tasks.warehouse.runs import last_published, mark_handout_due, write_audit
from tasks.watch.sending import send_mail


def hand_out(run: Run) -> list[str]:
    """Hand out what is due and say how it went; the caller holds the county's lock, and no error comes out."""
    if not run.county.outbox.url:
        return []
    with run.session() as session:
        day = due_day(session)
    if day is None:
        return []
    try:
        count, errors = _hand_out_all(run)
    except PipelineError as error:
        count, errors = 0, [error]
    except Exception as error:
        count, errors = 0, [StepFailed("E692", kind=type(error).__name__)]
    with run.session() as session:
        end_try(session, day, errors[0].code if errors else None)
    return [say("handout_done", count=count)] if not errors else [say("handout_failed", why=str(errors[0]))]


def _hand_out_all(run: Run) -> tuple[int, list[PipelineError]]:
    found = read_shares(run, Order(None, run.county.outbox.names, None))
    facts = {share.caseworker: share for share in found.shares}
    with run.session() as session:
        handed = handed_of(session, facts)
    errors: list[PipelineError] = []
    count = 0
    with open_for_writing(run.county.outbox, run.county.folder) as (put, folder):
        for each in handed.values():
            try:
                count += _hand_over(run, found, facts.get(each.caseworker), each, put, folder)
            except PipelineError as error:
                errors.append(error)
                if is_transient(error):  # the others would wait for the same server
                    break
    return count, errors


def _hand_over(run: Run, found: Shares, share: Facts | None, handed: Handed, put: Put, folder: str) -> int:
    """Deliver one workbook when it changed and tell of it when there is news; return how many went out.

    Who has no case any more gets an empty one once: an older list must not lie about.
    """
    if share is None and (handed.content_hash is None or handed.news_hash == NO_NEWS):
        return 0
    caseload = caseload_of(share or Facts(handed.caseworker, {}, [], []), found.form, found.setting)
    content, news = hashes_of(caseload)
    if content != handed.content_hash:
        own = run.county.state / "outbox"
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = own / name_of(found.source, handed.stem)
        write_caseload(path, caseload, found.form)
        put(path, f"{folder.replace(CASEWORKER, handed.stem).rstrip('/')}/{path.name}")
        detail = {"proposals": len(caseload.proposals.rows), "names": run.county.outbox.names, "delivered": True}
        with run.session() as session:
            mark_delivered(session, handed.caseworker, content)
            write_audit(session, "caseload", object_=path.name, detail=detail)
    if news != handed.news_hash:
        mailed = news != NO_NEWS and _tell(run, caseload, handed, found.as_of)
        with run.session() as session:
            mark_told(session, handed.caseworker, news, by_mail=mailed)
    return int(content != handed.content_hash)


def _tell(run: Run, caseload: Caseload, handed: Handed, as_of: date) -> bool:
    address = run.county.outbox.address_of(handed.caseworker, handed.stem)
    if address is None:
        return False
    counts = {"proposals": len(caseload.proposals.rows), "waiting": len(caseload.waiting.rows)}
    lines = say("handout_mail", place=shown_place(run.county), as_of=as_of, **counts).split("\n")
    send_mail(replace(run.county.alarms, mail_to=(address,)), say("handout_subject"), lines)
    return True


def shown_place(county: County) -> str:
    """Return the outbox's address without login, and without the part that names a case manager."""
    url = county.outbox.url.partition(CASEWORKER)[0]
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def reach_outbox(county: County) -> str:
    """Open the outbox without writing and return its address (``teilhabe doctor``)."""
    with open_for_writing(county.outbox, county.folder):
        return shown_place(county)


def deliver_now(run: Run) -> tuple[str, int]:
    """Hand out the newest published day at once; return the address and how many workbooks went out.

    Raises:
        PipelineError: E694 no outbox, E806 nothing published, or the first thing that stood in the way.
    """
    if not run.county.outbox.url:
        raise UsageError("E694")
    with county_lock(run.warehouse.engine, run.county.key, run.run_id):
        with run.session() as session:
            last = last_published(session)
            if last is None:
                raise UsageError("E806")
            mark_handout_due(session, last["as_of"], str(last["run_id"]))
        count, errors = _hand_out_all(run)
        with run.session() as session:
            end_try(session, last["as_of"], errors[0].code if errors else None)
    if errors:
        raise errors[0]
    return shown_place(run.county), count
