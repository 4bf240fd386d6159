"""What Flowdesk does without a model: sort, sum up, draft, refine and suggest, each labelled as such."""

from dataclasses import replace

import pytest

from app.ai import (
    PRESET_CATEGORIES,
    Article,
    Candidate,
    CannedReply,
    NoCategories,
    PublicMessage,
    Request,
    SolvedTicket,
    TicketContext,
    classify,
    detect_language,
    draft_reply,
    refine,
    suggest,
    summarise,
)
from app.ai.local.reply import first_name
from app.ai.local.sentences import core, sentences
from app.errors import Invalid


def sorted_as(subject, text="", categories=PRESET_CATEGORIES):
    return classify(Request(subject=subject, text=text), categories, None)


def asked(subject, *texts, **more):
    messages = tuple(PublicMessage(text=text, from_customer=True) for text in texts)
    base = {"agent_name": "Ann Lee", "department": "Customer care", "base_url": "https://desk.example.com"}
    return TicketContext(subject=subject, messages=messages, **(base | more))


@pytest.mark.parametrize(
    ("category", "subject", "text"),
    [
        ("billing", "Invoice", "I have a question about my invoice from March."),
        ("access", "Help", "I cannot log in and the password reset does not work."),
        ("hardware", "printer broken", ""),
        ("billing", "Frage zur Stornorechnung", ""),
        ("access", "", "J'ai oublié mon mot de passe."),
        ("delivery", "", "¿Dónde está mi pedido? El paquete no ha llegado."),
        ("network", "", "A internet e o wifi da loja não funcionam."),
    ],
)
def test_clear_requests_are_sorted_with_enough_confidence_to_skip_triage(category, subject, text):
    found = sorted_as(subject, text)
    assert found.category == category
    assert found.confidence >= 0.7
    assert found.source == "local"
    assert "No AI key is configured" in found.note


@pytest.mark.parametrize(
    "text", ["", "   ", "asdkjh qwe zxcv", "ok", "👍", "日本語のメール", "\x00\x00", "x" * 100_000]
)
def test_what_says_nothing_goes_to_triage(text):
    found = sorted_as("", text)
    assert (found.category, found.priority, found.confidence) == ("other", "medium", 0.3)


def test_what_speaks_for_two_categories_is_less_sure():
    both = sorted_as("", "The printer does not print and my invoice is wrong.")
    assert both.confidence < sorted_as("", "My invoice is wrong.").confidence
    assert both.confidence < 0.7


def test_the_reason_names_the_customers_own_words():
    assert "stornorechnung" in sorted_as("Stornorechnung").reason


def test_a_desks_own_categories_are_found_by_their_names():
    own = {"billing": "Money", "returns": "Rücksendungen", "garden": "Garden tools"}
    assert sorted_as("Wrong invoice", categories=own).category == "billing"
    assert sorted_as("", "Ihre Rücksendung ist unklar", categories=own).category == "returns"
    assert sorted_as("", "one of the garden shears is blunt", categories=own).category == "garden"


def test_a_preset_under_another_key_keeps_its_words():
    assert sorted_as("printer broken", categories={"c1": "Software", "c2": "Hardware"}).category == "c2"


def test_evidence_for_a_category_the_desk_does_not_have_is_no_evidence_for_another():
    found = sorted_as("printer broken", categories={"billing": "Billing", "other": "Other"})
    assert found.category == "other"
    assert found.confidence <= 0.3


def test_without_categories_there_is_nothing_to_choose():
    with pytest.raises(NoCategories):
        sorted_as("x", categories={})


@pytest.mark.parametrize(
    ("priority", "text"),
    [
        ("urgent", "The whole office has no internet."),
        ("urgent", "Our server is down and we are losing money."),
        ("urgent", "I think my account was hacked."),
        ("urgent", "Alle Mitarbeiter stehen still, das Netzwerk ist ausgefallen."),
        ("urgent", "Urgent: I cannot work, login fails."),
        ("high", "Please answer as soon as possible, my invoice is wrong."),
        ("high", "Ich brauche die Rechnung dringend."),
        ("medium", "My invoice is wrong."),
        ("medium", "Hi everyone, the printer is jammed."),
        ("low", "This is not urgent: the printer is noisy."),
        ("low", "Es ist nicht sehr dringend, aber der Drucker quietscht."),
        ("low", "There is a typo on the invoice page."),
        ("low", "Do you offer courses?"),
        ("urgent", "No rush normally, but the server is down for everyone."),
    ],
)
def test_priority_follows_what_is_said_about_impact_and_time(priority, text):
    assert sorted_as("", text).priority == priority


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The printer does not work."),
        ("de", "Der Drucker geht nicht."),
        ("fr", "L'imprimante ne marche pas depuis hier."),
        ("es", "La impresora no funciona desde ayer, por favor."),
        ("pt", "A impressora não funciona desde ontem."),
        ("it", "Buongiorno, la stampante non funziona più."),
        ("nl", "De printer doet het niet, kunt u helpen?"),
        ("und", "xyz 123"),
        ("und", ""),
    ],
)
def test_the_language_is_known_by_its_small_words(language, text):
    assert detect_language(text) == language


def test_a_summary_is_at_most_three_sentences_of_the_ticket():
    text = (
        "Hello team,\n\nour new printer loses its network connection every morning. I restarted the printer twice.\n"
        "The weather is nice. The network connection of the printer comes back after an hour. My cat is called Tom.\n"
        "Can you please look at the network settings of the printer?\n\nKind regards\nJoe\nACME Ltd, Leeds"
    )
    summary = summarise(asked("Printer", text), None)
    lines = summary.text.splitlines()
    assert len(lines) == 3
    assert all(line.lower() in text.lower() for line in lines)
    assert "Can you please look at the network settings of the printer?" in lines
    assert not {"weather", "cat", "ACME", "Hello"} & set(summary.text.replace(",", "").split())
    assert summary.source == "local"


def test_a_summary_of_a_huge_ticket_reads_only_its_beginning():
    text = "The invoice of March is wrong. " * 700 + "The end is about zebras and nothing else but zebras."
    assert "zebras" not in summarise(asked("x", text), None).text


@pytest.mark.parametrize("text", ["", "ok", ">quoted\n>only", "Kind regards\nAnn", "\n\n\n"])
def test_a_summary_of_nothing_is_the_subject_or_what_there_is(text):
    assert summarise(asked("Subject", text), None).text in {"Subject", "ok", "Kind regards", "Kind regards Ann"}


DRAFTS = [
    ("en", "Wrong bill", "Hi, the amount on my bill is too high. Can you check?", "Hello Maria,", "the invoice number"),
    ("de", "Drucker", "Guten Tag, der Drucker druckt nicht mehr.", "Hallo Maria,", "Hersteller und Modell"),
    ("fr", "Mot de passe", "Bonjour, je n'arrive pas à me connecter.", "Bonjour Maria,", "l'identifiant"),
    ("es", "Paquete", "Hola, mi paquete no ha llegado todavía.", "Hola, Maria:", "el número de pedido"),
    ("pt", "Erro", "Olá, o programa mostra uma mensagem que não entendo.", "Olá, Maria,", "a versão do programa"),
]


@pytest.mark.parametrize(("language", "subject", "text", "greeting", "detail"), DRAFTS)
def test_a_draft_greets_names_the_subject_asks_and_signs_in_the_customers_language(
    language, subject, text, greeting, detail
):
    drafted = draft_reply(asked(subject, text, customer_name="Maria Silva"), None)
    assert drafted.language == language
    assert drafted.text.startswith(greeting)
    assert subject in drafted.text
    assert sentences(core(text))[-1] in drafted.text
    assert detail in drafted.text
    assert drafted.text.endswith("Ann Lee\nCustomer care")
    assert (drafted.source, drafted.sources) == ("local", [])
    assert "check it before sending" in drafted.note


def test_a_draft_does_not_ask_for_what_the_customer_already_said():
    drafted = draft_reply(asked("Wrong bill", "Invoice 2024-1187 over 49.99 € is too high."), None)
    assert "the invoice number" not in drafted.text
    assert "the amount" not in drafted.text


def test_a_draft_answers_what_came_after_the_agents_last_reply():
    messages = (
        PublicMessage(text="The printer is broken.", from_customer=True),
        PublicMessage(text="Did you restart it?", from_customer=False),
        PublicMessage(text="Yes, but what does error 50.3 mean?", from_customer=True),
    )
    drafted = draft_reply(TicketContext(subject="Printer", messages=messages), None)
    assert "what does error 50.3 mean?" in drafted.text
    assert "is broken" not in drafted.text


CANNED = (
    CannedReply(
        title="Refund on its way", text="Hello,\n\nyour refund will reach your bank account in 5 days.\n\nRegards"
    ),
    CannedReply(title="Rückerstattung", text="Ihre Rückerstattung ist in 5 Tagen auf dem Bankkonto."),
    CannedReply(title="Paper jam", text="Open the rear cover of the printer and remove the paper."),
)


def test_a_fitting_canned_reply_in_the_right_language_becomes_the_draft():
    drafted = draft_reply(asked("Refund", "Where is my refund?", customer_name="Jo", canned=CANNED), None)
    assert [(one.kind, one.title) for one in drafted.sources] == [("canned", "Refund on its way")]
    assert "Your refund will reach your bank account in 5 days." in drafted.text
    assert drafted.text.count("Hello") == 1
    german = draft_reply(asked("Rückerstattung", "Wo ist meine Rückerstattung?", canned=CANNED), None)
    assert [one.title for one in german.sources] == ["Rückerstattung"]


def test_a_canned_reply_about_something_else_is_left_alone():
    drafted = draft_reply(asked("Wifi", "The wifi in our office drops all the time.", canned=CANNED), None)
    assert drafted.sources == []


def test_an_answer_that_solved_a_like_ticket_is_offered_without_its_customer():
    solved = SolvedTicket(
        number="TKT-7",
        subject="Wifi drops in the meeting room",
        answer="Dear Mr Smith,\n\nchoose the 5 GHz wifi. Mr Smith has order 99887766. "
        "Call me on +44 113 496 0000.\n\nBest\nTom",
        customer_name="Joe Smith",
    )
    drafted = draft_reply(asked("wifi", "The wifi in our meeting room drops all the time.", solved=(solved,)), None)
    assert "Choose the 5 GHz wifi." in drafted.text
    assert not [one for one in ("Smith", "99887766", "0000", "TKT-7", "Tom") if one in drafted.text]
    assert [(one.kind, one.ref) for one in drafted.sources] == [("ticket", "TKT-7")]
    assert "TKT-7" in drafted.note


def test_a_published_article_is_named_with_its_link(ticket):
    drafted = draft_reply(ticket, None)
    assert "Reset your password – https://desk.example.com/kb/1" in drafted.text
    assert [(one.kind, one.ref) for one in drafted.sources] == [("article", "https://desk.example.com/kb/1")]


def test_the_language_of_the_contact_goes_before_the_one_detected():
    assert draft_reply(asked("Drucker", "Der Drucker geht nicht.", language="fr"), None).text.startswith("Bonjour,")


@pytest.mark.parametrize("subject", ["Re: AW: [TKT-0042] Broken lamp", "Fwd: Broken lamp"])
def test_prefixes_of_the_subject_are_not_repeated(subject):
    assert "“Broken lamp”" in draft_reply(asked(subject, "It is broken."), None).text


@pytest.mark.parametrize("subject", ["", "Hi", "Hello!", "urgent"])
def test_a_subject_that_says_nothing_is_not_quoted(subject):
    assert "Thank you for your message." in draft_reply(asked(subject, "The lamp is broken."), None).text


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Maria Silva", "Maria"),
        ("Silva, Maria", "Maria"),
        ("Dr. Jean-Luc Moreau", "Jean-Luc"),
        ("João", "João"),
        ("O'Neill", "O'Neill"),
        ("maria@example.com", ""),
        ("https://evil.example", ""),
        ("<b>Ann</b>", "Ann"),
        ("123", ""),
        ("", ""),
        ("x" * 50, ""),
    ],
)
def test_only_a_plain_first_name_is_used_to_greet(name, first):
    assert first_name(name) == first


LONG = (
    "Hello Maria,\n\nThank you for your message about “x”.\nYou wrote: “Is it? Yes.”\n\n"
    "The lamp is broken. The lamp must be sent to us. The lamp will be repaired by us within a week. It is blue.\n\n"
    "- the order number\n- a photo\n\nKind regards,\nAnn"
)


def test_shorter_keeps_greeting_lists_and_sign_off():
    short = refine(LONG, "shorter", None)
    assert len(short.text) < len(LONG)
    assert short.text.startswith("Hello Maria,\n\nThe lamp")
    assert short.text.endswith("- the order number\n- a photo\n\nKind regards,\nAnn")
    assert "You wrote" not in short.text


@pytest.mark.parametrize("text", ["", "ok", "Hello,", "Thank you."])
def test_shorter_leaves_something_of_what_is_short_already(text):
    assert refine(text, "shorter", None).text == text


def test_friendlier_adds_and_changes_nothing():
    friendly = refine("Hallo Uwe,\nbitte starten Sie das Gerät neu.\nGruß\nAnn", "friendlier", None)
    assert "bitte starten Sie das Gerät neu." in friendly.text
    assert "Vielen Dank für Ihre Geduld." in friendly.text
    assert refine(friendly.text, "friendlier", None).text == friendly.text


def test_translating_without_a_model_is_honest():
    same = refine("Please restart it.", "translate", None, language="de")
    assert same.text == "Please restart it."
    assert "Translating needs a model" in same.note


def test_a_wish_that_is_none_is_refused():
    with pytest.raises(Invalid):
        refine("x", "longer", None)
    with pytest.raises(Invalid):
        refine("x", "translate", None)


def test_what_resembles_a_text_is_suggested_nearest_first():
    candidates = [
        Candidate(id="wifi", title="Wifi drops", text="Choose the 5 GHz wifi network."),
        Candidate(id="pay", title="Ways to pay", text="By card, by bank transfer or by direct debit."),
        Candidate(id="vpn", title="VPN from home", text="Connect to the wifi network first and then to the VPN."),
    ]
    found = suggest("The wifi network drops all the time.", candidates)
    assert [match.id for match in found] == ["wifi", "vpn"]
    assert found[0].score > found[1].score
    assert suggest("", candidates) == suggest("zebra", candidates) == suggest("x", []) == []


def test_greeting_quotes_and_signature_are_no_part_of_what_was_said():
    text = "Hi Sam, the lamp is broken.\n> you said so\nIt is the blue one.\n\nMany thanks\nJo\n-- \nACME"
    assert core(text).splitlines()[:2] == ["The lamp is broken.", "It is the blue one."]
    assert "ACME" not in core(text)


@pytest.mark.parametrize(
    "line",
    ["Hi Sam,", "hi sam,", "Hello", "Hallo zusammen!", "Sehr geehrte Damen und Herren,", "Hola, Ana:", "Dear Dr. Lee"],
)
def test_a_greeting_is_no_part_of_what_was_said(line):
    assert core(f"{line}\n\nThe lamp is broken.") == "The lamp is broken."


@pytest.mark.parametrize(
    "line",
    ["Hi my lamp is broken", "Hello, printer broken", "Best lamp ever but it is broken", "Regards the lamp: broken?"],
)
def test_a_short_request_that_starts_like_a_courtesy_is_not_lost(line):
    assert "broken" in core(f"Dear team,\n{line}")
    assert "broken" in core(line)


def test_sentences_survive_wrapped_lines_abbreviations_and_lists():
    text = "Dr. Lee came on\nthe 3. Mai at 5 p.m. and left. Why?\n\n- one\n- two"
    assert sentences(text) == ["Dr. Lee came on the 3. Mai at 5 p.m. and left.", "Why?", "one", "two"]


def test_hostile_text_is_worked_through_all_the_same():
    hostile = ["\ud800\x00" * 5_000, "(" * 20_000, "a." * 10_000, "\n" * 50_000, "> " * 10_000, "?" * 20_000]
    for text in hostile:
        context = asked(text, text, customer_name=text, articles=(Article(title=text, url=text, text=text),))
        assert draft_reply(context, None).text
        assert isinstance(summarise(replace(context, subject="s"), None).text, str)
        assert sorted_as(text, text).confidence <= 1
