#include "tools/server/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "events/json/json_string.h"
#include "projections/fact_type.h"
#include "tools/server/json_object.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr const char* list_name = "dead_letters";
constexpr const char* asked_name = "send_again";
constexpr const char* again_name = "sending_again";

std::uint64_t lines_in(const std::filesystem::path& file) {
  const auto text = read_file_if_any(file);
  return text ? static_cast<std::uint64_t>(std::ranges::count(*text, '\n')) : 0;
}

std::optional<DeadLetters::Letter> letter_of(std::string_view line) {
  const auto object = JsonObject::parse(line);
  const auto place = object ? object->text("position") : std::nullopt;
  const auto event_id = object ? object->text("event_id") : std::nullopt;
  if (!place || !event_id) return std::nullopt;
  DeadLetters::Letter out{.position = 0, .event_id = *event_id};
  const char* const end = place->data() + place->size();
  const auto [stop, error] = std::from_chars(place->data(), end, out.position);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

std::vector<DeadLetters::Letter> letters_in(std::string_view text) {
  std::vector<DeadLetters::Letter> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (auto letter = letter_of(line)) out.push_back(std::move(*letter));
  }
  std::ranges::sort(out, {}, &DeadLetters::Letter::position);
  const auto doubled = std::ranges::unique(out, {}, &DeadLetters::Letter::position);
  out.erase(doubled.begin(), doubled.end());
  return out;
}

}  // namespace

void DeadLetters::add(schema::Event::Reader event, std::string_view why, Timestamp now) {
  std::filesystem::create_directories(folder_);
  std::string line = fmt::format(R"({{"position":"{}","event_id":"{}","type":"{}","at":"{}","why":)", event.getPosition(),
                                 event_id_of(event).hex(), fact_name(static_cast<FactNumber>(event.getFact().which())), now.text());
  write_json_string(line, why);
  append_to_file(folder_ / list_name, line + "}\n");
}

std::uint64_t DeadLetters::count() const { return lines_in(folder_ / list_name) + lines_in(folder_ / again_name); }

std::optional<std::vector<DeadLetters::Letter>> DeadLetters::take_again() {
  const bool is_asked = std::filesystem::exists(folder_ / asked_name);
  const bool is_at_it = std::filesystem::exists(folder_ / again_name);
  if (!is_asked && !is_at_it) return std::nullopt;
  // One that was cut off is ended first, and the file that asks waits.
  if (!is_at_it) {
    if (std::filesystem::exists(folder_ / list_name)) std::filesystem::rename(folder_ / list_name, folder_ / again_name);
    sync_folder(folder_);
    std::filesystem::remove(folder_ / asked_name);
    sync_folder(folder_);
  }
  return letters_in(read_file_if_any(folder_ / again_name).value_or(""));
}

void DeadLetters::end_again() {
  if (std::filesystem::remove(folder_ / again_name)) sync_folder(folder_);
}

}  // namespace muniment
