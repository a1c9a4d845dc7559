#include "projections/roster/person.h"

#include <limits>

#include "events/values/text.h"

namespace muniment::view {
namespace {

void put_account(std::string& out, const AccountId& account) { out.append(text_of(account.bytes())); }

AccountId take_account(ByteReader& from) { return *AccountId::from(bytes_of(from.raw(AccountId::size))); }

void put_name(std::string& out, const Name& name) {
  put_byte(out, static_cast<std::uint8_t>(name.state));
  for (const auto* text : {&name.last, &name.first, &name.middle_initial}) put_text(out, *text);
}

Name take_name(ByteReader& from) {
  Name out;
  out.state = NameState{from.byte()};
  for (auto* text : {&out.last, &out.first, &out.middle_initial}) *text = from.text();
  return out;
}

void put_refs(std::string& out, const std::vector<EventRef>& refs) {
  put_varint(out, refs.size());
  for (const auto& ref : refs) put_ref(out, ref);
}

std::vector<EventRef> take_refs(ByteReader& from) {
  std::vector<EventRef> out;
  for (auto count = from.varint(); count > 0; --count) out.push_back(take_ref(from));
  return out;
}

void put_roster_link(std::string& out, const RosterLink& link) {
  put_varint(out, link.provider);
  put_ref(out, link.started);
  put_refs(out, link.ends);
  put_varint(out, link.rows.size());
  for (const auto& row : link.rows) {
    put_varint(out, row.version);
    put_byte(out, row.era);
  }
}

RosterLink take_roster_link(ByteReader& from) {
  RosterLink out;
  out.provider = from.varint();
  out.started = take_ref(from);
  out.ends = take_refs(from);
  for (auto count = from.varint(); count > 0; --count) {
    const Position version = from.varint();
    out.rows.push_back({version, from.byte()});
  }
  return out;
}

std::string provider_key(TableTag tag, PackedProvider provider) {
  std::string key;
  put_tag(key, tag);
  put_provider(key, provider);
  return key;
}

// search_key, without its cost for names that need no folding but that of case.
std::string folded(std::string_view name) {
  std::string out{name};
  for (char& c : out) {
    if (static_cast<unsigned char>(c) >= 0x80) return search_key(name);
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

constexpr std::uint8_t with_name = 0;
constexpr std::uint8_t without_name = 1;

}  // namespace

Person unnamed_person() {
  Person out;
  out.names.push_back({{0, Timestamp{std::numeric_limits<std::int64_t>::min()}, 0}, {}});
  return out;
}

void put_person(std::string& out, const Person& person) {
  put_account(out, person.account);
  put_varint(out, person.names.size() - 1);
  for (auto version = person.names.begin() + 1; version != person.names.end(); ++version) {
    put_ref(out, version->event);
    put_name(out, version->name);
  }
  put_varint(out, person.links.size());
  for (const auto& link : person.links) put_roster_link(out, link);
}

Person take_person(std::string_view value) {
  ByteReader from(value);
  Person out = unnamed_person();
  out.account = take_account(from);
  for (auto count = from.varint(); count > 0; --count) {
    const auto event = take_ref(from);
    out.names.push_back({event, take_name(from)});
  }
  for (auto count = from.varint(); count > 0; --count) out.links.push_back(take_roster_link(from));
  return out;
}

// Time and import of the link, those of the name if another event gave it, and the ends.
void put_span(std::string& out, const Span& span) {
  for (const auto* start : {&span.linked, &span.named}) {
    if (start == &span.named && span.named.position == span.linked.position) continue;
    put_time(out, start->at);
    put_varint(out, start->import);
  }
  for (const auto& end : span.ends) put_ref(out, end);
}

Span take_span(const RowName& row, std::string_view value) {
  ByteReader from(value);
  const auto take_start = [&](Position position) {
    const auto at = from.time();
    return EventRef{position, at, from.varint()};
  };
  Span out;
  out.linked = take_start(row.linked);
  out.named = row.version == row.linked ? out.linked : take_start(row.version);
  while (!from.at_end()) out.ends.push_back(take_ref(from));
  return out;
}

RowName row_name(const Name& name, std::string_view username, Position linked, Position version) {
  RowName out{false, folded(name.last), folded(name.first), std::string{username}, linked, version};
  out.named = !out.last.empty() || !out.first.empty();
  return out;
}

std::string last_name_suffix(const RowName& row) {
  std::string out;
  put_byte(out, row.named ? with_name : without_name);
  put_key_text(out, row.last);
  put_key_text(out, row.first);
  put_key_text(out, row.username);
  put_ordered(out, row.linked);
  put_ordered(out, row.version);
  return out;
}

std::string first_name_suffix(const RowName& row) {
  std::string out;
  put_key_text(out, row.first);
  put_key_text(out, row.last);
  put_key_text(out, row.username);
  put_ordered(out, row.linked);
  put_ordered(out, row.version);
  return out;
}

RowName take_last_name_suffix(std::string_view suffix) {
  ByteReader from(suffix);
  RowName out;
  out.named = from.byte() == with_name;
  for (auto* text : {&out.last, &out.first, &out.username}) *text = from.key_text();
  out.linked = from.ordered();
  out.version = from.ordered();
  return out;
}

RowName take_first_name_suffix(std::string_view suffix) {
  ByteReader from(suffix);
  RowName out;
  out.named = true;
  for (auto* text : {&out.first, &out.last, &out.username}) *text = from.key_text();
  out.linked = from.ordered();
  out.version = from.ordered();
  return out;
}

std::string person_key(std::string_view username) {
  std::string key;
  put_tag(key, TableTag::person);
  put_key_text(key, username);
  return key;
}

std::string last_names_prefix(PackedProvider provider, Era era) {
  std::string key = provider_key(TableTag::by_last_name, provider);
  put_byte(key, era);
  return key;
}

std::string first_names_prefix(PackedProvider provider, Era era) {
  std::string key = provider_key(TableTag::by_first_name, provider);
  put_byte(key, era);
  return key;
}

std::string closings_of_prefix(PackedProvider provider) { return provider_key(TableTag::closing, provider); }

std::string last_erasure_key() {
  std::string key;
  put_tag(key, TableTag::last_erasure);
  return key;
}

}  // namespace muniment::view
