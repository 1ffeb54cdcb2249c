export { cacheFolder } from "./cacheFolder.js";
export { temporaryPathFor, writeError, writeFileAtomic } from "./atomicWrite.js";
export { sha256File } from "./fileHash.js";
export { DEFAULT_LOCK_WAIT_SECONDS, withLock, type LockOptions } from "./lock.js";
