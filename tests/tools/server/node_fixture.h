// A node on a store of its own, with the small story in it: provider 110012345A with its Primary User mhughes1 and a subordinate jdoe1,
// provider 110067890B with its Primary User aortega1.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tools/server/dispatch.h"

namespace muniment {

inline constexpr std::string_view mercy = "110012345A";
inline constexpr std::string_view harbor = "110067890B";

class WithNode : public testing::Test {
 protected:
  explicit WithNode(NodeOptions options = {.settings = {.limits = {.disk_reserve_bytes = 0}}}, Decider::Clock clock = system_now);
  ~WithNode() override;

  // The text of a new token.
  std::string token(TokenRole role, const std::string& name, const std::vector<std::string>& providers = {},
                    std::optional<Timestamp> expires_at = {}) const;
  // As it would be answered over a socket. A stream is gathered, up to where it waits.
  Response ask(const RequestHead& head, const std::string& body = "");
  Response get(const std::string& target, const std::string& token, std::string_view accept = {}, std::string_view accept_encoding = {});
  Response post(const std::string& body, const std::string& token, RequestHead head = {});

  // Commands of anybody, as an embedded store takes them. Waits for the views.
  void tell(const std::string& lines);

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  std::unique_ptr<Node> node;

 private:
  Response answer(const RequestHead& head, const std::string& body);
};

std::string small_story();

// The value of a member of a JSON object, without quotes; empty where it has none.
std::string member(const std::string& json, const std::string& name);
// The last part of a problem's type; empty: the response is none.
std::string problem_of(const Response& response);

}  // namespace muniment
