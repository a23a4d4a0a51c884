-- SPDX-License-Identifier: EUPL-1.2
-- Version 2. life: which server, in which of its histories, and which database wrote here last. A standby that takes
-- over, a copy that is put back and a dump that is read in elsewhere begin another life.

ALTER TABLE kgbx_version ADD COLUMN life TEXT;
