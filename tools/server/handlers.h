// What each route does. Free functions; routes.cpp binds them.
#pragma once

#include "tools/server/batch.h"
#include "tools/server/call.h"

namespace muniment {

class Node;

// The node itself: handle_node.cpp.
Response answer_healthz(Node& node, const Call& call);
Response answer_readyz(Node& node, const Call& call);
Response answer_metrics(Node& node, const Call& call);
Response answer_accept_clock(Node& node, const Call& call);
Response record_access(Node& node, const Call& call);
Response answer_openapi(Node& node, const Call& call);
Response answer_stats(Node& node, const Call& call);
Response answer_services(Node& node, const Call& call);

// Commands: handle_commands.cpp.
std::expected<Submission, Response> submit_command(Node& node, const Call& call, Reply reply);
std::unique_ptr<Batch> submit_lines(Node& node, const Call& call, std::function<void()> wake);
std::unique_ptr<Batch> submit_frames(Node& node, const Call& call, std::function<void()> wake);

// An identity provider's: handle_credentials.cpp.
std::expected<Submission, Response> redeem_credential(Node& node, const Call& call, Reply reply);

// Backups: handle_backups.cpp.
void ask_log_backup(Node& node, const Call& call, const Reply& reply);
void ask_vault_backup(Node& node, const Call& call, const Reply& reply);

// Questions: handle_audit.cpp, handle_histogram.cpp, handle_findings.cpp, handle_privileged.cpp, handle_reviews.cpp, handle_accounts.cpp,
// handle_profile.cpp, handle_providers.cpp, handle_events.cpp.
Response answer_as_of(Node& node, const Call& call);
Response answer_diff(Node& node, const Call& call);
Response answer_intervals(Node& node, const Call& call);
Response answer_states(Node& node, const Call& call);
Response answer_roster(Node& node, const Call& call);
Response answer_trail(Node& node, const Call& call);
Response answer_trail_histogram(Node& node, const Call& call);
Response answer_findings(Node& node, const Call& call);
Response answer_rules(Node& node, const Call& call);
Response answer_privileged(Node& node, const Call& call);
Response answer_reviews(Node& node, const Call& call);
Response answer_review(Node& node, const Call& call);
Response answer_policies(Node& node, const Call& call);
Response answer_retention(Node& node, const Call& call);
Response answer_gaps(Node& node, const Call& call);
Response answer_leaver(Node& node, const Call& call);
Response answer_attestation(Node& node, const Call& call);
Response answer_subordinates(Node& node, const Call& call);
Response answer_provider(Node& node, const Call& call);
Response answer_account(Node& node, const Call& call);
Response answer_profile(Node& node, const Call& call);
Response answer_events(Node& node, const Call& call);

// Who calls, and a browser's session: handle_session.cpp.
Response answer_session(Node& node, const Call& call);
Response open_session(Node& node, const Call& call);
Response end_session(Node& node, const Call& call);

// Signing in with an identity provider: handle_sign_in.cpp.
Response answer_sign_in(Node& node, const Call& call);
Response begin_sign_in(Node& node, const Call& call);
void finish_sign_in(Node& node, const Call& call, const Reply& reply);

// The web console's files: handle_console.cpp.
Response answer_console(Node& node, const Call& call);
Response answer_console_asset(Node& node, const Call& call);

// A trail in the formats of others: handle_export.cpp.
inline constexpr std::string_view trail_export_path = "/v1/export/trail";
Response answer_trail_export(Node& node, const Call& call);
// Access, a timeline and findings, to print: handle_report.cpp.
inline constexpr std::string_view report_path = "/v1/audit/report";
Response answer_report(Node& node, const Call& call);

// SCIM 2.0, for identity providers: handle_scim.cpp. Those that change something wait until it is durable.
Response answer_scim_config(Node& node, const Call& call);
Response answer_scim_resource_types(Node& node, const Call& call);
Response answer_scim_resource_type(Node& node, const Call& call);
Response answer_scim_schemas(Node& node, const Call& call);
Response answer_scim_schema(Node& node, const Call& call);
Response answer_scim_users(Node& node, const Call& call);
Response answer_scim_user(Node& node, const Call& call);
Response create_scim_user(Node& node, const Call& call);
Response replace_scim_user(Node& node, const Call& call);
Response patch_scim_user(Node& node, const Call& call);
Response remove_scim_user(Node& node, const Call& call);
Response answer_scim_groups(Node& node, const Call& call);
Response answer_scim_group(Node& node, const Call& call);
Response replace_scim_group(Node& node, const Call& call);
Response patch_scim_group(Node& node, const Call& call);
Response search_scim_users(Node& node, const Call& call);
Response search_scim_groups(Node& node, const Call& call);
Response search_scim(Node& node, const Call& call);
Response answer_scim_me(Node& node, const Call& call);
Response replace_scim_me(Node& node, const Call& call);
Response patch_scim_me(Node& node, const Call& call);
Response remove_scim_me(Node& node, const Call& call);
Response submit_scim_bulk(Node& node, const Call& call);

// The log as a static tree of files: handle_log.cpp.
Response answer_log_checkpoint(Node& node, const Call& call);
Response answer_log_key(Node& node, const Call& call);
Response answer_log_rotations(Node& node, const Call& call);
Response answer_log_rotation(Node& node, const Call& call);
Response answer_log_tile(Node& node, const Call& call);
Response answer_log_entries(Node& node, const Call& call);

}  // namespace muniment
