#include "projections/access/rows.h"

#include "events/values/bytes.h"
#include "events/values/csv_cell.h"

namespace muniment::view {
namespace {

std::string tagged(TableTag tag) {
  std::string key;
  key.reserve(48);
  put_tag(key, tag);
  return key;
}

std::string of_provider(TableTag tag, PackedProvider provider) {
  std::string key = tagged(tag);
  put_provider(key, provider);
  return key;
}

std::string of_text(TableTag tag, std::string_view text) {
  std::string key = tagged(tag);
  put_key_text(key, text);
  return key;
}

}  // namespace

std::string links_by_cell_prefix() { return tagged(TableTag::link_by_cell); }

std::string link_by_cell_key(PackedProvider provider, std::string_view username) {
  std::string key = of_provider(TableTag::link_by_cell, provider);
  if (username.empty()) return key;
  std::string cell;
  put_csv_cell(cell, username);
  put_key_text(key, cell += ',');
  return key.append(username);
}

std::string link_prefix(PackedProvider provider, std::string_view username) {
  std::string key = of_provider(TableTag::link_change, provider);
  put_key_text(key, username);
  return key;
}

std::string link_change_key(PackedProvider provider, std::string_view username, Position position) {
  std::string key = link_prefix(provider, username);
  put_ordered(key, position);
  return key;
}

std::string link_starts_prefix(PackedProvider provider, Era era) {
  std::string key = of_provider(TableTag::link_start, provider);
  put_byte(key, era);
  return key;
}

std::string user_links_prefix(std::string_view username) { return of_text(TableTag::user_link, username); }

std::string grants_prefix(ServiceNumber service, PackedProvider provider, Era era) {
  std::string key = tagged(TableTag::grant);
  put_u32be(key, service);
  put_provider(key, provider);
  put_byte(key, era);
  return key;
}

std::string closings_prefix(PackedProvider provider) { return of_provider(TableTag::provider_close, provider); }
std::string account_changes_prefix(std::string_view username) { return of_text(TableTag::account_change, username); }
std::string all_account_changes_prefix() { return tagged(TableTag::account_change); }
std::string terms_prefix() { return tagged(TableTag::terms); }

std::string service_text_key(ServiceNumber service) {
  std::string key = tagged(TableTag::service_text);
  put_u32be(key, service);
  return key;
}

std::string service_number_key(std::string_view service) { return tagged(TableTag::service_number).append(service); }

void put_when(std::string& out, const EventRef& event) {
  put_time(out, event.at);
  if (event.import != 0) put_varint(out, event.import);
}

EventRef take_when(Position position, std::string_view value) {
  ByteReader from(value);
  EventRef out{position, from.time(), 0};
  if (!from.at_end()) out.import = from.varint();
  return out;
}

}  // namespace muniment::view
