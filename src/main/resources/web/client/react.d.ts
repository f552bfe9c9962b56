/** Types of `react.js`; its head says what each thing does. */
import type { CSSProperties, ReactElement, Ref } from 'react';
import type { LogEvent, LogFilter, LogGap, LogState, LogStreamOptions, Token } from './client.js';
import type { LogView as LogViewElement } from './log-view.js';

export interface UseLogsOptions
        extends Omit<LogStreamOptions,
        'channels' | 'cursor' | 'signal' | 'onEvent' | 'onEvents' | 'onGap' | 'onState'> {
  src: string | URL;
  channels: readonly string[];
  max?: number;
  enabled?: boolean;
}

export function useLogs(options: UseLogsOptions): {
  readonly lines: readonly (LogEvent | LogGap)[];
  readonly state: LogState;
  readonly dropped: number;
  clear(): void;
};

export interface LogViewProps {
  src?: string;
  channels: string | readonly string[];
  level?: string;
  q?: string;
  not?: string;
  where?: string;
  tail?: number | string;
  since?: string | number;
  theme?: 'light' | 'dark';
  max?: number;
  token?: Token;
  credentials?: RequestCredentials;
  filter?: LogFilter;
  onLog?(event: LogEvent): void;
  onGap?(gap: LogGap): void;
  onState?(state: LogState): void;
  className?: string;
  style?: CSSProperties;
  id?: string;
  hidden?: boolean;
  viewRef?: Ref<LogViewElement>;
}

export function LogView(props: LogViewProps): ReactElement;
