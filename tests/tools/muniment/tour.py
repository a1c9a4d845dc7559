#!/usr/bin/env python3
"""What the auditor's desk should find in an access history, counted from its CSV alone: `rule findings events` a line.

Knows nothing of muniment but the meaning of its rules at their defaults. usage: tour.py FOLDER ADMINISTRATOR_SERVICE"""
import collections
import csv
import datetime
import sys
import unicodedata

folder, administrator = sys.argv[1:]


def username(name):
    return unicodedata.normalize("NFC", name).lower()


found = collections.defaultdict(collections.Counter)  # rule -> which finding -> its events
held, since, revoked, recent, run = {}, {}, {}, collections.defaultdict(list), {}
roster = set()
with open(folder + "/changes.csv", newline="", encoding="utf-8") as file:
    for number, row in enumerate(csv.DictReader(file)):
        at = datetime.datetime.strptime(row["occurred_at"], "%Y-%m-%dT%H:%M:%SZ")
        provider, actor, user, service = row["provider"], row["actor"], username(row["username"]), row["service"]
        place, name = (provider, actor), username(actor)
        grant = (provider, user, service)
        is_grant = row["action"] == "grant"
        if is_grant == (grant in held):
            continue  # It changed nothing.
        if is_grant:
            if name == user:
                found["self_granted"][number] += 1
            if username(row.get("requested_by") or "") == user:
                found["self_requested"][number] += 1
                if service == administrator:
                    found["self_requested_administrator"][number] += 1
            if (provider, name, administrator) not in held:
                # Who comes onto the roster by this very grant cannot be told from a stranger.
                rule = "granted_without_authority" if (provider, name) in roster else "authority_unknown"
                found[rule][number if rule == "granted_without_authority" else (place, at.year, at.month)] += 1
            if grant in revoked and at - revoked.pop(grant) < datetime.timedelta(days=30):
                found["granted_again"][number] += 1
            held[grant] = at
            roster.add((provider, user))
        else:
            if at - held.pop(grant) < datetime.timedelta(minutes=60):
                found["short_grant"][number] += 1
            revoked[grant] = at
        if at.weekday() > 4:
            found["out_of_hours"][(place, at.date())] += 1
        done = recent[place] = recent[place][-24:] + [at]
        if len(done) == 25 and at - done[0] <= datetime.timedelta(minutes=60):
            found["mass_changes"][run.setdefault(place, number)] += 1 if run[place] != number else 25
        else:
            run.pop(place, None)
for rule in sorted(found):
    print(rule, len(found[rule]), sum(found[rule].values()))
