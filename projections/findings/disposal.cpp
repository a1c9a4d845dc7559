#include "projections/findings/disposal.h"

#include "events/record/principal.h"
#include "projections/event_fields.h"

namespace muniment::view {
namespace {

std::string disposals_prefix(PackedProvider provider) {
  std::string key;
  put_tag(key, TableTag::finding_disposal);
  put_provider(key, provider);
  return key;
}

}  // namespace

Disposal disposal_of(schema::Event::Reader event) {
  const auto said = event.getFact().getFindingDisposed();
  return {.event = ref_of(event),
          .finding = std::string{text_of(said.getFinding())},
          .disposition = said.getDisposition(),
          .until = Timestamp{said.getUntil()},
          .actor = Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text(),
          .reason = std::string{text_of(event.getContext().getReason())}};
}

void put_disposal(const Disposal& disposal, PackedProvider provider, RowBuffer& rows) {
  std::string key = disposals_prefix(provider);
  put_ordered(key, disposal.event.position);
  std::string value;
  put_time(value, disposal.event.at);
  put_varint(value, disposal.event.import);
  put_text(value, disposal.finding);
  put_byte(value, static_cast<std::uint8_t>(disposal.disposition));
  put_time(value, disposal.until);
  put_text(value, disposal.actor);
  put_text(value, disposal.reason);
  rows.put(key, value);
}

Disposal take_disposal(Position position, std::string_view value) {
  ByteReader from(value);
  Disposal out;
  out.event.position = position;
  out.event.at = from.time();
  out.event.import = from.varint();
  out.finding = from.text();
  out.disposition = schema::Disposition{from.byte()};
  out.until = from.time();
  out.actor = from.text();
  out.reason = from.text();
  return out;
}

DisposalsAsOf::DisposalsAsOf(const Snapshot& snapshot, const Table& table, const AsOf& as_of, std::optional<PackedProvider> provider) {
  const std::string all(1, static_cast<char>(TableTag::finding_disposal));
  const std::string prefix = provider ? disposals_prefix(*provider) : all;
  auto rows = snapshot.rows(table, Scan::whole);
  for (rows.seek(prefix); rows.valid() && rows.key().starts_with(prefix); rows.next()) {
    ByteReader key(rows.key().substr(all.size()));
    const PackedProvider at = key.provider();
    Disposal disposal = take_disposal(key.ordered(), rows.value());
    if (!as_of.sees(disposal.event)) continue;
    providers_.insert(at);
    said_.insert_or_assign(disposal.finding, disposal);
  }
}

const Disposal* DisposalsAsOf::find(std::string_view finding) const {
  const auto found = said_.find(finding);
  return found == said_.end() ? nullptr : &found->second;
}

}  // namespace muniment::view
