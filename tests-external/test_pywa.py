"""pywa, a Cloud API client for Python, against a simulator on its own: every kind it sends, media, templates, webhooks."""

import json

import pytest
from pywa import WhatsApp, errors, handlers, types
from pywa.types import templates as t

from api import call, until
from standalone import (
    ACCESS_TOKEN,
    APP_SECRET,
    BUSINESS_ACCOUNT_ID,
    CUSTOMER,
    MP4,
    OGG,
    PDF,
    PHONE_NUMBER_ID,
    PNG,
    VERIFY_TOKEN,
    VERSION,
    WEBP,
    standalone,
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    """One for all of these checks."""
    with standalone(tmp_path_factory.mktemp("pywa")) as running:
        running.set(pair_limit=False, template_review_seconds=0)
        yield running


@pytest.fixture(scope="module")
def client(simulator):
    """pywa, pointed at the simulator."""
    made = WhatsApp(
        phone_id=PHONE_NUMBER_ID,
        token=ACCESS_TOKEN,
        waba_id=BUSINESS_ACCOUNT_ID,
        app_id=1,
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
        api_version=VERSION.removeprefix("v"),
    )
    made.api._session.base_url = f"{simulator.url}/{VERSION}"
    simulator.customer_writes({"type": "text", "text": {"body": "hello"}})
    return made


def reply_buttons():
    """Two buttons that answer."""
    return [types.Button("Yes", callback_data="yes"), types.Button("No", callback_data="no")]


def choices():
    """A list to choose from."""
    row = types.SectionRow(title="Mon", callback_data="mon", description="Monday")
    return types.SectionList(button_title="Choose", sections=[types.Section(title="Days", rows=[row])])


SENDS = {
    "text": lambda wa, _: wa.send_message(CUSTOMER, "Grüße 👋 https://x.example", preview_url=True),
    "reply": lambda wa, theirs: wa.send_message(CUSTOMER, "quoted", reply_to_message_id=theirs),
    "image": lambda wa, _: wa.send_image(CUSTOMER, PNG, caption="a picture", mime_type="image/png"),
    "video": lambda wa, _: wa.send_video(CUSTOMER, MP4, mime_type="video/mp4"),
    "document": lambda wa, _: wa.send_document(CUSTOMER, PDF, filename="a.pdf", mime_type="application/pdf"),
    "audio": lambda wa, _: wa.send_audio(CUSTOMER, OGG, mime_type="audio/ogg"),
    "voice": lambda wa, _: wa.send_voice(CUSTOMER, OGG, mime_type="audio/ogg"),
    "sticker": lambda wa, _: wa.send_sticker(CUSTOMER, WEBP, mime_type="image/webp"),
    "reaction": lambda wa, theirs: wa.send_reaction(CUSTOMER, "👍", theirs),
    "no reaction": lambda wa, theirs: wa.remove_reaction(CUSTOMER, theirs),
    "location": lambda wa, _: wa.send_location(CUSTOMER, 51.5, -0.1, name="London", address="Here"),
    "location request": lambda wa, _: wa.request_location(CUSTOMER, "Where are you?"),
    "contact": lambda wa, _: wa.send_contact(
        CUSTOMER, types.Contact(types.Contact.Name("Ann Example", first_name="Ann"), phones=[types.Contact.Phone(phone="+447700900123")])
    ),
    "buttons": lambda wa, _: wa.send_message(CUSTOMER, "Yes?", header="Question", footer="Please", buttons=reply_buttons()),
    "picture with buttons": lambda wa, _: wa.send_image(CUSTOMER, PNG, caption="Yes?", buttons=reply_buttons(), mime_type="image/png"),
    "list": lambda wa, _: wa.send_message(CUSTOMER, "When?", buttons=choices()),
    "link": lambda wa, _: wa.send_message(CUSTOMER, "See", buttons=types.URLButton("Open", "https://x.example")),
    "template": lambda wa, _: wa.send_template(
        CUSTOMER, "follow_up", t.TemplateLanguage.ENGLISH_UK, [t.BodyText.params("John", "the house")]
    ),
}


@pytest.mark.parametrize("kind", SENDS)
def test_each_kind_arrives_on_the_phone(simulator, client, kind):
    theirs = simulator.customer_writes({"type": "text", "text": {"body": "go on"}})
    sent = SENDS[kind](client, theirs)
    arrived = simulator.arrived(sent.id)
    assert arrived["direction"] == "in"
    if kind == "template":
        assert arrived["text"] == "Hi John, thanks for the conversation about the house earlier."
    if kind == "reply":
        assert arrived["payload"]["context"]["message_id"] == theirs


def test_media_are_uploaded_looked_up_downloaded_and_deleted(client, tmp_path):
    medium = client.upload_media(PNG, mime_type="image/png", filename="a.png")
    found = client.get_media_url(medium.id)
    assert (found.mime_type, int(found.file_size)) == ("image/png", len(PNG))
    assert client.get_media_bytes(found.url) == PNG
    saved = client.download_media(url=found.url, path=tmp_path, filename="a.png")
    assert (tmp_path / "a.png").read_bytes() == PNG, saved
    assert client.delete_media(medium.id)
    with pytest.raises(errors.WhatsAppError):
        client.get_media_url(medium.id)


def test_templates_are_created_listed_sent_and_deleted(simulator, client):
    made = client.create_template(
        t.Template(
            name="seasonal_offer",
            language=t.TemplateLanguage.ENGLISH_US,
            category=t.TemplateCategory.MARKETING,
            parameter_format=t.ParamFormat.NAMED,
            components=[
                header := t.HeaderImage(example=PNG),
                body := t.BodyText("Our {{sale}} is on until {{end}} this year", sale="Summer Sale", end="August"),
                t.FooterText(text="Not interested? Tap below"),
                t.Buttons(buttons=[stop := t.QuickReplyButton(text="Stop"), link := t.URLButton(text="Shop", url="https://x.example/?p={{1}}", example="a")]),
            ],
        )
    )
    assert made.category == t.TemplateCategory.MARKETING
    listed = {template.name: template for template in client.get_templates()}
    assert listed["seasonal_offer"].status == t.TemplateStatus.APPROVED
    assert {"follow_up", "seasonal_offer"} <= set(listed)
    assert client.get_template(made.id).name == "seasonal_offer"
    parameters = [
        header.params(image=PNG),
        body.params(sale="Winter Sale", end="May"),
        stop.params(callback_data="stop", index=0),
        link.params(url_variable="b", index=1),
    ]
    sent = client.send_template(CUSTOMER, "seasonal_offer", t.TemplateLanguage.ENGLISH_US, parameters)
    arrived = simulator.arrived(sent.id)
    assert "Our Winter Sale is on until May this year" in arrived["text"]
    assert arrived["rendered"]["buttons"][1]["url"] == "https://x.example/?p=b"
    assert client.delete_template("seasonal_offer")
    with pytest.raises(errors.WhatsAppError) as refusal:
        client.send_template(CUSTOMER, "seasonal_offer", t.TemplateLanguage.ENGLISH_US, parameters)
    assert refusal.value.code == 132001


def test_number_and_profile(client):
    number = client.get_business_phone_number()
    assert (number.id, str(number.quality_rating)) == (PHONE_NUMBER_ID, "GREEN")
    assert [listed.id for listed in client.get_business_phone_numbers()] == [PHONE_NUMBER_ID]
    client.update_business_profile(about="We check", websites=["https://x.example/"], profile_picture=PNG)
    profile = client.get_business_profile()
    assert (profile.about, list(profile.websites)) == ("We check", ["https://x.example/"])
    assert profile.profile_picture_url


def test_errors_become_its_own(client):
    with pytest.raises(errors.WhatsAppError) as refusal:
        client.send_message(CUSTOMER, "x" * 4097)
    assert refusal.value.code == 100


def test_read_receipts_and_typing(simulator, client):
    theirs = simulator.customer_writes({"type": "text", "text": {"body": "anyone there?"}})
    assert client.mark_message_as_read(theirs)
    assert client.indicate_typing(theirs)
    until("the second tick", lambda: any(status["status"] == "read" for status in simulator.arrived(theirs)["statuses"]))


def test_webhooks_are_verified_and_parsed(simulator, client):
    """One update a call, since its parser reads only the first of several."""
    seen = []
    for handler in (handlers.MessageHandler, handlers.MessageStatusHandler, handlers.CallbackButtonHandler, handlers.CallbackSelectionHandler):
        client.add_handlers(handler(lambda _, update: seen.append(update)))
    simulator.receiver.forget()
    for message in INCOMING:
        wamid = simulator.customer_writes(message)
        webhook = simulator.receiver.next()
        while wamid not in webhook.body.decode():
            webhook = simulator.receiver.next()
        assert client.webhook_update_validator(webhook.body, webhook.signature) is None
        assert client.webhook_update_validator(webhook.body + b" ", webhook.signature) is not None
        client.webhook_update_handler(webhook.body)
        assert seen, message
        assert seen.pop().id == wamid
    sent = client.send_message(CUSTOMER, "hello", tracker="mine")
    statuses = []
    while len(statuses) < 3:
        webhook = simulator.receiver.next()
        if sent.id in json.loads(webhook.body)["entry"][0]["changes"][0]["value"].get("statuses", [{}])[0].get("id", ""):
            client.webhook_update_handler(webhook.body)
            statuses.append(seen.pop())
    assert [str(status.status) for status in statuses] == ["sent", "delivered", "read"]
    assert {status.tracker for status in statuses} == {"mine"}
    assert statuses[0].pricing is not None


INCOMING = [
    {"type": "text", "text": {"body": "Grüße 👋"}},
    {"type": "image", "image": {"caption": "look"}},
    {"type": "video", "video": {}},
    {"type": "audio", "audio": {"voice": True}},
    {"type": "document", "document": {"filename": "a.pdf"}},
    {"type": "sticker", "sticker": {"animated": False}},
    {"type": "location", "location": {"latitude": 51.5, "longitude": -0.1}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann", "first_name": "Ann"}, "phones": [{"phone": "+44"}]}]},
    {"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "👍"}},
    {"type": "button", "button": {"payload": "P", "text": "Stop"}, "context": {"id": "wamid.A"}},
    {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}, "context": {"id": "wamid.A"}},
    {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "m", "title": "Mon", "description": "d"}}, "context": {"id": "wamid.A"}},
    {"type": "order", "order": {"catalog_id": "1", "text": "t", "product_items": [{"product_retailer_id": "p", "quantity": 2, "item_price": 30, "currency": "USD"}]}},
    {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown", "message": "m", "error_data": {"details": "d"}}], "unsupported": {"type": "poll"}},
]


def test_a_subscription_with_an_address_of_its_own_is_verified_first(simulator):
    path = f"{simulator.url}/{VERSION}/{BUSINESS_ACCOUNT_ID}/subscribed_apps"
    headers = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
    wanted = {"override_callback_uri": simulator.receiver.url, "verify_token": "not this"}
    assert call("POST", path, wanted, headers).status == 400
    call("POST", path, wanted | {"verify_token": VERIFY_TOKEN}, headers).must_be(200)
    call("POST", path, {}, headers).must_be(200)
