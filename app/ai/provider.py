"""The OpenAI client, against any server that speaks chat completions."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, Field, ValidationError

from app.ai.answers import Answer, NoAnswer, Rejected, read
from app.ai.prompts import Prompt
from app.config import settings

if TYPE_CHECKING:
    import httpx2
    import openai

A = TypeVar("A", bound=Answer)
T_co = TypeVar("T_co", covariant=True)
_MAX_BYTES = 1_000_000
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Reply(Generic[T_co]):
    """A valid answer and the tokens it cost, 0 when the server does not say."""

    answer: T_co
    tokens: int


class Provider(Protocol):
    """Somebody to ask."""

    @property
    def model(self) -> str:
        """Return the name of the model that answers."""

    def ask(self, prompt: Prompt, answer: type[A]) -> Reply[A]:
        """Return a valid answer or raise NoAnswer, whose detail says why in plain words."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A provider that is not to be asked now, as when the day's budget is spent."""

    why: str
    model: str = ""

    def ask(self, prompt: Prompt, answer: type[A]) -> Reply[A]:
        """Raise NoAnswer with the reason."""
        raise NoAnswer(self.why)


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    total_tokens: int = Field(default=0, ge=0)


class _Completion(BaseModel):
    """The part of a chat completion that is needed; compatible servers leave out or add the rest."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class OpenAIProvider:
    """Asks one model; `timeout` is in seconds and per attempt, with one retry on a passing fault."""

    def __init__(self, key: str, model: str, base_url: str = "", timeout: float = 30.0, retries: int = 1) -> None:
        self.model = model
        self._key, self._base_url, self._timeout, self._retries = key, base_url, timeout, retries

    def __repr__(self) -> str:
        return f"OpenAIProvider(model={self.model!r}, base_url={self._base_url!r})"

    def ask(self, prompt: Prompt, answer: type[A]) -> Reply[A]:
        """Return a valid answer or raise NoAnswer, whose detail says why in plain words."""
        # Imported here because it costs 30 MB, which a process that never asks should not pay.
        import httpx2
        import openai

        try:
            with self._client() as client:
                body = self._complete(client, prompt)
        except openai.OpenAIError as error:
            raise NoAnswer(self._in_words(error)) from error
        except httpx2.TimeoutException as error:
            raise NoAnswer(self._too_slow()) from error
        except httpx2.RequestError as error:
            raise NoAnswer("The AI service broke off in the middle of its answer.") from error
        except (ValueError, httpx2.InvalidURL) as error:
            raise NoAnswer("The address or the key of the AI service is not usable; check the settings.") from error
        return _reply(body, answer)

    def _client(self) -> "openai.OpenAI":
        import openai

        # No redirects: ticket text goes to the configured server or nowhere.
        http = openai.DefaultHttpxClient(
            follow_redirects=False, timeout=self._timeout, event_hooks={"response": [_refuse_long_pause]}
        )
        return openai.OpenAI(
            api_key=self._key,
            base_url=self._base_url or None,
            timeout=self._timeout,
            max_retries=self._retries,
            http_client=http,
        )

    def _complete(self, client: "openai.OpenAI", prompt: Prompt) -> bytes:
        import openai

        shape = {"name": prompt.name, "strict": True, "schema": prompt.schema}
        try:
            return self._post(client, prompt, {"response_format": {"type": "json_schema", "json_schema": shape}})
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            # Servers without JSON schema support say so like this; the prompt itself also asks for the shape.
            return self._post(client, prompt, {})

    def _post(self, client: "openai.OpenAI", prompt: Prompt, extra: dict[str, Any]) -> bytes:
        """Read the body under a total deadline: the client's own time-out restarts with every byte a server drips."""
        with client.chat.completions.with_streaming_response.create(
            model=self.model,
            messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.data}],
            **extra,
        ) as response:
            deadline = time.monotonic() + self._timeout
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise Rejected("The AI service's answer was far too long, so it was not used.")
                if time.monotonic() > deadline:
                    raise NoAnswer(self._too_slow())
        return bytes(body)

    def _too_slow(self) -> str:
        return f"The AI service did not answer within {self._timeout:g} seconds."

    def _in_words(self, error: "openai.OpenAIError") -> str:
        import openai

        words = "The AI service could not be used."
        match error:
            case openai.APITimeoutError():
                words = self._too_slow()
            case openai.APIConnectionError():
                words = "The AI service could not be reached."
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                words = "The AI service did not accept the key."
            case openai.NotFoundError():
                words = f"The AI service does not know the model “{self.model}” or has no chat completions."
            case openai.RateLimitError():
                words = "The AI service is busy, or its quota is spent."
            case openai.APIStatusError(status_code=status):
                words = f"The AI service answered with an error ({status})."
        return words


def provider() -> OpenAIProvider | None:
    """Return the configured provider, or None when there is no key."""
    configured = settings()
    if not configured.openai_api_key:
        return None
    return OpenAIProvider(configured.openai_api_key, configured.ai_model, configured.openai_base_url)


def configured() -> bool:
    """Say whether a model is asked, so that answers take their time."""
    return bool(settings().openai_api_key)


def _refuse_long_pause(response: "httpx2.Response") -> None:
    """Tell the client not to retry when the server asks for a pause that would hold up a worker."""
    try:
        pause = float(response.headers.get("retry-after", "0"))
    except ValueError:
        pause = float("inf")
    if pause > _LONGEST_PAUSE:
        response.headers["x-should-retry"] = "false"


def _reply(body: bytes, answer: type[A]) -> Reply[A]:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise Rejected from error
    message = completion.choices[0].message
    if message.refusal:
        raise NoAnswer("The AI declined to answer.")
    content = message.content or ""
    text = content if isinstance(content, str) else "".join(part.text for part in content)
    return Reply(read(text, answer), completion.usage.total_tokens if completion.usage else 0)
