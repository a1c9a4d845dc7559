// A JSON object of which only some members are known: what others publish (keys, discovery documents, claims). Nobody's members stand in it
// twice, at any depth, so that no two readers can see two things in it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muniment {

class JsonObject {
 public:
  // The error says what is wrong, and nothing of what the text has.
  static std::expected<JsonObject, std::string_view> parse(std::string_view text);
  ~JsonObject();
  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(JsonObject&&) noexcept;

  bool has(std::string_view name) const;
  // Nothing where the member is not there or is something else.
  std::optional<std::string> text(std::string_view name) const;
  // A number that is within what a double can hold whole; a fraction is cut off.
  std::optional<std::int64_t> whole(std::string_view name) const;
  // Of a list of texts, or of one text.
  std::optional<std::vector<std::string>> texts(std::string_view name) const;
  // Each element of a list, as JSON.
  std::optional<std::vector<std::string>> elements(std::string_view name) const;

 private:
  struct Parts;
  explicit JsonObject(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace muniment
