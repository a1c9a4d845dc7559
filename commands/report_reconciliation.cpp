#include "commands/report_reconciliation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commands/rules.h"

namespace muniment {
namespace {

using Discrepancy = ReportReconciliation::Discrepancy;

constexpr std::size_t roster_digest_bytes = 32;

bool has_one_twice(const std::vector<Discrepancy>& discrepancies) {
  std::vector<std::pair<std::string_view, std::string_view>> about;
  for (const Discrepancy& one : discrepancies) about.emplace_back(one.username.text(), one.service);
  std::ranges::sort(about);
  return std::ranges::adjacent_find(about) != about.end();
}

Field<Discrepancy> read_discrepancy(schema::Discrepancy::Reader in) {
  auto username = username_field(in.getUsername());
  if (!username) return std::unexpected(std::move(username.error()));
  const auto service = service_field(in.getService());
  if (!service) return std::unexpected(service.error());
  if (in.getDifference() > schema::Difference::RECORDED_NOT_HELD)  // Out of a message, which holds any number there.
    return std::unexpected(Malformed{"difference", "held_not_recorded or recorded_not_held"});
  const bool is_recorded = in.getDifference() == schema::Difference::RECORDED_NOT_HELD;
  if (is_recorded != (in.getGrantPosition() != 0))
    return std::unexpected(Malformed{"grant_position", "the position of the grant, of what is recorded and not held alone"});
  return Discrepancy{std::move(*username), *service, in.getDifference(), in.getGrantPosition()};
}

Field<std::vector<Discrepancy>> read_discrepancies(capnp::List<schema::Discrepancy>::Reader list) {
  if (list.size() > reported_discrepancies_max)
    return std::unexpected(
        Malformed{"discrepancies", fmt::format("at most {}: report the others in a part of their own", reported_discrepancies_max)});
  std::vector<Discrepancy> out;
  for (unsigned i = 0; i < list.size(); ++i) {
    auto one = read_discrepancy(list[i]);
    if (!one) return std::unexpected(Malformed{fmt::format("discrepancies[{}].{}", i, one.error().field), std::move(one.error().expected)});
    out.push_back(std::move(*one));
  }
  if (has_one_twice(out)) return std::unexpected(Malformed{"discrepancies", "each username and service once"});
  return out;
}

Field<std::optional<Username>> optional_username(capnp::Text::Reader text, std::string_view field) {
  if (text.size() == 0) return std::optional<Username>{};
  auto username = username_field(text, field);
  if (!username) return std::unexpected(std::move(username.error()));
  return std::optional{std::move(*username)};
}

bool is_of_the_part(const Discrepancy& one, const ReportReconciliation& report) {
  return (!report.after || one.username.text() > report.after->text()) &&
         (!report.through || one.username.text() <= report.through->text());
}

std::string_view text_or_none(const std::optional<Username>& username) {
  return username ? std::string_view{username->text()} : std::string_view{};
}

// What is recorded names what is here.
std::optional<Refused> problem_with_recorded(const ReportReconciliation& report, Sight& sight) {
  for (std::size_t i = 0; i < report.discrepancies.size(); ++i) {
    const Discrepancy& one = report.discrepancies[i];
    if (one.difference != schema::Difference::RECORDED_NOT_HELD) continue;
    const auto problem = [i](Refusal refusal) { return Refused{.refusal = refusal, .fields = {"discrepancies"}, .index = i}; };
    if (const auto account = existing_account(one.username, sight); !account) return problem(account.error().refusal);
    if (sight.catalogue().find(one.service) == nullptr) return problem(Refusal::service_unknown);
    if (one.grant_position > sight.decided()) return problem(Refusal::position_unknown);
  }
  return std::nullopt;
}

fact::ReconciliationReported fact_of(const ReportReconciliation& report) {
  fact::ReconciliationReported out{.roster_digest = report.roster_digest,
                                   .discrepancies = {},
                                   .after = text_or_none(report.after),
                                   .through = text_or_none(report.through)};
  for (const Discrepancy& one : report.discrepancies)
    out.discrepancies.push_back({one.username.text(), one.service, one.difference, one.grant_position});
  return out;
}

}  // namespace

Field<ReportReconciliation> ReportReconciliation::read(request::ReportReconciliation::Reader in) {
  const auto provider = provider_field(in.getProvider());
  if (!provider) return std::unexpected(provider.error());
  const auto as_of = time_field(in.getAsOf(), "as_of");
  if (!as_of) return std::unexpected(as_of.error());
  auto digest = from_hex(text_of(in.getRosterDigest()));
  if (!digest || digest->size() != roster_digest_bytes) return std::unexpected(Malformed{"roster_digest", "64 hexadecimal digits"});
  auto discrepancies = read_discrepancies(in.getDiscrepancies());
  if (!discrepancies) return std::unexpected(std::move(discrepancies.error()));
  auto after = optional_username(in.getAfter(), "after");
  if (!after) return std::unexpected(std::move(after.error()));
  auto through = optional_username(in.getThrough(), "through");
  if (!through) return std::unexpected(std::move(through.error()));
  ReportReconciliation out{*provider, *as_of, std::move(*digest), std::move(*discrepancies), std::move(*after), std::move(*through)};
  if (out.after && out.through && out.after->text() >= out.through->text())
    return std::unexpected(Malformed{"through", "a username behind after"});
  const auto is_outside = [&](const Discrepancy& one) { return !is_of_the_part(one, out); };
  if (std::ranges::any_of(out.discrepancies, is_outside))
    return std::unexpected(Malformed{"discrepancies", "usernames behind after, up to through"});
  return out;
}

Decision decide(const ReportReconciliation& report, const Request& request, Sight& sight) {
  const Provider& provider = sight.provider(report.provider);
  if (!provider.is_registered()) return refuse(Refusal::provider_unknown, "provider");
  if (sight.is_importing(provider)) return refuse(Refusal::import_in_progress, "provider");
  const auto authority = authority_at(Action::report_signal, request, report.provider, {}, sight);
  if (!authority) return std::unexpected(authority.error());
  if (report.as_of > sight.now()) return refuse(Refusal::in_the_future, "as_of");
  if (auto problem = problem_with_recorded(report, sight)) return std::unexpected(std::move(*problem));

  Decided decided{.authority = *authority};
  decided.events.push_back({.id = sight.next_event_id(),
                            .fact = fact_of(report),
                            .streams = {StreamName::provider(report.provider)},
                            .provider = report.provider,
                            .occurred_at = report.as_of});
  return decided;
}

}  // namespace muniment
