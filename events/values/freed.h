#pragma once

namespace muniment {

// For std::unique_ptr over what a C library makes: calls the function that the library frees it by.
//   std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

}  // namespace muniment
