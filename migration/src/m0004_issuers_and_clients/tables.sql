-- Who issues tokens and to whom, for both databases. Types are PostgreSQL's; `sqlite_types` turns them into SQLite's.

-- An issuer of tokens that an organisation brought, for its own staff alone.
create table trusted_issuer (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    issuer text not null unique,
    audience text not null,
    jwks text,
    jwks_url text,
    algorithms text not null check (algorithms <> ''),
    token_types text not null check (token_types <> ''),
    subject_claim text not null,
    subject_prefix text,
    roles_claim text,
    active boolean not null,
    set_by_id uuid not null references person (id),
    approved_by_id uuid references person (id),
    version bigint not null,
    created_at timestamptz not null,
    check ((jwks is null) <> (jwks_url is null)),
    check (approved_by_id is null or approved_by_id <> set_by_id)
);
create index trusted_issuer_organisation_id on trusted_issuer (organisation_id);

-- A program of an organisation that gets tokens of its own, and acts as a person.
create table api_client (
    id uuid not null primary key,
    organisation_id uuid not null references organisation (id),
    person_id uuid not null references person (id),
    name text not null,
    roles text not null check (roles <> ''),
    active boolean not null,
    version bigint not null,
    created_at timestamptz not null
);
create index api_client_organisation_id on api_client (organisation_id);
create index api_client_name_id on api_client (name, id);

-- A secret by which an API client proves itself, as a digest.
create table client_secret (
    id uuid not null primary key,
    client_id uuid not null references api_client (id),
    digest text not null unique,
    shown_to_id uuid not null references person (id),
    approved_by_id uuid references person (id),
    overlap_hours integer not null check (overlap_hours between 0 and 168),
    created_at timestamptz not null,
    expires_at timestamptz,
    check (approved_by_id is null or approved_by_id <> shown_to_id)
);
create index client_secret_client_id on client_secret (client_id);

-- A token, or all tokens of a client or a person, taken back. Rows are only ever added.
create table revocation (
    id uuid not null primary key,
    kind text not null check (kind in ('token', 'client', 'person')),
    value text not null,
    revoked_at timestamptz not null,
    reason text not null,
    by_id uuid not null references person (id)
);
-- Every server asks every second for what is new.
create index revocation_revoked_at_id on revocation (revoked_at, id);
