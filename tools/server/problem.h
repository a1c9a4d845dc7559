// Why a request was not done: an RFC 9457 problem with a stable, public type. docs/server.md, "Problems".
//
// Refused commands have the refusal's name; the other names are listed here.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "commands/answer.h"
#include "events/json/reader.h"
#include "tools/server/call.h"

namespace muniment {

struct ProblemEntry {
  std::string_view name;
  unsigned status;
  std::string_view title;  // One sentence: what is the matter, and what to do.
};

namespace problem {
inline constexpr std::string_view malformed = "malformed";
inline constexpr std::string_view parameter_unknown = "parameter_unknown";
inline constexpr std::string_view token_missing = "token_missing";
inline constexpr std::string_view token_invalid = "token_invalid";
inline constexpr std::string_view certificate_unknown = "certificate_unknown";
inline constexpr std::string_view session_ended = "session_ended";
inline constexpr std::string_view role_denied = "role_denied";
inline constexpr std::string_view outside_scope = "outside_scope";
inline constexpr std::string_view provider_required = "provider_required";
inline constexpr std::string_view route_unknown = "route_unknown";
inline constexpr std::string_view not_known = "not_known";
inline constexpr std::string_view position_not_reached = "position_not_reached";
inline constexpr std::string_view method_not_allowed = "method_not_allowed";
inline constexpr std::string_view timed_out = "timed_out";
inline constexpr std::string_view body_too_large = "body_too_large";
inline constexpr std::string_view media_type_unsupported = "media_type_unsupported";
inline constexpr std::string_view header_too_large = "header_too_large";
inline constexpr std::string_view rate_exceeded = "rate_exceeded";
inline constexpr std::string_view quota_exceeded = "quota_exceeded";
inline constexpr std::string_view internal_error = "internal_error";
inline constexpr std::string_view log_unreadable = "log_unreadable";
inline constexpr std::string_view overloaded = "overloaded";
inline constexpr std::string_view not_in_time = "not_in_time";
inline constexpr std::string_view stopping = "stopping";
inline constexpr std::string_view not_caught_up = "not_caught_up";
inline constexpr std::string_view outcome_unknown = "outcome_unknown";
inline constexpr std::string_view tokens_unreadable = "tokens_unreadable";
inline constexpr std::string_view disk_reserve = "disk_reserve";
inline constexpr std::string_view clock_stepped = "clock_stepped";
inline constexpr std::string_view identity_provider_unavailable = "identity_provider_unavailable";
inline constexpr std::string_view history_changed = "history_changed";
inline constexpr std::string_view backup_not_configured = "backup_not_configured";
inline constexpr std::string_view backup_failed = "backup_failed";
inline constexpr std::string_view too_much_to_print = "too_much_to_print";
inline constexpr std::string_view sequencer_unreachable = "sequencer_unreachable";
inline constexpr std::string_view forwarded_twice = "forwarded_twice";
inline constexpr std::string_view ask_the_sequencer = "ask_the_sequencer";
inline constexpr std::string_view pdf_unavailable = "pdf_unavailable";
}  // namespace problem

// Those that are no refusals of commands.
std::span<const ProblemEntry> problems();
// Of any name that a problem may have. Precondition: it is one.
unsigned status_of_problem(std::string_view name);

// The URI that stands in its `type`.
std::string type_of_problem(std::string_view name);

struct Problem {
  std::string_view name;                // Of the list, or of a refusal.
  std::string detail = {};              // What was expected, or what is the matter in this case; never a value that was sent.
  std::string field = {};               // At fault; empty: none.
  std::chrono::seconds retry_after{1};  // Of those that pass.
  Position restart_from = 0;            // Of history_changed: the first position that is not as it was.
};

// After which it may be sent again; 0: there is no use in that.
std::chrono::seconds retry_after(const Problem& problem);

Response respond(const Problem& problem, std::string_view request_id);
// Of a command's document.
Response respond(const JsonError& error, std::string_view request_id);
// What was recorded, refused or could not be done, as a member each. `is_precondition`: the version came by If-Match.
Response respond(const Answer& answer, const std::string& command_id, bool is_precondition, std::string_view request_id);

}  // namespace muniment
