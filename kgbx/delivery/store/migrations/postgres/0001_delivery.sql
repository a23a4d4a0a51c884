-- SPDX-License-Identifier: EUPL-1.2
-- Version 1 of the store. Column names are those of kgbx.delivery.records; times are Unix milliseconds.
-- urgency: 0 acute, 1 urgent, 2 normal, so that an index can sort by it. parts: digests of 32 bytes, one after another.
-- COLLATE "C": sorted by bytes, as everywhere else.

CREATE TABLE kgbx_outgoing (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    peer TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C",
    number BIGINT,
    state TEXT NOT NULL,
    urgency SMALLINT NOT NULL CHECK (urgency BETWEEN 0 AND 2),
    road TEXT NOT NULL,
    envelope BYTEA NOT NULL,
    parts BYTEA NOT NULL,
    manifest BYTEA NOT NULL,
    ref TEXT,
    level BIGINT,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    alert_at BIGINT,
    attempts BIGINT NOT NULL,
    odd_answers BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    accepted_at BIGINT,
    problem TEXT
);
-- What takes the place of a superseded message has its number.
CREATE UNIQUE INDEX kgbx_outgoing_place ON kgbx_outgoing (peer, lane, number) WHERE state <> 'superseded';
CREATE INDEX kgbx_outgoing_push ON kgbx_outgoing (peer, urgency, due_at, id)
    WHERE road = 'push' AND state IN ('queued', 'waiting');
CREATE INDEX kgbx_outgoing_lane ON kgbx_outgoing (peer, lane, number)
    WHERE state IN ('queued', 'sending', 'uploading', 'waiting');
CREATE INDEX kgbx_outgoing_lease ON kgbx_outgoing (lease_until, id)
    WHERE lease_until IS NOT NULL AND state IN ('accepted', 'attention', 'queued', 'sending', 'uploading', 'waiting');
CREATE INDEX kgbx_outgoing_alert ON kgbx_outgoing (alert_at, id)
    WHERE alert_at IS NOT NULL AND state IN ('accepted', 'attention', 'queued', 'sending', 'uploading', 'waiting');
CREATE INDEX kgbx_outgoing_expiry ON kgbx_outgoing (expires_at, id)
    WHERE state IN ('accepted', 'attention', 'queued', 'sending', 'uploading', 'waiting');
CREATE INDEX kgbx_outgoing_made ON kgbx_outgoing (made_at, id);
CREATE INDEX kgbx_outgoing_peer ON kgbx_outgoing (peer, made_at, id);
-- No index begins with the state: it would draw the questions of each claim away from those above.
CREATE INDEX kgbx_outgoing_open ON kgbx_outgoing (made_at, id)
    WHERE state IN ('accepted', 'attention', 'queued', 'sending', 'uploading', 'waiting');
CREATE INDEX kgbx_outgoing_open_peer ON kgbx_outgoing (peer, made_at, id)
    WHERE state IN ('accepted', 'attention', 'queued', 'sending', 'uploading', 'waiting');

CREATE TABLE kgbx_envelope_out (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    data BYTEA NOT NULL
);

CREATE TABLE kgbx_incoming (
    peer TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT,
    level BIGINT,
    urgency SMALLINT NOT NULL CHECK (urgency BETWEEN 0 AND 2),
    lane TEXT COLLATE "C",
    number BIGINT,
    state TEXT NOT NULL,
    envelope BYTEA NOT NULL,
    parts BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    hold_until BIGINT,
    attempts BIGINT NOT NULL,
    deaths BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    gaps TEXT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    problem TEXT,
    PRIMARY KEY (peer, id)
);
CREATE INDEX kgbx_incoming_received ON kgbx_incoming (received_at, peer, id);
CREATE INDEX kgbx_incoming_state ON kgbx_incoming (state, received_at, peer, id);
CREATE INDEX kgbx_incoming_due ON kgbx_incoming (state, urgency, received_at, peer, id);
CREATE INDEX kgbx_incoming_peer ON kgbx_incoming (peer, received_at, id);
CREATE INDEX kgbx_incoming_lane ON kgbx_incoming (peer, lane, number) WHERE lane IS NOT NULL;

CREATE TABLE kgbx_envelope_in (
    peer TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (peer, id)
);

CREATE TABLE kgbx_lane (
    peer TEXT COLLATE "C" NOT NULL,
    lane TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (peer, lane)
);

CREATE TABLE kgbx_receipt (
    direction TEXT NOT NULL,
    peer TEXT COLLATE "C" NOT NULL,
    message_id TEXT COLLATE "C" NOT NULL,
    level BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (direction, peer, message_id, level)
);

CREATE TABLE kgbx_peer (
    org TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    breaker TEXT NOT NULL,
    failures BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    open_until BIGINT,
    last_ok_at BIGINT,
    last_contact_at BIGINT,
    epoch TEXT,
    skew_ms BIGINT
);

CREATE TABLE kgbx_alert (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    peer TEXT COLLATE "C",
    message_id TEXT COLLATE "C",
    code TEXT NOT NULL,
    seen_at BIGINT
);
CREATE INDEX kgbx_alert_unseen ON kgbx_alert (id) WHERE seen_at IS NULL;

CREATE TABLE kgbx_audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    peer TEXT COLLATE "C",
    message_id TEXT COLLATE "C",
    detail TEXT NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE kgbx_annotation (
    message_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (message_id, name)
);

CREATE TABLE kgbx_setting (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- A running number that nothing may skip or use twice; with the name audit also the last hash of the chain.
CREATE TABLE kgbx_counter (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL,
    hash BYTEA
);
INSERT INTO kgbx_counter (name, last, hash) VALUES ('alert', 0, NULL);
INSERT INTO kgbx_counter (name, last, hash) VALUES ('audit', 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE kgbx_part (
    owner TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    complete SMALLINT NOT NULL CHECK (complete IN (0, 1)),
    PRIMARY KEY (owner, sha256)
);

-- Bytes of parts, as they came, in pieces of at most 1 MiB; start: the place in the part.
CREATE TABLE kgbx_part_piece (
    owner TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL,
    start BIGINT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (owner, sha256, start)
);
ALTER TABLE kgbx_part_piece ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE FUNCTION kgbx_written_once() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'written once'; END $$;
CREATE TRIGGER kgbx_receipt_kept BEFORE UPDATE OR DELETE ON kgbx_receipt
    FOR EACH ROW EXECUTE FUNCTION kgbx_written_once();
CREATE TRIGGER kgbx_receipt_not_emptied BEFORE TRUNCATE ON kgbx_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION kgbx_written_once();
CREATE TRIGGER kgbx_audit_kept BEFORE UPDATE OR DELETE ON kgbx_audit
    FOR EACH ROW EXECUTE FUNCTION kgbx_written_once();
CREATE TRIGGER kgbx_audit_not_emptied BEFORE TRUNCATE ON kgbx_audit
    FOR EACH STATEMENT EXECUTE FUNCTION kgbx_written_once();
CREATE TRIGGER kgbx_envelope_out_kept BEFORE UPDATE ON kgbx_envelope_out
    FOR EACH ROW EXECUTE FUNCTION kgbx_written_once();
CREATE TRIGGER kgbx_envelope_in_kept BEFORE UPDATE ON kgbx_envelope_in
    FOR EACH ROW EXECUTE FUNCTION kgbx_written_once();
