-- SPDX-License-Identifier: EUPL-1.2
-- Version 1 of the store. Column names are those of kgbx.delivery.records; times are Unix milliseconds.
-- urgency: 0 acute, 1 urgent, 2 normal, so that an index can sort by it. parts: digests of 32 bytes, one after another.

CREATE TABLE kgbx_outgoing (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    peer TEXT NOT NULL,
    lane TEXT,
    number INTEGER,
    state TEXT NOT NULL,
    urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
    road TEXT NOT NULL,
    envelope BLOB NOT NULL,
    parts BLOB NOT NULL,
    manifest BLOB NOT NULL,
    ref TEXT,
    level INTEGER,
    made_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    alert_at INTEGER,
    attempts INTEGER NOT NULL,
    odd_answers INTEGER NOT NULL,
    lease_token TEXT,
    lease_until INTEGER,
    accepted_at INTEGER,
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
    id TEXT NOT NULL PRIMARY KEY,
    data BLOB NOT NULL
);

CREATE TABLE kgbx_incoming (
    peer TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT,
    level INTEGER,
    urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
    lane TEXT,
    number INTEGER,
    state TEXT NOT NULL,
    envelope BLOB NOT NULL,
    parts BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    hold_until INTEGER,
    attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    gaps TEXT NOT NULL,
    lease_token TEXT,
    lease_until INTEGER,
    problem TEXT,
    PRIMARY KEY (peer, id)
);
CREATE INDEX kgbx_incoming_received ON kgbx_incoming (received_at, peer, id);
CREATE INDEX kgbx_incoming_state ON kgbx_incoming (state, received_at, peer, id);
CREATE INDEX kgbx_incoming_due ON kgbx_incoming (state, urgency, received_at, peer, id);
CREATE INDEX kgbx_incoming_peer ON kgbx_incoming (peer, received_at, id);
CREATE INDEX kgbx_incoming_lane ON kgbx_incoming (peer, lane, number) WHERE lane IS NOT NULL;

CREATE TABLE kgbx_envelope_in (
    peer TEXT NOT NULL,
    id TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (peer, id)
);

CREATE TABLE kgbx_lane (
    peer TEXT NOT NULL,
    lane TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (peer, lane)
);

CREATE TABLE kgbx_receipt (
    direction TEXT NOT NULL,
    peer TEXT NOT NULL,
    message_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (direction, peer, message_id, level)
);

CREATE TABLE kgbx_peer (
    org TEXT NOT NULL PRIMARY KEY,
    breaker TEXT NOT NULL,
    failures INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    open_until INTEGER,
    last_ok_at INTEGER,
    last_contact_at INTEGER,
    epoch TEXT,
    skew_ms INTEGER
);

CREATE TABLE kgbx_alert (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    peer TEXT,
    message_id TEXT,
    code TEXT NOT NULL,
    seen_at INTEGER
);
CREATE INDEX kgbx_alert_unseen ON kgbx_alert (id) WHERE seen_at IS NULL;

CREATE TABLE kgbx_audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    peer TEXT,
    message_id TEXT,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
);

CREATE TABLE kgbx_annotation (
    message_id TEXT NOT NULL,
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (message_id, name)
);

CREATE TABLE kgbx_setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- A running number that nothing may skip or use twice; with the name audit also the last hash of the chain.
CREATE TABLE kgbx_counter (
    name TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL,
    hash BLOB
);
INSERT INTO kgbx_counter (name, last, hash) VALUES ('alert', 0, NULL);
INSERT INTO kgbx_counter (name, last, hash) VALUES ('audit', 0, zeroblob(32));

CREATE TABLE kgbx_part (
    owner TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    data BLOB,
    PRIMARY KEY (owner, sha256)
);

CREATE TRIGGER kgbx_receipt_kept BEFORE UPDATE ON kgbx_receipt
BEGIN SELECT RAISE(ABORT, 'written once'); END;
CREATE TRIGGER kgbx_receipt_not_lost BEFORE DELETE ON kgbx_receipt
BEGIN SELECT RAISE(ABORT, 'written once'); END;
CREATE TRIGGER kgbx_audit_kept BEFORE UPDATE ON kgbx_audit
BEGIN SELECT RAISE(ABORT, 'written once'); END;
CREATE TRIGGER kgbx_audit_not_lost BEFORE DELETE ON kgbx_audit
BEGIN SELECT RAISE(ABORT, 'written once'); END;
CREATE TRIGGER kgbx_envelope_out_kept BEFORE UPDATE ON kgbx_envelope_out
BEGIN SELECT RAISE(ABORT, 'written once'); END;
CREATE TRIGGER kgbx_envelope_in_kept BEFORE UPDATE ON kgbx_envelope_in
BEGIN SELECT RAISE(ABORT, 'written once'); END;
