// A node as subcommands ask it. What goes wrong is a CliError with the exit code that the same has with a store.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tools/client/answer_page.h"
#include "tools/client/http_client.h"
#include "tools/muniment/moments.h"

namespace muniment {

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

// Whether the route of a question has pages (limit, cursor), or gives its answer whole.
enum class RemotePages { many, one };

class RemoteNode {
 public:
  // Throws CliError with ExitCode::usage for flags that are wrong.
  explicit RemoteNode(const ServerFlags& flags, std::chrono::milliseconds answer_time_max = std::chrono::seconds{60});

  // The body of the answer to a question. Asks again, a few times, where the node is busy or the connection was cut.
  std::string get(std::string_view path, const Parameters& parameters);
  // The body of the answer to a request without a body that changes something. Asks once.
  std::string post(const std::string& path);
  AnswerPage page(std::string_view path, Parameters parameters, std::size_t limit, const std::string& cursor);
  // Of a question whose answer is one page.
  AnswerPage whole(std::string_view path, const Parameters& parameters);
  // The body goes to `on_bytes` as it comes. Once: what came may have been used already.
  HttpAnswer stream(const std::string& target, const HttpHeaders& headers, const OnBytes& on_bytes);
  HttpClient& client() { return client_; }

 private:
  HttpClient client_;
};

// /v1/audit/as-of?provider=110012345A. Parameters without a value are left out.
std::string target_of(std::string_view path, const Parameters& parameters);
// Of an answer that is no success.
CliError error_of(const HttpAnswer& answer);
// The node may answer otherwise soon, by what it says itself: not tomorrow.
bool is_worth_another_try(const CliError& error);
// How long to wait before the n-th try after the first, which ended so: longer each time, and as long as the node asks for.
std::chrono::milliseconds pause_before(unsigned retry, std::chrono::seconds retry_after = std::chrono::seconds{0});

// Of all questions: at, recorded_at, position.
void add_moment(Parameters& parameters, const QuestionFlags& flags);
// Prints what the node answers, page after page, as the same question to a store is printed. `rows` takes a row in JSON.
AnswerEnd for_each_remote_row(const QuestionFlags& flags, std::string_view path, const Parameters& parameters, const Console& console,
                              const std::function<void(const std::string&)>& show, RemotePages pages = RemotePages::many);
ExitCode print_remote_rows(const QuestionFlags& flags, std::string_view path, const Parameters& parameters,
                           const std::vector<Column>& columns, const Console& console, RemotePages pages = RemotePages::many);

}  // namespace muniment
