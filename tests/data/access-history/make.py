#!/usr/bin/env python3
"""Makes the made-up history that stands beside it, and the truth of it at three moments.

Knows nothing of muniment: what was held at a moment is what the last change at or before it, in the order of the file, left. Run it in its
folder; the same seed makes the same files."""
import csv
import datetime
import io
import random
import unicodedata

SEED = 20240229
PROVIDERS = [("300000001A", "Harbour Clinic", "Harbour"), ("300000002B", "Harbour, Billing", "Harbour"),
             ("300000003C", "Klinik \"Nord\"", ""), ("300000004D", "Never Used", "")]
PEOPLE = ["Ann.Lee", "bob_k", "CORP\\carla", "dev+ops@harbour.example", "JÖRG", "анна", "o'neil", "svc-backup$", "build[bot]", "zoe2",
          "zoe", "Zoe-x"]
SERVICES = ["org:member", "org:admin", "team:billing,write", "team:nord", "repo \"one\":read", "repo:two:write"]
MOMENTS = ["2021-03-01T00:00:00Z", "2022-02-28T12:00:00Z", "2023-12-31T23:59:59Z"]


def written(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def changes():
    chance = random.Random(SEED)
    rows, held, latest = [], set(), {}
    at = datetime.datetime(2020, 1, 1)
    for number in range(600):
        # Now and then several at one moment, and exactly at the moments that are asked about.
        if chance.random() < 0.7:
            at += datetime.timedelta(seconds=chance.randrange(1, 420_000))
        moment = at
        if number % 150 == 149:
            moment = datetime.datetime.strptime(MOMENTS[number // 150 % 3], "%Y-%m-%dT%H:%M:%SZ")
        provider, person = chance.choice(PROVIDERS[:3])[0], chance.choice(PEOPLE)
        link, service = (provider, person), chance.choice(SERVICES)
        if moment < latest.get(link, moment):
            continue
        action = "revoke" if (*link, service) in held else "grant"
        (held.discard if action == "revoke" else held.add)((*link, service))
        latest[link] = moment
        # Written in one way or another, and by people who never appear as users.
        spelled = chance.choice([person, person.lower(), person.upper(), unicodedata.normalize("NFD", person)])
        rows.append([service, written(moment), chance.choice(["the board", "Müller, K.", "root", ""]), action, provider, spelled,
                     chance.choice(["", "ticket %d" % number]), chance.choice(["", "head nurse"]), "n%d" % number])
    return rows


def held_at(rows, moment):
    last = {}
    for service, at, _, action, provider, person, *_ in rows:
        if at <= moment:
            last[(provider, unicodedata.normalize("NFC", person).lower(), service)] = action
    held = [key for key, action in last.items() if action == "grant"]
    return sorted(held, key=line_of)


# As the bytes of the lines are ordered.
def line_of(row):
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    return line.getvalue().encode()


def write(name, heading, rows, end="\n"):
    with open(name, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator=end)
        writer.writerow(heading)
        writer.writerows(rows)


rows = changes()
write("providers.csv", ["provider", "name", "organization"], PROVIDERS)
write("changes.csv", ["service", "occurred_at", "actor", "action", "provider", "username", "reference", "requested_by", "row"], rows, "\r\n")
for moment in MOMENTS:
    write("as-of-%s.csv" % moment.replace("-", "").replace(":", ""), ["provider", "username", "service"], held_at(rows, moment))
