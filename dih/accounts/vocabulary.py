"""What Flask-Security says to people, in our words, by its own names for the messages."""

from __future__ import annotations

from dih.shared.access import Role
from dih.shared.wording import N_

TERMS_VERSION = "1.0"
"""The version of the terms of use and the privacy notice that somebody who registers accepts."""

ROLE_HINTS: dict[str, str] = {
    Role.OWNER: N_("Does everything: submits applications, accepts vouchers, invites colleagues."),
    Role.EDITOR: N_("Fills in applications. Cannot submit them."),
    Role.READER: N_("Sees everything of the organisation and changes nothing."),
    Role.COORDINATOR: N_("Accepts routed applications and manages the partner's people and capacity."),
    Role.REVIEWER: N_("Scores the applications that are assigned."),
    Role.DELIVERER: N_("Records the delivery of services."),
    Role.MANAGER: N_("Publishes calls, checks, decides, manages the budget."),
    Role.AUDITOR: N_("Reads everything and changes nothing."),
    Role.ADMINISTRATOR: N_("Manages people and settings."),
}
"""What each role is for, told to whoever gives it."""

HISTORY_WORDS: dict[str, str] = {
    "person_created": N_("Account made"),
    "email_confirmed": N_("E-mail address confirmed"),
    "email_changed": N_("E-mail address changed"),
    "name_changed": N_("Name changed"),
    "role_given": N_("Role given"),
    "role_ended": N_("Role ended"),
    "deputy_appointed": N_("Deputy appointed"),
    "deputy_ended": N_("Deputy's time ended"),
    "deactivated": N_("Account deactivated"),
    "activated": N_("Account activated again"),
    "second_step_off": N_("Second step switched off"),
}
"""What the records about people and their roles say, by the name of the action."""

SIGN_IN_WORDS: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (N_("The e-mail address or the password is not right. Check both and try again."), "error"),
    "GENERIC_RECOVERY": (N_("If an account has this address, we have sent it a mail with what to do next."), "info"),
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "UNAUTHORIZED": (N_("Your role does not allow this."), "error"),
    "REAUTHENTICATION_REQUIRED": (N_("Confirm first that it is you."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. Please go on."), "success"),
    "INVALID_REDIRECT": (N_("You stay on this site."), "info"),
    "INVALID_EMAIL_ADDRESS": (N_("This is not an e-mail address. It looks like name@example.ro."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Enter the e-mail address."), "error"),
    "USER_DOES_NOT_EXIST": (N_("The e-mail address or the password is not right. Check both and try again."), "error"),
    "INVALID_PASSWORD": (N_("The password is not right."), "error"),
    "PASSWORD_MISMATCH": (N_("The password is not right."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords differ. Type the same one twice."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Enter the password."), "error"),
    "PASSWORD_INVALID_LENGTH": (N_("The password is too short. Use at least %(length)s characters."), "error"),
    "PASSWORD_TOO_LONG": (N_("The password is too long. Use at most 200 characters."), "error"),
    "PASSWORD_TOO_SIMPLE": (N_("The password is easy to guess. Do not use your name or address."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("The new password must differ from the present one."), "error"),
    "PASSWORD_CHANGE": (N_("Your password is changed. You are signed out everywhere else."), "success"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password is changed. Sign in with the new one."), "success"),
    "PASSWORD_RESET_REQUEST": (
        N_("If %(email)s has an account, we have sent it a mail with a link to choose a new password."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (N_("This link was valid for %(within)s. Ask for a new one."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (N_("This link was used already or is not complete. Ask for a new one."), "error"),
    "DISABLED_ACCOUNT": (N_("This account is deactivated. Write to the support contact."), "error"),
    "CONFIRMATION_REQUIRED": (N_("Confirm your e-mail address first: open the link in the mail we sent."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (N_("This code is not right or no longer valid. Type the one shown now."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The second step is on. Keep recovery codes in case you lose the phone."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Sign in again, please."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the options."), "error"),
    "TWO_FACTOR_DISABLED": (N_("The second step is off."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("This took longer than %(within)s. Start again, please."), "error"),
    "INVALID_RECOVERY_CODE": (N_("This recovery code is not right or was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("There are no recovery codes yet."), "info"),
    "INVALID_CODE": (N_("This code is not right."), "error"),
    "INVALID_INPUT": (N_("This cannot be used here. Type something else."), "error"),
    "INVALID_INPUT_LENGTH": (N_("This is too long."), "error"),
    "API_ERROR": (N_("This did not work. Start again, please."), "error"),
    "WEBAUTHN_EXPIRED": (N_("This took longer than %(within)s. Start again, please."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name, such as “office laptop”."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You already have a passkey named %(name)s."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey named %(name)s."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Use letters, digits, spaces, hyphens and underscores."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey %(name)s is added."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is already registered."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("This passkey could not be checked. Try again, please."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey was not made for this use."), "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey belongs to another account."), "error"),
}
