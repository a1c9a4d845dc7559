// Anything may stand in the head of a request: its path, its query, its headers. Whoever asks what, the answer is a problem or what the
// route gives; no handler throws, none fails, and nothing that came can add a line to the answer's head.
//
// A line with who asks (a letter of callers below), the method and the target; then lines of headers, as in HTTP.
#include <simdjson.h>

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "events/values/text.h"
#include "scratch_folder.h"
#include "tools/server/content_coding.h"
#include "tools/server/dispatch.h"
#include "tools/server/scim_form.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::string_view story =
    R"({"type":"register_provider","command_id":"s1","actor":"officer:agency","provider":"110012345A","kind":"provider","organization":"Mercy","name":"Mercy"}
{"type":"assign_primary_user","command_id":"s2","actor":"officer:agency","provider":"110012345A","profile":{"last_name":"Hughes","first_name":"Mary","birth_day":"11/23","email":"m@mercy.example","zip":"02139"},"pin":"4071"}
{"type":"create_subordinate","command_id":"s3","actor":"mhughes1","provider":"110012345A","last_name":"Doe","first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302","pin":"1234","services":["manage_referrals"]}
{"type":"open_review","command_id":"s4","actor":"officer:agency","review":"q1","providers":["110012345A"],"due_at":"2034-01-01T00:00:00Z"}
)";

Token token_of(TokenRole role, std::string name, const std::vector<ProviderId>& providers = {}) {
  Token out;
  out.role = role;
  out.name = std::move(name);
  out.providers = providers;
  out.created_at = system_now();
  out.created_by = "fuzz";
  return out;
}

class Served {
 public:
  Served() : folder_("questions"), store_folder_(folder_.path() / "store") {
    Store::create(store_folder_, "agency");
    store_.emplace(store_folder_);
    NodeOptions options;
    options.settings.limits = {.questions_a_second_max = 0, .disk_reserve_bytes = 0};
    node_.emplace(*store_, std::move(options));
    CommandReader reader;
    std::istringstream lines{std::string{story}};
    for (std::string line; std::getline(lines, line);) {
      std::string id;
      auto command = reader.read(line, id);
      MUNIMENT_ASSERT(command.has_value());
      MUNIMENT_ASSERT(store_->sequencer().ask({.command = std::move(*command)}).status == Answer::Status::accepted);
    }
    MUNIMENT_ASSERT(node_->projector().wait_for(store_->log().head(0).position, std::chrono::seconds{60}));
    const TokenFile tokens(store_folder_);
    callers_['o'] = tokens.create(token_of(TokenRole::OFFICER, "agency"));
    callers_['a'] = tokens.create(token_of(TokenRole::AUDITOR, "ann"));
    callers_['h'] = tokens.create(token_of(TokenRole::AUDITOR, "here", {ProviderId::parse("110012345A").value()}));
    callers_['p'] = tokens.create(token_of(TokenRole::ACCOUNT, "mhughes1"));
    callers_['j'] = tokens.create(token_of(TokenRole::ACCOUNT, "jdoe1"));
    callers_['s'] = tokens.create(token_of(TokenRole::SUBMITTER, "portal"));
    callers_['r'] = tokens.create(token_of(TokenRole::OPERATOR, "root"));
  }
  ~Served() {
    node_.reset();
    store_->close();
  }

  // Nothing for what is no question: other fuzzers have bodies, and these would write.
  std::optional<Response> ask(char who, RequestHead head) {
    const auto caller = callers_.find(who);
    const std::string authorization = caller == callers_.end() ? "" : "Bearer " + caller->second;
    if (!authorization.empty()) head.authorization = authorization;
    const std::string address = std::to_string(++asked_);  // Each stranger's first failure.
    head.address = address;
    auto dispatched = dispatch(*node_, head, "fuzz-1");
    if (!dispatched) return respond(dispatched.error().problem, "fuzz-1");
    const Route& route = *dispatched->route;
    const auto* const handler = std::get_if<AskHandler>(&route.handler);
    if (handler == nullptr || route.method != Method::get || dispatched->call.form == media::pdf) return std::nullopt;
    Response out = encoded((*handler)(*node_, dispatched->call), dispatched->call.coding);
    constexpr std::size_t body_bytes_max = std::size_t{1} << 20;
    std::string piece;
    while (out.stream && out.body.size() < body_bytes_max && out.stream->next(piece) == Chunks::Next::chunk) {
      out.body += piece;
      piece.clear();
    }
    return out;
  }

 private:
  ScratchFolder folder_;
  std::filesystem::path store_folder_;
  std::optional<Store> store_;
  std::optional<Node> node_;
  std::map<char, std::string> callers_;
  std::uint64_t asked_ = 0;
};

void check(const RequestHead& head, Response response) {
  constexpr unsigned failed = 500;
  if (is_scim_target(head.target)) to_scim_form(response);
  MUNIMENT_ASSERT(response.status >= 200 && response.status != failed);
  bool is_coded = false;
  for (const auto& [name, value] : response.headers) {
    MUNIMENT_ASSERT((name + value).find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
    is_coded |= name == "Content-Encoding";
  }
  MUNIMENT_ASSERT(response.content_type.find_first_of("\r\n") == std::string::npos);
  const bool is_json =
      response.content_type == media::json || response.content_type == media::scim || response.content_type == "application/problem+json";
  if (!is_json || is_coded || response.body.empty()) return;
  static simdjson::dom::parser parser;
  MUNIMENT_ASSERT(parser.parse(response.body).error() == simdjson::SUCCESS);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return line;
}

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static Served served;
  std::string_view text{reinterpret_cast<const char*>(bytes), size};
  std::string_view line = take_line(text);
  constexpr std::size_t shortest = 4;  // "o G "
  if (line.size() < shortest) return 0;
  const char who = line[0];
  line.remove_prefix(2);
  RequestHead head{};
  head.method = line.substr(0, line.find(' '));
  head.target = line.substr(std::min(line.size(), head.method.size() + 1));
  for (line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::string_view name = line.substr(0, line.find(": "));
    const std::string_view value = line.substr(std::min(line.size(), name.size() + 2));
    if (name == "Accept") head.accept = value;
    if (name == "Accept-Encoding") head.accept_encoding = value;
    if (name == "Authorization") head.authorization = value;
    if (name == "Content-Type") head.content_type = value;
    if (name == "Content-Encoding") head.content_encoding = value;
    if (name == "Idempotency-Key") head.idempotency_key = value;
    if (name == "If-Match") head.if_match = value;
    if (name == "Last-Event-ID") head.last_event_id = value;
    if (name == "Muniment-Actor") head.acting_for = value;
  }
  if (auto response = served.ask(who, head)) check(head, std::move(*response));
  return 0;
}
