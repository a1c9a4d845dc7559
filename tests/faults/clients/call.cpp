#include "tests/faults/clients/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <tuple>

namespace muniment::faults {
namespace {

struct Line {
  std::int64_t time = 0;
  std::string_view type;
  const ClientCall* call = nullptr;
};

std::string_view name_of(Asked asked) {
  switch (asked) {
    case Asked::write:
      return "write";
    case Asked::compare_and_set:
      return "cas";
    case Asked::read:
      return "read";
    case Asked::follow:
      break;
  }
  return "follow";
}

std::string_view type_of(Told told) {
  if (told == Told::nothing) return "info";
  return told == Told::stale ? "fail" : "ok";
}

// One that was told nothing ends when everything does.
std::vector<Line> lines_of(const ClientHistory& history) {
  std::vector<Line> out;
  std::int64_t end = 0;
  for (const ClientCall& call : history) end = std::max({end, call.invoked_ns, call.completed_ns});
  for (const ClientCall& call : history) {
    out.push_back({call.invoked_ns, "invoke", &call});
    out.push_back({call.told == Told::nothing ? end + 1 : call.completed_ns, type_of(call.told), &call});
  }
  std::ranges::stable_sort(out, {}, &Line::time);
  return out;
}

bool is_write(const ClientCall& call) { return call.asked == Asked::write || call.asked == Asked::compare_and_set; }

}  // namespace

void write_edn(const ClientHistory& history, std::ostream& out) {
  std::size_t index = 0;
  for (const auto& [time, type, call] : lines_of(history)) {
    std::string value = "nil";
    if (is_write(*call)) {
      value = call->asked == Asked::write ? fmt::format("{}", call->wants_locked)
                                          : fmt::format("[{} {}]", call->expected_version, call->wants_locked);
    } else if (type == "ok") {
      value = fmt::format("{{:locked {}, :version {}}}", call->state.is_locked, call->state.version);
    }
    std::string more;
    if (type == "fail") more = fmt::format(", :error [:version-conflict {}]", call->state.version);
    if (type == "ok" && call->told != Told::unchanged) more = fmt::format(", :position {}", call->position);
    if (type == "ok" && call->told == Told::unchanged) more = ", :unchanged true";
    if (type == "invoke" && call->waits_for > 0) more = fmt::format(", :wait-for {}", call->waits_for);
    out << fmt::format("{{:index {}, :time {}, :type :{}, :process {}, :f :{}, :value [{} {}]{}}}\n", index++, time, type, call->process,
                       name_of(call->asked), call->key, value, more);
  }
}

void write_json_lines(const ClientHistory& history, std::ostream& out) {
  std::size_t index = 0;
  for (const auto& [time, type, call] : lines_of(history)) {
    std::string more;
    if (is_write(*call)) more += fmt::format(R"(,"locked":{})", call->wants_locked);
    if (call->asked == Asked::compare_and_set) more += fmt::format(R"(,"expected_version":{})", call->expected_version);
    if (is_write(*call)) more += fmt::format(R"(,"command_id":"{}")", call->command_id);
    if (type == "invoke" && call->waits_for > 0) more += fmt::format(R"(,"wait_for":{})", call->waits_for);
    if (type == "fail") more += fmt::format(R"(,"actual_version":{})", call->state.version);
    if (type == "ok" && call->told == Told::unchanged) more += R"(,"unchanged":true)";
    if (type == "ok" && call->told != Told::unchanged) more += fmt::format(R"(,"position":{})", call->position);
    if (type == "ok" && !is_write(*call)) more += fmt::format(R"(,"locked":{},"version":{})", call->state.is_locked, call->state.version);
    out << fmt::format(R"({{"index":{},"time":{},"type":"{}","process":{},"f":"{}","key":{}{}}})", index++, time, type, call->process,
                       name_of(call->asked), call->key, more)
        << '\n';
  }
}

}  // namespace muniment::faults
