-- What the first counties asked for, on top of the baseline 0001, which is frozen: its hash stands in a test.
-- Grain, keys and columns: with each statement. Read by: tasks/warehouse/migrate.py.

-- Before the freeze the baseline was edited in place: a warehouse made then says 0001 and lacks parts of it.
-- One look at the last column that was added finds it; such a warehouse is made anew from its archive.
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM information_schema.columns
        WHERE table_schema = 'ops' AND table_name = 'release' AND column_name = 'waiting_count'
    ) THEN
        RAISE undefined_column USING MESSAGE = 'this warehouse was made by an unfinished 0001: make a new one';
    END IF;
END $$;

-- Rows of a delivered sheet: what was read is loaded, rejected, double, blank, footer or an erased person's, and nothing else.
CREATE TABLE ops.sheet_count (
    county text NOT NULL,
    delivery_id bigint NOT NULL,
    place integer NOT NULL,
    file_id bigint NOT NULL,
    file text NOT NULL,
    sheet text,
    rows_read integer NOT NULL,
    rows_loaded integer NOT NULL,
    rows_rejected integer NOT NULL,
    rows_duplicate integer NOT NULL,
    rows_blank integer NOT NULL,
    rows_footer integer NOT NULL,
    rows_suppressed integer NOT NULL,
    CONSTRAINT sheet_count_pk PRIMARY KEY (county, delivery_id, place),
    CONSTRAINT sheet_count_nothing_lost CHECK (
        rows_read = rows_loaded + rows_rejected + rows_duplicate + rows_blank + rows_footer + rows_suppressed
        AND least(rows_loaded, rows_rejected, rows_duplicate, rows_blank, rows_footer, rows_suppressed) >= 0
    )
);
COMMENT ON TABLE ops.sheet_count IS 'One row a sheet of a loaded delivery: what became of every row below its header';

-- A night finds out from the open proposals what it need not solve; hashes of groups are no longer kept.
DROP TABLE IF EXISTS core.match_component;
