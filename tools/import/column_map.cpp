#include "tools/import/column_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace muniment {
namespace {

constexpr std::string_view offset_key = "offset";
constexpr std::string_view zone_key = "zone";
constexpr std::array<std::string_view, 6> sections{"columns", "constants", "values", "forms", "separators", "file"};

// Reads the file's tree into the map, and gathers all that is wrong with it.
class MapReader {
 public:
  MapReader(const std::filesystem::path& file, const std::vector<std::string_view>& fields, const std::vector<std::string_view>& times,
            ColumnMap& map, std::vector<std::string>& errors)
      : file_(file), fields_(fields), times_(times), map_(map), errors_(errors) {}

  void read() {
    std::ifstream in(file_, std::ios::binary);
    std::stringstream text;
    if (in) text << in.rdbuf();
    if (!in) {
      errors_.push_back(fmt::format("{}: cannot be read; name a file that can", file_.string()));
      return;
    }
    try {
      const toml::table root = toml::parse(text.str(), file_.string());
      for (const auto& [name, node] : root) read_section(name, node);
    } catch (const toml::parse_error& error) {
      fail(error.source(), fmt::format("expected TOML: {}", error.description()));
    }
  }

 private:
  void fail(const toml::source_region& where, std::string_view what) {
    errors_.push_back(fmt::format("{}:{}: {}", file_.string(), where.begin.line, what));
  }

  void read_section(const toml::key& section, const toml::node& node) {
    const toml::table* table = node.as_table();
    const std::string_view name = section.str();
    if (table == nullptr || std::ranges::find(sections, name) == sections.end())
      return fail(section.source(), fmt::format("expected the sections {}", fmt::join(sections, ", ")));
    if (name == "forms") return read_forms(*table);
    if (name == "file") return read_file_form(*table);
    for (const auto& [field, value] : *table) {
      if (!is_field(field)) continue;
      const std::string key{field.str()};
      if (name == "values") {
        read_values(field, value);
      } else if (const auto text = text_in(field, value); !text.empty()) {
        (name == "columns" ? map_.columns : name == "constants" ? map_.constants : map_.separators)[key] = text;
      }
    }
  }

  bool is_field(const toml::key& field) {
    if (std::ranges::find(fields_, field.str()) != fields_.end()) return true;
    fail(field.source(), fmt::format("{} is no field of these rows; there are: {}", field.str(), fmt::join(fields_, ", ")));
    return false;
  }

  std::string text_in(const toml::key& field, const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (!text || text->empty()) fail(field.source(), fmt::format("{}: expected a text", field.str()));
    return text.value_or("");
  }

  void read_values(const toml::key& field, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fail(field.source(), fmt::format("{}: expected a section [values.{}]", field.str(), field.str()));
    auto& meanings = map_.values[std::string{field.str()}];
    for (const auto& [said, meant] : *table) {
      auto& texts = meanings[std::string{said.str()}];
      if (const auto text = meant.value_exact<std::string>()) {
        if (!text->empty()) texts.push_back(*text);
        continue;
      }
      const toml::array* list = meant.as_array();
      const bool are_texts = list != nullptr && std::all_of(list->begin(), list->end(), [](const auto& one) { return one.is_string(); });
      if (!are_texts) {
        fail(said.source(), fmt::format("{}: expected what is meant, as a text or a list of texts", field.str()));
        continue;
      }
      for (const auto& one : *list) texts.push_back(one.template value_or<std::string>(""));
    }
  }

  void read_file_form(const toml::table& table) {
    constexpr std::string_view unusable = "\"\r\n";
    for (const auto& [key, value] : table) {
      const std::string separator = value.value_exact<std::string>().value_or("");
      if (key.str() == "separator" && separator.size() == 1 && unusable.find(separator.front()) == std::string_view::npos) {
        map_.column_separator = separator.front();
      } else {
        fail(key.source(), "expected separator = \";\", or another character");
      }
    }
  }

  void read_forms(const toml::table& table) {
    FileClock clock;
    for (const auto& [field, value] : table) {
      if (field.str() == offset_key) clock.offset = text_in(field, value);
      if (field.str() == zone_key) clock.zone = text_in(field, value);
    }
    for (const auto& [field, value] : table) {
      if (field.str() == offset_key || field.str() == zone_key || !is_field(field)) continue;
      const std::string pattern = text_in(field, value);
      if (pattern.empty()) continue;
      auto form = TimeForm::parse(pattern, clock);
      const bool is_time = std::ranges::find(times_, field.str()) != times_.end();
      if (!form) {
        fail(field.source(), fmt::format("{}: {}", field.str(), form.error()));
      } else if (const auto lacks = is_time ? form->lacks_for_times() : std::nullopt) {
        fail(field.source(), fmt::format("{}: {}", field.str(), *lacks));
      } else {
        map_.forms.emplace(std::string{field.str()}, std::move(*form));
      }
    }
  }

  const std::filesystem::path& file_;
  const std::vector<std::string_view>& fields_;
  const std::vector<std::string_view>& times_;
  ColumnMap& map_;
  std::vector<std::string>& errors_;
};

}  // namespace

std::expected<ColumnMap, std::vector<std::string>> ColumnMap::read(const std::filesystem::path& file,
                                                                   const std::vector<std::string_view>& fields,
                                                                   const std::vector<std::string_view>& times) {
  ColumnMap out;
  std::vector<std::string> errors;
  MapReader(file, fields, times, out, errors).read();
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

std::string_view ColumnMap::heading_of(std::string_view field) const {
  const auto found = columns.find(field);
  return found == columns.end() ? field : std::string_view{found->second};
}

}  // namespace muniment
