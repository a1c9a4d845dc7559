// Bulk requests (RFC 7644, 3.7): operations one behind another, which refer to what an earlier or a later one makes by its bulkId.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/scim/error.h"
#include "tools/scim/json.h"

namespace muniment::scim {

struct BulkOperation {
  enum class Method { post, put, patch, remove };

  Method method = Method::post;
  std::string resource_type = {};  // Users or Groups.
  std::string id = {};             // Empty: of a post.
  std::size_t place = 1;           // In the request, counted from 1.
  std::string bulk_id = {};
  std::string version = {};  // The ETag that a User must have; empty: none.
  json::value data = {};     // An object, but of a removal.
};

struct BulkOutcome {
  unsigned status = 200;
  std::string location = {};
  std::string version = {};
  std::optional<Error> error = {};
};

class BulkRequest {
 public:
  // Errors: invalidSyntax, invalidValue; 413 of more operations than there may be.
  static std::expected<BulkRequest, Error> parse(const json::value& message);

  // Carries each operation out and gives the BulkResponse, in the order of the request. Beyond `failOnErrors` failures the rest is not
  // tried, and not in it. An operation that is none, or refers to what nobody makes, fails by itself; operations that wait for one another
  // fail with 409.
  //
  // A reference is a whole value, a part of the operation's path, or a value in quotation marks within the `path` of a patch's operation:
  // a text that only looks like one somewhere in it is a text.
  json::object carry_out(const std::function<BulkOutcome(const BulkOperation&)>& each);

 private:
  struct Entry {
    json::object sent;
    std::optional<BulkOutcome> outcome = {};
    std::string awaits = {};  // The bulkId that it refers to and that is not made yet.
  };

  bool is_over() const { return errors_max_ > 0 && errors_ >= errors_max_; }
  void settle(Entry& entry, BulkOutcome outcome);
  // Nothing: it refers to what is not made yet.
  std::optional<BulkOutcome> try_entry(Entry& entry, const std::function<BulkOutcome(const BulkOperation&)>& each);
  void fail_those_that_wait();
  bool waits_in_a_circle(const Entry& entry) const;

  std::vector<Entry> entries_;
  std::size_t errors_max_ = 0;  // 0: no bound.
  std::size_t errors_ = 0;
  std::map<std::string, std::string> made_;  // Ids by bulkId.
};

}  // namespace muniment::scim
