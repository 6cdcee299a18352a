"""What every mapping of a file has in common: it takes the words it knows and no others."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from simulator.errors import WrongValue
from simulator.sentence import say


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
