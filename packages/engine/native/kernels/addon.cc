// The module that Node loads after TensorFlow: registers all operations here, once per process.
#include <mutex>
#include <string>

#include <node_api.h>

#include "matrixUnit.h"
#include "plainOps.h"
#include "register.h"

namespace {

std::string RegisterAll() {
  tarea::AddPlainOperations();
  for (const auto group : {tarea::RegisterData, tarea::RegisterDense, tarea::RegisterStack, tarea::RegisterTrainStack, tarea::RegisterTrainSteps,
                           tarea::RegisterPieces, tarea::RegisterConv, tarea::RegisterPool, tarea::RegisterNorm, tarea::RegisterDropout, tarea::RegisterEmbedding, tarea::RegisterLoss}) {
    const std::string fault = group();
    if (!fault.empty()) return fault;
  }
  return "";
}

/** Gives `{ fault, matrixUnit }`: what went wrong, "" when nothing did, and whether products run on a matrix unit. */
napi_value Init(napi_env env, napi_value exports) {
  static std::once_flag once;
  static std::string fault;
  std::call_once(once, [] { fault = RegisterAll(); });
  napi_value value;
  napi_create_string_utf8(env, fault.c_str(), fault.size(), &value);
  napi_set_named_property(env, exports, "fault", value);
  napi_get_boolean(env, tarea::HasMatrixUnit(), &value);
  napi_set_named_property(env, exports, "matrixUnit", value);
  return exports;
}

}  // namespace

NAPI_MODULE(tarea_kernels, Init)
