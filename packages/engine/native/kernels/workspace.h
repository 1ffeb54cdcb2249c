// Large memory that operations share: what one has given back the next takes, on whatever thread it runs.
#pragma once

#include <cstddef>

namespace tarea {

/** Memory for as long as the object lives, aligned to 64 bytes; it holds whatever was there. */
class Workspace {
 public:
  explicit Workspace(size_t floats);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  float* data() const { return data_; }

 private:
  size_t floats_ = 0;
  float* data_ = nullptr;
};

/** Gives back to the system what nobody uses. */
void FreeWorkspaces();

}  // namespace tarea
