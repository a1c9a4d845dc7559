#include "projections/findings/interval.h"

namespace muniment::view {

void add_evidence(Interval& interval, Position position) {
  if (interval.evidence.size() == 2 * evidence_kept) interval.evidence.erase(interval.evidence.begin() + evidence_kept);
  interval.evidence.push_back(position);
}

std::string interval_place(const IntervalName& name) {
  std::string out;
  put_provider(out, name.provider);
  put_byte(out, static_cast<std::uint8_t>(name.rule));
  put_key_text(out, name.subject);
  put_ordered(out, name.id);
  put_ordered(out, name.extra);
  return out;
}

std::string interval_key(TableTag tag, std::string_view place) {
  std::string out;
  put_tag(out, tag);
  return out.append(place);
}

IntervalName take_interval_place(std::string_view place) {
  ByteReader from(place);
  IntervalName out;
  out.provider = from.provider();
  out.rule = Rule{from.byte()};
  if (!is_rule(out.rule)) throw Failed("a finding is of no rule: delete the views' folder, they are built again");
  out.subject = from.key_text();
  out.id = from.ordered();
  out.extra = from.ordered();
  return out;
}

void put_interval(std::string& out, const Interval& interval) {
  put_byte(out, static_cast<std::uint8_t>(interval.kind));
  put_ref(out, interval.opened);
  put_time(out, interval.from);
  put_time(out, interval.last);
  put_byte(out, interval.ended ? 1 : 0);
  if (interval.ended) put_ref(out, *interval.ended);
  put_varint(out, interval.count);
  put_varint(out, interval.evidence.size());
  for (const Position position : interval.evidence) put_varint(out, position);
  put_text(out, interval.service);
  put_text(out, interval.other);
  put_varint(out, interval.policy);
}

Interval take_interval(std::string_view value) {
  ByteReader from(value);
  Interval out;
  out.kind = IntervalKind{from.byte()};
  out.opened = take_ref(from);
  out.from = from.time();
  out.last = from.time();
  if (from.byte() != 0) out.ended = take_ref(from);
  out.count = from.varint();
  const auto evidence = from.varint();
  if (evidence > 2 * evidence_kept)
    throw Failed("a finding has more evidence than is kept: delete the views' folder, they are built again");
  for (std::uint64_t i = 0; i < evidence; ++i) out.evidence.push_back(from.varint());
  out.service = from.text();
  out.other = from.text();
  out.policy = from.varint();
  return out;
}

}  // namespace muniment::view
