// /scim/v2: what an identity provider asks and changes (RFC 7644).
#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "tools/scim/bulk.h"
#include "tools/scim/discovery.h"
#include "tools/scim/filter.h"
#include "tools/scim/names.h"
#include "tools/scim/search.h"
#include "tools/server/answer_question.h"
#include "tools/server/handlers.h"
#include "tools/server/question.h"
#include "tools/server/scim_form.h"
#include "tools/server/scim_resources.h"

namespace muniment {
namespace {

constexpr unsigned status_created = 201;

Response answer_of(const ScimResult& result, const scim::Selection& selection) {
  if (!result) return scim_answer(result.error());
  if (result->status == status_no_content)
    return {.status = status_no_content, .content_type = std::string{media::scim}, .is_unrecorded = true};
  Response out = scim_answer(selection.of(result->resource), result->status);
  if (!result->etag.empty()) out.headers.emplace_back("ETag", result->etag);
  if (result->status == status_created) out.headers.emplace_back("Location", result->location);
  return out;
}

std::expected<scim::Selection, scim::Error> selection_of(const Call& call) {
  const std::string* attributes = call.parameter("attributes");
  const std::string* excluded = call.parameter("excludedAttributes");
  return scim::Selection::parse(attributes == nullptr ? std::string_view{} : *attributes,
                                excluded == nullptr ? std::string_view{} : *excluded);
}

// With a session, which may not be had, and the attributes of the answer.
template <typename Do>
Response in_session(Node& node, const Call& call, Do&& act) {
  const auto selection = selection_of(call);
  if (!selection) return scim_answer(selection.error());
  auto session = ScimSession::begin(node, call);
  if (!session) return scim_answer(session.error());
  return act(*session, *selection);
}

// The same of a request with a body.
template <typename Do>
Response with_body(Node& node, const Call& call, Do&& act) {
  const auto body = scim::parse_json(call.body);
  if (!body) return scim_answer(body.error());
  if (!body->is_object()) return scim_answer(scim::Error{400, scim::error_type::invalid_syntax, "expected an object"});
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    return answer_of(act(session, body->get_object()), selection);
  });
}

// Of what is smaller than the least, the least (RFC 7644, 3.4.2.4). Nothing: it is no number.
std::optional<std::size_t> whole_number(const Call& call, std::string_view name, std::size_t otherwise, std::size_t least,
                                        std::size_t most) {
  const std::string* text = call.parameter(name);
  if (text == nullptr) return otherwise;
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || stop != text->data() + text->size()) return std::nullopt;
  return number < static_cast<std::int64_t>(least) ? least : std::min(static_cast<std::size_t>(number), most);
}

struct Window {
  std::size_t start = 1;
  std::size_t count = 0;
};

std::expected<Window, scim::Error> window_of(const Call& call) {
  constexpr std::size_t far = std::size_t{1} << 40U;
  const auto start = whole_number(call, "startIndex", 1, 1, far);
  const auto count = whole_number(call, "count", scim::resources_default, 0, scim::resources_max);
  if (!start || !count) return std::unexpected(scim::invalid_value("startIndex, count: expected whole numbers"));
  return Window{*start, *count};
}

// What a filter looks at. Identity providers know people by their address, and ask for it as the userName.
scim::json::object looked_at(const scim::json::object& resource, const std::optional<std::string>& asked_name) {
  if (!asked_name || asked_name->find('@') == std::string::npos) return resource;
  const scim::json::value* emails = scim::find_member(resource, "emails");
  if (emails == nullptr || !scim::is_same_name(emails->get_array().at(0).at("value").as_string(), *asked_name)) return resource;
  scim::json::object out = resource;
  out["userName"] = *asked_name;
  return out;
}

// Those that match, counted whole and shown from `start` on.
Response list_of(const ScimListing& listing, const std::optional<scim::Filter>& filter, const Window& window,
                 const scim::Selection& selection) {
  const auto asked_name = filter ? filter->required("userName") : std::nullopt;
  scim::json::array shown;
  std::size_t total = 0;
  for (const std::string& name : listing.names) {
    const bool may_be_shown = total + 1 >= window.start && shown.size() < window.count;
    if (!filter && !may_be_shown) {
      ++total;
      continue;
    }
    const auto resource = listing.resource(name);
    if (!resource || (filter && !filter->matches(looked_at(*resource, asked_name)))) continue;
    ++total;
    if (may_be_shown) shown.push_back(selection.of(*resource));
  }
  return scim_answer(scim::list_response(std::move(shown), total, window.start));
}

struct Search {
  std::optional<scim::Filter> filter;
  Window window;
};

std::expected<Search, scim::Error> search_of(const Call& call) {
  const auto window = window_of(call);
  if (!window) return std::unexpected(window.error());
  Search out{.filter = {}, .window = *window};
  if (const std::string* text = call.parameter("filter")) {
    auto filter = scim::Filter::parse(*text);
    if (!filter) return std::unexpected(std::move(filter.error()));
    // Whoever asks for what has changed since some time shall not be told that nothing has.
    if (filter->looks_at("meta", "created") || filter->looks_at("meta", "lastModified"))
      return std::unexpected(scim::Error{400, scim::error_type::invalid_filter, "resources do not say when they were made or changed"});
    out.filter = std::move(*filter);
  }
  return out;
}

Response answer_named(const std::vector<scim::json::object>& resources, const Call& call) {
  const auto found = scim::named(resources, call.resource);
  return found ? scim_answer(*found) : scim_answer(scim_error(Problem{problem::not_known}));
}

Response answer_all(const std::vector<scim::json::object>& resources) {
  return scim_answer(scim::list_response(scim::json::array(resources.begin(), resources.end()), resources.size(), 1));
}

// The people and the services of the caller's providers in one list.
ScimListing everything(const ScimListing& users, const ScimListing& groups) {
  ScimListing out;
  std::set<std::string, std::less<>> accounts(users.names.begin(), users.names.end());
  out.names = users.names;
  out.names.insert(out.names.end(), groups.names.begin(), groups.names.end());
  out.resource = [accounts = std::move(accounts), user = users.resource, group = groups.resource](const std::string& name) {
    return accounts.contains(name) ? user(name) : group(name);
  };
  return out;
}

// Answers a SearchRequest as the same in a query, and has it on record so.
Response search(Node& node, const Call& call, std::string_view path, AskHandler answer) {
  const auto body = scim::parse_json(call.body);
  if (!body) return scim_answer(body.error());
  auto parameters = scim::search_parameters(*body);
  if (!parameters) return scim_answer(parameters.error());
  Call query = call;
  query.body.clear();
  std::ranges::move(*parameters, std::back_inserter(query.parameters));
  Response out = answer(node, query);
  if (out.status == 200) node.access_record().note(*call.caller, read_of(path, query, node.log().head(0).position));
  out.is_unrecorded = true;  // It is by now.
  return out;
}

// Of whom /Me is an alias. An officer is no account, nor is a submitter but as the administrator that it acts for.
std::expected<std::string, scim::Error> self_of(const ScimSession& session) {
  if (session.horizon().self) return session.horizon().self->text();
  return std::unexpected(scim_error(Problem{problem::not_known, "who asks is no account"}));
}

// With the permanent location of the User (RFC 7644, 3.11).
Response at_home(Response response, const std::string& self) {
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Location"; });
  response.headers.emplace_back("Location", std::string{scim::base} + "/Users/" + self);
  return response;
}

template <typename Do>
Response about_self(Node& node, const Call& call, Do&& act) {
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    const auto self = self_of(session);
    if (!self) return scim_answer(self.error());
    return at_home(answer_of(act(session, *self), selection), *self);
  });
}

// The same of a request with a body.
template <typename Do>
Response change_self(Node& node, const Call& call, Do&& act) {
  const auto body = scim::parse_json(call.body);
  if (!body) return scim_answer(body.error());
  if (!body->is_object()) return scim_answer(scim::Error{400, scim::error_type::invalid_syntax, "expected an object"});
  return about_self(node, call, [&](ScimSession& session, const std::string& self) { return act(session, self, body->get_object()); });
}

// One operation of a bulk request, as the request that it stands for.
ScimResult carry_out(ScimSession& session, const scim::BulkOperation& operation) {
  using Method = scim::BulkOperation::Method;
  if (auto begun = session.begin_operation(operation.place); !begun) return std::unexpected(std::move(begun.error()));
  session.set_if_match(operation.version);
  const auto data = [&]() -> const scim::json::object& { return operation.data.get_object(); };
  if (operation.resource_type == "Users") {
    ScimUsers users(session);
    if (operation.method == Method::post) return users.create(data());
    if (operation.method == Method::put) return users.replace(operation.id, data());
    if (operation.method == Method::patch) return users.patch(operation.id, operation.data);
    return users.remove(operation.id);
  }
  ScimGroups groups(session);
  if (operation.method == Method::put) return groups.replace(operation.id, data());
  if (operation.method == Method::patch) return groups.patch(operation.id, operation.data);
  return std::unexpected(
      scim::Error{405, scim::error_type::none, "Groups are services at providers, which are neither made nor removed here"});
}

}  // namespace

Response answer_scim_config(Node&, const Call&) { return scim_answer(scim::service_provider_config()); }
Response answer_scim_resource_types(Node&, const Call&) { return answer_all(scim::resource_types()); }
Response answer_scim_resource_type(Node&, const Call& call) { return answer_named(scim::resource_types(), call); }
Response answer_scim_schemas(Node&, const Call&) { return answer_all(scim::schemas()); }
Response answer_scim_schema(Node&, const Call& call) { return answer_named(scim::schemas(), call); }

Response answer_scim_users(Node& node, const Call& call) {
  const auto search = search_of(call);
  if (!search) return scim_answer(search.error());
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    std::optional<std::string> only;
    if (search->filter) only = search->filter->required("userName");
    if (search->filter && !only) only = search->filter->required("id");
    const ScimUsers users(session);
    const auto listing = users.list(only);
    return listing ? list_of(*listing, search->filter, search->window, selection) : scim_answer(listing.error());
  });
}

Response answer_scim_user(Node& node, const Call& call) {
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    return answer_of(ScimUsers(session).get(call.resource), selection);
  });
}

Response create_scim_user(Node& node, const Call& call) {
  return with_body(node, call, [](ScimSession& session, const scim::json::object& body) { return ScimUsers(session).create(body); });
}

Response replace_scim_user(Node& node, const Call& call) {
  return with_body(node, call,
                   [&](ScimSession& session, const scim::json::object& body) { return ScimUsers(session).replace(call.resource, body); });
}

Response patch_scim_user(Node& node, const Call& call) {
  return with_body(node, call,
                   [&](ScimSession& session, const scim::json::object& body) { return ScimUsers(session).patch(call.resource, body); });
}

Response remove_scim_user(Node& node, const Call& call) {
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    return answer_of(ScimUsers(session).remove(call.resource), selection);
  });
}

Response answer_scim_groups(Node& node, const Call& call) {
  const auto search = search_of(call);
  if (!search) return scim_answer(search.error());
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    const std::string* text = call.parameter("filter");
    const bool asks_for_members = text != nullptr && scim::folded(*text).find("members") != std::string::npos;
    const ScimGroups groups(session);
    const auto listing = groups.list(asks_for_members || selection.shows("members"));
    return listing ? list_of(*listing, search->filter, search->window, selection) : scim_answer(listing.error());
  });
}

Response answer_scim_group(Node& node, const Call& call) {
  return in_session(node, call, [&](ScimSession& session, const scim::Selection& selection) {
    return answer_of(ScimGroups(session).get(call.resource, selection.shows("members")), selection);
  });
}

Response replace_scim_group(Node& node, const Call& call) {
  return with_body(node, call,
                   [&](ScimSession& session, const scim::json::object& body) { return ScimGroups(session).replace(call.resource, body); });
}

Response patch_scim_group(Node& node, const Call& call) {
  return with_body(node, call,
                   [&](ScimSession& session, const scim::json::object& body) { return ScimGroups(session).patch(call.resource, body); });
}

Response search_scim_users(Node& node, const Call& call) { return search(node, call, "/scim/v2/Users/.search", &answer_scim_users); }
Response search_scim_groups(Node& node, const Call& call) { return search(node, call, "/scim/v2/Groups/.search", &answer_scim_groups); }

Response search_scim(Node& node, const Call& call) {
  return search(node, call, "/scim/v2/.search", [](Node& asked, const Call& query) {
    const auto search = search_of(query);
    if (!search) return scim_answer(search.error());
    return in_session(asked, query, [&](ScimSession& session, const scim::Selection& selection) {
      const ScimUsers users(session);
      const ScimGroups groups(session);
      const auto people = users.list({});
      if (!people) return scim_answer(people.error());
      const auto services = groups.list(true);
      if (!services) return scim_answer(services.error());
      return list_of(everything(*people, *services), search->filter, search->window, selection);
    });
  });
}

Response answer_scim_me(Node& node, const Call& call) {
  return about_self(node, call, [](ScimSession& session, const std::string& self) { return ScimUsers(session).get(self); });
}

Response replace_scim_me(Node& node, const Call& call) {
  return change_self(node, call, [](ScimSession& session, const std::string& self, const scim::json::object& body) {
    return ScimUsers(session).replace(self, body);
  });
}

Response patch_scim_me(Node& node, const Call& call) {
  return change_self(node, call, [](ScimSession& session, const std::string& self, const scim::json::object& body) {
    return ScimUsers(session).patch(self, body);
  });
}

Response remove_scim_me(Node& node, const Call& call) {
  return about_self(node, call, [](ScimSession& session, const std::string& self) { return ScimUsers(session).remove(self); });
}

// One after the other; what refers to somebody whom a later one makes waits for that one.
Response submit_scim_bulk(Node& node, const Call& call) {
  const auto body = scim::parse_json(call.body);
  if (!body) return scim_answer(body.error());
  auto bulk = scim::BulkRequest::parse(*body);
  if (!bulk) return scim_answer(bulk.error());
  return in_session(node, call, [&](ScimSession& session, const scim::Selection&) {
    Response out = scim_answer(bulk->carry_out([&](const scim::BulkOperation& operation) {
      const ScimResult result = carry_out(session, operation);
      if (!result) return scim::BulkOutcome{.error = result.error()};
      return scim::BulkOutcome{.status = result->status, .location = result->location, .version = result->etag};
    }));
    out.is_unrecorded = true;  // It shows nothing of what there is.
    return out;
  });
}

}  // namespace muniment
