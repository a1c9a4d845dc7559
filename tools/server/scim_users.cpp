#include <algorithm>
#include <set>

#include "tools/scim/patch.h"
#include "tools/server/scim_form.h"
#include "tools/server/scim_resources.h"

namespace muniment {
namespace {

constexpr int tries_max = 5;  // Of a change that others overtake.
constexpr std::size_t roster_page = 1000;

std::string etag_of(const scim::User& user) { return user.version ? "\"" + std::to_string(*user.version) + "\"" : std::string{}; }

ScimOutcome shown(const scim::User& user, unsigned status = 200) {
  ScimOutcome out{.status = status, .resource = scim::user_resource(user), .etag = etag_of(user)};
  out.location = out.resource.at("meta").as_object().at("location").as_string();
  return out;
}

}  // namespace

// Somebody elsewhere is answered as nobody.
std::expected<scim::User, scim::Error> ScimUsers::find(const std::string& id) const {
  Node& node = session_.node();
  const auto unknown = [] { return std::unexpected(scim_error(Problem{problem::not_known})); };
  const auto username = Username::parse(id);
  const auto account = username ? node.aggregates().account(*username, newest_known) : std::nullopt;
  if (!account) return unknown();
  scim::User out{.username = username->text(),
                 .version = account->version,
                 .is_active = !account->is_disabled && !account->is_terminated,
                 .home = account->home};
  const bool is_at_home = account->home && session_.sees(*account->home);
  out.shows_particulars = session_.horizon().is_everything || is_at_home;
  bool is_on_roster = session_.horizon().is_everything;
  for (const AccountAt::Link& link : account->links) {
    // What a provider that is closed had is over, and of others that the caller does not see there are no Groups for it.
    if (!session_.sees(link.provider) || !node.aggregates().provider(link.provider).is_open()) continue;
    is_on_roster = true;
    out.links.push_back({link.provider, link.services});
  }
  if (!is_on_roster) return unknown();
  if (session_.provider()) {
    if (out.link(*session_.provider()) != nullptr) out.provider = session_.provider();
  } else {
    const auto seen = [&](const scim::UserLink& link) { return session_.sees(link.provider); };
    if (std::ranges::count_if(out.links, seen) == 1) out.provider = std::ranges::find_if(out.links, seen)->provider;
  }
  if (!out.shows_particulars) out.home.reset();
  if (auto personal = node.open_personal(account->profile_position)) out.profile = std::move(personal->profile);
  if (!out.shows_particulars) out.profile = {out.profile.last_name, out.profile.first_name, out.profile.middle_initial, {}, {}, {}};
  return out;
}

ScimResult ScimUsers::get(const std::string& id) const {
  const auto user = find(id);
  if (!user) return std::unexpected(user.error());
  return shown(*user);
}

std::expected<ScimListing, scim::Error> ScimUsers::list(const std::optional<std::string>& only) const {
  ScimListing out;
  out.resource = [this](const std::string& name) -> std::optional<scim::json::object> {
    const auto user = find(name);
    return user ? std::optional{scim::user_resource(*user)} : std::nullopt;
  };
  if (only) {
    const auto user = find(*only);
    if (user && (!session_.provider() || user->link_here() != nullptr)) {
      out.names.push_back(*only);
      return out;
    }
  }
  std::vector<ProviderId> providers = session_.horizon().providers;
  if (session_.provider()) providers = {*session_.provider()};
  if (providers.empty()) {
    if (only && only->find('@') == std::string::npos) return out;  // A username that nobody has.
    return std::unexpected(scim::Error{400, scim::error_type::too_many, "name a provider: ?provider=PID/SL"});
  }
  std::set<std::string> names;
  for (const ProviderId& provider : providers) {
    RosterQuery query{.provider = provider, .limit = roster_page};
    do {
      const auto page = session_.node().roster().search(query);
      if (!page) return std::unexpected(scim::Error{503, scim::error_type::none, "the list changed while it was read; ask again"});
      for (const RosterRow& row : page->rows) names.insert(row.username);
      query.cursor = page->next.value_or("");
    } while (!query.cursor.empty());
  }
  out.names.assign(names.begin(), names.end());
  return out;
}

ScimResult ScimUsers::create(const scim::json::object& sent) {
  const auto wanted = scim::read_user(sent);
  if (!wanted) return std::unexpected(wanted.error());
  auto command = scim::create_user(*wanted, session_.provider(), session_.envelope());
  if (!command) return std::unexpected(std::move(command.error()));
  const auto answer = session_.decide(std::move(*command));
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != Answer::Status::accepted) return std::unexpected(scim_error(*answer, false));
  const auto user = find(answer->username);
  if (!user) return std::unexpected(user.error());
  return shown(*user, 201);
}

std::optional<scim::Error> ScimUsers::stale(const scim::User& user) const {
  if (session_.if_match().empty() || session_.if_match() == "*" || session_.if_match() == etag_of(user)) return std::nullopt;
  return scim::Error{412, scim::error_type::none, "version_conflict: the resource has changed since"};
}

// Decided by what it was when it was read, or not at all: what others change meanwhile is looked at anew.
ScimResult ScimUsers::change(const std::string& id, const Wanted& wanted_of) {
  for (int i = 0; i < tries_max; ++i) {
    const auto user = find(id);
    if (!user) return std::unexpected(user.error());
    if (auto error = stale(*user)) return std::unexpected(std::move(*error));
    const auto wanted = wanted_of(*user);
    if (!wanted) return std::unexpected(wanted.error());
    auto command = scim::change_user(*user, *wanted, session_.envelope({.attempt = i}, user->version));
    if (!command) return std::unexpected(std::move(command.error()));
    if (!*command) return shown(*user);
    const auto answer = session_.decide(std::move(**command));
    if (!answer) return std::unexpected(answer.error());
    const bool is_overtaken = answer->refusal == Refusal::version_conflict;
    if (is_overtaken && session_.if_match().empty()) continue;
    if (answer->status != Answer::Status::accepted && answer->status != Answer::Status::unchanged)
      return std::unexpected(scim_error(*answer, !session_.if_match().empty()));
    const auto now = find(id);
    if (!now) return std::unexpected(now.error());
    return shown(*now);
  }
  return std::unexpected(scim_error(Answer{.status = Answer::Status::refused, .refusal = Refusal::version_conflict}, false));
}

ScimResult ScimUsers::replace(const std::string& id, const scim::json::object& sent) {
  return change(id, [&sent](const scim::User&) { return scim::read_user(sent); });
}

ScimResult ScimUsers::patch(const std::string& id, const scim::json::value& message) {
  return change(id, [&message](const scim::User& user) -> std::expected<scim::UserWanted, scim::Error> {
    const scim::json::object before = scim::user_resource(user);
    const auto after = scim::patched(before, message);
    if (!after) return std::unexpected(after.error());
    return scim::read_patched_user(before, *after);
  });
}

ScimResult ScimUsers::remove(const std::string& id) {
  const auto user = find(id);
  if (!user) return std::unexpected(user.error());
  if (auto error = stale(*user)) return std::unexpected(std::move(*error));
  if (!user->provider) return std::unexpected(scim::invalid_value("provider: from which one is not clear; say it with ?provider="));
  const bool is_conditional = !session_.if_match().empty();
  auto command = scim::remove_user(user->username, *user->provider, session_.envelope({}, is_conditional ? user->version : std::nullopt));
  if (!command) return std::unexpected(std::move(command.error()));
  const auto answer = session_.decide(std::move(*command));
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != Answer::Status::accepted) return std::unexpected(scim_error(*answer, is_conditional));
  return ScimOutcome{.status = 204};
}

}  // namespace muniment
