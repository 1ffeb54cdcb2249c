/** Native tensors over data sets, so that evaluating the same arrays again moves nothing. */

import type { NumericArray } from "@tarea/core";
import type { LabelledData } from "./checkData.js";
import { createTensor, deleteTensors, type NativeTensorId } from "./native.js";

export interface NativeData {
  inputs: NativeTensorId;
  labels: NativeTensorId;
}

/** Arrays that are kept; the one used longest ago goes first. Inputs and labels of training, validation and test. */
const MAX_ARRAYS = 6;

export class DataCache {
  #ids = new Map<NumericArray["data"], NativeTensorId>();

  /** Lives until a few other data sets were asked for. */
  get({ inputs, labels }: LabelledData): NativeData {
    return { inputs: this.#idOf(inputs, (data) => data), labels: this.#idOf(labels, (data) => Int32Array.from(data)) };
  }

  dispose(): void {
    deleteTensors([...this.#ids.values()]);
    this.#ids.clear();
  }

  #idOf({ data, shape }: NumericArray, stored: (data: NumericArray["data"]) => NumericArray["data"]): NativeTensorId {
    const id = this.#ids.get(data) ?? createTensor(stored(data), shape);
    this.#ids.delete(data);
    this.#ids.set(data, id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MAX_ARRAYS) {
      this.#ids.delete(oldest![0]);
      deleteTensors([oldest![1]]);
    }
    return id;
  }
}
