//! Reads a card from what a customer sent; whatever is missing or of another type reads as absent.

use serde_json::Value;

use super::{Card, CardAddress, CardEmail, CardName, CardOrganisation, CardPhone, CardUrl};
use crate::json::{self, Object};

impl Card {
    pub(crate) fn read(card: &Object) -> Self {
        Self {
            name: json::object(card, "name").map(name).unwrap_or_default(),
            phones: each(card, "phones", phone),
            emails: each(card, "emails", |email| CardEmail { email: json::id(email, "email"), kind: json::id(email, "type") }),
            addresses: each(card, "addresses", address),
            organisation: json::object(card, "org").map(organisation),
            urls: each(card, "urls", |url| CardUrl { url: json::id(url, "url"), kind: json::id(url, "type") }),
            birthday: json::id(card, "birthday"),
        }
    }
}

fn each<T>(card: &Object, member: &str, read: impl Fn(&Object) -> T) -> Vec<T> {
    json::list(card, member).iter().filter_map(Value::as_object).map(read).collect()
}

fn name(name: &Object) -> CardName {
    CardName {
        formatted_name: json::id(name, "formatted_name"),
        first_name: json::id(name, "first_name"),
        last_name: json::id(name, "last_name"),
        middle_name: json::id(name, "middle_name"),
        suffix: json::id(name, "suffix"),
        prefix: json::id(name, "prefix"),
    }
}

fn phone(phone: &Object) -> CardPhone {
    CardPhone { phone: json::id(phone, "phone"), kind: json::id(phone, "type"), wa_id: json::id(phone, "wa_id") }
}

fn address(address: &Object) -> CardAddress {
    CardAddress {
        street: json::id(address, "street"),
        city: json::id(address, "city"),
        state: json::id(address, "state"),
        zip: json::id(address, "zip"),
        country: json::id(address, "country"),
        country_code: json::id(address, "country_code"),
        kind: json::id(address, "type"),
    }
}

fn organisation(organisation: &Object) -> CardOrganisation {
    CardOrganisation {
        company: json::id(organisation, "company"),
        department: json::id(organisation, "department"),
        title: json::id(organisation, "title"),
    }
}
