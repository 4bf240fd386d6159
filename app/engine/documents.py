"""Drawings and tables as files: bytes of the usual encodings become text, text becomes bounded XML without entities."""

import re

from lxml import etree

from app.errors import Trouble

MAX_XML = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NS = {"bpmn": BPMN, "spiffworkflow": SPIFF}
START_WHEN = "startWhen"
"""The property of a start event whose condition decides whether a message that comes begins the process."""
_DECLARED = re.compile(r"(<\?xml[^>]{0,100}?encoding=)([\"'])([^\"'>]{0,40})\2")
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODINGS = {"UTF-8", "UTF8", "US-ASCII", "ASCII", "ISO-8859-1", "ISO-8859-15", "LATIN1", "WINDOWS-1252", "CP1252"}
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
IDLE = {
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "dataInputAssociation",
    "ioSpecification",
}
IDLE |= {"dataOutputAssociation", "dataInput", "dataOutput", "inputSet", "outputSet", "property"}
"""Data that BPMN draws and nothing here passes along; SpiffWorkflow would move some of it."""


class BadDrawing(Trouble):
    """The drawing cannot be used."""

    status = 422
    title = "Drawing not usable"


def as_text(content: str | bytes) -> str:
    """Return a file as text that says of itself to be UTF-8; raise BadDrawing."""
    if len(content) > MAX_XML:
        raise BadDrawing(f"The file has {len(content)} bytes; at most {MAX_XML} are accepted.")
    text = (content if isinstance(content, str) else _decoded(content)).removeprefix("\ufeff")
    declared = _DECLARED.match(text)
    return f"{declared[1]}{declared[2]}UTF-8{declared[2]}{text[declared.end() :]}" if declared else text


def _decoded(content: bytes) -> str:
    found = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    declared = _DECLARED.match(content[:200].decode("latin-1"))
    encoding = found or (declared[3] if declared else "utf-8")
    if not found and encoding.upper() not in _ENCODINGS:
        raise BadDrawing(f"The file says it is written in {encoding}; save it as UTF-8.")
    try:
        return content.decode(encoding)
    except UnicodeError:
        told = "UTF-8" if encoding.upper().startswith("UTF-8") else f"the {encoding} it says to be"
        raise BadDrawing(f"The file is not {told}; save it as UTF-8.") from None


def read_xml(content: str | bytes) -> etree._Element:
    """Return the root of bounded XML without entities, DTD or network; raise BadDrawing with the reason."""
    text = as_text(content)
    if _declares_type(text):
        raise BadDrawing("The file declares a document type, which is not accepted.")
    try:
        data = text.encode()
        if len(data) > MAX_XML:
            raise BadDrawing(f"The file has {len(data)} bytes; at most {MAX_XML} are accepted.")
        root = etree.fromstring(data, _parser())
    except UnicodeError:
        raise BadDrawing("The file is not UTF-8; save it as UTF-8.") from None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadDrawing(f"This is not well-formed XML: {getattr(error, 'msg', error)}.") from None
    if root.getroottree().docinfo.doctype:
        raise BadDrawing("The file declares a document type, which is not accepted.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise BadDrawing(f"The file has more than {MAX_ELEMENTS} elements.")
    return root


def _parser() -> etree.XMLParser:
    # A comment within an expression hides what follows it from SpiffWorkflow, and one within a script task stops it.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )


def _declares_type(text: str) -> bool:
    """Say whether a document type comes before the first element, without giving its entities to a parser."""
    prolog = _PROLOG.match(text)
    return text.startswith("<!DOCTYPE", prolog.end() if prolog else 0)


def executable(root: etree._Element) -> list[etree._Element]:
    """Return the executable processes of a document."""
    return [p for p in root.iterfind("bpmn:process", NS) if p.get("isExecutable") in {"true", "1"} and p.get("id")]


def run_part(root: etree._Element) -> etree._Element:
    """Return a drawing without what only explains: processes of other pools, and data that nothing passes along."""
    keep = executable(root)
    aside = [p for p in root.iterfind("bpmn:process", NS) if p not in keep]
    aside += [e for e in root.iter(f"{{{BPMN}}}*") if etree.QName(e).localname in IDLE]
    aside += root.iter(f"{{{SPIFF}}}unitTests")  # of another program, which stop SpiffWorkflow when they are not whole
    for element in aside:
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    for process in keep:
        process.set("isExecutable", "true")  # SpiffWorkflow does not know that 1 is true
    return root
