// Makes TensorFlow's C library heed a log level, which only its Python package does by itself. Its first notice is printed while the
// library is being loaded, before any call could stop it: so hush() turns standard error off, the caller loads the addon, and
// speak(frameworkPath, level) turns it on again and sets the level for all that follows.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>

#include <node_api.h>

namespace {

// absl::SetMinLogLevel(absl::LogSeverityAtLeast), of the Abseil inside this TensorFlow. Where it has another, nothing is set.
constexpr char kSetMinLogLevel[] = "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE";

int saved_stderr = -1;

napi_value Hush(napi_env, napi_callback_info) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || saved_stderr >= 0) return nullptr;
  saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (saved_stderr >= 0) dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  return nullptr;
}

napi_value Speak(napi_env env, napi_callback_info info) {
  if (saved_stderr >= 0) {
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    saved_stderr = -1;
  }
  size_t count = 2;
  napi_value arguments[2];
  char path[4096];
  size_t length = 0;
  int level = 0;
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok || count < 2) return nullptr;
  if (napi_get_value_string_utf8(env, arguments[0], path, sizeof path, &length) != napi_ok) return nullptr;
  if (napi_get_value_int32(env, arguments[1], &level) != napi_ok) return nullptr;
  void* framework = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
  if (framework == nullptr) return nullptr;
  if (void* function = dlsym(framework, kSetMinLogLevel)) reinterpret_cast<void (*)(int)>(function)(level);
  dlclose(framework);
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "hush", NAPI_AUTO_LENGTH, Hush, nullptr, &function);
  napi_set_named_property(env, exports, "hush", function);
  napi_create_function(env, "speak", NAPI_AUTO_LENGTH, Speak, nullptr, &function);
  napi_set_named_property(env, exports, "speak", function);
  return exports;
}

}  // namespace

NAPI_MODULE(quiet_log, Init)
