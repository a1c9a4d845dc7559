#include "tools/muniment/remote_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tools/muniment/audit_rows.h"
#include "tools/wire/percent_encoded.h"

namespace muniment {
namespace {

constexpr unsigned tries_max = 5;
constexpr std::chrono::seconds retry_after_max{60};  // Whoever says more is not waited for.
constexpr std::size_t remote_page_rows = 1000;

std::string token_of(const ServerFlags& flags) {
  if (flags.token_file.empty()) {
    const char* token = std::getenv("MUNIMENT_TOKEN");
    return token == nullptr ? "" : token;
  }
  std::ifstream file(flags.token_file);
  std::string token;
  if (!file || !std::getline(file, token)) throw CliError(ExitCode::not_found, fmt::format("cannot read a token in {}", flags.token_file));
  token.erase(token.find_last_not_of(" \t\r") + 1);
  return token;
}

HttpClientOptions options_of(const ServerFlags& flags, std::chrono::milliseconds answer_time_max) {
  auto server = parse_server_url(flags.url);
  if (!server) throw CliError(ExitCode::usage, "--server: " + server.error());
  HttpClientOptions options{
      .server = std::move(*server), .token = token_of(flags), .ca_file = flags.ca_file, .answer_time_max = answer_time_max};
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7f; };
  if (options.token.empty()) throw CliError(ExitCode::usage, "a token is needed: in MUNIMENT_TOKEN, or --token-file FILE");
  if (!std::all_of(options.token.begin(), options.token.end(), is_plain)) throw CliError(ExitCode::usage, "the token is none");
  std::error_code error;
  if (!flags.ca_file.empty() && !std::filesystem::is_regular_file(flags.ca_file, error))
    throw CliError(ExitCode::not_found, fmt::format("--server-ca: cannot read {}", flags.ca_file));
  return options;
}

// In seconds, as a node says it; a date is none of its answers.
std::chrono::seconds retry_after_of(const HttpAnswer& answer) {
  const std::string_view text = answer.header("Retry-After");
  std::uint32_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds{error == std::errc{} && stop == text.data() + text.size() ? seconds : 0};
}

ExitCode code_of(unsigned status) {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return ExitCode::usage;
    case 401:
    case 403:
      return ExitCode::denied;
    case 404:
    case 410:
      return ExitCode::not_found;
    case 409:
    case 412:
    case 422:
      return ExitCode::refused;
    case 429:
    case 502:
    case 503:
    case 504:
      return ExitCode::unavailable;
    default:
      return ExitCode::failure;
  }
}

}  // namespace

RemoteNode::RemoteNode(const ServerFlags& flags, std::chrono::milliseconds answer_time_max) : client_(options_of(flags, answer_time_max)) {}

std::string target_of(std::string_view path, const Parameters& parameters) {
  std::string out{path};
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    out += std::exchange(separator, '&');
    out += name;
    out += '=' + percent_encoded(value);
  }
  return out;
}

CliError error_of(const HttpAnswer& answer) {
  const AnswerProblem problem = read_problem(answer.body);
  if (problem.name.empty() || problem.name == "route_unknown")
    return {ExitCode::failure, fmt::format("what answers there is no node, or one of another version: status {}", answer.status)};
  CliError out{code_of(answer.status), problem.message()};
  out.retry_after = retry_after_of(answer);
  return out;
}

bool is_worth_another_try(const CliError& error) { return error.code == ExitCode::unavailable && error.retry_after <= retry_after_max; }

std::chrono::milliseconds pause_before(unsigned retry, std::chrono::seconds retry_after) {
  constexpr unsigned doublings_max = 5;
  const std::chrono::milliseconds of_this_try = std::chrono::milliseconds{200} * (1U << std::min(retry, doublings_max));
  return std::max<std::chrono::milliseconds>(of_this_try, retry_after);
}

std::string RemoteNode::get(std::string_view path, const Parameters& parameters) {
  const std::string target = target_of(path, parameters);
  for (unsigned retry = 0;; ++retry) {
    std::chrono::seconds retry_after{0};
    try {
      HttpAnswer answer = client_.get(target);
      if (answer.status == 200) return std::move(answer.body);
      const CliError error = error_of(answer);
      if (retry + 1 >= tries_max || !is_worth_another_try(error)) throw error;
      retry_after = error.retry_after;
    } catch (const ConnectionLost& lost) {
      if (retry + 1 >= tries_max || !lost.was_connected) throw CliError(ExitCode::unavailable, lost.what());
    } catch (const CertificateRefused& refused) {
      throw CliError(ExitCode::unavailable, refused.what());
    }
    std::this_thread::sleep_for(pause_before(retry, retry_after));
  }
}

HttpAnswer RemoteNode::stream(const std::string& target, const HttpHeaders& headers, const OnBytes& on_bytes) {
  try {
    HttpAnswer answer = client_.stream(target, headers, on_bytes);
    if (answer.status != 200) throw error_of(answer);
    return answer;
  } catch (const ConnectionLost& lost) {
    throw CliError(ExitCode::unavailable, lost.what());
  } catch (const CertificateRefused& refused) {
    throw CliError(ExitCode::unavailable, refused.what());
  }
}

std::string RemoteNode::post(const std::string& path) {
  class Nothing : public HttpFeed {
    Next next(std::string&) override { return Next::end; }
    bool expects_answer() const override { return true; }
  } nothing;
  std::string body;
  const auto take = [&body](std::string_view bytes) {
    body += bytes;
    return true;
  };
  try {
    const HttpAnswer answer = client_.exchange(path, {}, nothing, take);
    if (answer.status != 200) throw error_of(answer);
    return body;
  } catch (const ConnectionLost& lost) {
    throw CliError(ExitCode::unavailable, lost.what());
  } catch (const CertificateRefused& refused) {
    throw CliError(ExitCode::unavailable, refused.what());
  }
}

AnswerPage RemoteNode::page(std::string_view path, Parameters parameters, std::size_t limit, const std::string& cursor) {
  parameters.emplace_back("limit", std::to_string(std::min(limit, remote_page_rows)));
  parameters.emplace_back("cursor", cursor);
  return read_page(get(path, parameters));
}

AnswerPage RemoteNode::whole(std::string_view path, const Parameters& parameters) { return read_page(get(path, parameters)); }

void add_moment(Parameters& parameters, const QuestionFlags& flags) {
  parameters.emplace_back("at", flags.at);
  parameters.emplace_back("recorded_at", flags.recorded_at);
  parameters.emplace_back("position", flags.position ? std::to_string(*flags.position) : "");
}

AnswerEnd for_each_remote_row(const QuestionFlags& flags, std::string_view path, const Parameters& parameters, const Console& console,
                              const std::function<void(const std::string&)>& show, RemotePages pages) {
  RemoteNode node(flags.server);
  std::string see_also;
  std::vector<NamedCell> remarks;
  const auto ask = [&](std::size_t limit, const std::string& cursor) -> std::expected<AnswerPage, BadCursor> {
    AnswerPage page = pages == RemotePages::one ? node.whole(path, parameters) : node.page(path, parameters, limit, cursor);
    see_also = page.see_also;
    remarks = page.remarks;
    return page;
  };
  AnswerEnd end = for_each_row(flags, ask, show);
  end.set_remarks(std::move(remarks));
  if (!see_also.empty()) console.note(fmt::format("imported history has acts of the same name besides: --actor {}", see_also));
  return end;
}

ExitCode print_remote_rows(const QuestionFlags& flags, std::string_view path, const Parameters& parameters,
                           const std::vector<Column>& columns, const Console& console, RemotePages pages) {
  RowWriter rows(flags.format, columns, console.out, console.has_color);
  const bool is_json = flags.format == Format::json || flags.format == Format::ndjson;
  const AnswerEnd end = for_each_remote_row(
      flags, path, parameters, console,
      [&](const std::string& row) {
        if (is_json) return rows.add_json(row);
        rows.add(read_cells(row, columns));
      },
      pages);
  end_answer(rows, end, flags.format, console);
  return ExitCode::ok;
}

}  // namespace muniment
