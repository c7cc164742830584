"""Maps informal Persian, as people speak it and write comments in it, to formal Persian.

Examples: میشه is می‌شود ("becomes"), می‌خوان is می‌خواهند ("they want"), خونه is خانه ("house").

Both tables are our own; their entries are folded:

- `data/informal_stems.tsv`: each line maps a shortened present stem to the formal one. These stems, and those
  of any verb, take informal endings (ه for د, ن for ند, ین for ید). The analyzer accepts the resulting verb
  forms only after the prefixes می and نمی;
- `data/informal.tsv`: each line maps a word to its formal form, which becomes its stem. The word itself stays
  as it is for exact matches.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files

# Informal endings and their formal ones, present and past. The other past endings are the same in both.
_PRESENT = {"م": "م", "ی": "ی", "ه": "د", "یم": "یم", "ین": "ید", "ن": "ند"}
_PAST = {"ین": "ید", "ن": "ند"}
# After می these form other words: میان ("between").
_NEVER = frozenset(("ان", "گون", "دون", "سان", "ری"))


def _table(name: str) -> dict[str, str]:
    lines = (files("indexer.persian") / "data" / name).read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


INFORMAL_WORDS = _table("informal.tsv")
_STEMS = _table("informal_stems.tsv")


def informal_verbs(stems: Iterable[tuple[str, str]], verbs: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping from informal finite verb forms to formal ones.

    `stems` are the (past, present) stems of the verbs. `verbs` holds the formal forms; a form in it never
    counts as informal.
    """
    known = list(stems)
    forms: dict[str, str] = {"خواد": "خواهد"}
    tables = (
        (_STEMS, _PRESENT),
        ({stem: stem for _, stem in known}, _PRESENT),
        ({stem: stem for stem, _ in known}, _PAST),
    )
    for table, endings in tables:
        for spoken, written in table.items():
            for ending, formal_ending in endings.items():
                # After a vowel the formal stem has a glide ی: گوید, آید.
                formals = (written + formal_ending, written + "ی" + formal_ending)
                if formal := next((formal for formal in formals if formal in verbs), ""):
                    forms.setdefault(spoken + ending, formal)
    return {form: formal for form, formal in forms.items() if form not in verbs and form not in _NEVER}
