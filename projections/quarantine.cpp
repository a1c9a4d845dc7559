#include "projections/quarantine.h"

#include <kj/exception.h>

#include <algorithm>

namespace muniment::view {
namespace {

struct Row {
  EventRef event;
  FactNumber fact = fact_unknown;
  std::vector<PackedProvider> providers;
  std::vector<std::string> usernames;
  std::string_view reason;
};

// Whom it concerns, as far as that can be read.
void put_parties(std::string& out, std::optional<schema::Event::Reader> event) {
  Parties parties;
  try {
    if (event) parties = parties_of(*event);
  } catch (const std::exception&) {
    parties = {};  // Nothing known: it touches every answer.
  }
  put_varint(out, parties.providers.size());
  for (const auto provider : parties.providers) put_varint(out, provider);
  put_varint(out, parties.usernames.size());
  for (const auto username : parties.usernames) put_text(out, username);
}

Row take_row(Position position, std::string_view value) {
  Row out;
  ByteReader from(value);
  out.event.position = position;
  out.event.import = from.varint();
  out.fact = static_cast<FactNumber>(from.varint());
  out.providers.resize(from.varint());
  for (auto& provider : out.providers) provider = from.varint();
  out.usernames.resize(from.varint());
  for (auto& username : out.usernames) username = from.text();
  out.reason = from.rest();
  return out;
}

template <typename Visit>
void each_row(const Snapshot& snapshot, const Table& table, Visit visit) {
  std::string prefix;
  put_tag(prefix, TableTag::quarantine);
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    visit(take_row(ByteReader(rows.key().substr(prefix.size())).ordered(), rows.value()));
  }
}

template <typename T>
bool concerns(const std::vector<T>& concerned, const std::optional<T>& asked) {
  return !asked || concerned.empty() || std::find(concerned.begin(), concerned.end(), *asked) != concerned.end();
}

}  // namespace

// import, fact, providers, usernames, reason.
void put_quarantined(RowBuffer& rows, Position position, std::optional<schema::Event::Reader> event, std::string_view reason) {
  std::string key;
  put_tag(key, TableTag::quarantine);
  put_ordered(key, position);
  std::string value;
  put_varint(value, event ? event->getContext().getImportedBy() : 0);
  put_varint(value, event ? number_of(*event) : fact_unknown);
  put_parties(value, event);
  value += reason;
  rows.put(key, value);
}

std::vector<Quarantined> quarantined_in(const Snapshot& snapshot, const Table& table) {
  std::vector<Quarantined> out;
  each_row(snapshot, table, [&](const Row& row) {
    Quarantined quarantined{row.event.position, fact_name(row.fact), std::string{row.reason}, {}, row.usernames};
    for (const auto provider : row.providers) quarantined.providers.push_back(unpack_provider(provider));
    out.push_back(std::move(quarantined));
  });
  return out;
}

// When it took effect is not weighed: nobody knows what it did.
void add_touching(const Snapshot& snapshot, const Table& table, const AsOf& as_of, const Scope& scope, std::vector<Position>& out) {
  each_row(snapshot, table, [&](const Row& row) {
    if (!as_of.knows(row.event) || !concerns(row.providers, scope.provider) || !concerns(row.usernames, scope.username)) return;
    out.push_back(row.event.position);
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace muniment::view
