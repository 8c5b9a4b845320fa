//! Rows 9 to 13: paging and instants.

use crate::app::{ACCOUNT, CONTACT, INBOX};
use crate::on_both_engines;
use serde_json::json;

on_both_engines! {
    async fn row_09_every_parameter_of_a_list_may_be_left_out(app) {
        let caller = app.administrator().await;
        for path in ["/apiaccount", "/broadcast", "/contact", "/inbox", "/message", "/template", "/webhook"] {
            let list = caller.get(path).await.expect(200);
            assert!(list["items"].is_array() && list["paging"]["recordCount"].is_u64() && list["paging"]["pages"].is_u64(), "{path}");
            assert_eq!(caller.get(&format!("{path}?page=1")).await.expect(200), list, "{path}");
        }
    }

    async fn row_10_api_accounts_are_paged_and_teams_and_users_are_bare_arrays_that_end(app) {
        let caller = app.administrator().await;
        assert_eq!(caller.get("/apiaccount?page=2").await.expect(200), json!({"items": [], "paging": {"recordCount": 2, "pages": 1}}));
        for path in ["/team", "/user"] {
            let all = caller.get(path).await.expect(200);
            assert!(all.as_array().is_some_and(|all| !all.is_empty()), "{path}");
            assert_eq!(caller.get(&format!("{path}?page=1")).await.expect(200), all, "{path}");
            assert_eq!(caller.get(&format!("{path}?page=2")).await.expect(200), json!([]), "{path}");
            caller.get(&format!("{path}?page=0")).await.refused(400, "invalid_parameter");
        }
    }

    async fn row_11_pages_count_from_one_newest_first_and_record_count_is_over_all_pages(app) {
        let caller = app.administrator().await;
        for number in 1..=5 {
            caller.contact(ACCOUNT, &format!("+44790200000{number}")).await;
        }
        let page = async |query: &str| caller.get(&format!("/contact?apiAccountId={ACCOUNT}&{query}")).await;
        let numbers = async |query: &str| {
            let page = page(query).await.expect(200);
            assert_eq!(page["paging"]["recordCount"], 6);
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|it| it["mobileNumber"].as_str().expect("a number")[12..].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers("pageSize=2").await, ["5", "4"]);
        assert_eq!(numbers("pageSize=2&page=2").await, ["3", "2"]);
        assert_eq!(numbers("pageSize=4&page=2").await, ["1", "3"]);
        assert_eq!(numbers("pageSize=2&page=4").await, Vec::<String>::new());
        assert_eq!(numbers("page=99999999999999999999").await, Vec::<String>::new());
        assert_eq!(page("pageSize=4").await.expect(200)["paging"], json!({"recordCount": 6, "pages": 2}));
        for bad in ["page=0", "page=-1", "page=one", "page=1.0", "page=", "pageSize=0", "pageSize=101", "page=1&page=1"] {
            page(bad).await.refused(400, "invalid_parameter");
        }
    }

    async fn row_12_datetime_and_date_time_go_by_entity_and_endpoint(app) {
        let caller = app.administrator().await;
        app.customer_says("hello").await;
        for (path, right, wrong) in [
            (format!("/apiaccount/{ACCOUNT}"), "datetime", "dateTime"),
            (format!("/contact/{CONTACT}"), "datetime", "dateTime"),
            (format!("/inbox/{INBOX}"), "datetime", "dateTime"),
        ] {
            let single = caller.get(&path).await.expect(200);
            assert!(single[right].is_string() && single.get(wrong).is_none(), "{single}");
        }
        for (path, right, wrong) in [
            ("/apiaccount", "datetime", "dateTime"),
            ("/contact", "datetime", "dateTime"),
            ("/inbox", "dateTime", "datetime"),
            ("/message", "dateTime", "datetime"),
            ("/template", "dateTime", "datetime"),
        ] {
            let first = &caller.items(path).await[0];
            assert!(first[right].is_string() && first.get(wrong).is_none(), "{first}");
        }
    }

    async fn row_13_messages_have_six_digits_and_an_offset_and_all_else_three_and_z(app) {
        let shape = |at: &str| at.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect::<String>();
        let message = app.customer_says("hello").await;
        assert_eq!(shape(message["dateTime"].as_str().expect("a text")), "0000-00-00T00:00:00.000000+00:00");
        let contact = app.administrator().await.get(&format!("/contact/{CONTACT}")).await.expect(200);
        assert_eq!(shape(contact["datetime"].as_str().expect("a text")), "0000-00-00T00:00:00.000Z");
    }

    async fn a_date_filter_is_read_in_every_documented_encoding(app) {
        let caller = app.administrator().await;
        let count = async |query: &str| caller.get(&format!("/contact?{query}")).await.expect(200)["paging"]["recordCount"].clone();
        for from in [
            "2020-01-01T00:00:00%2B00:00",
            "2020-01-01T00:00:00+00:00",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01",
            "2020-01-01%2000:00:00.5",
        ] {
            assert_eq!(count(&format!("fromDate={from}")).await, 2, "{from}");
            assert_eq!(count(&format!("toDate={from}")).await, 0, "{from}");
        }
        for bad in ["yesterday", "2020", "2020-13-01", "1577836800", ""] {
            caller.get(&format!("/contact?fromDate={bad}")).await.refused(400, "invalid_parameter");
        }
        caller.get("/contact?fromDate=2020-01-02&toDate=2020-01-01").await.refused(400, "invalid_parameter");
    }

    async fn a_number_filter_is_read_in_every_documented_encoding(app) {
        let caller = app.agent().await;
        for number in ["%2B447902111123", "+447902111123", "447902111123", "00447902111123", "+44%207902%20111-123"] {
            let found = caller.items(&format!("/contact?mobileNumber={number}")).await;
            assert_eq!(found.iter().map(|it| it["contactId"].clone()).collect::<Vec<_>>(), [json!(CONTACT)], "{number}");
        }
        for bad in ["07902111123", "x", "%zz", "%FF", ""] {
            caller.get(&format!("/contact?mobileNumber={bad}")).await.refused(400, "invalid_parameter");
        }
    }

    async fn from_is_inclusive_and_to_is_exclusive(app) {
        let caller = app.administrator().await;
        let message = app.customer_says("hello").await;
        let at = message["dateTime"].as_str().expect("a text").replace('+', "%2B");
        let count = async |query: String| caller.items(&format!("/message?{query}")).await.len();
        assert_eq!(count(format!("fromDate={at}")).await, 1);
        assert_eq!(count(format!("toDate={at}")).await, 0);
        assert_eq!(count(format!("fromDate={at}&toDate={at}")).await, 0);
    }
}
