// Reads and writes the sample schema's messages in one call each.
#pragma once

#include <capnp/message.h>
#include <capnp/schema.h>
#include <gtest/gtest.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "tests/events/json/sample.capnp.h"

namespace muniment {

template <typename T>
struct Message {
  std::unique_ptr<capnp::MallocMessageBuilder> arena = std::make_unique<capnp::MallocMessageBuilder>();
  typename T::Builder root = arena->initRoot<T>();
};

// The text is copied into a buffer of exactly its size, so that a sanitizer sees a reader that looks beyond its end.
template <typename T>
std::expected<Message<T>, JsonError> read(std::string_view text, JsonLimits limits = {}) {
  const std::vector<char> exact(text.begin(), text.end());
  Message<T> message;
  JsonReader reader(capnp::Schema::from<T>(), limits);
  if (auto result = reader.read({exact.data(), exact.size()}, message.root); !result) return std::unexpected(result.error());
  return message;
}

// The message of the error, or "accepted".
template <typename T>
std::string refusal(std::string_view text, JsonLimits limits = {}) {
  const auto result = read<T>(text, limits);
  return result ? "accepted" : result.error().message();
}

template <typename T>
std::string written(const T& reader_or_builder) {
  std::string out;
  const capnp::DynamicStruct::Reader from(reader_or_builder);
  EXPECT_TRUE(JsonWriter(from.getSchema()).write(from, out));
  return out;
}

// What a document becomes when it is read and written again.
template <typename T>
std::string rewritten(std::string_view text) {
  auto message = read<T>(text);
  return message ? written(message->root.asReader()) : message.error().message();
}

}  // namespace muniment
