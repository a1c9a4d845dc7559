#include "aggregates/catalogue.h"

#include <gtest/gtest.h>

#include "aggregates/unknown_fact.h"
#include "tests/aggregates/history.h"

namespace muniment::test {
namespace {

class CatalogueTest : public testing::Test {
 protected:
  const StreamName stream_ = StreamName::single(schema::StreamKind::CATALOGUE);

  void happened(Fact fact) {
    history_.add({.fact = std::move(fact), .streams = {stream_}});
    RecordReader record = history_.read(history_.head());
    catalogue_.evolve(record.event(), history_.head());
  }
  ServiceSet set_of(std::initializer_list<std::string_view> services) {
    ServiceSet out;
    for (const std::string_view service : services) out.insert(names_.intern(service));
    return out;
  }

  History history_;
  ServiceNames names_;
  Catalogue catalogue_{names_};
};

TEST_F(CatalogueTest, IsEmptyAtFirst) {
  EXPECT_EQ(catalogue_.find("claims"), nullptr);
  EXPECT_FALSE(catalogue_.administrator_service().has_value());
  EXPECT_FALSE(catalogue_.has_administrator_service(set_of({"claims"})));
}

TEST_F(CatalogueTest, FindsAServiceByItsIdOrItsHandle) {
  happened(fact::ServiceDefined{"claims", "Claims Submission"});
  ASSERT_NE(catalogue_.find("claims"), nullptr);
  EXPECT_EQ(catalogue_.find("claims")->name, "Claims Submission");
  EXPECT_EQ(catalogue_.find(names_.intern("claims")), catalogue_.find("claims"));
  EXPECT_EQ(catalogue_.find("Claims"), nullptr);
}

TEST_F(CatalogueTest, KeepsARetiredService) {
  happened(fact::ServiceDefined{"claims", "Claims"});
  happened(fact::ServiceRetired{"claims"});
  ASSERT_NE(catalogue_.find("claims"), nullptr);
  EXPECT_TRUE(catalogue_.find("claims")->retired);
  happened(fact::ServiceRetired{"unheard of"});
  EXPECT_EQ(catalogue_.find("unheard of"), nullptr);
}

TEST_F(CatalogueTest, TellsAdministratorsAndDelegatesServicesFromOthers) {
  happened(fact::ServiceDefined{"claims", "Claims"});
  happened(fact::ServiceDefined{"manage", "Manage", false, true});
  happened(fact::ServiceDefined{"admin", "Admin", true, false});
  happened(fact::ServiceDefined{"root", "Root", true, false});
  EXPECT_FALSE(catalogue_.has_administrator_service(set_of({"claims", "manage", "unknown"})));
  EXPECT_TRUE(catalogue_.has_administrator_service(set_of({"claims", "root"})));
  EXPECT_FALSE(catalogue_.has_delegate_service(set_of({"claims", "admin", "unknown"})));
  EXPECT_TRUE(catalogue_.has_delegate_service(set_of({"claims", "manage"})));
  EXPECT_EQ(catalogue_.administrator_service(), names_.intern("admin")) << "the first that was defined";
}

// Whoever holds it is an administrator for as long as it is held.
TEST_F(CatalogueTest, CountsARetiredAdministratorsServiceWhereItIsHeld) {
  happened(fact::ServiceDefined{"admin", "Admin", true, false});
  happened(fact::ServiceRetired{"admin"});
  EXPECT_TRUE(catalogue_.has_administrator_service(set_of({"admin"})));
}

TEST_F(CatalogueTest, StopsAtWhatItDoesNotKnow) {
  const auto words = with_unknown_fact(stream_);
  RecordReader record(words);
  EXPECT_THROW(catalogue_.evolve(record.event(), 1), UnknownFact);
}

}  // namespace
}  // namespace muniment::test
