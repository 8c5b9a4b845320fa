-- The whole schema of the first release, for both engines. {uuid}, {bytes}, {bool} and {strict} are
-- replaced by each engine's words. Instants are Unix microseconds, ids UUIDv7, JSON is text that no
-- statement looks into. The tenant comes first in every key of a tenant's table.

create table installation (
    name text not null primary key,
    value text not null
){strict};

create table token_keys (
    kid text not null primary key,
    secret_sealed {bytes} not null,
    created_at {bigint} not null
){strict};

create table leases (
    name text not null primary key,
    owner text not null,
    token {bigint} not null,
    expires_at {bigint} not null
){strict};

create table nodes (
    id text not null primary key,
    seen_at {bigint} not null
){strict};

create table organisations (
    id {uuid} not null primary key,
    name text not null unique,
    created_at {bigint} not null
){strict};

create table users (
    organisation_id {uuid} not null references organisations (id),
    id {uuid} not null,
    email text not null,
    email_folded text not null unique,
    first_name text not null,
    last_name text not null,
    role text not null check (role in ('administrator', 'agent')),
    password_hash text,
    disabled_at {bigint},
    created_at {bigint} not null,
    primary key (organisation_id, id)
){strict};

-- customers_a_day: how many may be written to outside the service window; none: unlimited, or not known. rests_until: WhatsApp
-- wants nothing from the number before.
create table api_accounts (
    organisation_id {uuid} not null references organisations (id),
    id {uuid} not null,
    name text not null,
    phone_number text not null unique,
    is_simulated {bool} not null,
    base_url text not null,
    api_version text not null,
    phone_number_id text not null unique,
    business_account_id text not null,
    access_token_sealed {bytes} not null,
    app_secret_sealed {bytes} not null,
    verify_token_sealed {bytes} not null,
    messages_per_second {bigint} not null default 80,
    customers_a_day {bigint},
    rests_until {bigint},
    rests_because text,
    paused_at {bigint},
    paused_reason text,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, name)
){strict};

-- What WhatsApp says about each account, in its own words. next_check_at is also the claim of whoever checks it now.
create table account_health (
    organisation_id {uuid} not null,
    api_account_id {uuid} not null,
    number_status text,
    verified_name text,
    name_status text,
    quality text,
    messaging_limit text,
    throughput text,
    is_on_business_app {bool} not null default false,
    token text check (token in ('valid', 'expiring', 'refused')),
    token_expires_at {bigint},
    is_subscribed {bool},
    obstacle text,
    restriction text,
    restriction_at {bigint},
    alert text,
    last_webhook_at {bigint},
    templates_listed_at {bigint},
    checked_at {bigint},
    failure text,
    next_check_at {bigint} not null default 0,
    primary key (organisation_id, api_account_id),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};

create table api_account_users (
    organisation_id {uuid} not null,
    user_id {uuid} not null,
    api_account_id {uuid} not null,
    primary key (organisation_id, user_id, api_account_id),
    foreign key (organisation_id, user_id) references users (organisation_id, id),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};

create table teams (
    organisation_id {uuid} not null references organisations (id),
    id {uuid} not null,
    name text not null,
    description text not null,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, name)
){strict};

create table team_users (
    organisation_id {uuid} not null,
    team_id {uuid} not null,
    user_id {uuid} not null,
    primary key (organisation_id, team_id, user_id),
    foreign key (organisation_id, team_id) references teams (organisation_id, id),
    foreign key (organisation_id, user_id) references users (organisation_id, id)
){strict};

create table team_api_accounts (
    organisation_id {uuid} not null,
    team_id {uuid} not null,
    api_account_id {uuid} not null,
    primary key (organisation_id, team_id, api_account_id),
    foreign key (organisation_id, team_id) references teams (organisation_id, id),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};

create table inboxes (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    name text not null,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, api_account_id, name),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};

-- consent_said_at: when the newest opt-out or opt-in word was written, by WhatsApp's own clock: an older one that arrives late
-- must not undo it.
create table contacts (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    mobile_number text,
    wa_id text,
    user_id text,
    name text not null,
    name_folded text not null,
    status text not null check (status in ('Presubscribed', 'Subscribed', 'Unsubscribed')),
    email text not null,
    email_folded text not null,
    tags text not null,
    consent_said_at {bigint},
    created_at {bigint} not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};
create unique index contacts_by_mobile_number on contacts (organisation_id, api_account_id, mobile_number) where mobile_number is not null;
-- Brazil, Mexico and Argentina have numbers with two spellings; a contact is known by the shorter one, whichever it has.
create unique index contacts_by_number_form on contacts (organisation_id, api_account_id, (
    case
        when length(mobile_number) = 14 and substr(mobile_number, 1, 4) = '+521' then '+52' || substr(mobile_number, 5)
        when length(mobile_number) = 14 and substr(mobile_number, 1, 4) = '+549' then '+54' || substr(mobile_number, 5)
        when length(mobile_number) = 14 and substr(mobile_number, 1, 3) = '+55' and substr(mobile_number, 6, 1) = '9'
            and substr(mobile_number, 7, 1) in ('6', '7', '8', '9')
            then substr(mobile_number, 1, 5) || substr(mobile_number, 7)
        else mobile_number
    end
)) where mobile_number is not null;
create unique index contacts_by_wa_id on contacts (organisation_id, api_account_id, wa_id) where wa_id is not null;
create unique index contacts_by_user_id on contacts (organisation_id, api_account_id, user_id) where user_id is not null;
create index contacts_by_time on contacts (organisation_id, api_account_id, created_at, id);
create index contacts_by_email on contacts (organisation_id, api_account_id, email_folded, created_at, id) where email_folded <> '';
create index contacts_by_name on contacts (organisation_id, api_account_id, name_folded, created_at, id);

-- Tags that the organisation uses, in the spelling first seen.
create table tags (
    organisation_id {uuid} not null references organisations (id),
    name_folded text not null,
    name text not null,
    primary key (organisation_id, name_folded)
){strict};

create table contact_tags (
    organisation_id {uuid} not null,
    tag_folded text not null,
    contact_id {uuid} not null,
    primary key (organisation_id, tag_folded, contact_id),
    foreign key (organisation_id, contact_id) references contacts (organisation_id, id)
){strict};
create index contact_tags_by_contact on contact_tags (organisation_id, contact_id);

-- How customers were known before they changed their number or user id. What was written until then is theirs; afterwards the
-- number may be another person's.
create table former_identities (
    organisation_id {uuid} not null,
    api_account_id {uuid} not null,
    identity text not null,
    until {bigint} not null,
    contact_id {uuid} not null,
    primary key (organisation_id, api_account_id, identity, until),
    foreign key (organisation_id, contact_id) references contacts (organisation_id, id)
){strict};
create index former_identities_by_contact on former_identities (organisation_id, contact_id);

create table conversations (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    contact_id {uuid} not null,
    inbox_id {uuid} not null,
    folder text not null check (folder in ('inbox', 'archive', 'spam')),
    assigned_user_id {uuid},
    assigned_team_id {uuid},
    window_closes_at {bigint},
    message_count {bigint} not null default 0,
    last_message_at {bigint},
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, contact_id),
    check (assigned_user_id is null or assigned_team_id is null),
    foreign key (organisation_id, contact_id) references contacts (organisation_id, id),
    foreign key (organisation_id, inbox_id) references inboxes (organisation_id, id),
    foreign key (organisation_id, assigned_user_id) references users (organisation_id, id),
    foreign key (organisation_id, assigned_team_id) references teams (organisation_id, id)
){strict};

-- payload is what WhatsApp sent or is to be sent, as JSON; whatsapp_at is WhatsApp's own timestamp.
create table messages (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    conversation_id {uuid} not null,
    contact_id {uuid} not null,
    direction text not null check (direction in ('incoming', 'outgoing')),
    kind text not null,
    body text not null,
    payload text not null,
    sender_user_id {uuid},
    wamid text,
    whatsapp_at {bigint},
    sent_at {bigint},
    delivered_at {bigint},
    read_at {bigint},
    failed_at {bigint},
    failure_code text,
    failure_detail text,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, conversation_id) references conversations (organisation_id, id)
){strict};
create index messages_by_time on messages (organisation_id, api_account_id, created_at, id);
create index messages_by_conversation on messages (organisation_id, conversation_id, created_at, id);
create unique index messages_by_wamid on messages (organisation_id, api_account_id, wamid) where wamid is not null;

-- What became of a message after it was written, by whoever wrote it: one row per message, known to us or not yet. An end is
-- final; of changes the one made last stays.
create table message_amendments (
    organisation_id {uuid} not null,
    api_account_id {uuid} not null,
    wamid text not null,
    is_end {bool} not null,
    at {bigint} not null,
    amendment_wamid text not null,
    body text not null,
    payload text not null,
    primary key (organisation_id, api_account_id, wamid)
){strict};

create table templates (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    name text not null,
    language text not null,
    category text not null,
    status text not null check (status in ('Pending', 'Approved', 'Rejected', 'Paused', 'Disabled')),
    parameter_format text not null check (parameter_format in ('POSITIONAL', 'NAMED')),
    body text not null,
    example text not null,
    components text not null,
    whatsapp_id text,
    whatsapp_status text not null default '',
    quality text,
    reason text,
    paused_until {bigint},
    announced_category text,
    category_changes_at {bigint},
    news_at {bigint},
    changed_at {bigint} not null default 0,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, api_account_id, name, language),
    foreign key (organisation_id, api_account_id) references api_accounts (organisation_id, id)
){strict};

create table broadcasts (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    contact_id {uuid} not null,
    template_id {uuid} not null,
    message_id {uuid} not null,
    message text not null,
    created_by {uuid},
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, message_id),
    foreign key (organisation_id, message_id) references messages (organisation_id, id),
    foreign key (organisation_id, template_id) references templates (organisation_id, id)
){strict};
create index broadcasts_by_time on broadcasts (organisation_id, api_account_id, created_at, id);
create index broadcasts_by_contact on broadcasts (organisation_id, contact_id, created_at, id);

-- How many records each account has, by the hour in which they were made; whole days and months
-- (32 days) are folded from finished hours. Slots spread concurrent writers over rows.
create table record_counts (
    organisation_id {uuid} not null,
    api_account_id {uuid} not null,
    kind text not null check (kind in ('message', 'contact', 'broadcast')),
    level text not null check (level in ('hour', 'day', 'month')),
    bucket {bigint} not null,
    slot {bigint} not null,
    n {bigint} not null,
    primary key (organisation_id, api_account_id, kind, level, bucket, slot)
){strict};

-- The work of sending: one row per message that is not finished; gone when it is.
create table send_jobs (
    organisation_id {uuid} not null,
    message_id {uuid} not null,
    api_account_id {uuid} not null,
    contact_id {uuid} not null,
    priority {bigint} not null,
    category text not null,
    state text not null check (state in ('ready', 'in_flight', 'unknown')),
    attempt_id {uuid},
    attempt_count {bigint} not null,
    run_at {bigint} not null,
    deadline {bigint} not null,
    waiting_because text,
    primary key (organisation_id, message_id),
    foreign key (organisation_id, message_id) references messages (organisation_id, id)
){strict};
create index send_jobs_in_order on send_jobs (organisation_id, api_account_id, priority, message_id);
create index send_jobs_by_contact on send_jobs (organisation_id, contact_id, message_id);
create index send_jobs_unknown on send_jobs (organisation_id, api_account_id, run_at) where state = 'unknown';

-- One row per call of the Cloud API, committed before the first byte goes out.
create table attempts (
    organisation_id {uuid} not null,
    id {uuid} not null,
    message_id {uuid} not null,
    lane_token {bigint} not null,
    state text not null check (state in ('in_flight', 'accepted', 'refused', 'unknown')),
    started_at {bigint} not null,
    finished_at {bigint},
    error_code text,
    error_detail text,
    primary key (organisation_id, id),
    foreign key (organisation_id, message_id) references messages (organisation_id, id)
){strict};
create index attempts_by_message on attempts (organisation_id, message_id, started_at);

-- Every report of WhatsApp about a message: at is WhatsApp's time, received_at ours.
create table message_statuses (
    organisation_id {uuid} not null,
    message_id {uuid} not null,
    status text not null,
    at {bigint} not null,
    received_at {bigint} not null,
    failure_code text,
    failure_detail text,
    primary key (organisation_id, message_id, status, at),
    foreign key (organisation_id, message_id) references messages (organisation_id, id)
){strict};

-- Customers whom a business account wrote to outside the service window, each for a day; and how many there were in each ten
-- minutes, so that a day is added up from few rows.
create table tier_uses (
    organisation_id {uuid} not null references organisations (id),
    business_account_id text not null,
    customer text not null,
    opened_at {bigint} not null,
    primary key (organisation_id, business_account_id, customer)
){strict};
create index tier_uses_by_age on tier_uses (opened_at);

create table tier_counts (
    organisation_id {uuid} not null references organisations (id),
    business_account_id text not null,
    bucket {bigint} not null,
    n {bigint} not null,
    primary key (organisation_id, business_account_id, bucket)
){strict};

-- What WhatsApp posted, byte for byte. secret_fingerprint says which app secret signed it.
create table inbound_ledger (
    id {uuid} not null primary key,
    received_at {bigint} not null,
    secret_fingerprint text not null,
    body {bytes} not null,
    state text not null check (state in ('received', 'processed', 'quarantined')),
    reason text,
    processed_at {bigint}
){strict};
create index inbound_ledger_received on inbound_ledger (id) where state = 'received';
create index inbound_ledger_quarantined on inbound_ledger (id) where state = 'quarantined';

-- Statuses for a wamid that no message has yet.
create table parked_statuses (
    organisation_id {uuid} not null,
    api_account_id {uuid} not null,
    wamid text not null,
    status text not null,
    at {bigint} not null,
    failure_code text,
    failure_detail text,
    parked_at {bigint} not null,
    primary key (organisation_id, api_account_id, wamid, status)
){strict};
create index parked_statuses_by_age on parked_statuses (parked_at);

-- The ordered log. position is given on commit order: at once on SQLite, by the sequencer on PostgreSQL.
create table events (
    organisation_id {uuid} not null references organisations (id),
    id {uuid} not null,
    position {bigint},
    name text not null,
    entity_id {uuid} not null,
    api_account_id {uuid},
    at {bigint} not null,
    primary key (organisation_id, id)
){strict};
create unique index events_in_order on events (organisation_id, position) where position is not null;
create index events_to_number on events (id) where position is null;

-- failing_since is the first attempt that failed after the last one that did not. The secret before the last change signs as
-- well for some time.
create table webhooks (
    organisation_id {uuid} not null references organisations (id),
    id {uuid} not null,
    kind text not null,
    target_url text not null,
    is_enabled {bool} not null,
    failure_count {bigint} not null,
    failing_since {bigint},
    created_by {uuid},
    secret_sealed {bytes} not null,
    previous_secret_sealed {bytes},
    previous_secret_until {bigint},
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, kind, target_url)
){strict};

-- A test has no event: its event_id is made up. attempts_before are those before the last replay began the schedule anew.
create table webhook_deliveries (
    organisation_id {uuid} not null,
    id {uuid} not null,
    webhook_id {uuid} not null,
    event_id {uuid} not null,
    is_test {bool} not null default false,
    state text not null check (state in ('pending', 'delivered', 'failed')),
    attempt_count {bigint} not null,
    attempts_before {bigint} not null default 0,
    run_at {bigint} not null,
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, webhook_id, event_id),
    foreign key (organisation_id, webhook_id) references webhooks (organisation_id, id) on delete cascade
){strict};
create index webhook_deliveries_due on webhook_deliveries (run_at, id) where state = 'pending';
create index webhook_deliveries_finished on webhook_deliveries (run_at, id) where state <> 'pending';
create index webhook_deliveries_by_webhook on webhook_deliveries (organisation_id, webhook_id, created_at, id);

-- Every call of a receiver, from before its first byte; without latency_ms its outcome is not known (yet).
create table delivery_attempts (
    organisation_id {uuid} not null,
    delivery_id {uuid} not null,
    number {bigint} not null,
    at {bigint} not null,
    status {bigint},
    failure text,
    latency_ms {bigint},
    answer text,
    primary key (organisation_id, delivery_id, number),
    foreign key (organisation_id, delivery_id) references webhook_deliveries (organisation_id, id) on delete cascade
){strict};

-- Replays of all deliveries of a time that are not finished: those after (from_at, from_id) are still to be made anew.
create table webhook_replays (
    organisation_id {uuid} not null,
    id {uuid} not null,
    webhook_id {uuid} not null,
    from_at {bigint} not null,
    from_id {uuid} not null,
    to_at {bigint} not null,
    run_at {bigint} not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, webhook_id) references webhooks (organisation_id, id) on delete cascade
){strict};
create index webhook_replays_due on webhook_replays (run_at, id);
create index webhook_replays_by_webhook on webhook_replays (organisation_id, webhook_id);

-- How far each reader of the log has come.
create table event_cursors (
    organisation_id {uuid} not null references organisations (id),
    reader text not null,
    position {bigint} not null,
    primary key (organisation_id, reader)
){strict};

create table sessions (
    organisation_id {uuid} not null,
    id {uuid} not null,
    user_id {uuid} not null,
    calling_application text not null,
    created_at {bigint} not null,
    expires_at {bigint} not null,
    revoked_at {bigint},
    primary key (organisation_id, id),
    foreign key (organisation_id, user_id) references users (organisation_id, id)
){strict};
create index sessions_by_user on sessions (organisation_id, user_id) where revoked_at is null;

-- used_by: the client that exchanged it may repeat itself for a few seconds, and nobody else.
create table refresh_tokens (
    hash {bytes} not null primary key,
    organisation_id {uuid} not null,
    session_id {uuid} not null,
    created_at {bigint} not null,
    expires_at {bigint} not null,
    used_at {bigint},
    used_by {bytes},
    foreign key (organisation_id, session_id) references sessions (organisation_id, id)
){strict};
create index refresh_tokens_by_session on refresh_tokens (organisation_id, session_id);

-- Generic cell rate: the instant up to which a key has used its allowance.
create table login_throttle (
    key text not null primary key,
    used_until {bigint} not null
){strict};

create table idempotency_keys (
    organisation_id {uuid} not null references organisations (id),
    user_id {uuid} not null,
    door text not null,
    key text not null,
    body_hash {bytes} not null,
    status {bigint} not null,
    response text not null,
    created_at {bigint} not null,
    primary key (organisation_id, user_id, door, key)
){strict};
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Files of messages. One waits until it is fetched from WhatsApp (run_at: when next, or until when an
-- attempt is under way; attempt_count tells attempts apart), then lies in the media store under its keys.
create table media (
    organisation_id {uuid} not null,
    id {uuid} not null,
    api_account_id {uuid} not null,
    message_id {uuid} not null,
    kind text not null check (kind in ('image', 'video', 'audio', 'document', 'sticker')),
    state text not null check (state in ('waiting', 'stored', 'failed')),
    whatsapp_id text not null,
    whatsapp_sha256 text not null,
    file_name text not null,
    attempt_count {bigint} not null,
    run_at {bigint} not null,
    give_up_at {bigint} not null,
    failure_code text,
    failure_detail text,
    object_key text,
    thumbnail_key text,
    thumbnail_type text,
    content_type text,
    size {bigint},
    sha256 {bytes},
    created_at {bigint} not null,
    primary key (organisation_id, id),
    unique (organisation_id, message_id),
    foreign key (organisation_id, message_id) references messages (organisation_id, id)
){strict};
create index media_waiting on media (organisation_id, api_account_id, run_at, id) where state = 'waiting';

create table alias_uses (
    organisation_id {uuid} not null references organisations (id),
    calling_application text not null,
    alias text not null,
    n {bigint} not null,
    last_at {bigint} not null,
    primary key (organisation_id, calling_application, alias)
){strict};
