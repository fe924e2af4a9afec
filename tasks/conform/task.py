"""Prefect side of the conform stage: delivered files to typed records and findings."""

from pathlib import Path

from config.sources import Source
from schemas.deliveries import DeliveredFile, Delivery
from schemas.errors import DeliveryRefused, PipelineError, SourceUnavailable
from tasks.conform.lists import lists_of
from tasks.conform.reading import RawSheet, ReadRequest, read_delivery, shared_reader
from tasks.conform.records import conform_sheets
from tasks.run import Run
from tasks.step import step


@step("conform rows")
def conform_deliveries(run: Run, deliveries: list[Delivery]) -> list[Delivery]:
    """Read and check every open delivery; one that cannot be read or lacks a column leaves the others running."""
    if not any(delivery.is_open for delivery in deliveries):
        return deliveries
    with shared_reader():
        return [_conformed(run, delivery) if delivery.is_open else delivery for delivery in deliveries]


def _conformed(run: Run, delivery: Delivery) -> Delivery:
    source = run.source(delivery.source)
    folder = run.work_folder / "records" / source.name / str(delivery.delivery_id or delivery.files[0].sha256[:16])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        sheets = [_read(source, file, folder / f"sheets{i}") for i, file in enumerate(delivery.files) if file.path]
        result = conform_sheets(source, sheets, lists_of(run.county), folder)
    except DeliveryRefused as error:
        return delivery.with_state("refused", error=str(error), exit_code=error.exit_code)
    except SourceUnavailable as error:
        return delivery.with_state("unreadable", error=str(error), exit_code=error.exit_code)
    except PipelineError as error:
        return delivery.with_state("unreadable", error=str(error), exit_code=SourceUnavailable.exit_code)
    return delivery.with_state(
        "arrived",
        folder=folder,
        rows=dict(result.rows),
        sheets=tuple(result.sheets),
        endings=tuple(result.endings),
        partial=any(sheet.partial for found in sheets for sheet in found),
        found=result.found,
        errors=tuple(result.errors),
        warnings=tuple(result.warnings),
        warning_counts=dict(result.warning_counts),
    )


def _read(source: Source, file: DeliveredFile, workdir: Path) -> tuple[RawSheet, ...]:
    # The private copy has a name of ours; messages name the file as it was delivered.
    named = workdir.with_name(f"{workdir.name}-file") / file.name
    named.parent.mkdir(mode=0o700, exist_ok=True)
    assert file.path is not None
    file.path.replace(named)
    return read_file(source, named, workdir)


def read_file(source: Source, path: Path, workdir: Path) -> tuple[RawSheet, ...]:
    """Read one file as its source describes it; the tables lie in ``workdir`` afterwards."""
    workdir.mkdir(mode=0o700, exist_ok=True)
    form = source.format
    headers = tuple(
        dict.fromkeys(header for blocks in source.records.values() for block in blocks for header in block.headers)
    )
    request = ReadRequest(
        path=path,
        type="csv" if form.type == "sql" else form.type,  # a foreign table is handed over as a CSV file
        encoding=form.encoding,
        delimiter=form.delimiter,
        sheet=form.sheet,
        header_row=form.header_row or "auto",
        header_rows=form.header_rows,
        skip_footer=form.skip_footer,
        password=form.password,
        headers=headers,
    )
    return read_delivery(request, workdir=workdir)
