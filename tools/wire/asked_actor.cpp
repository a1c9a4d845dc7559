#include "tools/wire/asked_actor.h"

#include "events/record/stream_name.h"

namespace muniment {
namespace {

constexpr std::string_view outsider_prefix = "outsider:";
constexpr std::string_view auditor_prefix = "auditor:";
constexpr std::string_view operator_prefix = "operator:";

bool was_appointed(const EventLog& log, const std::string& officer) {
  bool found = false;
  log.read_stream(0, StreamName::single(schema::StreamKind::AGENCY), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto fact = record.event().getFact();
    found = fact.isOfficerAppointed() && text_of(fact.getOfficerAppointed().getOfficer()) == officer;
    return !found;
  });
  return found;
}

}  // namespace

Principal asked_actor(const std::string& text) {
  if (text.starts_with(outsider_prefix)) return Principal{schema::PrincipalKind::OUTSIDER, text.substr(outsider_prefix.size())};
  if (text.starts_with(auditor_prefix)) return Principal::auditor(text.substr(auditor_prefix.size()));
  if (text.starts_with(operator_prefix)) return Principal::machine_operator(text.substr(operator_prefix.size()));
  if (text == Principal::node().name) return Principal::node();
  auto actor = Principal::parse(text);
  // Names in imported history have other forms.
  return actor ? std::move(*actor) : Principal{schema::PrincipalKind::OUTSIDER, text};
}

bool is_known_actor(const Principal& actor, const Trail& trail, const EventLog& log) {
  const auto has_acted = [&](const Principal& who) {
    const auto page = trail.search({.actor = who, .limit = 1});
    return page && !page->rows.empty();
  };
  if (actor.kind == schema::PrincipalKind::NODE || has_acted(actor)) return true;
  if (actor.kind == schema::PrincipalKind::OFFICER) return was_appointed(log, actor.name);
  if (actor.kind != schema::PrincipalKind::ACCOUNT) return false;
  const auto name = Username::parse(actor.name);
  return (name && log.stream_version(0, StreamName::username(*name)) > 0) || has_acted({schema::PrincipalKind::OUTSIDER, actor.name});
}

ActorChoice choose_actor(const Principal& asked, const std::function<bool(const Principal&)>& has_acts) {
  if (asked.kind != schema::PrincipalKind::ACCOUNT) return {asked};
  Principal outsider{schema::PrincipalKind::OUTSIDER, asked.name};
  if (!has_acts(outsider)) return {asked};
  if (has_acts(asked)) return {asked, std::move(outsider)};
  return {std::move(outsider)};
}

ActorChoice choose_actor(const TrailQuery& query, const Trail& trail) {
  return choose_actor(*query.actor, [&](const Principal& actor) {
    TrailQuery one = query;
    one.actor = actor;
    one.limit = 1;
    const auto page = trail.search(one);  // The cursor of another actor's page is none of this one's.
    return page && !page->rows.empty();
  });
}

}  // namespace muniment
