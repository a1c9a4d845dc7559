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
  std::string bulk_id = {};
  std::string version = {};  // An ETag; empty: none.
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
  // tried, and not in it. An operation that is none, or refers to what nobody makes, fails by itself.
  json::object carry_out(const std::function<BulkOutcome(const BulkOperation&)>& each);

 private:
  struct Entry {
    json::object sent;
    std::optional<BulkOutcome> outcome = {};
  };

  std::optional<BulkOutcome> try_entry(Entry& entry, const std::function<BulkOutcome(const BulkOperation&)>& each);

  std::vector<Entry> entries_;
  std::size_t errors_max_ = 0;               // 0: no bound.
  std::map<std::string, std::string> made_;  // Ids by bulkId.
};

}  // namespace muniment::scim
