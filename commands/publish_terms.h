// Publish a version of the Terms and Conditions: everybody is asked to accept it before using an account again.
// Source: both job aids, introduction.
//
// Refusals, in this order: who may (authority.h: agency_only), terms_already_published. Nothing to record: it is the current version.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct PublishTerms {
  std::string_view terms_version;  // Borrowed from the command's message.

  static Field<PublishTerms> read(request::Terms::Reader in);
};

Decision decide(const PublishTerms& publish, const Request& request, Sight& sight);

}  // namespace muniment
