// Answers under /scim/v2: resources, and what is wrong, in SCIM's form.
#pragma once

#include <string_view>

#include "tools/scim/error.h"
#include "tools/scim/json.h"
#include "tools/server/problem.h"

namespace muniment {

// Whether the target of a request is under /scim/v2.
bool is_scim_target(std::string_view target);

Response scim_answer(const scim::json::object& resource, unsigned status = 200);
Response scim_answer(const scim::Error& error);

// A problem, wherever it was found, as SCIM says it; any other response stays as it is. Its headers and status stay.
void to_scim_form(Response& response);

// The same of what a handler found, or of a refused or failed command. `is_precondition`: the version came by If-Match.
scim::Error scim_error(const Problem& problem);
scim::Error scim_error(const Answer& answer, bool is_precondition);

}  // namespace muniment
