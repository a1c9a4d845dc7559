// Certificates of a test's own, made by it and signed by an authority of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace muniment {

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test Authority", std::chrono::seconds valid_for = std::chrono::days{365});
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  void write_certificate(const std::filesystem::path& file) const;
  // A certificate for localhost and 127.0.0.1, and for clients, with its key; valid until then from now, if that is to come.
  void issue(const std::filesystem::path& certificate, const std::filesystem::path& key, const std::string& name,
             std::chrono::seconds valid_for = std::chrono::days{90}, const char* purposes = "serverAuth,clientAuth") const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// SHA-256 of the certificate's DER, in hexadecimal.
std::string fingerprint_of(const std::filesystem::path& certificate);
std::string der_of(const std::filesystem::path& certificate);

}  // namespace muniment
