"""Sentences that belong to no single stage."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E900": Message(
        "Schritt „{step}“ brach ab: {kind} bei {where}",
        "Step '{step}' stopped: {kind} at {where}",
    ),
}
