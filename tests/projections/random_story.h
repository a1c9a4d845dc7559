// A story that goes on by chance, the way the sequencer would let it: nobody is created twice, an import's providers accept nothing else
// until it completes, and a link's changes take effect in the order they are recorded.
#pragma once

#include <map>
#include <random>
#include <set>

#include "tests/projections/story.h"

namespace muniment {

class RandomStory {
 public:
  RandomStory(Story& story, unsigned seed);
  // One more event, or none if chance would have it.
  void step();
  const Names& providers() const { return providers_; }
  const Names& usernames() const { return usernames_; }
  const Names& services() const { return services_; }
  const std::vector<Principal>& actors() const { return actors_; }
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

 private:
  struct Link {
    std::set<std::string> held;
    Timestamp changed{};
    bool linked = false;
  };
  using LinkName = std::pair<std::string, std::string>;

  std::optional<std::string> free_provider();
  std::string new_username();
  Names some_services();
  FullName some_name();
  std::optional<LinkName> some_link(bool imported);
  void grant(const LinkName& name, const Names& granted);

  void create();
  void link();
  void assign(bool imported);
  void remove(bool imported);
  void assign_primary_user();
  void change_profile();
  void change_account();
  void other();
  void close_provider();
  void start_import();
  void continue_import();
  void abandon_import();
  // Effective time of an imported change of the link; nothing when none is left.
  std::optional<Timestamp> imported_time(const LinkName& name);

  Story& story_;
  std::mt19937 random_;
  Names providers_;
  Names services_;
  Names usernames_;
  std::vector<Principal> actors_;
  std::map<LinkName, Link> links_;
  std::map<LinkName, Link> links_before_import_;
  std::map<std::string, std::string> primary_users_;
  std::set<std::string> closed_;
  std::set<std::string> hidden_;  // Accounts that an unfinished import has created.
  Position import_ = 0;
  std::string importing_;  // Its provider.
  int terms_ = 0;
};

}  // namespace muniment
