#include "tools/wire/review_rows.h"

#include "events/values/base64.h"
#include "events/values/bytes.h"
#include "tools/wire/access_rows.h"

namespace muniment {
namespace {

using Shown = Column::Shown;

std::vector<std::string> texts_of(const std::vector<ProviderId>& providers) {
  std::vector<std::string> out;
  for (const ProviderId& provider : providers) out.push_back(provider.text());
  return out;
}

Cell list_cell(const std::vector<std::string>& list) { return list.empty() ? Cell{} : Cell{list}; }

// Of what has a position: nothing where that is 0.
Cell time_cell(Timestamp at, Position position) { return position == 0 ? Cell{} : Cell{at.text()}; }
Cell actor_cell(const Principal& actor, Position position) { return position == 0 ? Cell{} : Cell{actor.text()}; }

// From the one to the other, in whole seconds; nothing where there is no other, or it was before.
Cell seconds_cell(Timestamp from, Timestamp to, Position position) {
  if (position == 0 || to.ns < from.ns) return {};
  return static_cast<std::uint64_t>((to.ns - from.ns) / 1'000'000'000);
}

}  // namespace

std::vector<Column> review_columns() {
  return {{"review"},
          {"state"},
          {"late", Column::Kind::flag},
          {"reminder_due", Column::Kind::flag},
          {"providers", Column::Kind::list},
          {"due_at", Column::Kind::time},
          {"people", Column::Kind::number},
          {"undecided", Column::Kind::number},
          {"asked", Column::Kind::number},
          {"kept", Column::Kind::number},
          {"revoked", Column::Kind::number},
          {"not_carried_out", Column::Kind::number},
          {"opened_at", Column::Kind::time},
          {"opened_by"},
          {"opened_position", Column::Kind::number, Shown::not_in_table},
          {"remind_at", Column::Kind::time, Shown::not_in_table},
          {"closed_at", Column::Kind::time},
          {"closed_by"},
          {"closed_position", Column::Kind::number, Shown::not_in_table},
          {"sealed_position", Column::Kind::number, Shown::not_in_table},
          {"digest", Column::Kind::text, Shown::not_in_table},
          {"signed_by", Column::Kind::list, Shown::not_in_table}};
}

std::vector<Cell> review_cells(const ReviewRow& row) {
  return {row.review,
          std::string{name_of(row.state)},
          row.is_late,
          row.is_reminder_due,
          texts_of(row.providers),
          row.due_at.text(),
          row.counts.people,
          row.counts.undecided,
          row.counts.asked,
          row.counts.kept,
          row.counts.revoked,
          row.counts.not_carried_out,
          row.opened_at.text(),
          row.opened_by.text(),
          row.opened_position,
          row.remind_at ? Cell{row.remind_at->text()} : Cell{},
          time_cell(row.closed_at, row.closed_position),
          actor_cell(row.closed_by, row.closed_position),
          position_cell(row.closed_position),
          position_cell(row.seal.position),
          text_cell(to_hex(bytes_of(row.seal.digest))),
          list_cell(row.seal.signers)};
}

std::vector<Column> review_item_columns() {
  return {{"provider", Column::Kind::provider},
          {"username"},
          {"last_name"},
          {"first_name"},
          {"services", Column::Kind::list},
          {"reviewers", Column::Kind::list},
          {"state"},
          {"decided_at", Column::Kind::time},
          {"decided_by"},
          {"decided_position", Column::Kind::number, Shown::not_in_table},
          {"reason"},
          {"reference", Column::Kind::text, Shown::not_in_table},
          {"to_revoke", Column::Kind::list, Shown::not_in_table},
          {"decided_together", Column::Kind::number},
          {"seconds_spent", Column::Kind::number},
          {"revoked_at", Column::Kind::time},
          {"revoked_position", Column::Kind::number, Shown::not_in_table},
          {"seconds_to_revoke", Column::Kind::number},
          {"revocation", Column::Kind::text, Shown::not_in_table},
          {"refusal", Column::Kind::text, Shown::not_in_table},
          {"changed_position", Column::Kind::number, Shown::not_in_table}};
}

std::vector<Cell> review_item_cells(const ReviewItemRow& row) {
  std::vector<Cell> out{row.provider.text(),
                        row.username,
                        text_cell(row.last_name),
                        text_cell(row.first_name),
                        list_cell(row.services),
                        list_cell(row.reviewers),
                        std::string{name_of(row.state)}};
  if (row.decided) {
    const ReviewDecisionRow& decided = *row.decided;
    const bool is_revoke = decided.decision == schema::ReviewDecision::REVOKE;
    out.insert(out.end(), {decided.at.text(), decided.by.text(), decided.position, text_cell(decided.reason), text_cell(decided.reference),
                           is_revoke ? list_cell(decided.services) : Cell{}, std::uint64_t{decided.decided_together},
                           decided.seconds_spent == 0 ? Cell{} : Cell{std::uint64_t{decided.seconds_spent}}});
    out.insert(out.end(), {time_cell(row.revoked_at, row.revoked_position), position_cell(row.revoked_position),
                           seconds_cell(row.first_revoke_at, row.revoked_at, row.revoked_position),
                           is_revoke ? Cell{std::string{name_of(decided.revocation)}} : Cell{}, text_cell(decided.refusal)});
  }
  out.resize(review_item_columns().size());
  out.back() = position_cell(row.changed_position);
  return out;
}

std::vector<Column> leaver_columns() {
  return {{"provider", Column::Kind::provider},
          {"state"},
          {"services", Column::Kind::list},
          {"administrators", Column::Kind::list},
          {"left_at", Column::Kind::time},
          {"reported_at", Column::Kind::time},
          {"reported_position", Column::Kind::number, Shown::not_in_table},
          {"removed_at", Column::Kind::time},
          {"removed_by"},
          {"removed_position", Column::Kind::number, Shown::not_in_table},
          {"seconds_after_leaving", Column::Kind::number},
          {"seconds_after_report", Column::Kind::number}};
}

std::vector<Cell> leaver_cells(const LeaverRow& row) {
  return {row.provider.text(),
          std::string{row.is_linked ? "linked" : "removed"},
          list_cell(row.services),
          list_cell(row.administrators),
          time_cell(row.left_at, row.reported_position),
          time_cell(row.reported_at, row.reported_position),
          position_cell(row.reported_position),
          time_cell(row.removed_at, row.removed_position),
          row.removed_by.name.empty() ? Cell{} : actor_cell(row.removed_by, row.removed_position),
          position_cell(row.removed_position),
          seconds_cell(row.left_at, row.removed_at, row.removed_position),
          seconds_cell(row.reported_at, row.removed_at, row.removed_position)};
}

std::vector<Column> attestation_columns() {
  return {{"provider", Column::Kind::provider},
          {"username"},
          {"last_name"},
          {"first_name"},
          {"services", Column::Kind::list},
          {"usable", Column::Kind::flag},
          {"attested"},
          {"attested_at", Column::Kind::time},
          {"attested_by"},
          {"attested_position", Column::Kind::number, Shown::not_in_table},
          {"as_of", Column::Kind::number, Shown::not_in_table}};
}

std::vector<Cell> attestation_cells(const AttestationRow& row) {
  const RosterRow& person = row.person;
  return {person.provider.text(),
          person.username,
          text_cell(person.last_name),
          text_cell(person.first_name),
          list_cell(person.services),
          person.usable(),
          std::string{name_of(row.attested)},
          time_cell(row.at, row.position),
          actor_cell(row.by, row.position),
          position_cell(row.position),
          position_cell(row.as_of)};
}

std::vector<NamedCell> seal_cells(const ReviewRow& review) {
  return {{"opened_position", review.opened_position},
          {"closed_position", position_cell(review.closed_position)},
          {"sealed_position", position_cell(review.seal.position)},
          {"digest", text_cell(to_hex(bytes_of(review.seal.digest)))},
          {"signed_by", list_cell(review.seal.signers)}};
}

std::vector<NamedCell> log_cells(const LogHead& head) {
  std::string root;
  append_base64(root, ByteSpan{head.root});
  return {{"log_size", head.position}, {"log_root", std::move(root)}};
}

}  // namespace muniment
