/** Types of `levels.js`. */
import type { Level } from './client.js';

/** From the gravest to the lightest. */
export const LEVELS: readonly Level[];

/** The level that a log entry names, as the gateway reads it, or null. */
export function levelOf(data: unknown): Level | null;
