// Applies TF_CPP_MIN_LOG_LEVEL to TensorFlow's log when it is loaded. The Python package does so itself; the C library does not, and
// prints a notice before any caller could stop it. So this module is linked with the framework library alone and loaded first.
// Nothing happens where the framework has another version of Abseil: the reference is weak.
#include <cstdlib>
#include <node_api.h>

namespace absl {
inline namespace lts_20250814 {
enum class LogSeverityAtLeast : int;
__attribute__((weak)) void SetMinLogLevel(LogSeverityAtLeast level);
}  // namespace lts_20250814
}  // namespace absl

static napi_value Init(napi_env, napi_value exports) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level != nullptr && absl::SetMinLogLevel != nullptr) {
    absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(std::atoi(level)));
  }
  return exports;
}

NAPI_MODULE(quiet_log, Init)
