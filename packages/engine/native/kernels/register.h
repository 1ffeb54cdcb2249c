// The groups of operations, each registered by its own file; an empty text when all went well.
#pragma once

#include <string>

namespace tarea {

std::string RegisterData();
std::string RegisterDense();
std::string RegisterStack();
std::string RegisterTrainStack();
std::string RegisterTrainSteps();
std::string RegisterPieces();
std::string RegisterConv();
std::string RegisterPool();
std::string RegisterLoss();
std::string RegisterNorm();
std::string RegisterDropout();
std::string RegisterEmbedding();

}  // namespace tarea
