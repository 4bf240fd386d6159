"""Inserting what somebody else may be inserting at this moment."""

from sqlalchemy.exc import IntegrityError

from app.db import Base, db


def insert_once(row: Base) -> bool:
    """Insert a row; return False and leave the transaction usable when its unique key is taken."""
    db.session.flush()
    if db.session.identity_key(instance=row) in db.session.identity_map:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True
