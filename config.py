"""Settings from the environment. README.md has the table; a setting that nobody sets does not exist."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


def instance_path() -> Path:
    """Where the embedded default keeps its data: database, documents, mails, its own secret key."""
    return Path(os.environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()


def _own_secret(folder: Path) -> str:
    """A random key made once and kept in the instance, so that sign-ins survive a restart under `make run`."""
    file = folder / "secret_key"
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()


def _stripe() -> dict[str, Any]:
    """How cards are taken; without a secret key they are off. Stripe's own page is where the form of ours leads to."""
    base = (os.environ.get("STRIPE_API_BASE") or "https://api.stripe.com").rstrip("/")
    key = os.environ.get("STRIPE_SECRET_KEY", "")
    pages = "https://checkout.stripe.com" if base == "https://api.stripe.com" else base
    return {
        "STRIPE_API_BASE": base,
        "STRIPE_SECRET_KEY": key,
        "STRIPE_WEBHOOK_SECRET": os.environ.get("STRIPE_WEBHOOK_SECRET", ""),
        "PAYMENT_PAGES": [pages] if key else [],
    }


def from_environment() -> dict[str, Any]:
    """The Flask configuration that the environment asks for, with defaults that suit `make run`."""
    folder = instance_path()
    folder.mkdir(parents=True, exist_ok=True)
    port = os.environ.get("PORT") or "5000"
    base_url = (os.environ.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'dih.sqlite'}"
    if database.startswith(("postgres://", "postgresql://")):
        database = "postgresql+psycopg://" + database.split("://", 1)[1]
    secure = urlsplit(base_url).scheme == "https"
    return {
        "PORT": int(port),
        "BASE_URL": base_url,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _own_secret(folder),
        "SQLALCHEMY_DATABASE_URI": database,
        "DOCUMENT_FOLDER": str(folder / "documents"),
        "MAIL_FOLDER": str(folder / "mail"),
        "SMTP_URL": os.environ.get("SMTP_URL", ""),
        "MAIL_FROM": os.environ.get("MAIL_FROM") or "DIH4Society <hub@dih4society.test>",
        "SUPPORT_EMAIL": os.environ.get("SUPPORT_EMAIL") or "suport@dih4society.test",
        "TRUSTED_PROXIES": int(os.environ.get("TRUSTED_PROXIES") or 0),
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "ANAF_URL": os.environ.get("ANAF_URL", ""),
        **_stripe(),
        "DEVELOPMENT": _flag("DIH_DEVELOPMENT"),
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_SECURE": secure,
    }


def unsafe_for_production() -> list[str]:
    """What `make serve` refuses to start with: one line for each unsafe or missing setting, empty when all is well."""
    faults = []
    if len(os.environ.get("SECRET_KEY", "")) < 32:
        faults.append("SECRET_KEY is missing or shorter than 32 characters: set a long random value.")
    if not os.environ.get("DATABASE_URL"):
        faults.append("DATABASE_URL is missing: set the address of the production database.")
    if not os.environ.get("SMTP_URL"):
        faults.append("SMTP_URL is missing: mails would not leave.")
    if not os.environ.get("BASE_URL", "").startswith("https://"):
        faults.append("BASE_URL must be the public https:// address: links in mails and cookies depend on it.")
    for name in ("MAIL_FROM", "SUPPORT_EMAIL"):
        address = os.environ.get(name, "").strip().rstrip(">").lower()
        if "@" not in address or address.endswith(".test"):
            faults.append(f"{name} must be an address of yours at which people reach you, not the demo's.")
    if not os.environ.get("TRUSTED_PROXIES", "").isdecimal():
        faults.append("TRUSTED_PROXIES must say how many reverse proxies stand in front: 1 as a rule, 0 for none.")
    if os.environ.get("STRIPE_SECRET_KEY") and not os.environ.get("STRIPE_WEBHOOK_SECRET"):
        faults.append("STRIPE_WEBHOOK_SECRET is missing: what Stripe tells of card payments would be refused.")
    if _flag("DIH_DEVELOPMENT"):
        faults.append("DIH_DEVELOPMENT is set: it shows mails at /dev/mail to everybody.")
    return faults
