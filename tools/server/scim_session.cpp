#include "tools/server/scim_session.h"

#include <algorithm>

#include "aggregates/policy.h"
#include "events/values/sha256.h"
#include "tools/server/question.h"
#include "tools/server/scim_form.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

constexpr std::chrono::seconds views_wait{5};

bool is_listed(const Node& node, const std::string& submitter) {
  Policy policy;
  node.log().read_stream(0, StreamName::single(schema::StreamKind::POLICY), 1, [&](Position, RecordWords words) {
    RecordReader record(words);
    policy.evolve(record.event(), policy.version() + 1);
    return true;
  });
  return policy.has_delegate(submitter);
}

// An account as whom a submitter looks, which the log lets it.
std::expected<Token, Problem> account_acted_for(const Node& node, const Call& call) {
  const auto actor = Principal::parse(call.acting_for);
  if (!actor || actor->kind != schema::PrincipalKind::ACCOUNT)
    return std::unexpected(Problem{problem::malformed, "expected the username of an administrator to act for", "Muniment-Actor"});
  if (!is_listed(node, call.caller->principal().value().text())) return std::unexpected(Problem{name_of(Refusal::not_delegated)});
  Token out = *call.caller;
  out.role = TokenRole::ACCOUNT;
  out.name = actor->name;
  return out;
}

std::expected<Token, Problem> who_looks(const Node& node, const Call& call) {
  if (call.caller->role == TokenRole::SUBMITTER) return account_acted_for(node, call);
  if (!call.acting_for.empty() && call.acting_for != call.caller->principal().value().text())
    return std::unexpected(Problem{problem::malformed, "expected none: a submitter alone acts for others", "Muniment-Actor"});
  return *call.caller;
}

std::string random_id() {
  thread_local IdSource ids;
  return "scim-" + ids.next_event().hex();
}

}  // namespace

std::expected<void, scim::Error> ScimSession::look() {
  const auto fail = [](const Problem& problem) { return std::unexpected(scim_error(problem)); };
  if (!may_go_on()) return fail({call_->session.empty() ? problem::token_invalid : problem::session_ended});
  const auto looks = who_looks(*node_, *call_);
  if (!looks) return fail(looks.error());
  auto horizon = horizon_of(*node_, *looks, call_->views_needed);
  if (!horizon) return fail(horizon.error());
  if (!horizon->is_everything && horizon->providers.empty()) return fail(Problem{name_of(Refusal::not_administrator)});
  if (provider_ && !horizon->has(*provider_)) return fail(Problem{problem::outside_scope, {}, "provider"});
  horizon_ = std::move(*horizon);
  actor_ = looks->principal().value().text();
  return {};
}

std::expected<ScimSession, scim::Error> ScimSession::begin(Node& node, const Call& call) {
  ScimSession out(node, call);
  Question question(node, call);
  out.provider_ = question.provider("provider");
  if (auto looked = out.look(); !looked) return std::unexpected(std::move(looked.error()));
  if (question.problem()) return std::unexpected(scim_error(*question.problem()));
  if (!out.provider_ && out.horizon_.providers.size() == 1) out.provider_ = out.horizon_.providers.front();
  if (call.caller->role == TokenRole::SUBMITTER) out.submitted_by_ = call.caller->principal();
  return out;
}

std::expected<void, scim::Error> ScimSession::begin_operation(std::size_t place) {
  place_ = place;
  return look();
}

// The parts are told apart by what no header has. It is bounded, whatever the key is, and no other key of the client can be it.
std::string ScimSession::command_id(const ScimCommandPlace& which) const {
  constexpr std::size_t bytes = 16;
  const std::string& key = call_->idempotency_key;
  if (key.empty()) return random_id();
  if (place_ == 0 && which.about.empty() && which.attempt == 0) return key;
  std::string text = key;
  for (const std::string& part : {std::to_string(place_), which.about, std::to_string(which.attempt)}) (text += '\0') += part;
  const Sha256 hash = sha256({bytes_of(text)});
  return "scim-" + to_hex(ByteSpan{hash}.first(bytes));
}

scim::Envelope ScimSession::envelope(const ScimCommandPlace& which, std::optional<Version> expected_version) const {
  return {.command_id = command_id(which), .actor = actor_, .submitted_by = submitted_by_, .expected_version = expected_version};
}

// The allowance of the first one was taken with the request.
std::optional<Problem> ScimSession::why_not_decide() {
  if (node_->is_stopping() || node_->has_failed()) return Problem{problem::stopping};
  if (!may_go_on()) return Problem{call_->session.empty() ? problem::token_invalid : problem::session_ended};
  if (const std::string_view why = node_->why_no_commands(); !why.empty()) return Problem{why};
  if (decided_++ == 0) return std::nullopt;
  return node_->allowances().take(*call_->caller, Asked::command, system_now());
}

std::expected<Answer, scim::Error> ScimSession::decide(Command command) {
  if (const auto why = why_not_decide()) return std::unexpected(scim_error(*why));
  auto answer = node_->decide(*call_->caller, std::move(command), call_->origin);
  if (!answer) return std::unexpected(scim_error(Problem{problem::overloaded}));
  node_->access_record().note_answer(*call_->caller, *answer, "SCIM");
  seen_ = std::max({seen_, answer->last_position, answer->true_of});
  return std::move(*answer);
}

bool ScimSession::wait_for_views() const { return node_->projector().wait_for(seen_, views_wait); }

}  // namespace muniment
