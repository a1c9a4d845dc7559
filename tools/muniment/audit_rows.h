// What the answers of `muniment audit` have in common.
#pragma once

#include "tools/muniment/moments.h"
#include "tools/muniment/output.h"
#include "tools/wire/access_rows.h"

namespace muniment {

// A name that nobody ever had is an error, not an empty answer: for who asks after the wrong name, "nothing" reads as "had no access".
// They throw CliError with ExitCode::not_found.
void require_known(const EventLog& log, const std::optional<ProviderId>& provider, const std::optional<Username>& username);
void require_known_service(const EventLog& log, const std::string& service);

// Ends the rows and says what they are true of.
void end_answer(RowWriter& rows, const AnswerEnd& end, Format format, const Console& console);

}  // namespace muniment
