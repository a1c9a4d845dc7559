// Finds the links that a question is about, in bytewise order of provider and username, and reads their history.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "projections/access/rows.h"
#include "projections/as_of.h"

namespace muniment::view {

struct Link {
  PackedProvider provider = 0;
  std::string username;
  LinkHistory history;  // The closings of the provider among it.
};

// What a question is asked of. Everything outlives the walk.
struct AccessContext {
  const Snapshot& snapshot;
  const Table& table;
  const AsOf& as_of;
  Timestamp latest;  // Nothing that took effect later matters for finding a link.
};

struct LinkFilter {
  std::optional<PackedProvider> provider;
  std::optional<std::string> username;
  std::optional<ServiceNumber> service;  // Links that were ever granted it.
};

// Reads links one at a time.
class LinkReader {
 public:
  explicit LinkReader(const AccessContext& context);
  void read(PackedProvider provider, std::string_view username, Link& out);

  // All links of a provider in order, from this username on.
  void start_all(PackedProvider provider, std::string_view username);
  bool read_next(Link& out);

 private:
  void add_closings(Link& out);

  const AccessContext& context_;
  Rows one_;
  std::optional<Rows> all_;  // Made when first needed.
  std::string all_prefix_;
  Rows closing_rows_;
  std::optional<PackedProvider> closings_of_;
  LinkHistory closings_;
};

class LinkWalk {
 public:
  LinkWalk() = default;
  LinkWalk(const LinkWalk&) = delete;
  LinkWalk& operator=(const LinkWalk&) = delete;
  virtual ~LinkWalk() = default;
  // False at the end. Some of the links may turn out to hold nothing at the moment.
  virtual bool next(Link& out) = 0;
};

struct LinkPlace {
  PackedProvider provider = 0;
  std::string username;
};

// From the place on, itself included.
std::unique_ptr<LinkWalk> walk_links(const AccessContext& context, const LinkFilter& filter, const LinkPlace& from);
// The same in the order of the rows of CSV that begin with provider and username.
std::unique_ptr<LinkWalk> walk_links_as_csv(const AccessContext& context, const LinkFilter& filter, const LinkPlace& from);

}  // namespace muniment::view
