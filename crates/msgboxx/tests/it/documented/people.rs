//! Rows 14, 34 and 35: teams, users, templates.

use crate::app::{ABSENT, ACCOUNT, ADMINISTRATOR, AGENT, FOREIGN, OFFICE, OFFICE_TEAM, REJECTED_TEMPLATE, TEAM, TEMPLATE};
use crate::on_both_engines;
use serde_json::{Value, json};

fn ids(list: &Value, of: impl Fn(&Value) -> &Value) -> Vec<String> {
    list.as_array().expect("an array").iter().map(|it| of(it).as_str().expect("an id").to_owned()).collect()
}

on_both_engines! {
    async fn row_14_team_and_user_spell_api_accountid_with_a_small_i(app) {
        let caller = app.administrator().await;
        let teams = caller.get("/team").await.expect(200);
        let linked = teams.as_array().expect("an array").iter().find(|it| it["teamId"] == TEAM).expect("the team");
        assert_eq!(linked["apiAccounts"], json!([{"name": "Stitch Recruit Contract", "apiAccountid": ACCOUNT}]));
        let users = caller.get("/user").await.expect(200);
        assert_eq!(users[0]["apiAccount"].as_object().expect("an object").keys().collect::<Vec<_>>(), ["apiAccountid", "name"]);
        assert_eq!(caller.get(&format!("/apiaccount/{ACCOUNT}")).await.expect(200)["apiAccountId"], ACCOUNT);
    }

    async fn row_34_users_are_pairs_of_a_user_and_an_api_account(app) {
        let pairs = |list: &Value| {
            let users = ids(list, |it| &it["user"]["userId"]);
            users.into_iter().zip(ids(list, |it| &it["apiAccount"]["apiAccountid"])).collect::<Vec<_>>()
        };
        let pair = |user: &str, account: &str| (user.to_owned(), account.to_owned());
        let all = app.administrator().await.get("/user").await.expect(200);
        assert_eq!(pairs(&all), [pair(ADMINISTRATOR, OFFICE), pair(ADMINISTRATOR, ACCOUNT), pair(AGENT, ACCOUNT)]);
        let seen = app.agent().await.get("/user").await.expect(200);
        assert_eq!(pairs(&seen), [pair(ADMINISTRATOR, ACCOUNT), pair(AGENT, ACCOUNT)]);
    }

    async fn an_agent_sees_the_teams_of_their_accounts_and_global_ones(app) {
        let names = |list: &Value| ids(list, |it| &it["name"]);
        assert_eq!(names(&app.administrator().await.get("/team").await.expect(200)), ["Contract Recruitment", "Everybody", "Head Office"]);
        let seen = app.agent().await.get("/team").await.expect(200);
        assert_eq!(names(&seen), ["Contract Recruitment", "Everybody"]);
        assert!(!seen.to_string().contains(OFFICE) && !seen.to_string().contains(OFFICE_TEAM));
        assert_eq!(seen[1]["apiAccounts"], json!([]));
        assert_eq!(seen[0]["users"], json!([{"firstName": "john", "lastName": "smith", "userId": AGENT}]));
    }

    async fn row_35_a_templates_name_is_whole_in_any_case_and_may_come_in_several_languages(app) {
        let caller = app.agent().await;
        let found = async |query: &str| ids(&json!(caller.items(&format!("/template?{query}")).await), |it| &it["templateId"]);
        assert_eq!(found("name=FOLLOW_UP").await.len(), 2);
        assert_eq!(found("name=follow").await, Vec::<String>::new());
        assert_eq!(found(&format!("apiAccountId={OFFICE}")).await, Vec::<String>::new());
        let template = caller.get(&format!("/template/{TEMPLATE}")).await.expect(200);
        assert_eq!(template["templateText"], "Hi {{1}}, thanks for the conversation earlier about {{2}} lets catch up soon.");
        assert_eq!(
            template["templateExample"],
            "Hi [John], thanks for the conversation earlier about [the 2 bedroom house you are interested in,] lets catch up soon."
        );
        assert_eq!(
            (&template["status"], &template["language"], &template["category"]),
            (&json!("Approved"), &json!("en_GB"), &json!("UTILITY"))
        );
        assert_eq!(caller.get(&format!("/template/{REJECTED_TEMPLATE}")).await.expect(200)["status"], "Rejected");
    }

    async fn what_is_not_the_callers_does_not_exist(app) {
        let agent = app.agent().await;
        for entity in ["apiaccount", "broadcast", "contact", "conversation", "inbox", "message", "template", "webhook"] {
            let absent = agent.get(&format!("/{entity}/{ABSENT}")).await;
            absent.refused(404, "not_found");
            agent.get(&format!("/{entity}/1")).await.refused(404, "not_found");
        }
        let absent = agent.get(&format!("/apiaccount/{ABSENT}")).await;
        for account in [OFFICE, FOREIGN] {
            let hidden = agent.get(&format!("/apiaccount/{account}")).await;
            assert_eq!(hidden.without_request_id(), absent.without_request_id());
            assert_eq!(
                agent.get(&format!("/contact?apiAccountId={account}")).await.expect(200),
                json!({"items": [], "paging": {"recordCount": 0, "pages": 0}})
            );
        }
        agent.get("/contact?apiAccountId=1").await.refused(400, "invalid_parameter");
    }
}
