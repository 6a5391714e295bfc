"""What things are called in GraphQL, after what declarations call them: `engaged_at` is `engagedAt`, the rows of
`DealRow` are `Deal`."""

from projections.model import ReadModel


def camel(name: str) -> str:
    """The name of a field or an argument: engaged_at and won-revenue become engagedAt and wonRevenue."""
    first, *others = name.replace("-", "_").split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


def pascal(name: str) -> str:
    """The name of a type."""
    shown = camel(name)
    return shown[:1].upper() + shown[1:]


def type_of(model: ReadModel) -> str:
    """The type of a read model's rows."""
    return model.row.__name__.removesuffix("Row")


def one_of(model: ReadModel) -> str:
    """The field that asks for one row."""
    name = type_of(model)
    return name[:1].lower() + name[1:]


def many_of(model: ReadModel) -> str:
    """The field that asks for a list of rows."""
    return camel(model.name)
