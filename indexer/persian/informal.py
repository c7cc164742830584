"""Informal Persian, as people speak and comment: میشه is می‌شود, می‌خوان is می‌خواهند, خونه is خانه.

Both tables are our own, written folded:

- `data/informal_stems.tsv`: a shortened present stem and the formal one. With the informal endings (ه for د,
  ن for ند, ین for ید), which any verb takes, they make the forms that only count behind می or نمی;
- `data/informal.tsv`: a word and its formal form, which becomes its stem. The word itself stays exact.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files

# Of the present and of the past, which has the others in common with written Persian.
_PRESENT = {"م": "م", "ی": "ی", "ه": "د", "یم": "یم", "ین": "ید", "ن": "ند"}
_PAST = {"ین": "ید", "ن": "ند"}
# Behind می these are words of their own: میان.
_NEVER = frozenset(("ان", "گون", "دون", "سان", "ری"))


def _table(name: str) -> dict[str, str]:
    lines = (files("indexer.persian") / "data" / name).read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


INFORMAL_WORDS = _table("informal.tsv")
_STEMS = _table("informal_stems.tsv")


def informal_verbs(stems: Iterable[tuple[str, str]], verbs: Mapping[str, str]) -> dict[str, str]:
    """Return the informal finite forms of verbs, given by past and present stem, and their formal forms.

    `verbs` are the formal forms; what is one itself is no informal form.
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
                # After a vowel the written stem has a glide: گوید, آید.
                formals = (written + formal_ending, written + "ی" + formal_ending)
                if formal := next((formal for formal in formals if formal in verbs), ""):
                    forms.setdefault(spoken + ending, formal)
    return {form: formal for form, formal in forms.items() if form not in verbs and form not in _NEVER}
