"""What every mapping of a file has in common: it takes the words it knows and no others."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


class Words(BaseModel):
    """A mapping that takes the words it knows and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ExactlyOne(Words):
    """A mapping that says one thing."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = self.model_fields_set
        if len(said) != 1:
            known = ", ".join(sorted(field.alias or name for name, field in type(self).model_fields.items()))
            raise ValueError(f"exactly one of these belongs here, there are {len(said)}: {known}")
        if getattr(self, self.said) is None:
            raise ValueError(f"'{self.said}' says nothing")
        return self

    @property
    def said(self) -> str:
        """The name of the one thing."""
        return next(iter(self.model_fields_set))
