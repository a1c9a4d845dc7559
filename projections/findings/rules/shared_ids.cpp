// Signs that one ID serves several people, or one person has several: the same email, or the same birth day and PIN, of two accounts at one
// provider, compared by keyed numbers; and accounts that are called after a function.
#include <algorithm>
#include <array>
#include <utility>

#include "events/values/text.h"
#include "projections/findings/rules/rules.h"

namespace muniment::view {
namespace {

constexpr std::size_t namesakes_max = 32;  // With one value; of more the later ones are not compared.

constexpr std::array<std::string_view, 21> functions{"admin",      "administrator", "billing",    "claims", "frontdesk", "generic",
                                                     "helpdesk",   "info",          "intake",     "office", "reception", "receptionist",
                                                     "scheduling", "shared",        "staff",      "team",   "temp",      "test",
                                                     "training",   "volunteer",     "workstation"};

// Tells usernames apart, but for chance. It is on disk.
std::uint64_t number_of(std::string_view username) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a.
  for (const char c : username) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// Birth day and PIN together; 0 unless both are known.
std::uint64_t birth_day_and_pin(const FindingPerson& person) {
  if (person.birth_day == 0 || person.pin == 0) return 0;
  return (person.birth_day * 0x9e3779b97f4a7c15 ^ person.pin) | 1;
}

std::uint64_t value_of(Rule rule, const FindingPerson& person) {
  return rule == Rule::same_email ? person.email : birth_day_and_pin(person);
}

void open_half(Rule rule, const Step& step, std::string_view username, FindingLink& link, std::string_view other, Desk& desk) {
  Interval interval = interval_of(step.event);
  interval.other = other;
  const std::uint64_t extra = number_of(other);
  desk.intervals().put({link.provider, rule, std::string{username}, step.event.position, extra}, std::move(interval));
  link.marks.push_back({rule, step.event.position, extra, no_service});
}

void end_half(Rule rule, const Step& step, std::string_view username, FindingLink& link, std::string_view other, Desk& desk) {
  const std::uint64_t extra = number_of(other);
  desk.end_marks(username, link, step.event, [&](const OpenMark& mark) { return mark.rule == rule && mark.extra == extra; });
}

// Others who have the same, linked there, where the account is one of those who are compared.
template <typename Do>
void for_each_namesake(Rule rule, std::uint64_t value, std::string_view username, PackedProvider provider, Desk& desk, const Do& act) {
  if (value == 0) return;
  const std::vector<std::string> usernames = desk.namesakes(rule, value).value.usernames;
  if (std::ranges::find(usernames, username) == usernames.end()) return;
  for (const std::string& other : usernames) {
    if (other == username) continue;
    PersonRow& row = desk.person(other);
    if (row.value.link(provider) != nullptr) act(other, *desk.change(row).link(provider));
  }
}

void open_pairs(Rule rule, const Step& step, std::string_view username, FindingPerson& person, FindingLink& link, Desk& desk) {
  for_each_namesake(rule, value_of(rule, person), username, link.provider, desk, [&](const std::string& other, FindingLink& of_other) {
    open_half(rule, step, username, link, other, desk);
    open_half(rule, step, other, of_other, username, desk);
  });
}

void end_pairs(Rule rule, std::uint64_t value, const Step& step, std::string_view username, PackedProvider provider, FindingLink* link,
               Desk& desk) {
  for_each_namesake(rule, value, username, provider, desk, [&](const std::string& other, FindingLink& of_other) {
    if (link != nullptr) end_half(rule, step, username, *link, other, desk);
    end_half(rule, step, other, of_other, username, desk);
  });
}

void take_out(Rule rule, std::uint64_t value, std::string_view username, Desk& desk) {
  if (value != 0) std::erase(desk.change(desk.namesakes(rule, value)).usernames, username);
}

void put_in(Rule rule, std::uint64_t value, std::string_view username, Desk& desk) {
  if (value == 0) return;
  FindingNamesakes& namesakes = desk.change(desk.namesakes(rule, value));
  if (namesakes.usernames.size() < namesakes_max) namesakes.usernames.emplace_back(username);
}

constexpr std::array compared{Rule::same_email, Rule::same_birth_day_and_pin};

// Whoever has it from now on, or not any more.
void change_values(const Step& step, std::string_view username, PersonRow& row, const IdentityNumbers& now, Desk& desk) {
  FindingPerson& person = desk.change(row);
  std::array<std::uint64_t, compared.size()> before{};
  for (std::size_t i = 0; i < compared.size(); ++i) before[i] = value_of(compared[i], person);
  person.email = now.email;
  person.birth_day = now.birth_day;
  person.pin = now.pin;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const Rule rule = compared[i];
    if (before[i] == value_of(rule, person)) continue;
    for (FindingLink& link : person.links) end_pairs(rule, before[i], step, username, link.provider, &link, desk);
    take_out(rule, before[i], username, desk);
    put_in(rule, value_of(rule, person), username, desk);
    for (FindingLink& link : person.links) open_pairs(rule, step, username, person, link, desk);
  }
}

// The function that a name is one of, without its digits; empty: none.
std::string function_in(std::string_view name) {
  std::string letters;
  for (const char c : search_key(name)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return std::ranges::find(functions, letters) != functions.end() ? letters : std::string{};
}

bool is_generic(const OpenedPersonal& opened) {
  const std::array names{opened.first_name, opened.last_name, opened.first_name + opened.last_name};
  return std::ranges::any_of(names, [](const std::string& name) { return !function_in(name).empty(); });
}

// Which function it is, only a username tells: a person's name stands in no row.
void open_name(const Step& step, std::string_view username, FindingPerson& person, FindingLink& link, Desk& desk) {
  Interval interval = interval_of(step.event);
  interval.other = function_in(username);
  if (interval.other.empty()) person.named.push_back({link.provider, step.event.position});
  desk.intervals().put({link.provider, Rule::generic_name, std::string{username}, step.event.position, 0}, std::move(interval));
  link.marks.push_back({Rule::generic_name, step.event.position, 0, no_service});
}

void end_names(const Step& step, std::string_view username, FindingLink& link, Desk& desk) {
  desk.end_marks(username, link, step.event, [](const OpenMark& mark) { return mark.rule == Rule::generic_name; });
}

void name_link(const Step& step, LinkStep& link, Desk& desk) {
  if (link.person->has_generic_name || !function_in(link.username).empty()) open_name(step, link.username, *link.person, *link.link, desk);
}

// What a username says stays so; the links that begin with this event are named when they do.
void change_name(const Step& step, std::string_view username, FindingPerson& person, bool is_now, Desk& desk) {
  const bool was_generic = std::exchange(person.has_generic_name, is_now);
  if (was_generic == is_now || !function_in(username).empty()) return;
  for (FindingLink& link : person.links) {
    if (link.started.position == step.event.position) continue;
    end_names(step, username, link, desk);
    if (is_now) open_name(step, username, person, link, desk);
  }
}

// As a rebuild would not find it either.
void forget_name(std::string_view username, FindingPerson& person, Desk& desk) {
  person.has_generic_name = false;
  for (const NamedFinding& named : person.named) {
    desk.intervals().forget({named.provider, Rule::generic_name, std::string{username}, named.opened, 0});
    if (FindingLink* link = person.link(named.provider); link != nullptr) {
      std::erase_if(link->marks, [&](const OpenMark& mark) { return mark.rule == Rule::generic_name && mark.id == named.opened; });
    }
  }
  person.named.clear();
}

}  // namespace

void see_shared_ids(Step& step, Desk& desk, const std::optional<OpenedPersonal>& opened) {
  const auto fact = step.reader.getFact();
  const std::string_view username = text_of(step.reader.getUsername());
  const bool has_values = fact.isSubjectErased() || (opened && !fact.isSignedIn());
  if (has_values && (step.person != nullptr || !step.links.empty())) {
    PersonRow& row = step.person != nullptr ? *step.person : desk.person(username);
    IdentityNumbers now{row.value.email, row.value.birth_day, row.value.pin};
    if (fact.isSubjectErased()) {
      now = {};
      forget_name(username, desk.change(row), desk);
    }
    if (opened && !fact.isPinChanged()) {
      now.email = opened->email;
      now.birth_day = opened->birth_day;
      change_name(step, username, desk.change(row), is_generic(*opened), desk);
    }
    if (opened && opened->pin != 0) now.pin = opened->pin;
    change_values(step, username, row, now, desk);
  }
  for (LinkStep& link : step.links) {
    const bool is_compared = has_values && link.username == username;  // As its values changed.
    if (link.started) name_link(step, link, desk);
    for (const Rule rule : compared) {
      if (link.started && !is_compared) open_pairs(rule, step, link.username, *link.person, *link.link, desk);
      if (link.link == nullptr) end_pairs(rule, value_of(rule, *link.person), step, link.username, link.provider, nullptr, desk);
    }
  }
}

}  // namespace muniment::view
