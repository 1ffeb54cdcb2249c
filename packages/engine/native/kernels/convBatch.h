// The forward pass of several samples at once, one in each lane: for few filters.
#pragma once

#include "convLayout.h"

namespace tarea {

/** Whether `samples`, at most kLanes, are done faster at once than one by one with filters in the lanes. */
bool BatchPays(const ConvShape& shape, const ConvLayout& layout, int samples);

struct SampleBatch {
  /** At most kLanes. */
  int samples;
  const float* x;
  /** Becomes x with zeros around. */
  float* padded;
  /** [taps, filters], and [filters] or null. */
  const float* filter;
  const float* bias;
  float* y;
  /** Or null. */
  float* winners;
};

/** As PadRows and ConvForwardImage for all the samples. */
void ConvForwardBatch(const ConvShape& shape, const ConvLayout& layout, const SampleBatch& batch);

}  // namespace tarea
