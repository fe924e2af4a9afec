-- Migration 0001: the warehouse of CONTRACT.md section 4
-- Runs as teilhabe_owner; roles come from sql/roles.sql
CREATE SCHEMA raw;
CREATE SCHEMA vault;
CREATE SCHEMA core;
CREATE SCHEMA quarantine;
CREATE SCHEMA ops;
CREATE SCHEMA internal;
CREATE SCHEMA mart;

-- ---------------------------------------------------------------- ops
CREATE TABLE ops.run (
    county text NOT NULL,
    run_id uuid NOT NULL,
    kind text NOT NULL,
    as_of date NOT NULL,
    status text NOT NULL,
    published boolean NOT NULL DEFAULT FALSE,
    exit_code integer,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    published_at timestamptz,
    fingerprint text,
    config_hash text,
    code_version text,
    reason text,
    summary jsonb,
    CONSTRAINT run_pk PRIMARY KEY (county, run_id)
);
COMMENT ON TABLE ops.run IS 'One row a run: what it was asked, how it ended, what it published';
CREATE INDEX run_by_day ON ops.run (county, as_of, started_at);

CREATE TABLE ops.step (
    county text NOT NULL,
    run_id uuid NOT NULL,
    position integer NOT NULL,
    step text NOT NULL,
    seconds numeric(12, 3) NOT NULL,
    detail jsonb,
    CONSTRAINT step_pk PRIMARY KEY (county, run_id, position)
);
COMMENT ON TABLE ops.step IS 'One row a step of a run: seconds and counts';

CREATE TABLE ops.gate (
    county text NOT NULL,
    run_id uuid NOT NULL,
    gate text NOT NULL,
    passed boolean NOT NULL,
    severity text NOT NULL DEFAULT 'fail',
    detail jsonb,
    CONSTRAINT gate_pk PRIMARY KEY (county, run_id, gate)
);
COMMENT ON TABLE ops.gate IS 'One row a quality gate and run; severity fail closes the run, warn is listed';

CREATE TABLE ops.load (
    county text NOT NULL,
    load_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    run_id uuid NOT NULL,
    delivery_id bigint,
    as_of date NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    published_as_of date,
    published_run uuid,
    superseded_by uuid,
    counts jsonb,
    CONSTRAINT load_pk PRIMARY KEY (county, load_id)
);
COMMENT ON TABLE ops.load IS 'One row a load into core; facts are known from published_as_of, the day of the run that published them';

CREATE TABLE ops.audit (
    county text NOT NULL,
    audit_id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    object text,
    reason text,
    detail jsonb,
    CONSTRAINT audit_pk PRIMARY KEY (county, audit_id)
);
COMMENT ON TABLE ops.audit IS 'Append-only: who ran, saw, decided, released, erased, and why; never a name of a person looked after';

CREATE TABLE ops.replay_day (
    county text NOT NULL,
    replay_run uuid NOT NULL,
    as_of date NOT NULL,
    delivery_ids bigint[] NOT NULL,
    reason text NOT NULL,
    done_at timestamptz,
    CONSTRAINT replay_day_pk PRIMARY KEY (county, replay_run, as_of)
);
COMMENT ON TABLE ops.replay_day IS 'The plan of a replay, a row a day; a replay that was killed goes on where it stopped';

CREATE TABLE ops.seal (
    county text NOT NULL,
    seal_id bigint GENERATED ALWAYS AS IDENTITY,
    period text NOT NULL,
    state text NOT NULL,
    as_of date NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    sealed_by text NOT NULL,
    sha256 text NOT NULL,
    document jsonb NOT NULL,
    CONSTRAINT seal_pk PRIMARY KEY (county, seal_id),
    CONSTRAINT seal_state CHECK (state IN ('sealed', 'reissued'))
);
COMMENT ON TABLE ops.seal IS 'One row a sealed report: definitions, inputs and figures as signed';

CREATE TABLE ops.alarm (
    county text NOT NULL,
    alarm_id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    cause text NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now(),
    told_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT alarm_pk PRIMARY KEY (county, alarm_id),
    CONSTRAINT alarm_one_open EXCLUDE USING btree (county WITH =, kind WITH =, cause WITH =) WHERE (ended_at IS NULL)
);
COMMENT ON TABLE ops.alarm IS 'One row a trouble from its first sight to its end; it is told once, not every night';

CREATE TABLE ops.login_county (
    login text NOT NULL,
    county text NOT NULL,
    CONSTRAINT login_county_pk PRIMARY KEY (login, county)
);
COMMENT ON TABLE ops.login_county IS 'Which login sees which county; read by session user';

CREATE TABLE ops.release (
    county text NOT NULL,
    release_id text NOT NULL,
    as_of date NOT NULL,
    run_id uuid NOT NULL,
    released_at timestamptz NOT NULL DEFAULT now(),
    method text NOT NULL,
    base integer NOT NULL,
    min_count integer NOT NULL,
    rows_count integer NOT NULL,
    waiting_count integer NOT NULL,
    sha256 text NOT NULL,
    CONSTRAINT release_pk PRIMARY KEY (county, release_id)
);
COMMENT ON TABLE ops.release IS 'One row a release of breakdowns; between releases only exact totals move';

CREATE TABLE ops.erasure (
    county text NOT NULL,
    erasure_id uuid NOT NULL,
    state text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    asked_by text NOT NULL,
    reason text NOT NULL,
    counts jsonb,
    ended_at timestamptz,
    lifted_at timestamptz,
    lifted_by text,
    lift_reason text,
    CONSTRAINT erasure_pk PRIMARY KEY (county, erasure_id),
    CONSTRAINT erasure_state CHECK (state IN ('open', 'done', 'lifted'))
);
COMMENT ON TABLE ops.erasure IS 'One row an erasure of a person: by whom, why, how many rows went where; never who';

-- ---------------------------------------------------------------- raw
CREATE TABLE raw.file (
    county text NOT NULL,
    file_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    size_bytes bigint NOT NULL,
    modified_at timestamptz,
    first_run uuid NOT NULL,
    first_as_of date NOT NULL,
    removed_on date,
    CONSTRAINT file_pk PRIMARY KEY (county, file_id),
    CONSTRAINT file_once UNIQUE (county, source, sha256, name)
);
COMMENT ON TABLE raw.file IS 'Registry of archived files: content address, name as delivered, first seen';

CREATE TABLE raw.delivery (
    county text NOT NULL,
    delivery_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    run_id uuid NOT NULL,
    as_of date NOT NULL,
    state text NOT NULL,
    content_hash text NOT NULL,
    config_hash text NOT NULL,
    file_ids bigint[] NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    gate jsonb,
    counts jsonb,
    ids_known bigint NOT NULL DEFAULT 0,
    CONSTRAINT delivery_pk PRIMARY KEY (county, delivery_id),
    CONSTRAINT delivery_state CHECK (state IN ('arrived', 'loaded', 'waiting', 'refused', 'unreadable', 'accepted', 'replaced'))
);
COMMENT ON TABLE raw.delivery IS 'One row a delivery of a source: its files in order, what became of it, counts a record kind';
CREATE INDEX delivery_by_source ON raw.delivery (county, source, delivery_id DESC);

-- ---------------------------------------------------------------- vault
CREATE TABLE vault.source_id (
    county text NOT NULL,
    ref_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    person_id text NOT NULL,
    person_uid uuid NOT NULL,
    link_state text NOT NULL,
    is_participant boolean NOT NULL DEFAULT FALSE,
    first_load bigint NOT NULL,
    CONSTRAINT source_id_pk PRIMARY KEY (county, ref_id),
    CONSTRAINT source_id_once UNIQUE (county, source, person_id),
    CONSTRAINT source_id_state CHECK (link_state IN ('single', 'linked', 'review', 'split'))
);
COMMENT ON TABLE vault.source_id IS 'Suppliers'' own person ids and the person each stands for today';
CREATE INDEX source_id_by_person ON vault.source_id (county, person_uid);

CREATE TABLE vault.review (
    county text NOT NULL,
    review_id bigint GENERATED ALWAYS AS IDENTITY,
    ref_id bigint NOT NULL,
    candidate_ref bigint NOT NULL,
    score double precision,
    reason text NOT NULL,
    evidence jsonb,
    opened_load bigint NOT NULL,
    state text NOT NULL DEFAULT 'open',
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    CONSTRAINT review_pk PRIMARY KEY (county, review_id),
    CONSTRAINT review_once UNIQUE (county, ref_id, candidate_ref),
    CONSTRAINT review_state CHECK (state IN ('open', 'linked', 'accepted', 'split', 'obsolete'))
);
COMMENT ON TABLE vault.review IS 'Pairs linked by themselves or in doubt: evidence by field level, and what a person decided';

CREATE TABLE vault.suppression (
    county text NOT NULL,
    erasure_id uuid NOT NULL,
    token text NOT NULL,
    CONSTRAINT suppression_pk PRIMARY KEY (county, erasure_id, token)
);
COMMENT ON TABLE vault.suppression IS 'Keyed tokens of erased persons: rows that match are not loaded; without the key they tell nothing';

-- ---------------------------------------------------------------- versions (a fact is never changed)
CREATE TABLE vault.identity_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    last_name text,
    first_name text,
    birth_date date,
    ags text,
    email text,
    phone text,
    CONSTRAINT identity_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT identity_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT identity_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE vault.identity_version IS 'Names, birth dates and contact data as delivered, a version a change; key: ref_id';
CREATE INDEX identity_version_by_load ON vault.identity_version (county, opened_load);

CREATE TABLE core.participant_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    sex text,
    nationality text,
    residence_status text,
    status_from date,
    status_until date,
    ags text,
    ags_from date,
    postcode text,
    caseworker text,
    exception_reason text,
    exception_approved_by text,
    exception_from date,
    CONSTRAINT participant_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT participant_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT participant_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.participant_version IS 'Versions of participants: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX participant_version_by_load ON core.participant_version (county, opened_load);

CREATE INDEX participant_version_by_ref ON core.participant_version (county, ref_id);

CREATE TABLE core.contact_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    contact_on date,
    channel text,
    two_way boolean,
    caseworker text,
    outcome text,
    CONSTRAINT contact_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT contact_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT contact_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.contact_version IS 'Versions of contacts: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX contact_version_by_load ON core.contact_version (county, opened_load);

CREATE INDEX contact_version_by_ref ON core.contact_version (county, ref_id);

CREATE TABLE core.episode_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    entered_on date,
    left_on date,
    exit_reason text,
    consent_on date,
    CONSTRAINT episode_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT episode_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT episode_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.episode_version IS 'Versions of episodes: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX episode_version_by_load ON core.episode_version (county, opened_load);

CREATE INDEX episode_version_by_ref ON core.episode_version (county, ref_id);

CREATE TABLE core.consent_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    purpose text,
    given_on date,
    withdrawn_on date,
    expires_on date,
    CONSTRAINT consent_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT consent_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT consent_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.consent_version IS 'Versions of consents: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX consent_version_by_load ON core.consent_version (county, opened_load);

CREATE INDEX consent_version_by_ref ON core.consent_version (county, ref_id);

CREATE TABLE core.need_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    need_id text,
    category text,
    target_level text,
    current_level text,
    priority integer,
    hours_max numeric(12, 2),
    childcare boolean,
    part_time boolean,
    radius_km numeric(12, 2),
    recorded_on date,
    closed_on date,
    closing_reason text,
    CONSTRAINT need_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT need_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT need_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.need_version IS 'Versions of needs: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX need_version_by_load ON core.need_version (county, opened_load);

CREATE INDEX need_version_by_ref ON core.need_version (county, ref_id);

CREATE TABLE core.offer_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    offer_id text,
    run_id text,
    provider text,
    title text,
    kind text,
    module text,
    ags text,
    mode text,
    starts_on date,
    ends_on date,
    weekdays text,
    from_time text,
    to_time text,
    hours_week numeric(12, 2),
    seats_max integer,
    seats_min integer,
    seats_free integer,
    seats_as_of date,
    entry_level text,
    target_level text,
    min_age integer,
    max_age integer,
    part_time boolean,
    childcare boolean,
    cost_eur numeric(12, 2),
    module_from date,
    need_cluster text,
    verified_on date,
    CONSTRAINT offer_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT offer_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT offer_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.offer_version IS 'Versions of offers: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX offer_version_by_load ON core.offer_version (county, opened_load);

CREATE TABLE core.enrolment_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    ref_id bigint NOT NULL,
    offer_source text NOT NULL,
    enrolment_id text,
    offer_id text,
    run_id text,
    state text,
    starts_on date,
    ends_on date,
    reason text,
    CONSTRAINT enrolment_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT enrolment_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT enrolment_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.enrolment_version IS 'Versions of enrolments: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX enrolment_version_by_load ON core.enrolment_version (county, opened_load);

CREATE INDEX enrolment_version_by_ref ON core.enrolment_version (county, ref_id);

CREATE TABLE core.staff_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    staff_id text,
    role text,
    fte numeric(12, 2),
    name text,
    team text,
    valid_from date,
    valid_until date,
    CONSTRAINT staff_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT staff_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT staff_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.staff_version IS 'Versions of staff: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX staff_version_by_load ON core.staff_version (county, opened_load);

CREATE TABLE core.network_contact_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    contact_id text,
    contact_on date,
    partner_kind text,
    ags text,
    partner text,
    format text,
    CONSTRAINT network_contact_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT network_contact_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT network_contact_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.network_contact_version IS 'Versions of network_contacts: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX network_contact_version_by_load ON core.network_contact_version (county, opened_load);

CREATE TABLE core.meeting_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    meeting_id text,
    body text,
    held_on date,
    format text,
    decisions text,
    CONSTRAINT meeting_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT meeting_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT meeting_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.meeting_version IS 'Versions of meetings: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX meeting_version_by_load ON core.meeting_version (county, opened_load);

CREATE TABLE core.decision_version (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    record_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    ended_on date,
    file_id bigint NOT NULL,
    sheet text,
    row integer NOT NULL,
    proposal_id text,
    decision text,
    reason text,
    decided_by text,
    decided_on date,
    CONSTRAINT decision_version_pk PRIMARY KEY (county, version_id),
    CONSTRAINT decision_version_closed_after_opened CHECK (closed_load >= opened_load),
    CONSTRAINT decision_version_one_open EXCLUDE USING btree (county WITH =, source WITH =, record_key WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.decision_version IS 'Versions of decisions: a fact is never changed, a new version is added and the old one marked closed';
CREATE INDEX decision_version_by_load ON core.decision_version (county, opened_load);

-- ---------------------------------------------------------------- core: links, people, matching
CREATE TABLE core.person_link (
    county text NOT NULL,
    version_id bigint GENERATED ALWAYS AS IDENTITY,
    ref_id bigint NOT NULL,
    person_uid uuid NOT NULL,
    link_state text NOT NULL,
    rule text NOT NULL,
    opened_load bigint NOT NULL,
    closed_load bigint,
    CONSTRAINT person_link_pk PRIMARY KEY (county, version_id),
    CONSTRAINT person_link_one_open EXCLUDE USING btree (county WITH =, ref_id WITH =) WHERE (closed_load IS NULL)
);
COMMENT ON TABLE core.person_link IS 'Which person a source id stands for, and since which load: links, never merges';

CREATE TABLE core.match_pair (
    county text NOT NULL,
    person_uid uuid NOT NULL,
    need_id text NOT NULL,
    offer_id text NOT NULL,
    run_id text NOT NULL DEFAULT '',
    eligible text NOT NULL,
    failed_rule text,
    failed_rules text[],
    unknown_facts text[],
    distance_km double precision,
    score double precision,
    need_source text NOT NULL,
    offer_source text NOT NULL,
    CONSTRAINT match_pair_pk PRIMARY KEY (county, need_id, offer_id, run_id, need_source, offer_source),
    CONSTRAINT match_pair_eligible CHECK (eligible IN ('yes', 'no', 'unknown'))
);
COMMENT ON TABLE core.match_pair IS 'One row a need and run of the wanted kind: eligible, or the first rule that fails';

CREATE TABLE core.match_proposal (
    county text NOT NULL,
    proposal_id text NOT NULL,
    match_run uuid NOT NULL,
    need_id text NOT NULL,
    person_uid uuid NOT NULL,
    offer_id text NOT NULL,
    run_id text NOT NULL DEFAULT '',
    rank integer NOT NULL,
    score double precision,
    reasons jsonb NOT NULL,
    state text NOT NULL,
    first_proposed_on date NOT NULL,
    state_on date NOT NULL,
    content_key text,
    is_newly_judged boolean NOT NULL DEFAULT FALSE,
    cause text,
    need_source text NOT NULL,
    offer_source text NOT NULL,
    CONSTRAINT match_proposal_pk PRIMARY KEY (county, proposal_id),
    CONSTRAINT match_proposal_state CHECK (state IN ('proposed', 'accepted', 'rejected', 'unclear', 'expired'))
);
COMMENT ON TABLE core.match_proposal IS 'A seat proposed for a need; a person decides (Art. 22 GDPR)';

CREATE TABLE core.match_level (
    county text NOT NULL,
    match_run uuid NOT NULL,
    as_of date NOT NULL,
    level integer NOT NULL,
    goal text NOT NULL,
    value numeric NOT NULL,
    bound numeric NOT NULL,
    CONSTRAINT match_level_pk PRIMARY KEY (county, match_run, level)
);
COMMENT ON TABLE core.match_level IS 'Value and proven bound of each goal of a match run: the proof is in the table';

CREATE TABLE core.match_component (
    county text NOT NULL,
    component text NOT NULL,
    plan text NOT NULL,
    CONSTRAINT match_component_pk PRIMARY KEY (county, component)
);
COMMENT ON TABLE core.match_component IS
'Hashes of the newest plan by group of persons that compete: what stands as it was is not solved again';

CREATE TABLE core.cluster_decision (
    county text NOT NULL,
    cluster text NOT NULL,
    decided_on date NOT NULL,
    cluster_decision text NOT NULL,
    body text NOT NULL,
    reason text NOT NULL,
    category text NOT NULL,
    target_level text,
    ags text,
    needs_count integer NOT NULL,
    persons_count integer NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cluster_decision_pk PRIMARY KEY (county, cluster, decided_on),
    CONSTRAINT cluster_decision_word CHECK (cluster_decision IN ('approve', 'decline', 'postpone'))
);
COMMENT ON TABLE core.cluster_decision IS 'What the steering body decided about a measure proposed for a cluster of needs';

-- Persons whose consent to case work is withdrawn: from that day they stand in no case-work table.
CREATE VIEW core.casework_refusal WITH (security_invoker = TRUE) AS
SELECT
    c.county,
    l.person_uid,
    min(c.withdrawn_on) AS withdrawn_on
FROM core.consent_version AS c
INNER JOIN core.person_link AS l ON c.county = l.county AND c.ref_id = l.ref_id AND l.closed_load IS NULL
WHERE
    c.closed_load IS NULL
    AND c.purpose = 'casework'
    AND c.withdrawn_on IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM core.consent_version AS later
        INNER JOIN core.person_link AS own
            ON later.county = own.county AND later.ref_id = own.ref_id AND own.closed_load IS NULL
        WHERE
            later.county = c.county
            AND own.person_uid = l.person_uid
            AND later.closed_load IS NULL
            AND later.purpose = 'casework'
            AND later.given_on > c.withdrawn_on
            AND later.withdrawn_on IS NULL
    )
GROUP BY c.county, l.person_uid;
COMMENT ON VIEW core.casework_refusal IS 'Persons who withdrew their consent to case work, and since when';

CREATE VIEW core.need WITH (security_invoker = TRUE) AS
SELECT
    n.county,
    l.person_uid,
    n.need_id,
    n.source,
    n.category,
    n.target_level,
    n.current_level,
    n.priority,
    n.hours_max,
    n.childcare,
    n.part_time,
    n.radius_km,
    n.recorded_on,
    n.closed_on,
    n.closing_reason,
    n.ended_on
FROM core.need_version AS n
INNER JOIN core.person_link AS l ON n.county = l.county AND n.ref_id = l.ref_id AND l.closed_load IS NULL
WHERE
    n.closed_load IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM core.casework_refusal AS r
        WHERE
            r.county = n.county
            AND r.person_uid = l.person_uid
            AND r.withdrawn_on <= coalesce(
                (
                    SELECT max(o.as_of) FROM ops.run AS o
                    WHERE o.county = n.county AND (o.published OR o.status = 'running')
                ), CURRENT_DATE
            )
    );
COMMENT ON VIEW core.need IS 'Needs as loaded today, by person; nobody who withdrew consent to case work';

CREATE VIEW core.offer_run WITH (security_invoker = TRUE) AS
SELECT
    o.county,
    o.source,
    o.offer_id,
    coalesce(o.run_id, '') AS run_id,
    o.provider,
    o.title,
    o.kind,
    o.module,
    o.ags,
    o.mode,
    o.starts_on,
    o.ends_on,
    o.weekdays,
    o.from_time,
    o.to_time,
    o.hours_week,
    o.seats_max,
    o.seats_min,
    o.seats_free,
    o.seats_as_of,
    o.entry_level,
    o.target_level,
    o.min_age,
    o.max_age,
    o.part_time,
    o.childcare,
    o.cost_eur,
    o.need_cluster,
    o.verified_on,
    o.ended_on
FROM core.offer_version AS o
WHERE o.closed_load IS NULL;
COMMENT ON VIEW core.offer_run IS 'Offer runs as loaded today';

-- ---------------------------------------------------------------- quarantine
CREATE TABLE quarantine.row (
    county text NOT NULL,
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    as_of date NOT NULL,
    source text NOT NULL,
    file text NOT NULL,
    sheet text,
    row integer NOT NULL,
    kind text NOT NULL,
    column_name text,
    rule text NOT NULL,
    message text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    resolved_on date,
    file_id bigint NOT NULL,
    record_key uuid,
    delivery_id bigint NOT NULL,
    CONSTRAINT quarantine_row_pk PRIMARY KEY (county, quarantine_id),
    CONSTRAINT quarantine_row_once UNIQUE NULLS NOT DISTINCT (county, source, file, sheet, row, kind, rule),
    CONSTRAINT quarantine_row_state CHECK (state IN ('open', 'fixed', 'waived'))
);
COMMENT ON TABLE quarantine.row IS 'Rejected records: place and rule, never a value';
CREATE INDEX quarantine_row_open ON quarantine.row (county, source, state);

CREATE TABLE quarantine.warning (
    county text NOT NULL,
    warning_id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    as_of date NOT NULL,
    source text NOT NULL,
    file text NOT NULL,
    sheet text,
    row integer,
    kind text,
    column_name text,
    rule text NOT NULL,
    message text NOT NULL,
    delivery_id bigint NOT NULL,
    file_id bigint NOT NULL,
    CONSTRAINT warning_pk PRIMARY KEY (county, warning_id)
);
COMMENT ON TABLE quarantine.warning IS 'What was loaded with a remark: an optional cell left empty, a footnote row, a hidden column';
CREATE INDEX warning_by_delivery ON quarantine.warning (county, delivery_id);

-- ---------------------------------------------------------------- internal and mart
CREATE TABLE internal.kpi (
    county text NOT NULL,
    kpi text NOT NULL,
    kpi_version text NOT NULL,
    period text NOT NULL,
    period_from date NOT NULL,
    period_to date NOT NULL,
    mode text NOT NULL,
    as_of date NOT NULL,
    known_on date NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    numerator numeric,
    denominator numeric,
    value numeric,
    target numeric,
    target_met boolean,
    protection text NOT NULL,
    release_id text,
    CONSTRAINT internal_kpi_pk PRIMARY KEY (county, kpi, period, mode, as_of, known_on, dimension, member)
);
COMMENT ON TABLE internal.kpi IS 'Exact figures of every night, for named county staff';
CREATE INDEX internal_kpi_by_day ON internal.kpi (county, as_of);

CREATE TABLE mart.kpi (
    LIKE internal.kpi,
    CONSTRAINT mart_kpi_pk PRIMARY KEY (county, kpi, period, mode, as_of, known_on, dimension, member)
);
COMMENT ON TABLE mart.kpi IS 'KPI figures for everyone: exact totals of the newest state, breakdowns protected against disclosure';

CREATE TABLE internal.placement_bridge (
    county text NOT NULL,
    period text NOT NULL,
    mode text NOT NULL,
    as_of date NOT NULL,
    known_on date NOT NULL,
    placed_new bigint NOT NULL,
    placed_regular bigint NOT NULL,
    placed_both bigint NOT NULL,
    placed bigint NOT NULL,
    protection text NOT NULL,
    CONSTRAINT internal_bridge_pk PRIMARY KEY (county, period, mode, as_of, known_on)
);
COMMENT ON TABLE internal.placement_bridge IS 'placed = new + regular - both, every night';
CREATE TABLE mart.placement_bridge (
    LIKE internal.placement_bridge,
    CONSTRAINT mart_bridge_pk PRIMARY KEY (county, period, mode, as_of, known_on)
);
ALTER TABLE mart.placement_bridge
ALTER COLUMN placed_new DROP NOT NULL,
ALTER COLUMN placed_regular DROP NOT NULL,
ALTER COLUMN placed_both DROP NOT NULL,
ALTER COLUMN placed DROP NOT NULL;
COMMENT ON TABLE mart.placement_bridge IS 'placed = new + regular - both, as published';

CREATE TABLE internal.release_ledger (
    county text NOT NULL,
    release_no integer NOT NULL,
    release_id text NOT NULL,
    period text NOT NULL,
    mode text NOT NULL,
    kpi text NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    numerator double precision,
    denominator double precision,
    value double precision,
    protection text NOT NULL,
    true_numerator double precision,
    true_denominator double precision,
    base integer NOT NULL,
    method text NOT NULL,
    CONSTRAINT release_ledger_pk PRIMARY KEY (county, release_no, period, mode, kpi, dimension, member)
);
COMMENT ON TABLE internal.release_ledger IS 'Memory of disclosure control: what each release said and what was true';

CREATE TABLE mart.kpi_definition (
    kpi text NOT NULL,
    version text NOT NULL,
    label_de text NOT NULL,
    label_en text NOT NULL,
    numerator_text text NOT NULL,
    denominator_text text,
    unit text NOT NULL,
    valid_from date,
    valid_to date,
    source text,
    CONSTRAINT kpi_definition_pk PRIMARY KEY (kpi, version)
);
COMMENT ON TABLE mart.kpi_definition IS 'What each KPI means, by version';

CREATE TABLE mart.offer (
    county text NOT NULL,
    offer_id text NOT NULL,
    run_id text NOT NULL,
    source text NOT NULL,
    provider text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    kind_label_de text,
    family text,
    module text NOT NULL,
    ags text,
    mode text,
    starts_on date,
    ends_on date,
    weekdays text,
    from_time text,
    to_time text,
    hours_week numeric,
    seats_max integer,
    seats_min integer,
    seats_free integer,
    seats_as_of date,
    entry_level text,
    target_level text,
    min_age integer,
    max_age integer,
    part_time boolean,
    childcare boolean,
    cost_eur numeric,
    verified_on date,
    is_fresh boolean,
    as_of date NOT NULL,
    CONSTRAINT mart_offer_pk PRIMARY KEY (county, source, offer_id, run_id)
);
COMMENT ON TABLE mart.offer IS 'One row an offer run of the newest delivery that has not ended';

CREATE TABLE mart.unmet_need (
    county text NOT NULL,
    cluster text NOT NULL,
    category text NOT NULL,
    category_label_de text,
    target_level text,
    needs_count integer,
    protection text NOT NULL,
    as_of date NOT NULL,
    release_id text,
    CONSTRAINT unmet_need_pk PRIMARY KEY (county, cluster)
);
COMMENT ON TABLE mart.unmet_need IS 'One row a cluster of needs without seat or proposal; counts protected against disclosure';

CREATE TABLE mart.caseload (
    county text NOT NULL,
    day date NOT NULL,
    role text NOT NULL,
    persons_count integer,
    fte numeric NOT NULL,
    persons_per_fte numeric,
    target_per_fte numeric NOT NULL,
    protection text NOT NULL,
    CONSTRAINT caseload_pk PRIMARY KEY (county, day, role)
);
COMMENT ON TABLE mart.caseload IS 'One row a day and role: persons with an open episode over full-time posts';

CREATE TABLE mart.supplier_quality (
    county text NOT NULL,
    source text NOT NULL,
    delivery_id bigint NOT NULL,
    supplier text NOT NULL,
    delivered_as_of date NOT NULL,
    rows_received integer NOT NULL,
    rows_rejected integer NOT NULL,
    reject_share numeric,
    open_rows integer NOT NULL,
    median_days_to_fix numeric,
    state text NOT NULL,
    CONSTRAINT supplier_quality_pk PRIMARY KEY (county, source, delivery_id)
);
COMMENT ON TABLE mart.supplier_quality IS 'One row a supplier and delivery: rows received, rejected, still open, days to fix';

CREATE TABLE mart.network (
    county text NOT NULL,
    ags text NOT NULL,
    commune text NOT NULL,
    contacts_count integer NOT NULL,
    first_contact_on date,
    last_contact_on date,
    as_of date NOT NULL,
    CONSTRAINT network_pk PRIMARY KEY (county, ags)
);
COMMENT ON TABLE mart.network IS 'One row a commune: contacts with volunteers, providers and the commune itself';

CREATE TABLE mart.release (
    county text NOT NULL,
    as_of date NOT NULL,
    run_id uuid NOT NULL,
    release_id text,
    published_at timestamptz NOT NULL,
    oldest_delivery_as_of date,
    newest_delivery_as_of date,
    sources_count integer NOT NULL,
    overdue_sources_count integer NOT NULL,
    open_quarantine_count integer NOT NULL,
    status text NOT NULL,
    CONSTRAINT mart_release_pk PRIMARY KEY (county, as_of)
);
COMMENT ON TABLE mart.release IS 'One row a published state: as-of day, run, how fresh the deliveries behind it are';

-- Sums over counties of what each has released itself: it tells nothing that the counties' own rows do not.
CREATE VIEW mart.state_kpi WITH (security_invoker = TRUE) AS
WITH newest AS (
    SELECT
        k.county,
        k.period,
        k.mode,
        k.dimension,
        max(k.as_of) AS as_of
    FROM mart.kpi AS k
    GROUP BY k.county, k.period, k.mode, k.dimension
),

released AS (
    SELECT
        k.county,
        k.kpi,
        k.period,
        k.mode,
        k.as_of,
        k.dimension,
        k.member,
        k.numerator,
        k.denominator,
        k.protection = 'suppressed' AS is_hidden
    FROM mart.kpi AS k
    INNER JOIN newest AS n
        ON
            k.county = n.county
            AND k.period = n.period
            AND k.mode = n.mode
            AND k.dimension = n.dimension
            AND k.as_of = n.as_of
    WHERE
        k.dimension NOT IN ('commune', 'team')
        AND k.kpi NOT IN ('days_to_entry', 'days_to_placement')
)

SELECT
    kpi,
    period,
    mode,
    dimension,
    member,
    count(*) AS counties_count,
    min(as_of) AS oldest_as_of,
    max(as_of) AS newest_as_of,
    CASE WHEN NOT bool_or(is_hidden) THEN sum(numerator) END AS numerator,
    CASE WHEN NOT bool_or(is_hidden) THEN sum(denominator) END AS denominator,
    CASE WHEN NOT bool_or(is_hidden) THEN sum(numerator) / nullif(sum(denominator), 0) END AS share
FROM released
GROUP BY kpi, period, mode, dimension, member;
COMMENT ON VIEW mart.state_kpi IS 'One row a KPI, period, mode and member: sums over all counties of their newest released figures';

CREATE TABLE mart.contract_version (
    version text NOT NULL PRIMARY KEY
);
COMMENT ON TABLE mart.contract_version IS 'Version of the public interface (CONTRACT.md)';
INSERT INTO mart.contract_version (version) VALUES ('1.0.0');

-- The figures with German labels, for BI tools that show them as they stand.
CREATE VIEW mart.kpi_labelled WITH (security_invoker = TRUE) AS
SELECT
    k.county,
    k.kpi,
    k.kpi_version,
    d.label_de,
    d.label_en,
    d.unit,
    k.period,
    k.period_from,
    k.period_to,
    k.mode,
    CASE k.mode
        WHEN 'cumulative' THEN 'seit Programmbeginn'
        WHEN 'period' THEN 'im Schuljahr'
        ELSE 'Kohorte des Schuljahrs'
    END AS mode_label_de,
    k.as_of,
    k.known_on,
    k.dimension,
    CASE k.dimension
        WHEN 'all' THEN 'Gesamt'
        WHEN 'commune' THEN 'Kommune'
        WHEN 'residence_group' THEN 'Zielgruppe'
        WHEN 'sex' THEN 'Geschlecht'
        WHEN 'age_band' THEN 'Altersgruppe'
        WHEN 'module' THEN 'Förderbaustein'
        WHEN 'team' THEN 'Team'
        ELSE k.dimension
    END AS dimension_label_de,
    k.member,
    CASE
        WHEN k.member = 'all' THEN 'Gesamt'
        WHEN k.member = 'other' THEN 'ohne Zuordnung'
        WHEN k.member = 'rounded_total' THEN 'Summe, gerundet'
        WHEN k.dimension = 'commune' THEN coalesce(n.commune, k.member)
        WHEN k.member = 'primary' THEN 'Duldung (primäre Zielgruppe)'
        WHEN k.member = 'secondary' THEN 'Aufenthaltsgestattung (sekundäre Zielgruppe)'
        WHEN k.dimension = 'sex' AND k.member = 'f' THEN 'weiblich'
        WHEN k.dimension = 'sex' AND k.member = 'm' THEN 'männlich'
        WHEN k.dimension = 'sex' AND k.member = 'd' THEN 'divers'
        WHEN k.dimension = 'sex' AND k.member = 'x' THEN 'ohne Angabe'
        ELSE k.member
    END AS member_label_de,
    k.numerator,
    k.denominator,
    k.value,
    k.target,
    k.target_met,
    k.protection,
    k.release_id
FROM mart.kpi AS k
LEFT JOIN mart.kpi_definition AS d ON k.kpi = d.kpi AND k.kpi_version = d.version
LEFT JOIN mart.network AS n ON k.county = n.county AND k.dimension = 'commune' AND k.member = n.ags;
COMMENT ON VIEW mart.kpi_labelled IS 'The rows of mart.kpi with German labels of figure, mode, dimension and member';
