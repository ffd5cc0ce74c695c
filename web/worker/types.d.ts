/** What the worker hands to Python, and what Python hands to it. Python's values arrive as proxies. */

/** A Python `bytes` or `bytearray`, held by JavaScript until the call returns. */
export interface PyBytes {
  getBuffer(type: "u8"): { data: Uint8Array; release(): void };
}
/** A Python list. */
export interface PyList<T> {
  toJs(): T[];
}
/** A Python function; the copy outlives the call that brought it. */
export interface PyCall<Given extends unknown[]> {
  (...given: Given): void;
  copy(): PyCall<Given>;
}

export interface ToWorker {
  event?: Record<string, unknown>;
  files?: Blob[];
  /** Start one more worker beside this one. */
  more?: boolean;
}

export interface Operation {
  op: "get" | "put" | "add" | "delete" | "all" | "keys" | "expect";
  store: string;
  key: string;
  record?: Record<string, unknown>;
  /** Long strings of `record` travel beside the JSON: member name to place in the list of texts. */
  texts?: Record<string, number>;
  /** Members that are stored as bytes; they travel in the same way. */
  bytes?: Record<string, number>;
  revision?: number;
  /** Of `all`: leave out the keys that begin with one of these. */
  except?: string[];
}
/** What went wrong, by the platform's name for it. */
export interface Wrong {
  name: string;
  message: string;
}
export interface Answer {
  json: string;
  /** The long texts of the results, one after another; their sizes are in the JSON. */
  bytes: Uint8Array;
}
export interface Facts {
  online: boolean;
  /** The origin of the page that started us; "null" when it has none. */
  origin: string;
  /** This build's content security policy refused the address. */
  refused: boolean;
  /** Something answers there, but does not let this page read it; null: not known. */
  answers: boolean | null;
}

/** Told how many bytes have come. */
export type Counter = (bytes: number) => void;
/** Pyodide, as far as it is used here. */
export interface Python {
  pyimport(name: string): any;
}
declare global {
  /** Only in workers, so not among the types of a page. */
  class FileReaderSync {
    readAsArrayBuffer(blob: Blob): ArrayBuffer;
  }
  /** Bytes of each file under python/, by name; filled in by the build. */
  const __SIZES__: Record<string, number>;
  /** What names this build in console messages. */
  const __BUILD__: string;
}
