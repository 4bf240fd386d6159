"""A model server and tickets to ask it about."""

from collections.abc import Iterator

import pytest
from ai.model_server import ModelServer

from app.ai import Article, OpenAIProvider, PublicMessage, TicketContext


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def model(model_server: ModelServer) -> OpenAIProvider:
    return OpenAIProvider("sk-test", "stub-model", model_server.url, timeout=5)


@pytest.fixture
def ticket() -> TicketContext:
    return TicketContext(
        subject="Locked out of the portal",
        messages=(
            PublicMessage(
                text="Hello,\n\nI forgot my password and cannot sign in.\n\nRegards\nMaria", from_customer=True
            ),
        ),
        customer_name="Maria Silva",
        agent_name="Ann Lee",
        department="Customer care",
        base_url="https://desk.example.com",
        articles=(
            Article(
                title="Reset your password",
                url="https://desk.example.com/kb/1",
                text="Click on “Forgot password” on the sign-in page. See also https://docs.example.org/reset.",
            ),
        ),
    )
