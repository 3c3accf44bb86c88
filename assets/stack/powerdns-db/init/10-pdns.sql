-- Tables of PowerDNS' generic PostgreSQL backend, schema 4.7 (unchanged to 5.1); PowerDNS does not make them itself.
-- Column names and types are those that its queries expect.
CREATE TABLE domains (
  id              SERIAL PRIMARY KEY,
  name            VARCHAR(255) NOT NULL,
  master          VARCHAR(128) DEFAULT NULL,
  last_check      INT DEFAULT NULL,
  type            TEXT NOT NULL,
  notified_serial BIGINT DEFAULT NULL,
  account         VARCHAR(40) DEFAULT NULL,
  options         TEXT DEFAULT NULL,
  catalog         TEXT DEFAULT NULL,
  CONSTRAINT domains_name_is_lowercase CHECK (name = LOWER(name))
);
CREATE UNIQUE INDEX domains_by_name ON domains (name);
CREATE INDEX domains_by_catalog ON domains (catalog);

CREATE TABLE records (
  id        BIGSERIAL PRIMARY KEY,
  domain_id INT DEFAULT NULL REFERENCES domains (id) ON DELETE CASCADE,
  name      VARCHAR(255) DEFAULT NULL,
  type      VARCHAR(10) DEFAULT NULL,
  content   VARCHAR(65535) DEFAULT NULL,
  ttl       INT DEFAULT NULL,
  prio      INT DEFAULT NULL,
  disabled  BOOL DEFAULT 'f',
  ordername VARCHAR(255),
  auth      BOOL DEFAULT 't',
  CONSTRAINT records_name_is_lowercase CHECK (name = LOWER(name))
);
CREATE INDEX records_by_name ON records (name);
CREATE INDEX records_by_name_and_type ON records (name, type);
CREATE INDEX records_by_domain ON records (domain_id);
CREATE INDEX records_by_order ON records (domain_id, ordername text_pattern_ops);

CREATE TABLE supermasters (
  ip         INET NOT NULL,
  nameserver VARCHAR(255) NOT NULL,
  account    VARCHAR(40) NOT NULL,
  PRIMARY KEY (ip, nameserver)
);

CREATE TABLE comments (
  id          SERIAL PRIMARY KEY,
  domain_id   INT NOT NULL REFERENCES domains (id) ON DELETE CASCADE,
  name        VARCHAR(255) NOT NULL,
  type        VARCHAR(10) NOT NULL,
  modified_at INT NOT NULL,
  account     VARCHAR(40) DEFAULT NULL,
  comment     VARCHAR(65535) NOT NULL,
  CONSTRAINT comments_name_is_lowercase CHECK (name = LOWER(name))
);
CREATE INDEX comments_by_domain ON comments (domain_id);
CREATE INDEX comments_by_name_and_type ON comments (name, type);
CREATE INDEX comments_by_order ON comments (domain_id, modified_at);

CREATE TABLE domainmetadata (
  id        SERIAL PRIMARY KEY,
  domain_id INT REFERENCES domains (id) ON DELETE CASCADE,
  kind      VARCHAR(32),
  content   TEXT
);
CREATE INDEX domainmetadata_by_domain ON domainmetadata (domain_id);

CREATE TABLE cryptokeys (
  id        SERIAL PRIMARY KEY,
  domain_id INT REFERENCES domains (id) ON DELETE CASCADE,
  flags     INT NOT NULL,
  active    BOOL,
  published BOOL DEFAULT TRUE,
  content   TEXT
);
CREATE INDEX cryptokeys_by_domain ON cryptokeys (domain_id);

CREATE TABLE tsigkeys (
  id        SERIAL PRIMARY KEY,
  name      VARCHAR(255),
  algorithm VARCHAR(50),
  secret    VARCHAR(255),
  CONSTRAINT tsigkeys_name_is_lowercase CHECK (name = LOWER(name))
);
CREATE UNIQUE INDEX tsigkeys_by_name_and_algorithm ON tsigkeys (name, algorithm);
