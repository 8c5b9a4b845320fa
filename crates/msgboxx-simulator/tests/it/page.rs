//! The phone page is complete and allows nothing from elsewhere.

use crate::harness::Sim;

#[tokio::test]
async fn the_page_and_its_files_come_with_a_strict_policy() {
    let sim = Sim::start().await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/simulator/page/phone.css", "text/css; charset=utf-8"),
        ("/simulator/page/thread.css", "text/css; charset=utf-8"),
        ("/simulator/page/phone.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/pane.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/composer.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/thread.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/content.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/taps.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/words.js", "text/javascript; charset=utf-8"),
        ("/simulator/page/dom.js", "text/javascript; charset=utf-8"),
    ] {
        let response = client.get(format!("{}{path}", sim.base)).send().await.expect("an answer");
        assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().expect("text")), (200, kind));
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        let text = response.text().await.expect("text");
        assert!(!text.contains("style=") && !text.contains("onclick") && !text.contains("<script>"), "{path}");
        let foreign = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!foreign.contains("src=\"http") && !foreign.contains("href=\"http") && !foreign.contains("url(http"), "{path}");
    }
    let missing = client.get(format!("{}/simulator/page/nothing.js", sim.base)).send().await.expect("an answer");
    assert_eq!(missing.status().as_u16(), 404);
}
