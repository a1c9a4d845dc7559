// Asks for findings and shows them in a line each.
#pragma once

#include "projections/findings.h"
#include "projections/findings/rule.h"
#include "tests/projections/views_fixture.h"

namespace muniment {

class FindingsTest : public ViewsTest {
 protected:
  FindingsTest() {
    story.service_defined("primary_portal_user", true);
    story.service_defined("claims", false);
    story.service_defined("referrals", false);
  }

  // Of a rule, "subject service other state count evidence", what is empty left out; with `since`, those that ended too.
  std::vector<std::string> found(Rule rule, std::optional<Timestamp> at = {}, bool all = false);
  std::vector<Finding> findings(FindingsQuery query, std::size_t limit = page_size_max);
  // The only one of the rule, of whatever state.
  Finding only(Rule rule, std::optional<Timestamp> at = {});

  // Who does what follows.
  void by(const Principal& actor) { story.next.actor = actor; }
  void by(const std::string& username) { by(Principal::account(username)); }
  void wait_days(std::int64_t days) { story.wait(days * 24 * 3600); }
};

}  // namespace muniment
