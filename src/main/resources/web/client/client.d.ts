/** Types of `client.js`; its head says what each thing does. */
export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface LogFilter {
  level?: Level | (string & {}) | null;
  q?: string | readonly string[] | null;
  not?: string | readonly string[] | null;
  where?: string | readonly string[] | null;
}

export interface LogGap {
  readonly reason: 'evicted' | 'unknown-id' | 'overflow' | 'dropped' | (string & {});
  /** How many events; null when nobody can know. */
  readonly lost: number | null;
  readonly from: string | null;
  readonly to: string | null;
}

export type LogState =
  | { readonly name: 'connecting'; readonly attempt: number }
  | { readonly name: 'live'; readonly channels: string[]; readonly denied: string[]; readonly userId: string;
          readonly connectionId: string }
  | {
      readonly name: 'waiting';
      readonly reason: 'cut' | 'shutdown' | 'unreachable' | 'refused' | 'silence' | 'expired' | 'token';
      readonly status?: number;
      readonly detail: string;
      readonly attempt: number;
      /** In milliseconds. */
      readonly delay: number;
      /** As of `Date.now()`. */
      readonly until: number;
    }
  | {
      readonly name: 'ended';
      readonly reason: 'unauthorized' | 'forbidden' | 'invalid';
      readonly status?: number;
      readonly detail: string;
      readonly scheme?: string | null;
    }
  | { readonly name: 'hidden' }
  | { readonly name: 'stopped' };

export type Token = string | null | undefined | (() => string | null | undefined | Promise<string | null | undefined>);

export interface LogStreamOptions extends LogFilter {
  channels: Iterable<string>;
  tail?: number | string;
  since?: string | number;
  cursor?: string | null;
  token?: Token;
  credentials?: RequestCredentials;
  signal?: AbortSignal;
  share?: boolean;
  /** In milliseconds. */
  silence?: number;
  /** In milliseconds. */
  hidden?: number;
  /** In events. */
  buffer?: number;
  onEvent?(event: LogEvent): void;
  onEvents?(events: LogEvent[]): void;
  onGap?(gap: LogGap): void;
  onState?(state: LogState): void;
}

export class LogStream implements AsyncIterable<LogEvent | LogGap> {
  constructor(base: string | URL, options: LogStreamOptions);
  readonly cursor: string | null;
  readonly dropped: number;
  start(): this;
  stop(): void;
  retryNow(): void;
  setChannels(channels: Iterable<string>): this;
  setFilter(filter?: LogFilter): this;
  [Symbol.asyncIterator](): AsyncIterableIterator<LogEvent | LogGap>;
}

export class LogEvent {
  constructor(json: string);
  readonly channel: string;
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly timestamp: number;
  /** The publisher's JSON, token for token. */
  readonly text: string;
  readonly data: unknown;
  readonly level: Level | null;
}

export class EventStreamParser {
  constructor(onMessage: (message: { event: string; data: string; id: string }) => void,
          onRetry?: (milliseconds: number) => void);
  push(text: string): void;
}

export function compareIds(one: string, other: string): number;

export function problemOf(reply: Response): Promise<{ status: number; detail: string; scheme: string | null }>;
