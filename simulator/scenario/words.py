"""What every mapping of a file has in common, it takes the words it knows and no others; and words that several use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from simulator.certificate.people import ROLES_TOLD, Role
from simulator.characters import not_in_headers, not_in_utf8, not_in_xml
from simulator.errors import WrongValue
from simulator.sentence import Sentence, say


def _kept_to(wrong: Callable[[str], Sentence | None]) -> AfterValidator:
    def checked(text: str) -> str:
        sentence = wrong(text)
        if sentence is not None:
            raise WrongValue(sentence)
        return text

    return AfterValidator(checked)


XmlText = Annotated[str, _kept_to(not_in_xml)]
Utf8Text = Annotated[str, _kept_to(not_in_utf8)]
HeaderText = Annotated[str, _kept_to(not_in_headers)]


def _told(role: Role) -> Role:
    if role not in ROLES_TOLD:
        raise WrongValue(say("no message tells a private doctor from a doctor: write doctor"))
    return role


# A role as it is read from a message.
RoleTold = Annotated[Role, AfterValidator(_told), WithJsonSchema({"enum": list(ROLES_TOLD), "type": "string"})]

# Any of a certificate type's names; YAML reads 7443, which is one, as a number.
TypeWord = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}], "examples": ["FK7443", 7443]}),
]


class Words(BaseModel):
    """A mapping that takes the words it knows and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ExactlyOne(Words):
    """A mapping that says one thing."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = self.model_fields_set
        if len(said) != 1:
            known = tuple(sorted(field.alias or name for name, field in type(self).model_fields.items()))
            raise WrongValue(
                say("exactly one of these belongs here, there are {count}: {known}", count=len(said), known=known)
            )
        if getattr(self, self.said) is None:
            raise WrongValue(say("'{word}' says nothing", word=self.said))
        return self

    @property
    def said(self) -> str:
        """The name of the one thing."""
        return next(iter(self.model_fields_set))
