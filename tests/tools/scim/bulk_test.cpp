// Bulk requests, with the examples of RFC 7644, 3.7.
#include "tools/scim/bulk.h"

#include <gtest/gtest.h>

namespace muniment::scim {
namespace {

// What came to be carried out, and the statuses that were answered.
struct Carried {
  std::vector<BulkOperation> operations = {};
  std::vector<std::string> statuses = {};
};

// Each POST makes an id of its bulkId: `a` becomes `a1`.
Carried carried_out(const std::string& operations, const std::string& bound = "") {
  Carried out;
  auto request = BulkRequest::parse(json::parse("{" + bound + R"("Operations":[)" + operations + "]}"));
  EXPECT_TRUE(request.has_value()) << operations;
  if (!request) return out;
  const json::object answer = request->carry_out([&](const BulkOperation& operation) {
    out.operations.push_back(operation);
    return BulkOutcome{.location = "/scim/v2/Users/" + operation.bulk_id + "1"};
  });
  for (const json::value& one : answer.at("Operations").as_array()) out.statuses.emplace_back(one.at("status").as_string());
  return out;
}

using Statuses = std::vector<std::string>;

constexpr auto make_a = R"({"method":"POST","path":"/Users","bulkId":"a","data":{"name":"A"}})";

TEST(ScimBulk, PutsIdsInThePlaceOfWholeValuesPartsOfPathsAndValuesInPathsOfPatches) {
  const Carried out = carried_out(
      std::string{make_a} + R"(,{"method":"PUT","path":"/Users/bulkId:a","data":{"members":[{"value":"bulkId:a"}]}})" +
      R"(,{"method":"PATCH","path":"/Groups/g","data":{"Operations":[{"op":"remove","path":"members[value eq \"bulkId:a\"]"}]}})");
  ASSERT_EQ(out.operations.size(), 3U);
  EXPECT_EQ(out.operations[1].id, "a1");
  EXPECT_EQ(json::serialize(out.operations[1].data), R"({"members":[{"value":"a1"}]})");
  EXPECT_EQ(json::serialize(out.operations[2].data), R"({"Operations":[{"op":"remove","path":"members[value eq \"a1\"]"}]})");
}

TEST(ScimBulk, LeavesTextsThatOnlyHaveSuchAWordInThem) {
  const std::string data =
      R"({"name":{"familyName":"Mc bulkId:Bates"},"note":"see bulkId:x","Operations":[{"path":"members[value eq \"x bulkId:y\"]"}]})";
  const Carried out = carried_out(R"({"method":"PUT","path":"/Users/jdoe1","data":)" + data + "}");
  EXPECT_EQ(out.statuses, Statuses{"200"});
  EXPECT_EQ(json::serialize(out.operations.at(0).data), data);
}

TEST(ScimBulk, WaitsForWhatALaterOperationMakesAndKnowsThePlaceOfEach) {
  const Carried out = carried_out(std::string{R"({"method":"DELETE","path":"/Users/bulkId:a"},)"} + make_a);
  ASSERT_EQ(out.operations.size(), 2U);
  EXPECT_EQ(out.operations[0].method, BulkOperation::Method::post);
  EXPECT_EQ(out.operations[0].place, 2U);
  EXPECT_EQ(out.operations[1].id, "a1");
  EXPECT_EQ(out.operations[1].place, 1U);
}

TEST(ScimBulk, TellsOperationsThatWaitForOneAnotherFromThoseThatNameNobody) {
  const auto makes = [](const std::string& name, const std::string& of) {
    return R"({"method":"POST","path":"/Users","bulkId":")" + name + R"(","data":{"x":"bulkId:)" + of + R"("}})";
  };
  EXPECT_EQ(carried_out(makes("a", "b") + "," + makes("b", "a") + "," + makes("c", "nobody") + "," + makes("d", "c")).statuses,
            (Statuses{"409", "409", "400", "400"}));
  EXPECT_EQ(carried_out(makes("a", "a")).statuses, Statuses{"409"});
  EXPECT_EQ(carried_out(makes("a", "b") + "," + makes("b", "a"), R"("failOnErrors":1,)").statuses, Statuses{"409"});
}

TEST(ScimBulk, TakesAVersionWhereOneCountsAndNowhereElse) {
  const auto with = [](std::string_view head, std::string_view version) {
    return carried_out("{" + std::string{head} + R"(,"data":{},"version":)" + std::string{version} + "}");
  };
  EXPECT_EQ(with(R"("method":"PUT","path":"/Users/u")", R"("\"9\"")").operations.at(0).version, "\"9\"");
  EXPECT_EQ(with(R"("method":"PUT","path":"/Users/u")", "null").statuses, Statuses{"200"});
  EXPECT_EQ(with(R"("method":"PUT","path":"/Users/u")", "9").statuses, Statuses{"400"});
  EXPECT_EQ(with(R"("method":"PUT","path":"/Groups/g")", R"("\"9\"")").statuses, Statuses{"400"});
  EXPECT_EQ(with(R"("method":"POST","path":"/Users","bulkId":"a")", R"("\"9\"")").statuses, Statuses{"400"});
}

}  // namespace
}  // namespace muniment::scim
