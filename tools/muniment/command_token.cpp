// muniment token: who may call a node. The file of tokens needs no lock of the store, so that a running node hears of changes at once.
#include <fmt/format.h>

#include <ostream>

#include "tools/muniment/login_name.h"
#include "tools/muniment/moments.h"
#include "tools/server/token_file.h"
#include "tools/store/marker.h"

namespace muniment {
namespace {

TokenFile file_of(const Folder& store) {
  if (store.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
  read_marker(store);
  return TokenFile(store);
}

// The name is folded as those in commands are, so that one caller has one name.
std::string name_of_caller(const TokenCreateFlags& flags, TokenRole role) {
  if (role == TokenRole::ACCOUNT) return username_flag("--username", flags.username).value().text();
  const auto name = Username::parse(flags.name.empty() ? login_name() : flags.name);
  if (!name || !name->is_plain()) throw CliError(ExitCode::usage, "--name: expected 1 to 64 of a-z, 0-9, dot, hyphen and underscore");
  return name->text();
}

std::string joined_providers(const Token& token) {
  std::string out;
  for (const ProviderId& provider : token.providers) out += (out.empty() ? "" : ", ") + provider.text();
  return out;
}

std::string_view state_of(const Token& token, Timestamp now) {
  return token.revoked_at ? "revoked" : token.is_valid_at(now) ? "valid" : "expired";
}

Cell time_cell(const std::optional<Timestamp>& time) { return time ? Cell{time->text()} : Cell{}; }

}  // namespace

ExitCode run_token_create(const TokenCreateFlags& flags, Console& console) {
  if (flags.username.empty() == flags.role.empty()) throw CliError(ExitCode::usage, "name either --username, or --role");
  const TokenRole role = flags.role.empty() ? TokenRole::ACCOUNT : token_role_named(flags.role).value();
  if (role != TokenRole::AUDITOR && !flags.providers.empty())
    throw CliError(ExitCode::usage, "--provider: only an auditor's token is limited by it; what others may do is read from the log");
  if (role == TokenRole::ACCOUNT && !flags.name.empty()) throw CliError(ExitCode::usage, "--name: an account's token has its username");
  Token token{.id = {},
              .hash = {},
              .role = role,
              .name = name_of_caller(flags, role),
              .providers = {},
              .created_at = system_now(),
              .created_by = login_name(),
              .expires_at = time_flag("--expires", flags.expires),
              .revoked_at = {},
              .revoked_by = {}};
  for (const std::string& provider : flags.providers) token.providers.push_back(provider_flag("--provider", provider).value());
  if (token.expires_at && *token.expires_at <= token.created_at) throw CliError(ExitCode::usage, "--expires: expected a time to come");
  const std::string text = file_of(flags.store).create(std::move(token));
  console.out << text << std::endl;
  require_written(console.out);
  console.note("the token is shown this once; whoever has it acts as its holder");
  return ExitCode::ok;
}

ExitCode run_token_list(const TokenListFlags& flags, Console& console) {
  RowWriter rows(flags.format,
                 {{"id"},
                  {"role"},
                  {"name"},
                  {"providers"},
                  {"state"},
                  {"created_at", Column::Kind::time},
                  {"created_by"},
                  {"expires_at", Column::Kind::time},
                  {"revoked_at", Column::Kind::time},
                  {"revoked_by"}},
                 console.out, console.has_color);
  const Timestamp now = system_now();
  for (const Token& token : file_of(flags.store).read()) {
    rows.add({token.id, std::string{name_of(token.role)}, token.name, text_cell(joined_providers(token)), std::string{state_of(token, now)},
              token.created_at.text(), token.created_by, time_cell(token.expires_at), time_cell(token.revoked_at),
              text_cell(token.revoked_by)});
  }
  rows.finish();
  return ExitCode::ok;
}

ExitCode run_token_revoke(const TokenRevokeFlags& flags, Console& console) {
  if (!file_of(flags.store).revoke(flags.id, system_now(), login_name()))
    throw CliError(ExitCode::not_found, "there is no token of this id; `muniment token list` shows them");
  console.note(fmt::format("token {} is revoked; a running node refuses it from now on", flags.id));
  return ExitCode::ok;
}

}  // namespace muniment
