// Who has signed in with a browser: a token, exchanged for a session that a cookie names. In memory alone, so a node that is started again
// knows none of them.
//
// A session grants what its token does, for as long as that is valid. It ends when it was not used for a while, after its life, and when
// somebody ends it. Of the texts only hashes are kept. Their number is bounded: of one token, or of one person of an identity
// provider, the one that was not used for longest gives way, and beyond those of all, nobody signs in.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "tools/server/token_file.h"

namespace muniment {

class Sessions {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes idle_max{15};
  static constexpr std::chrono::hours life_max{8};
  static constexpr std::size_t of_one_max = 16;
  static constexpr std::size_t of_all_max = 4096;

  // Its text, which nobody can tell again; nothing: there are as many as there may be.
  std::optional<std::string> open(std::shared_ptr<const Token> caller, Time now);
  // Whose it is, and it counts as used; null: it is none, or has ended.
  std::shared_ptr<const Token> use(std::string_view text, Time now);
  // Whether it is one. It does not count as used.
  bool is_open(std::string_view text, Time now);
  // How long it lasts at most, however much it is used. 0: it is none.
  std::chrono::seconds left(std::string_view text, Time now);
  void end(std::string_view text);

 private:
  struct Session {
    std::shared_ptr<const Token> caller;
    Time began;
    Time used;
  };
  using ByHash = std::map<TokenHash, Session>;

  static bool is_over(const Session& session, Time now) { return now - session.used >= idle_max || now - session.began >= life_max; }
  static bool is_of_one(const Token& a, const Token& b);
  void make_room(const Token& caller, Time now);

  std::mutex mutex_;
  ByHash sessions_;
};

}  // namespace muniment
