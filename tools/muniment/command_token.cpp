// muniment token: who may call a node. The file of tokens needs no lock of the store, so that a running node hears of changes at once.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "tools/muniment/login_name.h"
#include "tools/muniment/moments.h"
#include "tools/server/certificate.h"
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
  if (token.revoked_at) return "revoked";
  if (token.expires_at && *token.expires_at <= now) return "expired";
  return token.suspended_at ? "suspended" : "valid";
}

Cell time_cell(const std::optional<Timestamp>& time) { return time ? Cell{time->text()} : Cell{}; }

CliError no_such_token() { return {ExitCode::not_found, "there is no token of this id; `muniment token list` shows them"}; }

// What was revoked stays so: saying that it is suspended, or no longer, would be trusted in vain.
void require_not_revoked(const TokenFile& file, const std::string& id) {
  const std::vector<Token> tokens = file.read();
  const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const Token& token) { return token.id == id; });
  if (found == tokens.end()) throw no_such_token();
  if (found->revoked_at)
    throw CliError(ExitCode::refused, fmt::format("token {} is revoked, which cannot be undone: create another one", id));
}

// The log is not opened here, so that a running node keeps it.
void note_names_unchecked(const Console& console, const Token& token) {
  if (token.role == TokenRole::OPERATOR || token.role == TokenRole::SUBMITTER || token.role == TokenRole::NODE ||
      (token.role == TokenRole::AUDITOR && token.providers.empty()))
    return;
  console.note(token.role == TokenRole::AUDITOR
                   ? "that there are these providers was not looked up; of one that there is not, the token shows nothing"
                   : "that the log knows the holder was not looked up; where it does not, the node answers actor_unknown");
}

// 64 digits, with or without the colons that openssl puts between them.
TokenHash fingerprint_flag(std::string text) {
  std::erase(text, ':');
  const auto bytes = from_hex(text);
  TokenHash out{};
  if (!bytes || bytes->size() != out.size())
    throw CliError(ExitCode::usage, "--certificate-fingerprint: expected 64 hexadecimal digits, the SHA-256 of the certificate's DER");
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

// What a certificate's file says. It is not taken for longer than it is valid.
void take_certificate(const Folder& file, Token& token) {
  const auto facts = [&] {
    try {
      return read_certificate(file);
    } catch (const CertificateUnreadable& error) {
      throw CliError(ExitCode::usage, std::string{"--certificate: "} + error.what());
    }
  }();
  if (facts.expires_at <= token.created_at) throw CliError(ExitCode::usage, "--certificate: it has expired");
  token.hash = facts.fingerprint;
  token.expires_at = std::min(token.expires_at.value_or(facts.expires_at), facts.expires_at);
}

ExitCode would(std::string_view what, const Console& console) {
  console.note(fmt::format("dry run: would {}", what));
  return ExitCode::ok;
}

std::string holder_of(const Token& token) { return fmt::format("{}, {}", token.name, name_of(token.role)); }

ExitCode register_certificate(const TokenCreateFlags& flags, Token token, Console& console) {
  if (!flags.certificate_fingerprint.empty()) token.hash = fingerprint_flag(flags.certificate_fingerprint);
  if (!flags.certificate.empty()) take_certificate(flags.certificate, token);
  const TokenFile file = file_of(flags.store);
  constexpr const char* taken = "the certificate is registered already; revoke that first: `muniment token list` shows it";
  if (flags.is_dry_run) {
    if (file.has_certificate(token.hash)) throw CliError(ExitCode::refused, taken);
    return would(fmt::format("register a certificate for {}", holder_of(token)), console);
  }
  const auto id = file.register_certificate(std::move(token));
  if (!id) throw CliError(ExitCode::refused, taken);
  console.out << *id << std::endl;
  require_written(console.out);
  console.note("the certificate is registered; whoever has its key acts as its holder");
  return ExitCode::ok;
}

// What `change` does to the token of this id, or would; `done` says so.
ExitCode change_token(const TokenChangeFlags& flags, const Console& console, std::string_view doing, std::string_view done,
                      const std::function<bool(const TokenFile&)>& change) {
  const TokenFile file = file_of(flags.store);
  const bool is_there = flags.is_dry_run ? std::ranges::count(file.read(), flags.id, &Token::id) > 0 : change(file);
  if (!is_there) throw no_such_token();
  if (flags.is_dry_run) return would(fmt::format("{} token {}", doing, flags.id), console);
  console.note(fmt::format("token {} {}", flags.id, done));
  return ExitCode::ok;
}

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
              .revoked_by = {},
              .daily_quota = flags.daily_quota};
  for (const std::string& provider : flags.providers) token.providers.push_back(provider_flag("--provider", provider).value());
  if (token.expires_at && *token.expires_at <= token.created_at) throw CliError(ExitCode::usage, "--expires: expected a time to come");
  if (!flags.certificate.empty() || !flags.certificate_fingerprint.empty()) return register_certificate(flags, std::move(token), console);
  const TokenFile file = file_of(flags.store);
  if (flags.is_dry_run) {
    file.read();  // One that is damaged takes no token.
    return would(fmt::format("make a token for {}", holder_of(token)), console);
  }
  const std::string text = file.create(token);
  console.out << text << std::endl;
  require_written(console.out);
  console.note("the token is shown this once; whoever has it acts as its holder");
  note_names_unchecked(console, token);
  return ExitCode::ok;
}

ExitCode run_token_list(const TokenListFlags& flags, Console& console) {
  RowWriter rows(flags.format,
                 {{"id"},
                  {"role"},
                  {"name"},
                  {"method"},
                  {"providers"},
                  {"state"},
                  {"daily_quota", Column::Kind::number},
                  {"created_at", Column::Kind::time},
                  {"created_by"},
                  {"expires_at", Column::Kind::time},
                  {"suspended_at", Column::Kind::time},
                  {"suspended_by"},
                  {"revoked_at", Column::Kind::time},
                  {"revoked_by"}},
                 console.out, console.has_color);
  const Timestamp now = system_now();
  for (const Token& token : file_of(flags.store).read()) {
    rows.add({token.id, std::string{name_of(token.role)}, token.name, std::string{name_of(token.method)},
              text_cell(joined_providers(token)), std::string{state_of(token, now)},
              token.daily_quota == 0 ? Cell{} : Cell{std::uint64_t{token.daily_quota}}, token.created_at.text(), token.created_by,
              time_cell(token.expires_at), time_cell(token.suspended_at), text_cell(token.suspended_by), time_cell(token.revoked_at),
              text_cell(token.revoked_by)});
  }
  rows.finish();
  return ExitCode::ok;
}

ExitCode run_token_suspend(const TokenChangeFlags& flags, Console& console) {
  require_not_revoked(file_of(flags.store), flags.id);
  return change_token(flags, console, "suspend", "is suspended; a running node refuses it until it is resumed",
                      [&](const TokenFile& file) { return file.suspend(flags.id, system_now(), login_name()); });
}

ExitCode run_token_resume(const TokenChangeFlags& flags, Console& console) {
  require_not_revoked(file_of(flags.store), flags.id);
  return change_token(flags, console, "resume", "is no longer suspended", [&](const TokenFile& file) { return file.resume(flags.id); });
}

ExitCode run_token_revoke(const TokenChangeFlags& flags, Console& console) {
  return change_token(flags, console, "revoke", "is revoked; a running node refuses it from now on",
                      [&](const TokenFile& file) { return file.revoke(flags.id, system_now(), login_name()); });
}

}  // namespace muniment
