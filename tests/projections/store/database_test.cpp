#include "projections/store/database.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>

namespace muniment::view {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    static std::atomic<int> count = 0;
    folder =
        std::filesystem::path(testing::TempDir()) / ("muniment-view-store-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::remove_all(folder);
    open();
  }
  ~DatabaseTest() override {
    database.reset();
    std::filesystem::remove_all(folder);
  }
  void open(std::string layout = "1") {
    database.reset();
    database = std::make_unique<Database>(Database::Options{folder, 1 << 20, std::move(layout), {"one", "two"}});
  }
  static std::string row(TableTag tag, std::string_view rest) { return std::string(1, static_cast<char>(tag)) + std::string{rest}; }
  void put(Table& table, std::initializer_list<std::pair<std::string, std::string>> rows) {
    RowBuffer buffer;
    for (const auto& [key, value] : rows) buffer.put(key, value);
    database->write(std::array{Database::Put{&table, &buffer}});
  }
  std::vector<std::string> values(const Table& table, Scan scan, std::string_view from) {
    const auto snapshot = database->snapshot();
    std::vector<std::string> out;
    auto rows = snapshot.rows(table, scan);
    for (rows.seek(from); rows.valid(); rows.next()) out.emplace_back(rows.value());
    return out;
  }

  std::filesystem::path folder;
  std::unique_ptr<Database> database;
};

TEST_F(DatabaseTest, KeepsRowsAcrossOpenings) {
  put(*database->live(0), {{"a", "1"}});
  open();
  EXPECT_EQ(database->get(*database->live(0), "a"), "1");
  EXPECT_EQ(database->get(*database->live(1), "a"), std::nullopt) << "tables are apart";
  EXPECT_EQ(database->dropped_because(), "");
}

TEST_F(DatabaseTest, IngestsSortedRowsOverThoseInMemory) {
  auto table = database->live(0);
  put(*table, {{"a", "old"}, {"b", "old"}});
  RowBuffer rows;
  rows.put("c", "new");
  rows.put("a", "new");
  database->ingest(*table, rows);
  EXPECT_TRUE(rows.empty());
  EXPECT_THAT(values(*table, Scan::whole, ""), ElementsAre("new", "old", "new"));
  put(*table, {{"c", "newest"}});
  EXPECT_EQ(database->get(*table, "c"), "newest");
  table.reset();
  open();
  EXPECT_THAT(values(*database->live(0), Scan::whole, ""), ElementsAre("new", "old", "newest"));
}

TEST_F(DatabaseTest, APrefixScanStaysInItsPrefixBothWays) {
  const auto table = database->live(0);
  const auto key = [](std::string_view name, char at) { return row(TableTag::account_change, std::string{name} + '\0' + at); };
  put(*table, {{key("a", '1'), "a1"}, {key("b", '1'), "b1"}, {key("b", '2'), "b2"}, {key("c", '1'), "c1"}});
  for (const bool flushed : {false, true}) {
    if (flushed) database->flush();
    EXPECT_THAT(values(*table, Scan::prefix, key("b", '1')), ElementsAre("b1", "b2"));
    EXPECT_THAT(values(*table, Scan::prefix, key("bb", '1')), IsEmpty());
    EXPECT_THAT(values(*table, Scan::whole, key("b", '2')), ElementsAre("b2", "c1"));
    const auto snapshot = database->snapshot();
    auto rows = snapshot.rows(*table, Scan::prefix);
    rows.seek_for_prev(key("b", '9'));
    ASSERT_TRUE(rows.valid());
    EXPECT_EQ(rows.value(), "b2");
    rows.prev();
    EXPECT_EQ(rows.value(), "b1");
    rows.prev();
    EXPECT_FALSE(rows.valid());
    rows.seek_for_prev(key("b", '0'));
    EXPECT_FALSE(rows.valid());
  }
}

TEST_F(DatabaseTest, ASnapshotShowsWhatWasThen) {
  const auto table = database->live(0);
  put(*table, {{"a", "1"}});
  const auto snapshot = database->snapshot();
  put(*table, {{"a", "2"}, {"b", "2"}});
  EXPECT_EQ(snapshot.get(*table, "a"), "1");
  EXPECT_EQ(snapshot.get(*table, "b"), std::nullopt);
  EXPECT_EQ(database->get(*table, "a"), "2");
}

TEST_F(DatabaseTest, ATableBesideIsNotSeenUntilItIsSwappedIn) {
  const auto former = database->live(0);
  put(*former, {{"a", "former"}});
  const auto snapshot = database->snapshot();
  const auto beside = database->create_beside(0);
  EXPECT_NE(beside->name(), former->name());
  put(*beside, {{"a", "new"}});
  EXPECT_EQ(database->get(*database->live(0), "a"), "former");
  database->swap_in(0, beside);
  EXPECT_EQ(database->get(*database->live(0), "a"), "new");
  EXPECT_EQ(snapshot.get(*former, "a"), "former") << "whoever still holds it can read it";
}

TEST_F(DatabaseTest, ASwapLasts) {
  auto beside = database->create_beside(1);
  put(*beside, {{"a", "new"}});
  database->swap_in(1, beside);
  beside.reset();
  open();
  EXPECT_EQ(database->get(*database->live(1), "a"), "new");
}

TEST_F(DatabaseTest, ATableThatWasNeverSwappedInIsGoneAtTheNextOpening) {
  put(*database->live(0), {{"a", "live"}});
  auto beside = database->create_beside(0);
  const std::string name = beside->name();
  put(*beside, {{"a", "beside"}});
  beside.reset();
  open();
  EXPECT_EQ(database->get(*database->live(0), "a"), "live");
  EXPECT_NE(database->create_beside(0)->name(), name) << "a name is not used again";
}

TEST_F(DatabaseTest, IsDroppedWhenItIsOfAnotherLayout) {
  put(*database->live(0), {{"a", "1"}});
  open("2");
  EXPECT_THAT(database->dropped_because(), HasSubstr("layout 1: this program writes 2"));
  EXPECT_EQ(database->get(*database->live(0), "a"), std::nullopt);
  open("2");
  EXPECT_EQ(database->dropped_because(), "");
}

TEST_F(DatabaseTest, RemovesFilesThatAnIngestionLeftBehind) {
  database.reset();
  std::filesystem::create_directories(folder / "incoming");
  {
    std::unique_ptr<FILE, decltype(&fclose)> file(fopen((folder / "incoming" / "9.sst").c_str(), "w"), &fclose);
  }
  open();
  EXPECT_TRUE(std::filesystem::is_empty(folder / "incoming"));
}

TEST_F(DatabaseTest, ReadsManyRowsAtOnce) {
  const auto table = database->live(0);
  put(*table, {{"a", "1"}, {"c", "3"}});
  const auto snapshot = database->snapshot();
  const std::array<std::string, 3> keys{"a", "b", "c"};
  EXPECT_THAT(snapshot.get_all(*table, keys), ElementsAre("1", std::nullopt, "3"));
}

TEST_F(DatabaseTest, SaysWhereItFailed) {
  std::filesystem::path file = folder.string() + "-file";
  {
    std::unique_ptr<FILE, decltype(&fclose)> made(fopen(file.c_str(), "w"), &fclose);
  }
  EXPECT_ANY_THROW(Database(Database::Options{file / "views", 1 << 20, "1", {"one"}}));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace muniment::view
