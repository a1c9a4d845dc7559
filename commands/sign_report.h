// Sign the report of a closed review, as the node has sealed it: a person's word, on record beside the seal. Whoever reviews in it or may
// hold reviews at one of its providers signs, each once.
//
// Refusals, in this order: review_unknown (also for whoever has no part in it), report_unknown (it is not sealed, or its digest is
// another). Nothing to record: the actor has signed it.
#pragma once

#include "commands/decision.h"
#include "commands/request.h"
#include "commands/sight.h"

namespace muniment {

struct SignReport {
  std::string review;
  Bytes digest;  // 32 of them.

  static Field<SignReport> read(request::SignReport::Reader in);
};

Decision decide(const SignReport& sign, const Request& request, Sight& sight);

}  // namespace muniment
