#include "tools/server/scim_session.h"

#include "aggregates/policy.h"
#include "tools/server/question.h"
#include "tools/server/scim_form.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

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

std::expected<ScimSession, scim::Error> ScimSession::begin(Node& node, const Call& call) {
  const auto fail = [](const Problem& problem) { return std::unexpected(scim_error(problem)); };
  ScimSession out(node, call);
  const auto looks = who_looks(node, call);
  if (!looks) return fail(looks.error());
  auto horizon = horizon_of(node, *looks, call.views_needed);
  if (!horizon) return fail(horizon.error());
  if (!horizon->is_everything && horizon->providers.empty()) return fail(Problem{name_of(Refusal::not_administrator)});
  out.horizon_ = std::move(*horizon);
  Question question(node, call);
  const auto asked = question.provider("provider");
  if (question.problem()) return fail(*question.problem());
  if (asked && !out.horizon_.has(*asked)) return fail(Problem{problem::outside_scope, {}, "provider"});
  out.provider_ = asked;
  if (!asked && out.horizon_.providers.size() == 1) out.provider_ = out.horizon_.providers.front();
  out.actor_ = looks->principal().value().text();
  if (call.caller->role == TokenRole::SUBMITTER) out.submitted_by_ = call.caller->principal();
  return out;
}

scim::Envelope ScimSession::envelope(std::optional<Version> expected_version) {
  ++commands_;
  std::string id = call_->idempotency_key.empty() ? random_id() : call_->idempotency_key;
  if (!call_->idempotency_key.empty() && commands_ > 1) id += "-" + std::to_string(commands_);
  return {.command_id = std::move(id), .actor = actor_, .submitted_by = submitted_by_, .expected_version = expected_version};
}

std::expected<Answer, scim::Error> ScimSession::decide(Command command) const {
  if (node_->is_stopping() || node_->has_failed()) return std::unexpected(scim_error(Problem{problem::stopping}));
  auto answer = node_->decide(*call_->caller, std::move(command), call_->origin);
  if (!answer) return std::unexpected(scim_error(Problem{problem::overloaded}));
  node_->access_record().note_answer(*call_->caller, *answer, "SCIM");
  return std::move(*answer);
}

}  // namespace muniment
