-- What WhatsApp allows and asks for, as the sending engine needs it.

-- How many customers a day may be written to outside the service window; none: unlimited, or not known.
alter table api_accounts add column customers_a_day {bigint};
-- Until when WhatsApp wants nothing from the number, and why, for a person.
alter table api_accounts add column rests_until {bigint};
alter table api_accounts add column rests_because text;

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
