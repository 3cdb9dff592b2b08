/**
 * Bands of frequency: labels by the number of training documents that carry them.
 *
 * @module
 */

/** A range of numbers of training documents, both ends included. */
export interface FrequencyBand {
  /** From 0. */
  readonly low: number;
  /** Infinity in the last band. */
  readonly high: number;
}

/** The bands of statistics and metrics: every number of documents lies in one. */
export const FREQUENCY_BANDS: readonly FrequencyBand[] = [
  { low: 0, high: 0 },
  { low: 1, high: 10 },
  { low: 11, high: 50 },
  { low: 51, high: 100 },
  { low: 101, high: 500 },
  { low: 501, high: Infinity },
];

/** Whether `documents` training documents lie in a band. */
export function inBand({ low, high }: FrequencyBand, documents: number): boolean {
  return low <= documents && documents <= high;
}
