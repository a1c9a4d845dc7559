#include "tools/muniment/audit_rows.h"

#include <fmt/format.h>

#include "events/record/stream_name.h"
#include "tools/wire/known_services.h"

namespace muniment {

void require_known(const EventLog& log, const std::optional<ProviderId>& provider, const std::optional<Username>& username) {
  if (provider && log.stream_version(0, StreamName::provider(*provider)) == 0) {
    throw CliError(ExitCode::not_found, fmt::format("no provider {} was ever registered; check the PID/SL", provider->display()));
  }
  if (username && log.stream_version(0, StreamName::username(*username)) == 0) {
    throw CliError(ExitCode::not_found, "--user: nobody ever had this username; check the spelling");
  }
}

void require_known_service(const EventLog& log, const std::string& service) {
  World world;
  if (known_services(world, log).find(service) == nullptr) {
    throw CliError(ExitCode::not_found, "--service: there never was such a service; `muniment services` lists them");
  }
}

void end_answer(RowWriter& rows, const AnswerEnd& end, Format format, const Console& console) {
  rows.finish(end.cells());
  end.tell(format, console);
}

}  // namespace muniment
