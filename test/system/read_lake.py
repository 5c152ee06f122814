"""Reads the lake of a running stack with pyiceberg and DuckDB. Prints JSON: for each engine a hash of what is current and of what was
known as of deliveries. Reads its questions as JSON from standard input: catalog, s3, view, asOf (a list of precedences), write."""
import glob
import hashlib
import json
import os
import sys

import duckdb
from pyiceberg.catalog import load_catalog

asked = json.load(sys.stdin)


def plain(decimal):
    text = format(decimal, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def summary(rows):
    lines = sorted(f"{ticker} {date} {plain(close)}" for ticker, date, close in rows)
    return {"count": len(lines), "hash": hashlib.sha256("\n".join(lines).encode()).hexdigest()}


def current_of(versions, retirements, precedence=None):
    """The last version of each ticker and date, less those that a later delivery retires; with a precedence, up to it."""
    retired = {}
    for row in retirements:
        if precedence is None or row["precedence"] <= precedence:
            retired[row["ticker"]] = max(retired.get(row["ticker"], ""), row["precedence"])
    last = {}
    for ticker, date, close, own in versions:
        if precedence is not None and own > precedence:
            continue
        before = last.get((ticker, date))
        if before is None or before[1] < own:
            last[ticker, date] = (close, own)
    return [
        (ticker, date, close)
        for (ticker, date), (close, own) in last.items()
        if close is not None and own >= retired.get(ticker, "")
    ]


def with_pyiceberg():
    catalog = load_catalog("bell", type="rest", uri=asked["catalog"])
    columns = ("ticker", "date", "close", "precedence")
    table = catalog.load_table("silver.price_versions").scan(selected_fields=columns).to_arrow()
    versions = list(zip(*(table[name].to_pylist() for name in columns)))
    retirements = catalog.load_table("silver.retirements").scan().to_arrow().to_pylist()
    found = {"current": summary(current_of(versions, retirements))}
    for precedence in asked["asOf"]:
        found[precedence] = summary(current_of(versions, retirements, precedence))
    return found


def connected():
    db = duckdb.connect()
    for name in ("avro", "httpfs", "iceberg"):
        package = __import__(f"duckdb_extension_{name}")
        [file] = glob.glob(os.path.join(os.path.dirname(package.__file__), "extensions", "*", "*.duckdb_extension"))
        db.execute(f"load '{file}'")
    host = asked["s3"].removeprefix("http://")
    db.execute(
        f"create secret (type s3, key_id 'local', secret 'local', region 'us-east-1', endpoint '{host}', url_style 'path', use_ssl false)"
    )
    db.execute(f"attach 'lake' as lake (type iceberg, endpoint '{asked['catalog']}', authorization_type 'none')")
    return db


def with_duckdb(db):
    found = {"current": summary(db.execute(f"select ticker, date, close from ({asked['view']})").fetchall())}
    for precedence in asked["asOf"]:
        rows = db.execute(
            """select ticker, date, close from (
                 select *, row_number() over (partition by ticker, date order by precedence desc) as newest
                 from lake.silver.price_versions where precedence <= $1
               ) k where newest = 1 and close is not null and not exists (
                 select 1 from lake.silver.retirements r
                 where r.ticker = k.ticker and r.precedence > k.precedence and r.precedence <= $1
               )""",
            [precedence],
        ).fetchall()
        found[precedence] = summary(rows)
    return found


def write(db):
    """Other engines change a table: ours must go on after them."""
    # DuckDB does not sort what it writes.
    db.execute("set unsafe_iceberg_ignore_sort_order = true")
    db.execute(
        "insert into lake.silver.price_versions (ticker, date, close, delivery, revision, valid_from, precedence) values "
        "('DUCK', '2020-01-08', 1.5, 'duck', '1', '2020-01-08 21:00:00+00', 'duck')"
    )
    db.execute(
        "merge into lake.silver.price_versions t using (select 'DUCK' as ticker) s on t.ticker = s.ticker "
        "when matched then update set close = 2.5"
    )
    return [str(row[0]) for row in db.execute("select close from lake.silver.price_versions where ticker = 'DUCK'").fetchall()]


db = connected()
answer = {"pyiceberg": with_pyiceberg(), "duckdb": with_duckdb(db)}
if asked.get("write"):
    answer["written"] = write(db)
answer["duck"] = [
    plain(close)
    for (close,) in db.execute("select close from lake.silver.price_versions where ticker = 'DUCK'").fetchall()
]
json.dump(answer, sys.stdout)
