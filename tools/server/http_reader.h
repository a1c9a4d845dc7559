// Requests as they come over a connection: the head, then its body whole or in pieces. Beast's parsers are in http_reader.cpp alone.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/connection.h"
#include "tools/server/dispatch.h"

namespace muniment {

class HttpReader {
 public:
  enum class Result {
    done,
    ended,      // The other side has nothing more to say, or is gone.
    timed_out,  // The connection is closed.
    too_large,
    malformed,
  };

  explicit HttpReader(Connection& connection);
  ~HttpReader();

  // Until the first bytes of a request are there. False: none came within the time.
  Task<bool> wait(std::chrono::milliseconds time);
  Task<Result> read_head(std::size_t bytes_max, std::chrono::milliseconds time);

  // Of the request whose head was read. The texts live until its body is read.
  RequestHead head() const;
  // All of its fields, as they came, and the same of its target.
  std::vector<std::pair<std::string_view, std::string_view>> fields() const;
  std::string_view target() const;
  bool has_length() const;
  unsigned version() const;
  bool keeps_alive() const;
  // Where its body ends is said in the one way that everybody understands: a length, or chunks alone.
  bool is_framed_well() const;
  // The name of a field that says one thing and comes twice.
  std::optional<std::string_view> field_twice() const;
  bool has_body() const;
  bool expects_continue() const;
  // One Host, which HTTP/1.1 demands.
  bool names_host() const;

  // The whole body, of at most so many bytes. A declared size beyond them is too_large before anything is read.
  Task<Result> read_body(std::size_t bytes_max, std::chrono::milliseconds time, std::string& body);
  bool is_larger_than(std::size_t bytes) const;

  // Or piece by piece: the bytes of the next one, none where the body ended, the connection did, or none came within the time: then nothing
  // more is read, and what is to be written goes on.
  void begin_pieces();
  bool is_whole() const;
  Task<std::size_t> read_piece(std::span<char> space, std::chrono::milliseconds time);

 private:
  struct Parsers;

  Task<Result> read_more(std::chrono::milliseconds time, Connection::Late late = Connection::Late::close);

  Connection& connection_;
  std::unique_ptr<Parsers> parsers_;
};

}  // namespace muniment
