"""Sentences that belong to no single stage."""

from schemas.messages import Message

MESSAGES: dict[str, Message] = {
    "E900": Message(
        "Schritt „{step}“ brach ab: {kind} bei {where}",
        "Step '{step}' stopped: {kind} at {where}",
    ),
    "E901": Message("[E901] Abgebrochen.", "[E901] Interrupted."),
    "E902": Message(
        "Befehl „{verb}“ brach ab: {kind} bei {where}. Das ist ein Fehler des Programms.",
        "Command '{verb}' stopped: {kind} at {where}. This is a defect of the program.",
    ),
}
