export { cacheFolder } from "./cacheFolder.js";
export { temporaryPathFor, writeError, writeFileAtomic } from "./atomicWrite.js";
export { makeFolder } from "./makeFolder.js";
export { sha256File } from "./fileHash.js";
export { DEFAULT_LOCK_WAIT_SECONDS, withLock, type LockOptions } from "./lock.js";
export { CONTENT_HEAD_BYTES, describeContent } from "./contentKind.js";
export {
  DEFAULT_STALL_SECONDS,
  downloadVerified,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadResult,
} from "./download.js";
export { DownloadError, type MirrorFailure } from "./downloadError.js";
