#include "tools/server/delivery_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "events/json/json_string.h"
#include "projections/fact_type.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::string_view cursor_head = "muniment delivery 1\n";

class FileToAppend {
 public:
  explicit FileToAppend(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)) {
    if (descriptor_ < 0) fail();
  }
  ~FileToAppend() { ::close(descriptor_); }
  FileToAppend(const FileToAppend&) = delete;
  FileToAppend& operator=(const FileToAppend&) = delete;

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor_) != 0) fail();
  }

 private:
  [[noreturn]] static void fail() { throw std::system_error(errno, std::generic_category(), "the list of dead letters"); }

  const int descriptor_;
};

}  // namespace

std::optional<Position> DeliveryState::read(const Generations& generations) const {
  const auto text = read_file_if_any(folder_ / "cursor");
  if (!text) return std::nullopt;
  const auto bad = [&] {
    return std::runtime_error(
        fmt::format("{} is no cursor of a delivery; restore it, or remove it to begin anew", (folder_ / "cursor").string()));
  };
  if (!text->starts_with(cursor_head) || !text->ends_with('\n')) throw bad();
  const std::string_view line = std::string_view{*text}.substr(cursor_head.size(), text->size() - cursor_head.size() - 1);
  const GenerationText cursor = GenerationText::of(line);
  Position position = 0;
  const auto [stop, error] = std::from_chars(cursor.rest.data(), cursor.rest.data() + cursor.rest.size(), position);
  if (error != std::errc{} || stop != cursor.rest.data() + cursor.rest.size()) throw bad();
  if (const auto shared = generations.shared_with(cursor.generation)) position = std::min(position, *shared);
  return position;
}

void DeliveryState::write(const Generations& generations, Position position) {
  std::filesystem::create_directories(folder_);
  replace_file(folder_ / "cursor", fmt::format("{}{}\n", cursor_head, generations.named(std::to_string(position))));
}

void DeliveryState::add_dead_letter(schema::Event::Reader event, std::string_view why, Timestamp now) {
  std::filesystem::create_directories(folder_);
  std::string line = fmt::format(R"({{"position":"{}","event_id":"{}","type":"{}","at":"{}","why":)", event.getPosition(),
                                 event_id_of(event).hex(), fact_name(static_cast<FactNumber>(event.getFact().which())), now.text());
  write_json_string(line, why);
  line += "}\n";
  FileToAppend(folder_ / "dead_letters").append(line);
  sync_folder(folder_);
}

std::uint64_t DeliveryState::dead_letters() const {
  const auto text = read_file_if_any(folder_ / "dead_letters");
  return text ? static_cast<std::uint64_t>(std::ranges::count(*text, '\n')) : 0;
}

}  // namespace muniment
