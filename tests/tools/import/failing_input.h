// An input whose reading fails behind so many bytes, as a disk does. What stands before it is read as usual.
#pragma once

#include <istream>
#include <stdexcept>
#include <streambuf>
#include <string>

namespace muniment::test {

class FailingInput : public std::istream {
 public:
  // `fails` false: ends there instead, as a control.
  explicit FailingInput(std::string text, bool fails = true) : std::istream(nullptr), buffer_(std::move(text), fails) { rdbuf(&buffer_); }

 private:
  class Buffer : public std::streambuf {
   public:
    Buffer(std::string text, bool fails) : text_(std::move(text)), fails_(fails) {
      setg(text_.data(), text_.data(), text_.data() + text_.size());
    }

   protected:
    int_type underflow() override {
      if (fails_) throw std::runtime_error("the disk failed");
      return traits_type::eof();
    }

   private:
    std::string text_;
    bool fails_;
  };

  Buffer buffer_;
};

}  // namespace muniment::test
