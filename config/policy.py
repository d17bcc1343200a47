"""The header that tells browsers what a page may load (Content-Security-Policy)."""

from dataclasses import asdict

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property


class PolicyMiddleware(CSPMiddleware):
    """Puts the settings' policy together once, instead of twice for each answer.

    Pages with a nonce or a policy of their own (Django's admin) get theirs made as before.
    """

    @cached_property
    def usual(self) -> str:
        return str(build_policy(**asdict(PolicyParts())))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if self.get_policy_parts(request, response) != PolicyParts() or hasattr(response, "_csp_exempt"):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.usual)
        # A nonce made from here on would be missing in the header that is written already: it raises instead.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response
