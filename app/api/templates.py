"""Mail templates: what mails to customers say, and which are sent."""

from flask import Response
from pydantic import Field

from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.errors import Invalid
from app.notify import occasions, templates, texts

blueprint = document.noun("templates", "What mails to customers say, and which are sent.")
Key = tuple[str, str, str]
"""Occasion, language, and a department's key or nothing."""


class TemplateAnswer(answers.Answer):
    occasion: str
    title: str
    language: str
    department: str = Field(description="The key of the department it is for; empty for all.")
    subject: str
    body: str = Field(description="Markdown with look-ups such as {{ name }}.")
    own: bool = Field(description="Whether somebody wrote it; else it is ours.")
    on: bool = Field(description="Whether mails of this occasion are sent.")
    names: list[str] = Field(description="The look-ups it may use.")


class Written(asks.Ask):
    occasion: str = Field(max_length=60)
    language: str = Field(max_length=8)
    department: str = Field("", max_length=40)
    subject: str | None = Field(None, max_length=templates.SUBJECT, description="Left out with `body`: our own text.")
    body: str | None = Field(None, max_length=templates.BODY)
    on: bool | None = Field(None, description="Whether mails of this occasion are sent; as it is, unless told.")


@blueprint.get("/templates", responses={200: answers.Listed[TemplateAnswer]})
def index(query: asks.Paged) -> Response:
    """List every occasion in every language, and what departments wrote for themselves."""
    written = {(one.occasion, one.language, one.department): one for one in templates.written()}
    known = {one.key for one in occasions.all_occasions()}
    keys = {(key, language, "") for key in known for language in texts.LANGUAGES}
    keys |= {key for key in written if key[0] in known}
    return shapes.sliced([_shape(key, written.get(key)) for key in sorted(keys)], query.page, query.page_size).shown()


def _answer(key: Key) -> TemplateAnswer:
    return _shape(key, templates.own(*key))


@blueprint.put("/templates", responses={200: TemplateAnswer})
@effect(200, _answer)
def put(body: Written) -> Key:
    """Write a template, go back to our own text (neither subject nor body), or only switch its mails on or off."""
    by, department = auth.agent().actor, asks.department(body.department).key if body.department else ""
    key = (occasions.occasion(body.occasion).key, body.language, department)
    if (body.subject is None) != (body.body is None):
        raise Invalid("A template has both.", {"body": "subject and body come together, or neither"})
    if body.language not in texts.LANGUAGES:
        raise Invalid("We do not write that.", {"language": f"must be one of {', '.join(texts.LANGUAGES)}"})
    if body.subject is not None and body.body is not None:
        templates.write(*key, subject=body.subject, body=body.body, by=by)
    elif body.on is None:
        templates.restore(*key, by=by)
    if body.on is not None:
        occasions.switch(key[0], body.on, by=by)
    return key


def _shape(key: Key, row: templates.MailTemplate | None) -> TemplateAnswer:
    occasion, language, department = key
    known, ours = occasions.occasion(occasion), texts.default(occasion, language)
    return TemplateAnswer(
        occasion=occasion,
        title=known.title,
        language=language,
        department=department,
        subject=row.subject if row is not None else ours.subject,
        body=row.body if row is not None else ours.body,
        own=row is not None,
        on=occasions.is_on(occasion),
        names=list(known.names),
    )
