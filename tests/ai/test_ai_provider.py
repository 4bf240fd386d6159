"""The real client against a real server on the loopback: what it sends, and every way the answer can go wrong."""

import json
import subprocess
import sys
import time

import pytest
from ai.model_server import Answer, completion

from app.ai import (
    PRESET_CATEGORIES,
    OpenAIProvider,
    Request,
    Unavailable,
    classify,
    draft_reply,
    provider,
    refine,
    summarise,
)

ASKED = Request(subject="Invoice 7", text="You billed me twice for March.")
GOOD = {
    "category": "billing",
    "priority": "high",
    "confidence": 0.83,
    "language": "en",
    "reason": "It is about a bill.",
}


def test_a_good_answer_becomes_a_classification_by_the_model(model_server, model):
    model_server.say(GOOD)
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert (found.category, found.priority, found.confidence, found.language) == ("billing", "high", 0.83, "en")
    assert (found.source, found.model, found.tokens, found.note) == ("model", "stub-model", 123, "")
    assert found.prompt_version


def test_the_request_goes_to_chat_completions_with_key_model_and_schema(model_server, model):
    model_server.say(GOOD)
    classify(ASKED, PRESET_CATEGORIES, model)
    (asked,) = model_server.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer sk-test"
    assert asked.body["model"] == "stub-model"
    schema = asked.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["category"]["enum"] == list(PRESET_CATEGORIES)
    assert schema["additionalProperties"] is False
    assert sorted(schema["required"]) == sorted(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "```json\n" + json.dumps(GOOD) + "\n```",
        "Sure! Here it is: " + json.dumps(GOOD) + " Anything else?",
        "<think>{maybe} software?</think>" + json.dumps(GOOD),
        json.dumps(GOOD | {"extra": [1]}),
        json.dumps(GOOD | {"category": " Billing ", "priority": "HIGH"}),
    ],
)
def test_a_good_answer_is_found_whatever_stands_around_it(model_server, model, text):
    model_server.say(text)
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert (found.source, found.category, found.priority) == ("model", "billing", "high")


@pytest.mark.parametrize(
    "text",
    [
        "I cannot do that as JSON.",
        "",
        "[" * 100_000,
        '{"a":' * 50_000,
        json.dumps({"category": "billing"}),
        json.dumps(GOOD | {"category": "space travel"}),
        json.dumps(GOOD | {"priority": "apocalyptic"}),
        json.dumps(GOOD | {"confidence": "0.9"}),
        json.dumps(GOOD | {"confidence": True}),
        json.dumps(GOOD | {"confidence": None}),
        json.dumps(GOOD | {"confidence": float("nan")}),
        json.dumps(GOOD | {"reason": "x" * 30_000}),
    ],
)
def test_an_answer_not_of_the_agreed_form_is_not_used_and_said_so(model_server, model, text):
    model_server.say(text)
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert (found.source, found.category) == ("local", "billing")
    assert "was not used" in found.note or "did not have the agreed form" in found.note
    assert "without a model" in found.note


@pytest.mark.parametrize(("said", "held"), [(95, 1.0), (-3, 0.0), (1, 1.0), (0.5, 0.5)])
def test_a_confidence_out_of_range_is_held_between_0_and_1(model_server, model, said, held):
    model_server.say(GOOD | {"confidence": said})
    assert classify(ASKED, PRESET_CATEGORIES, model).confidence == held


def test_a_server_without_json_schema_is_asked_again_without(model_server, model):
    model_server.fail(400)
    model_server.say(GOOD)
    assert classify(ASKED, PRESET_CATEGORIES, model).source == "model"
    first, second = model_server.requests
    assert "response_format" in first.body
    assert "response_format" not in second.body
    assert '"additionalProperties": false' in second.system


def test_content_in_parts_and_no_usage_are_understood(model_server, model):
    parts = [{"type": "text", "text": json.dumps(GOOD)}]
    body = {"choices": [{"message": {"role": "assistant", "content": parts}}]}
    model_server.answer(Answer(body=json.dumps(body).encode()))
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert (found.source, found.tokens) == ("model", 0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "did not accept the key"),
        (403, "did not accept the key"),
        (404, "does not know the model"),
        (418, "(418)"),
    ],
)
def test_a_refused_request_is_not_repeated_and_explained(model_server, model, status, words):
    model_server.fail(status)
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert found.source == "local"
    assert words in found.note
    assert len(model_server.requests) == 1


@pytest.mark.parametrize(("status", "words"), [(429, "busy"), (500, "(500)"), (503, "(503)")])
def test_a_passing_fault_is_tried_once_more_and_then_explained(model_server, model, status, words):
    model_server.fail(status)
    found = classify(ASKED, PRESET_CATEGORIES, model)
    assert found.source == "local"
    assert words in found.note
    assert len(model_server.requests) == 2


def test_the_second_try_may_succeed(model_server, model):
    model_server.fail(500)
    model_server.say(GOOD)
    assert classify(ASKED, PRESET_CATEGORIES, model).source == "model"


@pytest.mark.parametrize("pause", ["60", "Fri, 20 Nov 2099 12:00:00 GMT"])
def test_a_long_pause_asked_for_by_the_server_does_not_hold_up_the_worker(model_server, model, pause):
    model_server.fail(429, retry_after=pause)
    started = time.monotonic()
    assert classify(ASKED, PRESET_CATEGORIES, model).source == "local"
    assert time.monotonic() - started < 5
    assert len(model_server.requests) == 1


def test_a_server_that_hangs_is_given_up(model_server):
    model_server.hang()
    impatient = OpenAIProvider("sk-test", "stub-model", model_server.url, timeout=0.3, retries=0)
    found = classify(ASKED, PRESET_CATEGORIES, impatient)
    assert found.source == "local"
    assert "did not answer within 0.3 seconds" in found.note


def test_a_server_that_drips_is_given_up_too(model_server):
    dripping = completion(json.dumps(GOOD))
    model_server.answer(Answer(body=dripping.body, drip=0.1))
    impatient = OpenAIProvider("sk-test", "stub-model", model_server.url, timeout=0.5, retries=0)
    started = time.monotonic()
    assert "did not answer within" in classify(ASKED, PRESET_CATEGORIES, impatient).note
    assert time.monotonic() - started < 5


def test_an_endless_answer_is_cut_off(model_server, model):
    model_server.answer(Answer(body=b" " * 3_000_000))
    assert "far too long" in classify(ASKED, PRESET_CATEGORIES, model).note


def test_an_answer_that_breaks_off_is_explained(model_server, model):
    model_server.answer(Answer(body=b'{"choices"', headers={"content-length": "500"}))
    assert classify(ASKED, PRESET_CATEGORIES, model).source == "local"


@pytest.mark.parametrize(
    "body", [b"", b"<html>gateway</html>", b"[]", b'{"choices": []}', b"\xff\xfe", b'{"choices": [{}]}']
)
def test_what_is_no_chat_completion_is_not_used(model_server, model, body):
    model_server.answer(Answer(body=body))
    assert "did not have the agreed form" in classify(ASKED, PRESET_CATEGORIES, model).note


def test_a_redirect_is_not_followed(model_server, model):
    model_server.answer(Answer(status=307, headers={"location": model_server.url + "/elsewhere"}))
    assert classify(ASKED, PRESET_CATEGORIES, model).source == "local"
    assert [asked.path for asked in model_server.requests] == ["/v1/chat/completions"]


def test_a_refusal_by_the_model_is_said(model_server, model, ticket):
    model_server.answer(completion(None, refusal="I would rather not."))
    assert "declined" in draft_reply(ticket, model).note


@pytest.mark.parametrize(
    ("key", "url"),
    [("sk-test", "http://127.0.0.1:1/v1"), ("schlüssel", "http://127.0.0.1:1/v1"), ("sk", "nonsense://x")],
)
def test_a_server_that_cannot_be_reached_is_explained(key, url):
    found = classify(ASKED, PRESET_CATEGORIES, OpenAIProvider(key, "m", url, timeout=2, retries=0))
    assert found.source == "local"
    assert "reached" in found.note or "check the settings" in found.note


def test_all_four_verbs_fall_back_when_the_service_fails(model_server, model, ticket):
    model_server.fail(401)
    made = [
        classify(ASKED, PRESET_CATEGORIES, model),
        draft_reply(ticket, model),
        summarise(ticket, model),
        refine("Hello,\nplease restart it.", "shorter", model),
    ]
    assert [one.source for one in made] == ["local"] * 4
    assert all("did not accept the key" in one.note for one in made)


def test_all_four_verbs_use_a_sensible_model(model_server, model, ticket):
    made = [
        classify(ASKED, PRESET_CATEGORIES, model),
        draft_reply(ticket, model),
        summarise(ticket, model),
        refine("Hello,\nplease restart it.", "translate", model, language="de"),
    ]
    assert [(one.source, one.tokens) for one in made] == [("model", 123)] * 4
    assert [asked.shape for asked in model_server.requests] == ["classification", "draft", "summary", "refinement"]


def test_a_spent_budget_is_said_in_its_own_words(ticket):
    drafted = draft_reply(ticket, Unavailable("Today's AI budget is spent."))
    assert drafted.source == "local"
    assert drafted.note.startswith("Today's AI budget is spent. This was done without a model instead.")


def test_the_key_is_not_in_what_a_log_would_print():
    assert "sk-secret" not in repr(OpenAIProvider("sk-secret", "m"))


def test_without_a_key_there_is_no_provider_and_with_one_there_is(monkeypatch):
    from app.config import settings

    settings.cache_clear()
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert provider() is None
    settings.cache_clear()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("FLOWDESK_AI_MODEL", "tiny")
    found = provider()
    settings.cache_clear()
    assert found is not None
    assert found.model == "tiny"


def test_the_client_is_loaded_only_by_asking():
    code = (
        "import sys; from app.ai import PRESET_CATEGORIES, Request, classify;"
        "classify(Request(subject='a', text='b'), PRESET_CATEGORIES, None); print('openai' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
