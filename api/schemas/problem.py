"""The body of every error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dispatch.model.wording import Lang


class FieldProblem(BaseModel):
    """One field of a call that does not fit the schema."""

    field: str = Field(examples=["body.origin.id"])
    reason: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """What went wrong, why, and what to do about it. All codes are listed in ``docs/errors.md``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "unknown_reservation",
                    "cause": "予約 999 は見つかりません。",
                    "action": "予約番号をご確認ください。",
                    "values": {"reservation_id": 999},
                    "problems": [],
                    "lang": "ja",
                }
            ]
        }
    )

    code: str
    cause: str
    action: str
    values: dict[str, str | int] = Field(description="Named values of the sentences. Never a name, phone or home.")
    problems: list[FieldProblem] = Field(default_factory=list, description="Every field that is wrong.")
    lang: Lang
