"""A demonstration grown to the size of a real network: its rows copied in the database file, with other identifiers."""

import hashlib
import sqlite3

# What hangs on a case and on a service, parents first. What is not here is not copied.
OF_A_CASE = ["probation_case", "case_need", "sentence", "case_officer", "case_holding", "referral", "shared_person",
             "desired_outcome", "referral_item", "referral_price", "referral_assignment", "referral_note", "session",
             "attendance", "feedback", "charge"]
OF_A_SERVICE = ["service", "service_need", "service_area", "service_mode", "service_venue", "service_availability", "criterion",
                "price", "cohort"]


def another(value, number):
    """The identifier of the copy: made at the same time, and otherwise its own."""
    whole = value if isinstance(value, bytes) else bytes.fromhex(value.replace("-", ""))
    other = whole[:6] + hashlib.blake2b(whole + number.to_bytes(4, "big"), digest_size=10).digest()
    other = other[:6] + bytes([0x70 | other[6] & 15, other[7], 0x80 | other[8] & 63]) + other[9:]
    if isinstance(value, bytes):
        return other
    text = other.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]]) if "-" in value else text


def copy(database, tables, copies, keep):
    """Copies the rows of these tables that belong together so many times."""
    rows, known = {}, set()
    for table in tables:
        cursor = database.execute(f"select * from {table}")
        columns = [column[0] for column in cursor.description]
        found = [row for row in cursor if keep(table, dict(zip(columns, row)), known)]
        known.update(row[columns.index("id")] for row in found if "id" in columns)
        rows[table] = columns, found
    for table, (columns, found) in rows.items():
        unique = [columns.index(column) for column in ("crn", "reference") if column in columns]
        named = columns.index("name") if table == "service" else None
        places = ", ".join("?" * len(columns))

        def copied():
            for number in range(1, copies + 1):
                for row in found:
                    row = [another(value, number) if value in known else value for value in row]
                    for column in unique:
                        digits = hashlib.blake2b(f"{row[column]} {number}".encode(), digest_size=8).digest()
                        row[column] = spelt(columns[column], int.from_bytes(digits, "big"))
                    if named is not None:
                        row[named] = f"{row[named]} {number}"
                    yield row

        database.executemany(f"insert or ignore into {table} values ({places})", copied())
    return sum(len(found) for _, found in rows.values()) * copies


def spelt(column, digits):
    if column == "crn":
        return f"{chr(65 + digits % 26)}{digits // 26 % 1_000_000:06}"
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "".join(letters[digits >> 5 * place & 31] for place in range(8))


def grow(file, copies):
    """Copies each case with a referral so many times, and the services a hundredth as often."""
    database = sqlite3.connect(file, timeout=60)
    database.execute("pragma foreign_keys = off")
    referred = {case for (case,) in database.execute("select case_id from referral")}

    def belongs(table, row, known):
        case = row["id"] if table == "probation_case" else row.get("case_id")
        return case in referred if case else any(row[name] in known for name in row if name.endswith("_id"))

    with database:
        copy(database, OF_A_CASE, copies, belongs)
        # A criterion of a whole provider is no service's: it stands once.
        copy(database, OF_A_SERVICE, copies // 100, lambda table, row, _: table != "criterion" or row["service_id"])
    with database:
        database.execute("analyze")
    count = lambda table: database.execute(f"select count(*) from {table}").fetchone()[0]
    counted = {table: count(table) for table in ("probation_case", "referral", "session", "charge", "service", "price")}
    database.close()
    return counted
