#include "events/json/text_member.h"

#include <simdjson.h>

namespace muniment {

std::optional<std::string> text_member(std::string_view json, std::string_view name) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
  std::optional<std::string> found;
  for (const auto& [key, value] : object) {
    if (key != name) continue;
    std::string_view text;
    if (found || value.get(text) != simdjson::SUCCESS || text.find('\0') != std::string_view::npos) return std::nullopt;
    found = text;
  }
  return found;
}

}  // namespace muniment
