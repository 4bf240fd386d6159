"""Headers of every page: nothing inline, nothing from elsewhere, no framing."""

from flask import Response
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from app.config import settings

_POLICY = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .font_src("'self'")
    .connect_src("'self'")
    .frame_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
)
_HEADERS = Secure(
    csp=_POLICY,
    coop=CrossOriginOpenerPolicy().same_origin(),
    permissions=PermissionsPolicy().camera().microphone().geolocation().payment().usb(),
    # The CSRF check of Flask-WTF reads the referrer on https, so it must reach ourselves.
    referrer=ReferrerPolicy().same_origin(),
    xcto=XContentTypeOptions().nosniff(),
    xfo=XFrameOptions().deny(),
)
_HSTS = StrictTransportSecurity().max_age(31536000)


def secure(response: Response) -> Response:
    """Add the headers a view has not set itself."""
    for name, value in _HEADERS.header_items():
        response.headers.setdefault(name, value)
    if settings().public_url.startswith("https://"):
        response.headers.setdefault(_HSTS.header_name, _HSTS.header_value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
