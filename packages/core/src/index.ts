export { TareaError, messageOf, type TareaErrorOptions } from "./errors.js";
export {
  checkBoolean,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkNumber,
  checkOneOf,
  didYouMean,
  nearest,
  show,
} from "./checks.js";
export { canonicalHash, canonicalJson, sha256 } from "./hash.js";
export { advanceCounter, philox4x32, type PhiloxBlock, type PhiloxKey } from "./philox.js";
export {
  randomStream,
  scramble,
  stepStream,
  streamFromSeedPair,
  streamSeedPair,
  type RandomStream,
  type SeedPair,
} from "./random.js";
export { sizeOf, takeRows, type DataType, type NumericArray, type NumericArrays } from "./arrays.js";
