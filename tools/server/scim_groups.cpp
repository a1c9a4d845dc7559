#include <algorithm>

#include "aggregates/world.h"
#include "tools/scim/patch.h"
#include "tools/server/scim_form.h"
#include "tools/server/scim_resources.h"
#include "tools/wire/known_services.h"

namespace muniment {
namespace {

constexpr int changes_tries_max = 5;
constexpr std::size_t access_page = 1000;

std::string display_of(const Provider& provider, const Service& service) { return provider.name() + ": " + service.name; }

std::vector<std::string> members_of(const Node& node, const scim::GroupId& id) {
  std::vector<std::string> out;
  AccessQuery query{.provider = id.provider, .service = id.service, .limit = access_page};
  do {
    const auto page = node.access().as_of(query);
    for (const AccessRow& row : page->rows) out.push_back(row.username);
    query.cursor = page->next.value_or("");
  } while (!query.cursor.empty());
  return out;
}

}  // namespace

// What is elsewhere is answered as what is nowhere.
std::expected<scim::Group, scim::Error> ScimGroups::find(const std::string& id, bool with_members) const {
  Node& node = session_.node();
  const auto unknown = [] { return std::unexpected(scim_error(Problem{problem::not_known})); };
  auto group = scim::GroupId::parse(id);
  if (!group || !session_.sees(group->provider)) return unknown();
  World world;
  const Service* service = known_services(world, node.log()).find(group->service);
  const Provider provider = node.aggregates().provider(group->provider);
  if (service == nullptr || !provider.is_open()) return unknown();
  scim::Group out{.id = std::move(*group), .display = display_of(provider, *service)};
  if (!with_members) return out;
  // As the next decision will see it: what an earlier operation of the same request has done counts.
  if (!session_.wait_for_views()) return std::unexpected(scim_error(Problem{problem::not_caught_up}));
  out.members = members_of(node, out.id);
  return out;
}

ScimResult ScimGroups::get(const std::string& id, bool with_members) const {
  const auto group = find(id, with_members);
  if (!group) return std::unexpected(group.error());
  return ScimOutcome{.resource = scim::group_resource(*group)};
}

std::expected<ScimListing, scim::Error> ScimGroups::list(bool with_members) const {
  std::vector<ProviderId> providers = session_.horizon().providers;
  if (session_.provider()) providers = {*session_.provider()};
  if (providers.empty()) return std::unexpected(scim::Error{400, scim::error_type::too_many, "name a provider: ?provider=PID/SL"});
  std::ranges::sort(providers);
  ScimListing out;
  out.resource = [this, with_members](const std::string& name) -> std::optional<scim::json::object> {
    const auto group = find(name, with_members);
    return group ? std::optional{scim::group_resource(*group)} : std::nullopt;
  };
  World world;
  const Catalogue& catalogue = known_services(world, session_.node().log());
  for (const ProviderId& provider : providers) {
    for (const auto& [id, service] : catalogue.services()) out.names.push_back(scim::GroupId{provider, std::string{id}}.text());
  }
  return out;
}

ScimResult ScimGroups::replace(const std::string& id, const scim::json::object& sent) {
  const auto members = scim::read_members(sent);
  if (!members) return std::unexpected(members.error());
  if (!*members) return get(id, true);  // It says nothing of them, and nothing else of a Group can be changed.
  const auto group = find(id, true);
  if (!group) return std::unexpected(group.error());
  return change(*group, **members);
}

ScimResult ScimGroups::patch(const std::string& id, const scim::json::value& message) {
  const auto group = find(id, true);
  if (!group) return std::unexpected(group.error());
  const auto after = scim::patched(scim::group_resource(*group), message);
  if (!after) return std::unexpected(after.error());
  const auto members = scim::read_members(*after);
  if (!members) return std::unexpected(members.error());
  return change(*group, members->value_or(std::vector<std::string>{}));
}

// A command for each who comes or goes, since each is decided for itself. The first that is refused ends it; asked again, it goes on there.
ScimResult ScimGroups::change(const scim::Group& group, const std::vector<std::string>& members) {
  std::vector<std::pair<Username, bool>> changes;
  std::vector<std::string> wanted;
  for (const std::string& member : members) {
    const auto username = Username::parse(member);
    if (!username) return std::unexpected(scim::invalid_value("members: expected usernames as values"));
    wanted.push_back(username->text());
    if (std::ranges::find(group.members, username->text()) == group.members.end()) changes.emplace_back(*username, true);
  }
  for (const std::string& member : group.members) {
    if (std::ranges::find(wanted, member) == wanted.end()) changes.emplace_back(Username::parse(member).value(), false);
  }
  std::size_t done = 0;
  for (const auto& [username, is_member] : changes) {
    if (auto result = set_membership(group.id, username, is_member); !result) {
      scim::Error error = std::move(result.error());
      if (changes.size() > 1)
        error.detail += "; " + std::to_string(done) + " of " + std::to_string(changes.size()) + " changes of members are done";
      return std::unexpected(std::move(error));
    }
    ++done;
  }
  scim::Group out = group;
  std::ranges::sort(wanted);
  const auto twice = std::ranges::unique(wanted);
  wanted.erase(twice.begin(), twice.end());
  out.members = std::move(wanted);
  return ScimOutcome{.resource = scim::group_resource(out)};
}

std::expected<void, scim::Error> ScimGroups::set_membership(const scim::GroupId& group, const Username& username, bool is_member) {
  for (int i = 0; i < changes_tries_max; ++i) {
    const auto account = session_.node().aggregates().account(username, newest_known);
    const AccountAt::Link* link = nullptr;
    if (account) {
      const auto found = std::ranges::find_if(account->links, [&](const AccountAt::Link& one) { return one.provider == group.provider; });
      if (found != account->links.end()) link = &*found;
    }
    std::vector<std::string> services = link == nullptr ? std::vector<std::string>{} : link->services;
    const auto held = std::ranges::find(services, group.service);
    if ((held != services.end()) == is_member) return {};
    if (is_member) {
      services.push_back(group.service);
    } else {
      services.erase(held);
    }
    // Of who is not linked here nothing is known, a version neither.
    const std::optional<Version> version = link == nullptr ? std::nullopt : std::optional{account->version};
    auto command = scim::hold_services(username.text(), group.provider, services, link != nullptr,
                                       session_.envelope({.about = username.text(), .attempt = i}, version));
    if (!command) return std::unexpected(std::move(command.error()));
    const auto answer = session_.decide(std::move(*command));
    if (!answer) return std::unexpected(answer.error());
    if (answer->refusal == Refusal::version_conflict) continue;
    if (answer->refusal) return std::unexpected(scim_error(*answer, false));
    if (answer->status == Answer::Status::failed) return std::unexpected(scim_error(*answer, false));
    return {};
  }
  return std::unexpected(scim_error(Answer{.status = Answer::Status::refused, .refusal = Refusal::version_conflict}, false));
}

}  // namespace muniment
