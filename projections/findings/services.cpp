#include "projections/findings/services.h"

#include "events/values/bytes.h"

namespace muniment::view {
namespace {

std::string service_key(std::string_view id) {
  std::string key;
  put_tag(key, TableTag::finding_service);
  return key.append(id);
}

}  // namespace

FindingServices::FindingServices(const Database& database, const Table& table) {
  const std::string prefix = service_key("");
  const auto snapshot = database.snapshot();
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    ByteReader from(rows.value());
    const FindingService number = from.u32();
    if (number >= known_.size()) known_.resize(number + 1);
    const bool administrator = from.byte() != 0;
    known_[number] = {std::string{rows.key().substr(prefix.size())}, administrator, from.byte() != 0};
    if (known_[number].offered) ++offered_;
  }
  for (std::size_t i = 0; i < known_.size(); ++i) numbers_.emplace(known_[i].id, static_cast<FindingService>(i));
}

std::vector<std::string> service_texts(const Snapshot& snapshot, const Table& table) {
  std::vector<std::string> out;
  const std::string prefix = service_key("");
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    const FindingService number = ByteReader(rows.value()).u32();
    if (number >= out.size()) out.resize(number + 1);
    out[number] = rows.key().substr(prefix.size());
  }
  return out;
}

void FindingServices::put(FindingService service, RowBuffer& rows) const {
  std::string value;
  put_u32be(value, service);
  put_byte(value, known_[service].administrator ? 1 : 0);
  put_byte(value, known_[service].offered ? 1 : 0);
  rows.put(service_key(known_[service].id), value);
}

FindingService FindingServices::number_of(std::string_view id, RowBuffer& rows) {
  if (const auto found = numbers_.find(id); found != numbers_.end()) return found->second;
  const auto number = static_cast<FindingService>(known_.size());
  known_.push_back({std::string{id}, false, false});
  numbers_.emplace(id, number);
  put(number, rows);
  return number;
}

void FindingServices::define(std::string_view id, bool administrator, bool is_imported, RowBuffer& rows) {
  const auto number = number_of(id, rows);
  known_[number].administrator = administrator;
  if (!known_[number].offered && !is_imported) {
    ++offered_;
    known_[number].offered = true;
  }
  put(number, rows);
}

void FindingServices::retire(std::string_view id, RowBuffer& rows) {
  const auto number = number_of(id, rows);
  if (known_[number].offered) --offered_;
  known_[number].offered = false;
  put(number, rows);
}

std::optional<FindingService> FindingServices::find(std::string_view id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace muniment::view
