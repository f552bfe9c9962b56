/** Types of `log-view.js`; its head says what each thing does. */
import type { LogEvent, LogFilter, LogGap, LogState, LogStream, Token } from './client.js';

export interface LogViewEventMap {
  log: CustomEvent<LogEvent>;
  gap: CustomEvent<LogGap>;
  state: CustomEvent<LogState>;
}

export class LogView extends HTMLElement {
  token: Token;
  credentials: RequestCredentials | undefined;
  get filter(): LogFilter;
  set filter(filter: LogFilter | null | undefined);
  readonly stream: LogStream | null;
  clear(): void;
  follow(): void;
  addEventListener<K
          extends keyof LogViewEventMap>(type: K, listener: (this: LogView, event: LogViewEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject,
          options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K
          extends keyof LogViewEventMap>(type: K, listener: (this: LogView, event: LogViewEventMap[K]) => void,
    options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject,
          options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'log-view': LogView;
  }
}
