// A log, its views in a folder that goes with the test, and what asks them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "projections/access.h"
#include "projections/projector.h"
#include "projections/roster.h"
#include "projections/trail.h"
#include "projections/views.h"
#include "tests/projections/story.h"

namespace muniment {

constexpr const char* mercy = "110012345A";
constexpr const char* hope = "110012346B";
constexpr const char* grace = "220012345C";

inline ProviderId provider(const std::string& text) { return *ProviderId::parse(text); }
inline Username user(const std::string& text) { return *Username::parse(text); }
inline Timestamp time_of(const char* text) { return *Timestamp::parse(text); }

// Removed when it goes.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class ViewsTest : public testing::Test {
 protected:
  ViewsTest() : story(log) { open(); }

  void open(Projector::Options options = {}) {
    views = std::make_unique<Views>(Views::Options{folder.path() / "views", 8 << 20});
    projector = std::make_unique<Projector>(log, *views, story.opener(), options);
  }
  void close() {
    projector.reset();
    views.reset();
  }
  void reopen(Projector::Options options = {}) {
    close();
    open(options);
  }
  void catch_up() { projector->catch_up(); }

  // Catches up, then the answer's rows as "provider username service", the whole of it, from pages of `limit`.
  std::vector<std::string> held(AccessQuery query = {}, std::size_t limit = page_size_max);
  // "username", in the answer's order.
  std::vector<std::string> roster(RosterQuery query, std::size_t limit = page_size_max);
  std::vector<Position> trail(TrailQuery query, std::size_t limit = page_size_max);

  TempFolder folder;
  ListLog log;
  Story story;
  std::unique_ptr<Views> views;
  std::unique_ptr<Projector> projector;
};

}  // namespace muniment
