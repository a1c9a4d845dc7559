// muniment init: a new store, with its first enrolment officer and the shipped catalogue.
#include <fmt/format.h>

#include "tools/muniment/login_name.h"
#include "tools/store/store.h"

namespace muniment {

ExitCode run_init(const InitFlags& flags, Console& console) {
  const auto officer = Principal::parse("officer:" + (flags.officer.empty() ? login_name() : flags.officer));
  if (!officer) throw CliError(ExitCode::usage, "--officer: expected 1 to 64 letters, digits, dots, hyphens or underscores");
  if (!flags.origin.empty() && !is_key_name(flags.origin))
    throw CliError(ExitCode::usage, "--origin: expected a name without spaces and plus signs, such as example.com/audit");
  if (flags.is_dry_run) {
    Store::require_free(flags.folder);
    console.note(
        fmt::format("dry run: would make a store in {}, with {} as its first enrolment officer", flags.folder.string(), officer->text()));
    return ExitCode::ok;
  }
  Store::create(flags.folder, officer->name,
                {.holder = "muniment init", .neutral_usernames = flags.neutral_usernames, .origin = flags.origin});
  console.note(fmt::format("{} is a store now; its first enrolment officer is {}", flags.folder.string(), officer->text()));
  console.note(fmt::format("its log signs as {}; give that to whoever is to check it", read_public_log_key(flags.folder).text()));
  console.note(fmt::format("keep {} out of every backup of the rest", (flags.folder / "keys").string()));
  return ExitCode::ok;
}

}  // namespace muniment
