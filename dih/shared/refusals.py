"""What the error pages say, by the number of the answer: what is the matter, and the way out."""

from __future__ import annotations

from dih.shared.wording import N_

WORDS = {
    400: (
        N_("We could not read this request"),
        N_("Something in it was missing or malformed. Go back, reload the page and try again."),
    ),
    401: (
        N_("Sign in first"),
        N_("Your session has ended. Sign in and try again."),
    ),
    403: (
        N_("Your role does not allow this"),
        N_(
            "You are signed in, but this page is for another role. "
            "If you hold several roles, change the one you act in at the top of the page."
        ),
    ),
    404: (
        N_("We did not find this page"),
        N_("The address may be mistyped, or the thing may no longer exist. It may also belong to somebody else."),
    ),
    405: (
        N_("This page can't be opened like that"),
        N_("Go back to the form and use its button."),
    ),
    409: (
        N_("Somebody changed this in the meantime"),
        N_(
            "Nothing of yours was applied. "
            "Go back, reload the page to see the present state, and try again if it is still needed."
        ),
    ),
    413: (
        N_("What you sent is too large"),
        N_(
            "Go back with your browser's button: what you typed is still there. Then choose a smaller file. "
            "A PDF saved for the screen instead of for printing is often enough."
        ),
    ),
    422: (
        N_("This can't be done yet"),
        N_("Nothing was changed. This is what stands in the way:"),
    ),
    429: (
        N_("Too many attempts"),
        N_("For your safety we pause after many attempts. Wait a few minutes and try again."),
    ),
    500: (
        N_("Something broke on our side"),
        N_("Your last step was not saved. Try again in a few minutes. We have been told."),
    ),
}
OTHERWISE = (N_("This did not work"), N_("Go back and try again."))
