// A batch over a connection: its lines are read and their answers written at the same time.
#pragma once

#include "tools/server/http_reader.h"
#include "tools/server/http_shared.h"
#include "tools/server/http_writer.h"

namespace muniment {

class HttpBatch {
 public:
  // Borrows them all. The head of the request was read, and that of the answer written.
  HttpBatch(HttpShared& shared, Connection& connection, HttpReader& reader, HttpWriter& writer, const Route& route, const Call& call);

  // False: the answers were not taken.
  Task<bool> run(const Exchange& exchange);
  // The body was read to its end.
  bool is_read() const { return is_read_; }

 private:
  Task<> read();
  Task<bool> write(const Exchange& exchange);

  Connection& connection_;
  HttpReader& reader_;
  HttpWriter& writer_;
  const std::chrono::milliseconds silence_max_;
  const std::shared_ptr<Signal> answers_;  // There may be lines to write.
  Signal room_;                            // There may be places for more lines.
  const std::unique_ptr<Batch> batch_;
  bool is_read_ = false;
  bool is_dropped_ = false;  // The answers are not taken any more.
};

}  // namespace muniment
