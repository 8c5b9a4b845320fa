-- When the newest opt-out or opt-in word that a contact said was written, by WhatsApp's own clock: an older one that arrives
-- late must not undo it.
alter table contacts add column consent_said_at {bigint};

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

-- Which client exchanged a refresh token: for a few seconds it may repeat itself, and nobody else.
alter table refresh_tokens add column used_by {bytes};

-- Statuses that nobody will ever claim are forgotten by their age.
create index parked_statuses_by_age on parked_statuses (parked_at);
