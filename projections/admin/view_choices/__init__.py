from projections.admin.view_choices.view import ViewChoiceRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.view_choice import ViewChosen

READ_MODEL = ReadModel(
    name="view_choices",
    database="admin",
    version=1,
    row=ViewChoiceRow,
    events=(ViewChosen,),
    key=key,
    evolve=evolve,
    aggregate=("admin", "view_choice"),
    filters=("user_id", "list", "saved_view_id"),
    sorts=("list",),
    indexed=("user_id",),
    access={"owner": "user_id"},
    permission="admin.view-choice.read",
    doc="Which view of a list somebody sees when they name none.",
)
