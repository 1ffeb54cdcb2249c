/** Native tensors over data sets, so that evaluating the same arrays again moves nothing. */

import type { NumericArray } from "@tarea/core";
import { createTensor, deleteTensors, type NativeTensorId } from "./native.js";

/** Arrays that are kept; the one used longest ago goes first. Inputs and labels of training, validation and test. */
const MAX_ARRAYS = 6;

export class DataCache {
  #ids = new Map<NumericArray["data"], NativeTensorId>();

  /** Data as they are stored. Lives until a few other arrays were asked for. */
  stored({ data, shape }: NumericArray): NativeTensorId {
    return this.#keep(data, this.#ids.get(data) ?? createTensor(data, shape));
  }

  /** Class ids as int32. */
  labels({ data, shape }: NumericArray): NativeTensorId {
    return this.#keep(data, this.#ids.get(data) ?? createTensor(Int32Array.from(data), shape));
  }

  dispose(): void {
    deleteTensors([...this.#ids.values()]);
    this.#ids.clear();
  }

  #keep(data: NumericArray["data"], id: NativeTensorId): NativeTensorId {
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
