"""A mail half read: what the questions "what kind is it?" and "what bounced?" look at."""

from dataclasses import dataclass

from app.channels.mail.headers import Headers
from app.channels.mail.model import Address
from app.channels.mail.parts import Part, Tree


@dataclass(frozen=True, slots=True)
class Letter:
    """Headers, structure and words of one mail; `return_path` is empty for the null sender, None when unknown."""

    tree: Tree
    sender: Address
    subject: str
    text: str
    return_path: str | None

    @property
    def headers(self) -> Headers:
        """The headers of the mail itself."""
        return self.tree.parts[0].headers

    @property
    def root(self) -> Part:
        """The outermost part."""
        return self.tree.parts[0]

    def says(self, name: str) -> str:
        """Return a header in lower case, empty when it is missing."""
        return self.headers.get(name, 1000).lower()

    @property
    def local(self) -> str:
        """The sender's local part in lower case."""
        return self.sender.email.lower().partition("@")[0]

    @property
    def is_report(self) -> bool:
        """Whether the mail is a multipart/report (RFC 6522)."""
        return self.says("content-type").lstrip().startswith("multipart/report")

    @property
    def report_type(self) -> str:
        """The report-type of a multipart/report, lower case."""
        return self.root.params.get("report-type", "").lower() if self.is_report else ""

    def parts_of(self, *content_types: str) -> list[Part]:
        """Return the leaves of these content types."""
        return [part for part in self.tree.leaves() if part.content_type in content_types]
