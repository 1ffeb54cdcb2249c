/** Native tensors over data sets, so that evaluating the same arrays again moves nothing. */

import type { DataType, NumericArray } from "@tarea/core";
import { createTensor, deleteTensors, type NativeTensorId } from "./native.js";

/** Tensors that are kept; the one used longest ago goes first. Inputs and labels of training, validation and test. */
const MAX_TENSORS = 6;

interface Entry {
  data: NumericArray["data"];
  dtype: DataType;
  shape: readonly number[];
  id: NativeTensorId;
}

export class DataCache {
  #entries: Entry[] = [];

  /** The data as `dtype`, int32 or as they are stored, in another shape if asked for. Lives until a few others were asked for. */
  tensor(
    { data, ...stored }: NumericArray,
    { dtype, shape }: { dtype: DataType; shape: readonly number[] } = stored,
  ): NativeTensorId {
    const at = this.#entries.findIndex(
      (entry) => entry.data === data && entry.dtype === dtype && entry.shape.join() === shape.join(),
    );
    const [known] = at < 0 ? [] : this.#entries.splice(at, 1);
    const id = known?.id ?? createTensor(dtype === stored.dtype ? data : Int32Array.from(data), shape);
    this.#entries.push({ data, dtype, shape, id });
    if (this.#entries.length > MAX_TENSORS) deleteTensors([this.#entries.shift()!.id]);
    return id;
  }

  dispose(): void {
    deleteTensors(this.#entries.map(({ id }) => id));
    this.#entries = [];
  }
}
