/** What the page and the worker say to each other. One line here for each thing that can happen. */

export type Fields = Record<string, unknown>;

/** Page to worker: what the user did, and the files that go with it. */
export interface PageEvent extends Fields {
  type: string;
}
export interface ToWorker {
  event: PageEvent;
  files?: File[];
}
export type Send = (event: PageEvent, files?: File[]) => void;

/** Worker to page. */
export interface FromWorker {
  progress?: Progress;
  patches?: Patch[];
  blobs?: Record<string, Blob>;
  failed?: Failure;
  ready?: true;
}
export interface Progress {
  loaded: number;
  total: number;
  what: string;
}
export interface Failure {
  message: string;
  detail?: string;
}

export type Patch =
  | { op: "morph"; region: string; html: string }
  | { op: "list"; region: string; order: string[]; html: Record<string, string> }
  | { op: "append"; key: string; part: string; text: string }
  | { op: "root"; data: Record<string, string> }
  | { op: "value"; id: string; value: string; was?: string }
  | { op: "focus"; id: string }
  | { op: "dialog"; id: string; open: boolean }
  | { op: "popover"; id: string; anchor: string | null }
  | { op: "navigate"; hash: string; replace?: boolean }
  | { op: "leave"; url: string }
  | { op: "session"; name: string; value: string | null }
  | { op: "download"; name: string; blob: string }
  | { op: "announce"; text: string }
  | { op: "scroll-to-end" }
  | { op: "title"; text: string }
  | { op: "reach"; url: string }
  | { op: "update" }
  | { op: "persist" };

export type PatchOf<Op extends Patch["op"]> = Extract<Patch, { op: Op }>;

/** The last view of the page, as it is kept for the first paint of the next start. */
export interface View {
  version: 1;
  hash: string;
  title: string;
  root: Record<string, string>;
  regions: Record<string, string>;
  end: boolean;
}

/** `<rich-text>` as the rest of the page sees it. Before rich-text.js is loaded, only `pendingSource` is there. */
export interface RichTextElement extends HTMLElement {
  pendingSource?: string;
  readonly source?: string;
  receive?(text: string): void;
  reconcile?(next: Element): void;
}

/** A text as the store of settings has it; undefined where it has none. */
export type StoredText = { value: string } | undefined;

declare global {
  /** What last-visit.js found; missing where a host forbids scripts in the page itself. */
  var lastVisit: Promise<StoredText[]> | undefined;
}
