// An organization's history of grants and revokes, read from two CSV files and checked for form. docs/cli.md, "import access-history".
//
//   providers   provider, name; and, where it is known: organization
//   changes     occurred_at, actor, action, provider, username, service; and, where it is known: reference, requested_by, approved_by,
//   reason
//
// Columns stand in any order and others may stand beside them. What is wrong is told by line, all of it, and never by value.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "events/values/provider_id.h"
#include "events/values/timestamp.h"

namespace muniment {

enum class HistoryFile { providers, changes };

struct BadLine {
  HistoryFile file;
  std::size_t line;  // From 1.
  std::string reason;

  bool operator==(const BadLine&) const = default;
};

struct HistoryProvider {
  std::size_t line;
  ProviderId id;
  std::string name;
  std::string organization;  // Empty: not said.
};

// Texts belong to the history.
struct HistoryChange {
  enum class Action : unsigned char {
    grant,
    revoke,
    unknown,  // Of a bad line alone.
  };

  std::size_t line;
  bool is_bad;  // Its line is among the bad ones; it says which link and service it is about, so that those after it can be checked.
  Action action;
  Timestamp at;
  ProviderId provider;
  std::string_view username;  // In its canonical form.
  std::string_view service;
  std::string_view actor;  // Empty: who it was is not known.
  std::string_view reference;
  std::string_view requested_by;
  std::string_view approved_by;
  std::string_view reason;
};

class AccessHistory {
 public:
  // Reads both to their ends. Throws InputFailed where one cannot be read to its end. At most some 150 bytes a change stay in memory.
  // `progress`: called with the line of each change.
  AccessHistory(std::istream& providers, std::istream& changes, const std::function<void(std::size_t line)>& progress = {});
  AccessHistory(AccessHistory&&) = default;
  AccessHistory& operator=(AccessHistory&&) = default;

  const std::vector<HistoryProvider>& providers() const { return providers_; }
  const std::vector<HistoryChange>& changes() const { return changes_; }  // In the order of the file.
  const std::vector<std::string>& extra_columns(HistoryFile file) const {
    return file == HistoryFile::providers ? extra_provider_columns_ : extra_columns_;
  }
  // In the order of the files. What was read is whole only if there is none.
  const std::vector<BadLine>& bad_lines() const { return bad_lines_; }

 private:
  struct ChangeColumns;

  void read_providers(std::istream& in);
  void read_changes(std::istream& in, const std::function<void(std::size_t)>& progress);
  void read_change(const ChangeColumns& columns, const std::vector<std::string>& fields, std::size_t line);
  std::string_view keep(std::string_view text);
  void add_bad(HistoryFile file, std::size_t line, std::string reason) { bad_lines_.push_back({file, line, std::move(reason)}); }

  std::vector<HistoryProvider> providers_;
  std::vector<HistoryChange> changes_;
  std::vector<std::string> extra_provider_columns_;
  std::vector<std::string> extra_columns_;
  std::vector<BadLine> bad_lines_;
  std::unordered_set<std::string> texts_;  // Never moves what it holds.
};

}  // namespace muniment
