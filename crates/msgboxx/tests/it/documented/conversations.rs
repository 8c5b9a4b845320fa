//! Rows 25 and 26: conversations.

use crate::app::{ABSENT, ADMINISTRATOR, AGENT, NOBODY, OFFICE_TEAM, TEAM};
use crate::on_both_engines;
use serde_json::{Value, json};

async fn conversation(app: &crate::app::TestApp) -> String {
    let message = app.customer_says("hello").await;
    format!("/conversation/{}", message["conversationId"].as_str().expect("an id"))
}

on_both_engines! {
    async fn row_25_a_conversation_has_a_user_or_a_team_but_never_both(app) {
        let path = conversation(app).await;
        let caller = app.agent().await;
        assert_eq!(caller.get(&path).await.expect(200), json!({"folder": "inbox"}));
        caller.put(&path, &json!({"userId": AGENT})).await.expect(200);
        let user = json!({"firstName": "john", "lastName": "smith", "userId": AGENT});
        assert_eq!(caller.get(&path).await.expect(200), json!({"user": user, "folder": "inbox"}));
        caller.put(&path, &json!({"teamId": TEAM, "folder": "Archive"})).await.expect(200);
        let team = json!({"name": "Contract Recruitment", "description": "Handles all contractor engagements", "teamId": TEAM});
        assert_eq!(caller.get(&path).await.expect(200), json!({"team": team, "folder": "archive"}));
        caller.put(&path, &json!({"userId": AGENT, "teamId": TEAM})).await.refused(400, "assign_user_or_team");
        assert_eq!(caller.get(&path).await.expect(200)["team"], team);
    }

    async fn row_26_put_answers_200_with_an_empty_body_and_empty_ids_mean_not_this_one(app) {
        let path = conversation(app).await;
        let caller = app.administrator().await;
        let put = async |body: Value| {
            let answer = caller.put(&path, &body).await;
            assert_eq!((answer.status, answer.text.as_str(), answer.header("content-type")), (200, "", ""), "{body}");
            let now = caller.get(&path).await.expect(200);
            (now["user"]["userId"].clone(), now["team"]["teamId"].clone())
        };
        let (ana, nobody) = (json!(ADMINISTRATOR), Value::Null);
        assert_eq!(put(json!({"userId": ADMINISTRATOR, "teamId": "", "folder": "inbox"})).await, (ana.clone(), nobody.clone()));
        assert_eq!(put(json!({"teamId": ""})).await, (ana.clone(), nobody.clone()));
        assert_eq!(put(json!({})).await, (ana, nobody.clone()));
        assert_eq!(put(json!({"userId": null})).await, (nobody.clone(), nobody.clone()));
        assert_eq!(put(json!({"teamId": TEAM})).await, (nobody.clone(), json!(TEAM)));
        assert_eq!(put(json!({"userId": "", "teamId": ""})).await, (nobody.clone(), nobody));
    }

    async fn only_who_may_see_the_account_can_be_assigned(app) {
        let path = conversation(app).await;
        let caller = app.administrator().await;
        for body in [json!({"userId": NOBODY}), json!({"userId": ABSENT}), json!({"teamId": OFFICE_TEAM}), json!({"teamId": ABSENT})] {
            caller.put(&path, &body).await.refused(400, "invalid_assignee");
        }
        caller.put(&path, &json!({"folder": "bin"})).await.refused(400, "invalid_member");
        caller.put(&path, &json!({"userId": 5})).await.refused(400, "invalid_member");
        app.foreigner().await.put(&path, &json!({"folder": "spam"})).await.refused(404, "not_found");
        assert_eq!(caller.get(&path).await.expect(200), json!({"folder": "inbox"}));
    }

    async fn an_archived_conversation_returns_when_the_customer_writes_and_spam_stays(app) {
        let path = conversation(app).await;
        let caller = app.administrator().await;
        for (folder, after) in [("archive", "inbox"), ("spam", "spam")] {
            caller.put(&path, &json!({"folder": folder})).await.expect(200);
            app.customer_says(&format!("still there? {folder}")).await;
            assert_eq!(caller.get(&path).await.expect(200)["folder"], after);
        }
    }
}
