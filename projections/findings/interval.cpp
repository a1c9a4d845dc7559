#include "projections/findings/interval.h"

#include <algorithm>

namespace muniment::view {

namespace {

enum IntervalFlag : std::uint8_t { has_ended = 1, was_corrected = 2 };

}  // namespace

Interval interval_of(const EventRef& event) {
  Interval out;
  out.opened = event;
  out.from = event.at;
  out.last = event.at;
  out.evidence = {event.position};
  return out;
}

void add_evidence(Interval& interval, Position position) {
  if (interval.evidence.size() == 2 * evidence_kept) interval.evidence.erase(interval.evidence.begin() + evidence_kept);
  interval.evidence.push_back(position);
}

void add_act(Interval& interval, const EventRef& event) {
  const bool is_first = interval.evidence.empty();
  interval.count = is_first ? 1 : interval.count + 1;
  interval.from = is_first ? event.at : std::min(interval.from, event.at);
  interval.last = is_first ? event.at : std::max(interval.last, event.at);
  add_evidence(interval, event.position);
  if (interval.acts.size() < acts_kept) interval.acts.push_back(event);
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
  put_byte(out, static_cast<std::uint8_t>((interval.ended ? has_ended : 0) | (interval.corrected ? was_corrected : 0)));
  if (interval.ended) put_ref(out, *interval.ended);
  put_varint(out, interval.count);
  put_varint(out, interval.evidence.size());
  for (const Position position : interval.evidence) put_varint(out, position);
  put_text(out, interval.service);
  put_text(out, interval.other);
  put_varint(out, interval.policy);
  put_varint(out, interval.acts.size());
  for (const EventRef& act : interval.acts) put_ref(out, act);
}

Interval take_interval(std::string_view value) {
  ByteReader from(value);
  Interval out;
  out.kind = IntervalKind{from.byte()};
  out.opened = take_ref(from);
  out.from = from.time();
  out.last = from.time();
  const auto flags = from.byte();
  if ((flags & has_ended) != 0) out.ended = take_ref(from);
  out.corrected = (flags & was_corrected) != 0;
  out.count = from.varint();
  const auto evidence = from.varint();
  if (evidence > 2 * evidence_kept)
    throw Failed("a finding has more evidence than is kept: delete the views' folder, they are built again");
  for (std::uint64_t i = 0; i < evidence; ++i) out.evidence.push_back(from.varint());
  out.service = from.text();
  out.other = from.text();
  out.policy = from.varint();
  const auto acts = from.varint();
  if (acts > acts_kept) throw Failed("a finding has more acts than are kept: delete the views' folder, they are built again");
  for (std::uint64_t i = 0; i < acts; ++i) out.acts.push_back(take_ref(from));
  return out;
}

}  // namespace muniment::view
