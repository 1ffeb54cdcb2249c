/** Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: the same result on every machine. */

export interface SymmetricEigen {
  /** Descending. */
  values: number[];
  /** Of length 1 each, in the order of `values`. */
  vectors: number[][];
}

/** Rotations through all pairs; ten are plenty, as convergence is quadratic. */
const MOST_SWEEPS = 60;

/** Takes `matrix` `[side, side]`, row by row, and changes it. */
export function symmetricEigen(matrix: Float64Array, side: number): SymmetricEigen {
  const vectors = new Float64Array(side * side);
  for (let i = 0; i < side; i++) vectors[i * side + i] = 1;
  const size = matrix.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && besideDiagonal(matrix, side) > 1e-30 * size; sweep++) {
    for (let p = 0; p < side - 1; p++) {
      for (let q = p + 1; q < side; q++) rotate(matrix, vectors, { side, p, q });
    }
  }
  const order = Array.from({ length: side }, (_, i) => i).toSorted((a, b) => matrix[b * side + b]! - matrix[a * side + a]!);
  return {
    values: order.map((i) => matrix[i * side + i]!),
    vectors: order.map((i) => [...vectors.subarray(i * side, (i + 1) * side)]),
  };
}

function besideDiagonal(matrix: Float64Array, side: number): number {
  let sum = 0;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) if (i !== j) sum += matrix[i * side + j]! ** 2;
  }
  return sum;
}

/** Makes the entries (p, q) and (q, p) zero. Rows of `vectors` are the eigenvectors. */
function rotate(matrix: Float64Array, vectors: Float64Array, { side, p, q }: { side: number; p: number; q: number }): void {
  const beside = matrix[p * side + q]!;
  if (beside === 0) return;
  const theta = (matrix[q * side + q]! - matrix[p * side + p]!) / (2 * beside);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(t, 1);
  const sine = t * cosine;
  for (let k = 0; k < side; k++) {
    const [a, b] = [matrix[k * side + p]!, matrix[k * side + q]!];
    matrix[k * side + p] = cosine * a - sine * b;
    matrix[k * side + q] = sine * a + cosine * b;
  }
  for (let k = 0; k < side; k++) {
    const [a, b] = [matrix[p * side + k]!, matrix[q * side + k]!];
    matrix[p * side + k] = cosine * a - sine * b;
    matrix[q * side + k] = sine * a + cosine * b;
    const [c, d] = [vectors[p * side + k]!, vectors[q * side + k]!];
    vectors[p * side + k] = cosine * c - sine * d;
    vectors[q * side + k] = sine * c + cosine * d;
  }
  matrix[p * side + q] = 0;
  matrix[q * side + p] = 0;
}
