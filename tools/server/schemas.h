// The schemas of what comes in and goes out, made of what reads and writes it: Cap'n Proto schemas and columns.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muniment {

// Names of schemas in /openapi.json.
namespace schemas {
inline constexpr std::string_view none = "";  // The answer is no JSON.
inline constexpr std::string_view health = "Health";
inline constexpr std::string_view readiness = "Readiness";
inline constexpr std::string_view document = "Document";
inline constexpr std::string_view outcome = "Outcome";
inline constexpr std::string_view access_page = "AccessPage";
inline constexpr std::string_view diff_page = "DiffPage";
inline constexpr std::string_view interval_page = "IntervalPage";
inline constexpr std::string_view state_page = "StatePage";
inline constexpr std::string_view roster_page = "RosterPage";
inline constexpr std::string_view trail_page = "TrailPage";
inline constexpr std::string_view histogram = "Histogram";
inline constexpr std::string_view finding_page = "FindingPage";
inline constexpr std::string_view rule_page = "RulePage";
inline constexpr std::string_view review_page = "ReviewPage";
inline constexpr std::string_view review_item_page = "ReviewItemPage";
inline constexpr std::string_view policy_page = "PolicyPage";
inline constexpr std::string_view retention_page = "RetentionPage";
inline constexpr std::string_view gap_page = "GapPage";
inline constexpr std::string_view leaver_page = "LeaverPage";
inline constexpr std::string_view attestation_page = "AttestationPage";
inline constexpr std::string_view service_page = "ServicePage";
inline constexpr std::string_view account = "Account";
inline constexpr std::string_view profile = "AccountProfile";
inline constexpr std::string_view session = "Session";
inline constexpr std::string_view signed_out = "SignedOut";
inline constexpr std::string_view sign_in = "SignIn";
inline constexpr std::string_view provider = "Provider";
inline constexpr std::string_view stats = "Stats";
inline constexpr std::string_view log_backup = "LogBackup";
inline constexpr std::string_view vault_backup = "VaultBackup";
inline constexpr std::string_view command = "Command";
inline constexpr std::string_view redemption = "Redemption";
inline constexpr std::string_view event = "Event";
inline constexpr std::string_view problem = "Problem";
}  // namespace schemas

// Each with its JSON Schema (2020-12). References go to #/components/schemas/.
std::vector<std::pair<std::string_view, std::string>> all_schemas();

}  // namespace muniment
