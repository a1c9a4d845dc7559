// Who holds privileged access to muniment itself at a moment, from whom and since when: the officers and the delegates as the log says, the
// tokens and registered certificates as their file says, without their hashes. docs/cli.md, "audit privileged".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "projections/access.h"
#include "tools/server/token_file.h"
#include "tools/wire/cell.h"

namespace muniment {

struct PrivilegedRow {
  std::string_view kind;  // officer, token, certificate, delegate or appointed_delegate.
  std::string name;
  std::string_view role = {};               // Of a token or certificate; of a delegate that is a submitter.
  std::string id = {};                      // The same.
  std::vector<std::string> providers = {};  // All that an auditor may see; of a delegate, where it is one.
  std::string service = {};                 // That makes an account a delegate.
  Timestamp since;
  std::string granted_by;
  Position position = 0;        // Of the event that gave it; 0: it is no event.
  std::string_view state = {};  // Of a token or certificate: valid or suspended.
  std::optional<Timestamp> expires_at = {};
};

std::vector<Column> privileged_columns();
std::vector<Cell> privileged_cells(const PrivilegedRow& row);

// The rows, some at a time, so that they are never all in memory. Borrows the log and the views.
class PrivilegedRows {
 public:
  PrivilegedRows(const EventLog& log, const Access& access, const std::vector<Token>& tokens, Timestamp now, const Moment& moment = {});

  // Nothing more where it is empty.
  std::vector<PrivilegedRow> next();
  // Of all of it, but for the tokens: as far as the views were when it began, which may be behind the log.
  const Truth& truth() const { return truth_; }

 private:
  void read_stream(const StreamName& stream, const std::function<void(schema::Event::Reader)>& see) const;
  std::optional<bool> last_policy(const StreamName& stream) const;
  void add_officers(std::vector<PrivilegedRow>& out) const;
  void add_appointed(std::vector<PrivilegedRow>& out) const;
  void add_submitters(std::vector<PrivilegedRow>& out) const;
  void add_tokens(std::vector<PrivilegedRow>& out, const std::vector<Token>& tokens) const;
  bool delegates_at(const ProviderId& provider);
  bool read_delegates(std::vector<PrivilegedRow>& out);

  const EventLog& log_;
  const Access& access_;
  const Truth truth_;
  const Moment moment_;   // With the position that all of it is true of.
  const Timestamp then_;  // What is held is held at this time.
  std::vector<PrivilegedRow> first_;
  std::vector<std::string> services_;  // Whose holders are still to be read, the last one first.
  std::string cursor_;
  std::map<std::string, bool> policies_;  // Whether a provider's policy delegates.
};

}  // namespace muniment
