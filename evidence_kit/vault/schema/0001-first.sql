-- The journal. `tree` is the leaf hash and after it the interior nodes that this leaf completed, 32 bytes each,
-- lowest level first: an append touches the end of one table, at every size.
CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  item TEXT,
  tree BLOB NOT NULL CHECK (length(tree) >= 32 AND length(tree) % 32 = 0),
  line BLOB NOT NULL
) STRICT;
CREATE INDEX entry_kind ON entry (kind, sequence);
-- An intake item enters once, whatever crashes.
CREATE UNIQUE INDEX entry_item ON entry (item) WHERE item IS NOT NULL;

CREATE TABLE exhibit (
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE tiles (
  sha256 TEXT PRIMARY KEY REFERENCES exhibit,
  root TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  seed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  number INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  text BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER exhibit_stays BEFORE UPDATE ON exhibit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER exhibit_remains BEFORE DELETE ON exhibit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tiles_stay BEFORE UPDATE ON tiles BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER tiles_remain BEFORE DELETE ON tiles BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Everything that may change: settings, recipients, destinations, the signing key, where intake and outbox stand.
-- The header's head holds a digest of all of it.
CREATE TABLE kept (
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (collection, name)
) STRICT, WITHOUT ROWID;

-- Projections, made from the entries alone.
CREATE TABLE disruption (
  id TEXT PRIMARY KEY,
  opened INTEGER,
  closed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX disruption_opened ON disruption (opened);

CREATE TABLE disruption_entry (
  disruption TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  is_step INTEGER NOT NULL,
  PRIMARY KEY (disruption, is_step, sequence)
) STRICT, WITHOUT ROWID;

-- Contentless: the index holds words and where they are, not the text.
CREATE VIRTUAL TABLE words USING fts5(
  text, content = '', prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
-- Entries from this sequence on are not in `words` yet.
CREATE TABLE indexed (next INTEGER NOT NULL) STRICT;
INSERT INTO indexed (next) VALUES (0);
