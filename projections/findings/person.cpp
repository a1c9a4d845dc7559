#include "projections/findings/person.h"

#include <algorithm>

namespace muniment::view {
namespace {

enum Flag : std::uint8_t { has_home = 1, is_locked = 2, is_disabled = 4, is_terminated = 8, has_generic_name = 16 };

template <typename T, typename PutOne>
void put_list(std::string& out, const std::vector<T>& list, PutOne put_one) {
  put_varint(out, list.size());
  for (const T& one : list) put_one(one);
}

template <typename T, typename TakeOne>
void take_list(ByteReader& from, std::vector<T>& list, TakeOne take_one) {
  for (auto left = from.varint(); left > 0; --left) list.push_back(take_one());
}

// Of what has not happened only that.
void put_if_happened(std::string& out, const EventRef& event) {
  put_varint(out, event.position);
  if (event.position == 0) return;
  put_time(out, event.at);
  put_varint(out, event.import);
}

EventRef take_if_happened(ByteReader& from) {
  EventRef out;
  out.position = from.varint();
  if (out.position == 0) return out;
  out.at = from.time();
  out.import = from.varint();
  return out;
}

void put_link(std::string& out, const FindingLink& link) {
  put_varint(out, link.provider);
  put_ref(out, link.started);
  put_time(out, link.changed);
  put_list(out, link.held, [&](const HeldFinding& held) {
    put_varint(out, held.service);
    put_ref(out, held.granted);
    put_if_happened(out, held.used);
  });
  put_list(out, link.marks, [&](const OpenMark& mark) {
    put_byte(out, static_cast<std::uint8_t>(mark.rule));
    put_varint(out, mark.id);
    put_varint(out, mark.extra);
    put_varint(out, mark.service);
  });
  put_run(out, link.resets);
  put_if_happened(out, link.reported);
  if (link.reported.position == 0) return;
  put_if_happened(out, link.said_left);
  put_time(out, link.left_at);
}

FindingLink take_link(ByteReader& from) {
  FindingLink out;
  out.provider = from.varint();
  out.started = take_ref(from);
  out.changed = from.time();
  take_list(from, out.held, [&] {
    HeldFinding held;
    held.service = static_cast<FindingService>(from.varint());
    held.granted = take_ref(from);
    held.used = take_if_happened(from);
    return held;
  });
  take_list(from, out.marks, [&] {
    OpenMark mark;
    mark.rule = Rule{from.byte()};
    mark.id = from.varint();
    mark.extra = from.varint();
    mark.service = static_cast<FindingService>(from.varint());
    return mark;
  });
  out.resets = take_run(from);
  out.reported = take_if_happened(from);
  if (out.reported.position == 0) return out;
  out.said_left = take_if_happened(from);
  out.left_at = from.time();
  return out;
}

}  // namespace

void put_run(std::string& out, const ActRun& run) {
  put_list(out, run.done, [&](const ActRun::Done& done) {
    put_time(out, done.at);
    put_varint(out, done.position);
    put_varint(out, done.about);
  });
  put_varint(out, run.opened);
}

ActRun take_run(ByteReader& from) {
  ActRun out;
  take_list(from, out.done, [&] {
    const Timestamp at = from.time();
    const Position position = from.varint();
    return ActRun::Done{at, position, from.varint()};
  });
  out.opened = from.varint();
  return out;
}

HeldFinding* FindingLink::find(FindingService service) {
  const auto found = std::find_if(held.begin(), held.end(), [service](const HeldFinding& one) { return one.service == service; });
  return found == held.end() ? nullptr : &*found;
}

FindingLink* FindingPerson::link(PackedProvider provider) {
  const auto found = std::find_if(links.begin(), links.end(), [provider](const FindingLink& one) { return one.provider == provider; });
  return found == links.end() ? nullptr : &*found;
}

std::string FindingPersonFormat::key(std::string_view username) {
  std::string key;
  put_tag(key, TableTag::finding_person);
  put_key_text(key, username);
  return key;
}

void FindingPersonFormat::put(std::string& out, const FindingPerson& person) {
  put_byte(out, static_cast<std::uint8_t>((person.has_home ? has_home : 0) | (person.locked ? is_locked : 0) |
                                          (person.disabled ? is_disabled : 0) | (person.terminated ? is_terminated : 0) |
                                          (person.has_generic_name ? has_generic_name : 0)));
  put_varint(out, person.home);
  for (const EventRef* event : {&person.signed_in, &person.enabled, &person.stopped, &person.active, &person.accepted})
    put_if_happened(out, *event);
  put_text(out, person.terms);
  put_list(out, person.links, [&](const FindingLink& link) { put_link(out, link); });
  put_list(out, person.ended_links, [&](const EndedLink& link) {
    put_varint(out, link.provider);
    put_ref(out, link.started);
    put_ref(out, link.ended);
    put_byte(out, link.was_late ? 1 : 0);
  });
  put_list(out, person.ended, [&](const EndedGrant& grant) {
    put_varint(out, grant.provider);
    put_varint(out, grant.service);
    put_ref(out, grant.ended);
  });
  put_list(out, person.granters, [&](const Granter& granter) {
    put_varint(out, granter.provider);
    put_text(out, granter.username);
    put_varint(out, granter.position);
  });
  for (const std::uint64_t number : {person.email, person.birth_day, person.pin}) put_varint(out, number);
  put_list(out, person.named, [&](const NamedFinding& named) {
    put_varint(out, named.provider);
    put_varint(out, named.opened);
  });
  put_if_happened(out, person.reset);
  put_list(out, person.places, [&](const SeenPlace& seen) {
    put_varint(out, seen.place);
    put_time(out, seen.at);
    put_varint(out, seen.position);
  });
}

FindingPerson FindingPersonFormat::take(std::string_view value) {
  ByteReader from(value);
  FindingPerson out;
  const auto flags = from.byte();
  out.has_home = (flags & has_home) != 0;
  out.locked = (flags & is_locked) != 0;
  out.disabled = (flags & is_disabled) != 0;
  out.terminated = (flags & is_terminated) != 0;
  out.has_generic_name = (flags & has_generic_name) != 0;
  out.home = from.varint();
  for (EventRef* event : {&out.signed_in, &out.enabled, &out.stopped, &out.active, &out.accepted}) *event = take_if_happened(from);
  out.terms = from.text();
  take_list(from, out.links, [&] { return take_link(from); });
  take_list(from, out.ended_links, [&] {
    EndedLink link;
    link.provider = from.varint();
    link.started = take_ref(from);
    link.ended = take_ref(from);
    link.was_late = from.byte() != 0;
    return link;
  });
  take_list(from, out.ended, [&] {
    EndedGrant grant;
    grant.provider = from.varint();
    grant.service = static_cast<FindingService>(from.varint());
    grant.ended = take_ref(from);
    return grant;
  });
  take_list(from, out.granters, [&] {
    Granter granter;
    granter.provider = from.varint();
    granter.username = from.text();
    granter.position = from.varint();
    return granter;
  });
  for (std::uint64_t* number : {&out.email, &out.birth_day, &out.pin}) *number = from.varint();
  take_list(from, out.named, [&] {
    NamedFinding named;
    named.provider = from.varint();
    named.opened = from.varint();
    return named;
  });
  out.reset = take_if_happened(from);
  take_list(from, out.places, [&] {
    SeenPlace seen;
    seen.place = from.varint();
    seen.at = from.time();
    seen.position = from.varint();
    return seen;
  });
  return out;
}

std::string namesakes_of(Rule rule, std::uint64_t number) {
  std::string out;
  put_byte(out, static_cast<std::uint8_t>(rule));
  put_varint(out, number);
  return out;
}

std::string FindingNamesakesFormat::key(std::string_view namesakes_of) {
  std::string key;
  put_tag(key, TableTag::finding_namesakes);
  return key.append(namesakes_of);
}

void FindingNamesakesFormat::put(std::string& out, const FindingNamesakes& namesakes) {
  put_list(out, namesakes.usernames, [&](const std::string& username) { put_text(out, username); });
}

FindingNamesakes FindingNamesakesFormat::take(std::string_view value) {
  ByteReader from(value);
  FindingNamesakes out;
  take_list(from, out.usernames, [&] { return std::string{from.text()}; });
  return out;
}

std::string finding_member_key(PackedProvider provider, std::string_view username) {
  std::string key;
  put_tag(key, TableTag::finding_member);
  put_provider(key, provider);
  return key.append(username);
}

}  // namespace muniment::view
