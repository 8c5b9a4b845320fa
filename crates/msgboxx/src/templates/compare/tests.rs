use super::*;
use crate::templates::read::new_record;
use msgboxx_model::ApiAccountId;
use serde_json::json;
use uuid::Uuid;

const THEN: Instant = Instant::from_micros(1_000_000);
const NOW: Instant = Instant::from_micros(2_000_000);

fn remote(name: &str, status: &str) -> RemoteTemplate {
    RemoteTemplate {
        id: "7".to_owned(),
        name: name.to_owned(),
        language: "en_GB".to_owned(),
        status: status.to_owned(),
        category: "UTILITY".to_owned(),
        parameter_format: Some("POSITIONAL".to_owned()),
        components: json!([
            {"type": "HEADER", "format": "TEXT", "text": "News"},
            {"type": "BODY", "text": "{{2}} and {{1}}", "example": {"body_text": [["one", "two"]]}},
            {"type": "FOOTER", "text": "Bye"},
        ]),
        quality: Some("GREEN".to_owned()),
        ..RemoteTemplate::default()
    }
}

fn here(remote: &RemoteTemplate) -> TemplateRecord {
    new_record(ApiAccountId(Uuid::nil()), TemplateId(Uuid::nil()), THEN, remote)
}

fn only_update(known: &TemplateRecord, remote: &RemoteTemplate) -> Option<(TemplateRecord, bool)> {
    match compare(std::slice::from_ref(known), std::slice::from_ref(remote), NOW).as_slice() {
        [] => None,
        [Change::Updated(record, is_news)] => Some(((**record).clone(), *is_news)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_template_is_read_with_its_examples_in_the_order_of_its_placeholders() {
    let record = here(&remote("hello", "APPROVED"));
    assert_eq!(record.template.body, "{{2}} and {{1}}");
    assert_eq!(record.template.example, ["two", "one"]);
    assert_eq!(record.template.status, TemplateStatus::Approved);
    assert!(record.template.components.contains("Bye"));
    let named = RemoteTemplate {
        parameter_format: Some("NAMED".to_owned()),
        components: json!([{"type": "body", "text": "Hi {{who}}", "example": {"body_text_named_params": [{"param_name": "who", "example": "Rosa"}]}}]),
        ..remote("hello", "APPROVED")
    };
    assert_eq!(here(&named).template.example, ["Rosa"]);
}

#[test]
fn the_same_list_again_changes_nothing() {
    let remote = remote("hello", "APPROVED");
    assert_eq!(only_update(&here(&remote), &remote), None);
}

#[test]
fn each_word_of_whatsapps_has_a_status_of_ours_and_an_unknown_one_forbids_sending() {
    for (word, status) in [
        ("APPROVED", TemplateStatus::Approved),
        ("PENDING", TemplateStatus::Pending),
        ("IN_APPEAL", TemplateStatus::Pending),
        ("REJECTED", TemplateStatus::Rejected),
        ("PAUSED", TemplateStatus::Paused),
        ("DISABLED", TemplateStatus::Disabled),
        ("PENDING_DELETION", TemplateStatus::Disabled),
        ("DELETED", TemplateStatus::Disabled),
        ("ARCHIVED", TemplateStatus::Disabled),
        ("LIMIT_EXCEEDED", TemplateStatus::Disabled),
        ("SOMETHING_NEW", TemplateStatus::Disabled),
    ] {
        let record = here(&remote("hello", word));
        assert_eq!((record.template.status, record.standing.whatsapp_status.as_str()), (status, word));
    }
}

#[test]
fn a_rejection_is_kept_with_its_reason_and_ends_with_it() {
    let rejected = RemoteTemplate { rejected_reason: Some("SCAM".to_owned()), ..remote("hello", "REJECTED") };
    let (record, is_news) = only_update(&here(&remote("hello", "PENDING")), &rejected).expect("a change");
    assert_eq!((record.standing.reason.as_deref(), is_news), (Some("SCAM"), true));
    let mut with_advice = record;
    with_advice.standing.reason = Some("SCAM: change the link".to_owned());
    assert_eq!(only_update(&with_advice, &rejected), None, "a webhook had said more");
    let (record, _) = only_update(&with_advice, &remote("hello", "APPROVED")).expect("a change");
    assert_eq!(record.standing.reason, None);
}

#[test]
fn seeing_a_template_of_ours_for_the_first_time_is_no_news_but_its_verdict_is() {
    let mut ours = here(&remote("hello", "APPROVED"));
    ours.standing = TemplateStanding::default();
    let (record, is_news) = only_update(&ours, &remote("hello", "APPROVED")).expect("its id is learnt");
    assert_eq!((record.standing.whatsapp_id.as_deref(), is_news), (Some("7"), false));
    assert_eq!(only_update(&ours, &remote("hello", "REJECTED")).map(|(_, is_news)| is_news), Some(true));
    let worse = RemoteTemplate { quality: Some("RED".to_owned()), ..remote("hello", "APPROVED") };
    assert_eq!(only_update(&record, &worse).map(|(_, is_news)| is_news), Some(true));
}

#[test]
fn what_is_gone_is_disabled_once_and_what_never_was_there_is_left_alone() {
    let mut known = here(&remote("hello", "APPROVED"));
    let changes = compare(std::slice::from_ref(&known), &[], NOW);
    let [Change::Gone(id, standing)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(*id, known.template.id);
    known.standing = standing.clone();
    known.template.status = TemplateStatus::Disabled;
    assert_eq!(compare(std::slice::from_ref(&known), &[], NOW), []);
    let ours = TemplateRecord { standing: TemplateStanding::default(), ..known };
    assert_eq!(compare(&[ours], &[], NOW), []);
}

#[test]
fn what_was_written_since_the_list_was_true_stays() {
    let known = TemplateRecord { changed_at: NOW, ..here(&remote("hello", "APPROVED")) };
    assert_eq!(compare(std::slice::from_ref(&known), &[remote("hello", "PAUSED")], NOW), []);
    assert_eq!(compare(std::slice::from_ref(&known), &[], NOW), []);
    let mut unseen = known;
    unseen.standing.whatsapp_id = None;
    let (record, is_news) = only_update(&unseen, &remote("hello", "PAUSED")).expect("its id is learnt");
    assert_eq!((record.standing.whatsapp_id.as_deref(), is_news), (Some("7"), false));
    assert_eq!(record.template, unseen.template, "and nothing else");
}

#[test]
fn the_same_name_in_another_language_is_another_template() {
    let known = here(&remote("hello", "APPROVED"));
    let list = [remote("hello", "APPROVED"), RemoteTemplate { language: "pt_BR".to_owned(), ..remote("hello", "APPROVED") }];
    assert_eq!(compare(&[known], &list, NOW), [Change::New(&list[1])]);
}
