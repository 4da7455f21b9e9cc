"""The store: everything durable, in one SQLite file. Effects.

Open with `store.open_store`; write only inside `with store.writing():`.
One file per group of tables; plain SQL, values always bound.
"""

from monitor.store.database import Store, open_store

__all__ = ["Store", "open_store"]
