#include "node_fixture.h"

#include <fmt/format.h>
#include <unistd.h>

#include <future>
#include <sstream>

#include "make_token.h"
#include "tools/server/content_coding.h"
#include "tools/server/scim_form.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

std::filesystem::path folder_of_test() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  return std::filesystem::path(testing::TempDir()) / fmt::format("node-{}-{}-{}", ::getpid(), test->test_suite_name(), test->name());
}

}  // namespace

WithNode::WithNode(NodeOptions options, Decider::Clock clock) : folder(folder_of_test()) {
  std::filesystem::remove_all(folder);
  Store::create(folder, "agency");
  store = std::make_unique<Store>(folder, StoreOptions{.clock = std::move(clock)});
  node = std::make_unique<Node>(*store, std::move(options));
  tell(small_story());
}

WithNode::~WithNode() {
  node.reset();
  store->close();
  std::filesystem::remove_all(folder);
}

std::string WithNode::token(TokenRole role, const std::string& name, const std::vector<std::string>& providers,
                            std::optional<Timestamp> expires_at) const {
  Token token = make_token(role, name);
  token.expires_at = expires_at;
  for (const std::string& provider : providers) token.providers.push_back(ProviderId::parse(provider).value());
  return TokenFile(folder).create(std::move(token));
}

Response WithNode::ask(const RequestHead& head, const std::string& body) {
  Response out = answer(head, body);
  if (is_scim_target(head.target)) to_scim_form(out);
  return out;
}

Response WithNode::answer(const RequestHead& head, const std::string& body) {
  auto dispatched = dispatch(*node, head, "test-1");
  if (!dispatched) return respond(dispatched.error().problem, "test-1");
  dispatched->call.body = body;
  node->projector().wait_for(dispatched->call.views_needed, std::chrono::milliseconds{200});  // As a connection does.
  if (const auto* submit = std::get_if<SubmitHandler>(&dispatched->route->handler)) {
    std::promise<Response> promise;
    auto submission = (*submit)(*node, dispatched->call, [&promise](Response response) { promise.set_value(std::move(response)); });
    if (!submission) return std::move(submission.error());
    std::vector<Submission> submissions;
    submissions.push_back(std::move(*submission));
    node->submit(std::move(submissions));
    return promise.get_future().get();
  }
  if (const auto* job = std::get_if<JobHandler>(&dispatched->route->handler)) {
    std::promise<Response> promise;
    (*job)(*node, dispatched->call, [&promise](Response response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  if (const auto* begin = std::get_if<BatchHandler>(&dispatched->route->handler)) {
    const auto batch = (*begin)(*node, dispatched->call, [] {});
    Response out{.content_type = std::string{dispatched->call.form}};
    batch->feed(body);
    batch->end(Batch::End::whole);
    while (batch->take(out.body)) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return out;
  }
  Response out = encoded(std::get<AskHandler>(dispatched->route->handler)(*node, dispatched->call), dispatched->call.coding);
  std::string piece;
  while (out.stream && out.stream->next(piece) == Chunks::Next::chunk) {
    out.body += piece;
    piece.clear();
  }
  return out;
}

Response WithNode::get(const std::string& target, const std::string& token, std::string_view accept, std::string_view accept_encoding) {
  const std::string authorization = "Bearer " + token;
  return ask({.method = "GET",
              .target = target,
              .authorization = authorization,
              .content_type = {},
              .accept = accept,
              .accept_encoding = accept_encoding,
              .idempotency_key = {},
              .if_match = {},
              .last_event_id = {}});
}

Response WithNode::post(const std::string& body, const std::string& token, RequestHead head) {
  const std::string authorization = "Bearer " + token;
  head.method = "POST";
  head.target = "/v1/commands";
  head.authorization = authorization;
  if (head.content_type.empty()) head.content_type = "application/json";
  return ask(head, body);
}

void WithNode::tell(const std::string& lines) {
  CommandReader reader;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    std::string id;
    auto command = reader.read(line, id);
    ASSERT_TRUE(command.has_value()) << command.error().message();
    const Answer answer = store->sequencer().ask({.command = std::move(*command), .source = schema::Source::OPERATOR});
    ASSERT_NE(answer.status, Answer::Status::failed) << answer.failure;
  }
  ASSERT_TRUE(node->projector().wait_for(store->log().head(0).position, std::chrono::seconds{60}));
}

std::string small_story() {
  return R"({"type":"register_provider","command_id":"s1","actor":"officer:agency","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"}
{"type":"assign_primary_user","command_id":"s2","actor":"officer:agency","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"11/23","email":"m@mercy.example","zip":"02139"},"pin":"4071"}
{"type":"create_subordinate","command_id":"s3","actor":"mhughes1","provider":"110012345A","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302","pin":"1234","services":["manage_referrals"]}
{"type":"register_provider","command_id":"s4","actor":"officer:agency","provider":"110067890B","kind":"provider","organization":"Harbor","name":"Harbor"}
{"type":"assign_primary_user","command_id":"s5","actor":"officer:agency","provider":"110067890B","profile":{"last_name":"Ortega","first_name":"Alan","birth_day":"02/28","email":"alan@harbor.example","zip":"02128"},"pin":"5512"}
)";
}

std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const auto at = json.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  if (json[begin] == '"') return json.substr(begin + 1, json.find('"', begin + 1) - begin - 1);
  return json.substr(begin, json.find_first_of(json[begin] == '[' ? "]" : ",}", begin) - begin);
}

std::string problem_of(const Response& response) {
  if (response.content_type != "application/problem+json") return "";
  const std::string type = member(response.body, "type");
  return type.substr(type.rfind('/') + 1);
}

}  // namespace muniment
