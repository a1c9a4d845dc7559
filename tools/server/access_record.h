// What is recorded of who read, and of who was not let in. The first of its kind is recorded at once; what is alike within a minute is
// counted and recorded together, so that neither a flood nor a reader that never rests fills the log. Of those whom nobody knows, who need
// no token for it, all that got the same problem is alike, and while it goes on the minute becomes two, four, and up to an hour.
//
// An answer does not wait for its record: what was answered within a moment of a crash may miss.
//
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "commands/answer.h"
#include "commands/decider.h"
#include "tools/server/token_file.h"

namespace muniment {

class AccessRecord {
 public:
  static constexpr std::int64_t window_ns = 60'000'000'000;
  static constexpr std::int64_t window_max_ns = 60 * window_ns;
  // Different ones that are counted at a time: of one principal; beyond them whom they concerned is left out. Of all; beyond them, who.
  static constexpr std::size_t of_one_max = 100;
  static constexpr std::size_t of_all_max = 10'000;

  using Clock = std::function<Timestamp()>;
  // Takes a submission without waiting; false: not now, and it is offered again.
  using Submit = std::function<bool(Submission)>;

  AccessRecord(Clock clock, Submit submit) : clock_(std::move(clock)), submit_(std::move(submit)) {}

  struct Read {
    std::string question;
    std::vector<std::string> narrowed_by = {};
    std::optional<ProviderId> provider = {};
    std::optional<Username> username = {};
    Position head = 0;
  };
  void note(const Token& reader, const Read& read);
  // `caller`: null where nobody knows who it was. `address`: from where; may be empty.
  void note_denied(const Token* caller, std::string_view problem, std::string_view route, const std::string& address);

  // Of an export that has ended: a record of its own. `recorded` is called, from any thread, when that is durable; never, where it cannot
  // be.
  void note_export(const Token& reader, const Read& read, std::shared_ptr<const ExportEnd> end, std::function<void()> recorded);

  // Of a command: the log has nothing of a caller whom it does not know, who is on record here then.
  void note_answer(const Token& caller, const Answer& answer, std::string_view route);

  // Records what was counted for a minute, or with `all` whatever was counted. To be called now and then.
  void flush(bool all = false);
  // How many times something was counted that is not recorded yet.
  std::size_t waiting();

 private:
  // What it takes to be alike.
  struct Kind {
    std::string who;
    std::string token = {};
    std::string what;        // The question, or the problem.
    std::string route = {};  // Of a denial of somebody who is known.
    std::vector<std::string> narrowed_by = {};
    std::optional<ProviderId> provider = {};
    std::string username = {};
    bool is_denial = false;
    auto operator<=>(const Kind&) const = default;
  };
  // Of the first of those that are counted together.
  struct Where {
    std::string route = {};
    std::string address = {};
  };
  struct Counted {
    Principal who;
    Timestamp opened_at;
    std::int64_t window_ns = AccessRecord::window_ns;
    Timestamp first_at = {};  // Of those that are not recorded yet, as are the next two.
    Timestamp last_at = {};
    std::uint32_t times = 0;
    Position head = 0;
    Where where = {};
  };

  struct EndedExport {
    Principal who;
    RecordRead read;
    std::function<void()> recorded;
  };

  void count(Principal who, Kind kind, Position head, const Where& where);
  Kind within_bounds(Kind kind, Principal& who) const;
  bool record(const Kind& kind, Counted& counted);
  bool record(const EndedExport& ended);

  const Clock clock_;
  const Submit submit_;
  std::mutex mutex_;
  std::map<Kind, Counted> counted_;
  std::vector<EndedExport> ended_;             // Not recorded yet.
  std::map<std::string, std::size_t> of_one_;  // How many kinds there are of one principal.
};

// Who acts or reads with a token.
Principal principal_of(const Token& token);

}  // namespace muniment
