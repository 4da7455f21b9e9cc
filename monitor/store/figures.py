"""How the figure of an assertion moved. Reads only."""

from __future__ import annotations

from monitor.store.database import Store

# An interval may have one open end: "at least 19" stands at 19.
_VALUE = "coalesce({0} ->> '$.value_min', {0} ->> '$.value_max')"


def courses(store: Store, claim_id: int) -> dict[int, list[float]]:
    """The values of each assertion of a claim in time order, where they moved.

    An interval counts with its lower end, or the upper where that is open.
    """
    rows = store.all(
        f"SELECT assertion_id, {_VALUE.format('before')} AS old, "
        f"{_VALUE.format('after')} AS new FROM changes "
        "WHERE claim_id = ? AND assertion_id IS NOT NULL ORDER BY change_id",
        (claim_id,),
    )
    found: dict[int, list[float]] = {}
    for row in rows:
        if row["old"] is None or row["new"] is None or row["old"] == row["new"]:
            continue
        course = found.setdefault(row["assertion_id"], [float(row["old"])])
        # what a headline said at the same time is no second step
        if course[-1] != row["new"]:
            course.append(float(row["new"]))
    return found
